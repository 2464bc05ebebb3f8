"""The words methods declare options with, besides plain types and default values.

options = {
    "mode": OptionEnum("fast exact custom*"),   # one of these must be given
    "name": OptionString,                        # text that is not empty must be given
    "limit": RequiredOption(int),                # an int must be given
    "sizes": OptionDefault([OptionEnum("s m")]), # may be left out, then None
    "threads": Neutral(1),                       # 1 changes no result: not part of the key
}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class OptionEnumValue(str):
    """A member of an `OptionEnum`: a string that knows its enum (so it can be a default)."""

    enum: OptionEnum

    def __new__(cls, value: str, enum: OptionEnum) -> OptionEnumValue:
        self = str.__new__(cls, value)
        self.enum = enum
        return self

    def __reduce__(self) -> Any:
        return (_restore_member, (self.enum, str(self)))


class OptionEnum:
    """One of some words: `OptionEnum("a b c*")`, where `c*` stands for any text that begins so.

    Declared itself, a value must be given (unless `none_ok`); declared by a member (`enum.a`,
    `enum["cde"]`), that member is the default. Methods get plain strings. For many words: `shown`
    tells people of them in fewer; `guesses` are texts that are none, and the words likely meant.
    """

    __slots__ = ("_guesses", "_none_ok", "_shown", "_values")

    def __init__(
        self,
        values: str | Iterable[str],
        none_ok: bool = False,
        *,
        shown: str = "",
        guesses: Mapping[str, str] | None = None,
    ) -> None:
        if isinstance(values, str):
            values = values.replace(",", " ").split()
        self._values = tuple(str(value) for value in values)
        self._none_ok = bool(none_ok)
        self._shown = shown
        self._guesses = dict(guesses or {})

    def __getattr__(self, name: str) -> OptionEnumValue:
        if not name.startswith("__") and name in self._values:
            return OptionEnumValue(name, self)
        raise AttributeError(f"{self!r} has no member {name!r}", name=name, obj=self)

    def __getitem__(self, name: str) -> OptionEnumValue:
        if not enum_allows(self._values, name):
            raise KeyError(name)
        return OptionEnumValue(name, self)

    def __reduce__(self) -> Any:
        return (_restore_enum, (self._values, self._none_ok, self._shown, self._guesses))

    def __repr__(self) -> str:
        tail = ", none_ok=True" if self._none_ok else ""
        return f"OptionEnum({' '.join(self._values)!r}{tail})"


class _OptionString(str):
    """See `OptionString`."""

    __slots__ = ()

    def __call__(self, example: str) -> _OptionString:
        return _OptionString(example)

    def __repr__(self) -> str:
        return f"OptionString({str(self)!r})" if self else "OptionString"


OptionString = _OptionString("")
"""Text that is not empty must be given. `OptionString("example")` shows an example in the help."""


class RequiredOption:
    """A value must be given, of the kind that `value` declares; None only with `none_ok`."""

    __slots__ = ("none_ok", "value")

    def __init__(self, value: Any, none_ok: bool = False) -> None:
        self.value = value
        self.none_ok = bool(none_ok)

    def __repr__(self) -> str:
        tail = ", none_ok=True" if self.none_ok else ""
        return f"RequiredOption({self.value!r}{tail})"


class OptionDefault:
    """Makes what `value` declares optional, with a default of its own."""

    __slots__ = ("default", "value")

    def __init__(self, value: Any, default: Any = None) -> None:
        self.value = value
        self.default = default

    def __repr__(self) -> str:
        return f"OptionDefault({self.value!r}, default={self.default!r})"


class Neutral:
    """A declaration whose default changes no result: while the option has it, it is not in the key.

    So a method gets a new option without a rebuild of what was built before it existed.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Neutral({self.value!r})"


def enum_allows(values: Iterable[str], text: str) -> bool:
    """Whether `text` is one of `values`, where `x*` allows every text that begins with x."""
    return any(text == value or _is_prefix(value, text) for value in values)


def _is_prefix(value: str, text: str) -> bool:
    return value.endswith("*") and text.startswith(value[:-1])


def _restore_enum(
    values: tuple[str, ...], none_ok: bool, shown: str, guesses: dict[str, str]
) -> OptionEnum:
    return OptionEnum(values, none_ok, shown=shown, guesses=guesses)


def _restore_member(enum: OptionEnum, value: str) -> OptionEnumValue:
    return OptionEnumValue(value, enum)
