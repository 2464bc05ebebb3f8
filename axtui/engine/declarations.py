"""What a method's `options` declare, as data: a tree of `Spec` that JSON can hold.

So that a method's options can be checked without importing it.
"""

from __future__ import annotations

import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import PurePath, PurePosixPath
from typing import Any

from axtui.data import canonical, values
from axtui.engine.optiontypes import (
    Neutral,
    OptionDefault,
    OptionEnum,
    OptionEnumValue,
    RequiredOption,
    _OptionString,
)
from axtui.suggest import did_you_mean
from axtui.valueobject import value_object

TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        *(bool, int, float, complex, str, bytes),
        *(list, tuple, set, frozenset, dict, OrderedDict),
    )
}
"""Types that can be declared as such: only an instance is accepted."""

SCALARS = ("bool", "int", "float", "complex", "str", "bytes")
MOMENTS: dict[str, type] = {
    kind.__name__: kind
    for kind in (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
}
CONTAINERS = ("list", "tuple", "set", "frozenset")


class BadDeclaration(Exception):
    """Something in `options` that declares nothing axtui knows."""


@value_object
class Spec:
    """What one option accepts.

    `kind`: any, like (converted to the scalar `type`), instance (of `type`), string, enum (one of
    `words`), list, tuple, set, frozenset, dict (each with `item` for what is in it, or None),
    datetime, date, time, timedelta, path, purepath, jobwithfile, required (`item`, None only with
    `none_ok`), default (`item`, `fallback` instead of None). `shown` and `guesses` ((text, word)
    pairs) of an enum are as in `OptionEnum`.
    """

    kind: str
    type: str = ""
    words: tuple[str, ...] = ()
    none_ok: bool = False
    item: Spec | None = None
    fallback: Any = None
    shown: str = ""
    guesses: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Fields that say something."""
        found: dict[str, Any] = {"kind": self.kind}
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value != field.default:
                found[field.name] = value
        if self.item is not None:
            found["item"] = self.item.to_json()
        if self.words:
            found["words"] = list(self.words)
        if self.guesses:
            found["guesses"] = [list(pair) for pair in self.guesses]
        if self.fallback is not None:
            found["fallback"] = canonical.to_json(self.fallback)
        return found

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Spec:
        """The spec that `to_json` wrote."""
        item = data.get("item")
        return cls(
            kind=data["kind"],
            type=data.get("type", ""),
            words=tuple(data.get("words", ())),
            none_ok=data.get("none_ok", False),
            item=None if item is None else cls.from_json(item),
            fallback=canonical.from_json(data.get("fallback")),
            shown=data.get("shown", ""),
            guesses=tuple((text, word) for text, word in data.get("guesses", ())),
        )


# -- from the objects in a method's source to specs


def spec_of(declared: Any) -> Spec:
    """The spec of one declaration. Raises BadDeclaration for what is none."""
    if isinstance(declared, RequiredOption):
        return Spec("required", item=spec_of(declared.value), none_ok=declared.none_ok)
    if isinstance(declared, OptionDefault):
        return Spec("default", item=spec_of(declared.value), fallback=declared.default)
    if isinstance(declared, Neutral):
        raise BadDeclaration("Neutral(...) stands outermost, around the whole declaration")
    if declared is None or declared is object:
        return Spec("any")
    if isinstance(declared, type):
        return _spec_of_type(declared)
    if isinstance(declared, OptionEnum):
        return _spec_of_enum(declared)
    if isinstance(declared, OptionEnumValue):
        return _spec_of_enum(declared.enum)
    if isinstance(declared, _OptionString):
        return Spec("string", fallback=str(declared) or None)
    return _spec_of_sample(declared)


def _spec_of_enum(declared: OptionEnum) -> Spec:
    return Spec(
        "enum",
        words=declared._values,
        none_ok=declared._none_ok,
        shown=declared._shown,
        guesses=tuple(sorted(declared._guesses.items())),
    )


def _spec_of_type(declared: type) -> Spec:
    name = declared.__name__
    if name == "JobWithFile":
        return Spec("jobwithfile")
    if issubclass(declared, PurePath):
        return Spec(_path_kind(declared))
    for known in (MOMENTS, TYPES):
        if known.get(name) is declared:
            return Spec(name) if known is MOMENTS else Spec("instance", type=name)
    raise BadDeclaration(f"the type {declared.__qualname__} cannot be an option")


def _path_kind(kind: type) -> str:
    if issubclass(kind, PurePosixPath) or kind is PurePath or hasattr(kind, "stat"):
        return "path" if hasattr(kind, "stat") else "purepath"
    raise BadDeclaration(f"paths of type {kind.__name__} cannot be options")


def _spec_of_sample(declared: Any) -> Spec:
    if values.is_job_with_file(declared):
        return Spec("jobwithfile")
    if isinstance(declared, PurePath):
        return Spec(_path_kind(type(declared)))
    if isinstance(declared, dict):
        return Spec("dict", item=_sample(declared.values()))
    for kind in SCALARS:
        if isinstance(declared, TYPES[kind]):
            return Spec("like", type=kind)
    for kind in CONTAINERS:
        if isinstance(declared, TYPES[kind]):
            members: Any = declared
            return Spec(kind, item=_sample(members))
    for name, moment in MOMENTS.items():
        if isinstance(declared, moment):
            return Spec(name)
    raise BadDeclaration(f"{declared!r} {values.why_not(declared)}")


def _sample(items: Iterable[Any]) -> Spec | None:
    """What all samples of a container declare; samples of different kinds declare nothing."""
    specs = [spec_of(item) for item in items]
    if not specs:
        return None
    return specs[0] if all(spec == specs[0] for spec in specs) else Spec("any")


def default_of(declared: Any) -> Any:
    """The value of an option that is not given. A container that only shows a type is empty."""
    if isinstance(declared, (RequiredOption, Neutral)):
        return default_of(declared.value)
    if isinstance(declared, OptionDefault):
        return declared.default
    if isinstance(declared, (type, OptionEnum, _OptionString)):
        return None
    if isinstance(declared, dict):
        kind = OrderedDict if isinstance(declared, OrderedDict) else dict
        found = kind((key, default_of(item)) for key, item in declared.items())
        only_type = list(found.values()) == [None] and list(declared.values()) != [None]
        return kind() if only_type else found
    if isinstance(declared, (list, tuple, set, frozenset)) and not values.is_job_with_file(
        declared
    ):
        items = [default_of(item) for item in declared]
        if items == [None] and list(declared) != [None]:
            items = []
        return TYPES[_spec_of_sample(declared).kind](items)
    return declared


def is_required(declared: Any) -> bool:
    """Whether a value must be given: something in the declaration has no default."""
    if isinstance(declared, (_OptionString, RequiredOption)):
        return True
    if isinstance(declared, OptionEnum):
        return not declared._none_ok
    if isinstance(declared, dict):
        return any(is_required(item) for item in declared.values())
    if isinstance(declared, (list, tuple, set, frozenset)):
        return any(is_required(item) for item in declared)
    return False


# -- for people

_NAMES = {"like": "{type}", "instance": "{type}", "any": "anything"}


def kind_text(spec: Spec) -> str:
    """What the spec accepts, in words: 'int', 'list of str', 'one of a, b, c*'."""
    special: dict[str, Callable[[], str]] = {
        "enum": lambda: (
            f"one of {spec.shown or ', '.join(spec.words)}" + (" or None" if spec.none_ok else "")
        ),
        "required": lambda: kind_text(_inner(spec)) + (" or None" if spec.none_ok else ""),
        "default": lambda: f"{kind_text(_inner(spec))} or None",
        "string": lambda: "str, not empty" + (f" ({spec.fallback!r})" if spec.fallback else ""),
        "path": lambda: "Path",
        "purepath": lambda: "PurePath",
        "jobwithfile": lambda: "JobWithFile",
    }
    if spec.kind in special:
        return special[spec.kind]()
    if spec.item is not None:
        return f"{spec.kind} of {kind_text(spec.item)}"
    return _NAMES.get(spec.kind, spec.kind).format(type=spec.type)


def _inner(spec: Spec) -> Spec:
    assert spec.item is not None
    return spec.item


def meant(spec: Spec, value: Any) -> str:
    """The word that was likely meant by one that is none, as a sentence; empty if unknown."""
    if not isinstance(value, str):
        return ""
    guess = dict(spec.guesses).get(value.strip().lower())
    if guess is not None:
        return f" Did you mean {guess!r}?"
    return did_you_mean(value, spec.words)
