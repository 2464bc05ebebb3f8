"""Options of methods: from `options = {...}` in the source to checked, typed values.

`declare` reads the declarations of a method; `Declarations` converts what a build gives, fills in
defaults, says what counts for the key, and goes to JSON and back so that none of this needs the
method's module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from axtui.data import canonical
from axtui.engine.declarations import (
    BadDeclaration,
    Spec,
    default_of,
    is_required,
    kind_text,
    spec_of,
)
from axtui.engine.optionconvert import Mismatch, convert, normal
from axtui.engine.optionhelp import comments
from axtui.engine.optiontypes import (
    Neutral,
    OptionDefault,
    OptionEnum,
    OptionEnumValue,
    OptionString,
    RequiredOption,
)
from axtui.errors import OptionError, UserError
from axtui.suggest import did_you_mean
from axtui.valueobject import value_object

__all__ = [
    "Declaration",
    "Declarations",
    "Neutral",
    "OptionDefault",
    "OptionEnum",
    "OptionEnumValue",
    "OptionString",
    "RequiredOption",
    "comments",
    "declare",
]

Json = dict[str, Any]


@value_object
class Declaration:
    """One option of a method. `default` is None where a value must be given."""

    name: str
    spec: Spec
    default: Any = None
    required: bool = False
    neutral: bool = False
    help: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """What it accepts, in words for people."""
        return kind_text(self.spec)

    def to_json(self) -> Json:
        """What `from_json` reads."""
        return {
            "name": self.name,
            "spec": self.spec.to_json(),
            "default": canonical.to_json(self.default),
            "required": self.required,
            "neutral": self.neutral,
            "help": list(self.help),
        }

    @classmethod
    def from_json(cls, data: Json) -> Declaration:
        """The declaration that `to_json` wrote."""
        return cls(
            name=data["name"],
            spec=Spec.from_json(data["spec"]),
            default=canonical.from_json(data["default"]),
            required=data["required"],
            neutral=data["neutral"],
            help=tuple(data["help"]),
        )


@value_object
class Declarations:
    """All options of a method, by name in the order they are declared."""

    method: str = ""
    options: dict[str, Declaration] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self.options.values())

    def __len__(self) -> int:
        return len(self.options)

    def __contains__(self, name: object) -> bool:
        return name in self.options

    def convert(self, name: str, value: Any) -> Any:
        """A given value as the declared type. Raises UserError naming method, option and value."""
        declaration = self.options.get(name)
        if declaration is None:
            raise OptionError(self._unknown([name]))
        where = f"{self._who()}, option {name}"
        if type(value) not in canonical.PLAIN:
            canonical.encode(value, where)  # refuses what no option can hold
        try:
            return convert(declaration.spec, value)
        except Mismatch as error:
            place = where + "".join(reversed(error.steps))
            got = _shown(error.value)
            told = f", got {got}" if not error.meant else f", got {got}.{error.meant}"
            raise OptionError(f"{place}: expected {error.expected}{told}") from None

    def convert_all(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every option's value: given ones converted, the others by default.

        In the declared order. Raises UserError for unknown names, for missing ones and for wrong
        values.
        """
        unknown = [name for name in given if name not in self.options]
        if unknown:
            raise OptionError(self._unknown(unknown))
        missing = [option for option in self if option.required and option.name not in given]
        if missing:
            needs = ", ".join(f"{option.name} ({kind_text(option.spec)})" for option in missing)
            raise OptionError(f"{self._who()} needs a value for the option{_s(missing)} {needs}")
        return {
            option.name: self.convert(option.name, given[option.name])
            if option.name in given
            else normal(option.default)  # a copy: methods may change what they get
            for option in self
        }

    def neutral(self, values: Mapping[str, Any]) -> frozenset[str]:
        """The names of converted values that do not count for the key: they stand at a default that is
        declared neutral."""
        return frozenset(
            name
            for name, option in self.options.items()
            if option.neutral and name in values and self._is_neutral(option, values[name])
        )

    def identity(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The converted values that count for the key."""
        neutral = self.neutral(values)
        return {name: value for name, value in values.items() if name not in neutral}

    @staticmethod
    def _is_neutral(option: Declaration, value: Any) -> bool:
        return canonical.encode(value) == canonical.encode(option.default)

    def describe(self) -> list[Json]:
        """For `axtui method`: name, kind, default (as JSON text), required, neutral, help."""
        return [
            {
                "name": option.name,
                "kind": kind_text(option.spec),
                "default": None if option.required else canonical.plain(option.default),
                "required": option.required,
                "neutral": option.neutral,
                "help": " ".join(option.help),
            }
            for option in self
        ]

    def to_json(self) -> Json:
        """JSON-able form, for caching what a method declares."""
        return {"method": self.method, "options": [option.to_json() for option in self]}

    @classmethod
    def from_json(cls, data: Json) -> Declarations:
        """The declarations that `to_json` wrote."""
        found = [Declaration.from_json(option) for option in data["options"]]
        return cls(data["method"], {option.name: option for option in found})

    def _who(self) -> str:
        return f"method {self.method}" if self.method else "this method"

    def _unknown(self, names: list[str]) -> str:
        hints = "".join(did_you_mean(str(name), self.options) for name in names)
        known = ", ".join(self.options) or "none"
        listed = ", ".join(repr(name) for name in names)
        return f"{self._who()} has no option{_s(names)} {listed}.{hints} It has: {known}."


def declare(
    module_options: Any,
    method: str = "",
    source: str | None = None,
    helps: Mapping[str, tuple[str, ...]] | None = None,
) -> Declarations:
    """Read a method's `options`. `source` is its text, for the comments that describe them, unless
    `helps` gives these by name.

    Raises UserError naming the method and the option where a declaration means nothing.
    """
    who = f"method {method}" if method else "this method"
    if not isinstance(module_options, dict):
        found = type(module_options).__name__
        raise UserError(f"{who}: options should be a dict of names and declarations, not {found}")
    texts = helps if helps is not None else comments(source, "options") if source else {}
    options = {}
    for name, declared in module_options.items():
        if not isinstance(name, str):
            raise UserError(f"{who}: option names are text, not {name!r}")
        try:
            options[name] = _declaration(name, declared, texts.get(name, ()))
        except BadDeclaration as error:
            raise UserError(f"{who}, option {name}: {error}") from None
        canonical.encode(options[name].default, f"{who}, option {name}: the default")
    return Declarations(method, options)


def _declaration(name: str, declared: Any, texts: tuple[str, ...]) -> Declaration:
    neutral = isinstance(declared, Neutral)
    inner = declared.value if neutral else declared
    required = is_required(inner)
    if neutral and required:
        raise BadDeclaration("Neutral(...) is about a default, and this option has none")
    default = None if required else normal(default_of(inner))
    return Declaration(name, spec_of(inner), default, required, neutral, texts)


def _s(names: list[Any]) -> str:
    return "" if len(names) == 1 else "s"


def _shown(value: Any) -> str:
    text = repr(value)
    if len(text) > 80:
        text = text[:77] + "..."
    return text if value is None else f"{text} ({type(value).__name__})"
