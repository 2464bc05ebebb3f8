"""The type names of `dataset_type`: `number+None:int`, `date:%Y-%m-%d`, `unicode:utf-8/replace`, ...

Light: it is imported when a method is described. What a name means is looked up by `kernel`, in
`typing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from axtui.errors import UserError
from axtui.suggest import did_you_mean

_INTS = [f"int{bits}_{base}{i}" for bits in (64, 32) for base in (0, 8, 10, 16) for i in ("", "i")]
_FLOATS = [f"float{bits}{i}" for bits in (64, 32) for i in ("", "i")]

STORED: dict[str, str] = {
    "number": "number",
    **{name: name.partition("_")[0] for name in _INTS},
    **{name: name.rstrip("i") for name in _FLOATS},
    "complex64": "complex64",
    "complex32": "complex32",
    "strbool": "bool",
    "floatbool": "bool",
    "floatbooli": "bool",
    "bytes": "bytes",
    "bytesstrip": "bytes",
    "ascii": "ascii",
    "asciistrip": "ascii",
    "unicode": "unicode",
    "unicodestrip": "unicode",
    **{kind + i: kind for kind in ("datetime", "date", "time") for i in ("", "i")},
    "json": "json",
}
"""The column type that each type name stores, without `+None` and what follows a colon."""

_DETAILS = {
    "number": ("", "int"),
    "ascii": ("", "replace", "encode", "strict"),
    "asciistrip": ("", "replace", "encode", "strict"),
}
_FREE = {"unicode", "unicodestrip", "datetime", "datetimei", "date", "datei", "time", "timei"}


@dataclass(frozen=True)
class TypeName:
    """A type name taken apart: base ('int64_10'), detail (after the colon), and `+None`."""

    text: str
    base: str
    detail: str
    none: bool

    @property
    def stored(self) -> str:
        """The column type it stores."""
        return STORED[self.base]


def parse(text: str) -> TypeName:
    """Take a type name apart. Raises UserError for one that does not exist."""
    before, colon, detail = text.partition(":")
    base = before.removesuffix("+None")
    known = base in STORED
    if known and base in _FREE:
        known = bool(colon and detail)
    elif known:
        known = detail in _DETAILS.get(base, ("",)) and bool(colon) == bool(detail)
    if not known:
        raise UserError(f"there is no type {text!r}" + did_you_mean(text, words()))
    return TypeName(text, base, detail, before != base)


def words() -> list[str]:
    """All type names as an option enumerates them; those with a free detail end with `*`."""
    found = []
    for base in STORED:
        for none in ("", "+None"):
            if base in _FREE:
                found.append(f"{base}{none}:*")
            else:
                details = _DETAILS.get(base, ("",))
                found += [f"{base}{none}:{one}" if one else f"{base}{none}" for one in details]
    return found
