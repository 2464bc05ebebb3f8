"""The type names of `dataset_type`: `number+None:int`, `date:%Y-%m-%d`, `unicode:utf-8/replace`, ...

Light: it is imported when a method is described. What a name means is looked up by `kernel`, in
`typing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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


SHOWN = (
    "number, number:int, int64_BASE, int32_BASE (BASE is 10, 16, 8, or 0 for that of the digits' "
    "prefix), float64, float32, complex64, complex32, strbool, floatbool, bytes, ascii, "
    "ascii:replace, ascii:encode, ascii:strict, unicode:CODEC, datetime:FORMAT, date:FORMAT, "
    "time:FORMAT, json; bytesstrip, asciistrip and unicodestrip leave out space around; an i after "
    "the names of ints, floats, floatbool and times (int64_10i, datei:FORMAT) ignores what follows "
    "the value; +None after the name (int64_10+None, date+None:FORMAT) takes empty values as None"
)
"""All type names for people: `words` is long."""

_INT, _TEXT, _BOOL = "int64_10", "unicode:utf-8", "strbool"
_TIME_GUESSES = {
    "date": "date:%Y-%m-%d",
    "time": "time:%H:%M:%S",
    **dict.fromkeys(("datetime", "timestamp"), "datetime:%Y-%m-%d %H:%M:%S"),
}
GUESSES: dict[str, str] = {
    **dict.fromkeys(("int", "integer", "long", "bigint", "int64"), _INT),
    **dict.fromkeys(("int32", "smallint"), "int32_10"),
    **dict.fromkeys(("float", "double", "real"), "float64"),
    **dict.fromkeys(("decimal", "numeric", "num"), "number"),
    **dict.fromkeys(("bool", "boolean"), _BOOL),
    **dict.fromkeys(("str", "string", "text", "varchar", "unicode", "utf8", "utf-8"), _TEXT),
    "unicodestrip": "unicodestrip:utf-8",
    "complex": "complex64",
    **dict.fromkeys(("binary", "blob"), "bytes"),
    **_TIME_GUESSES,
}
"""{a name that other tools have for a type: the type that is likely meant}"""


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


def can_be_none(name: TypeName, column: str, defaults: Mapping[str, Any]) -> bool:
    """Whether typing a column makes None of some texts: of empty ones, or of what cannot be converted."""
    return name.none or (column in defaults and defaults[column] is None)


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
        guess = GUESSES.get(text.lower())
        near = f" Did you mean {guess!r}?" if guess else did_you_mean(text, words())
        raise UserError(f"there is no type {text!r}.{near}")
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
