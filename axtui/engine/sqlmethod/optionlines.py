"""The declaration of one option of a SQL method: `least int = 5  # words about it`."""

from __future__ import annotations

import ast
import datetime
import re
from typing import Any

from axtui.engine.optiontypes import OptionDefault, OptionEnum, RequiredOption

_LINE = re.compile(r"(?P<name>[^\W\d]\w*)(?:\s+(?P<type>[^=\s][^=]*?))?(?:\s*=\s*(?P<default>.*))?")
_SAMPLES: dict[str, Any] = {
    "bool": False,
    "int": 0,
    "float": 0.0,
    "str": "",
    "bytes": b"",
    "date": datetime.date,
    "datetime": datetime.datetime,
    "time": datetime.time,
    "timedelta": datetime.timedelta,
}
TYPES = ", ".join([*_SAMPLES, "list of one of these", "or words: day|month"])


def option(text: str) -> tuple[str, Any, str]:
    """(name, declaration as in a Python method's `options`, help). Raises ValueError in words."""
    line, about = _without_comment(text)
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError("an option is declared as `option: NAME TYPE = DEFAULT`")
    return found["name"], _declared(found["type"], found["default"]), about


def without_help(text: str) -> str:
    """A declaration without the words about it."""
    return _without_comment(text)[0]


def _without_comment(text: str) -> tuple[str, str]:
    """What stands before and after the first `#` that is in no quotes."""
    quote = ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "#":
            return text[:place].strip(), text[place + 1 :].strip()
    return text.strip(), ""


def _declared(kind: str | None, default: str | None) -> Any:
    if kind is None and default is None:
        raise ValueError(f"an option needs a type or a default; types are {TYPES}")
    if kind is None:
        value = _literal(default or "")
        if value is None or value == []:
            raise ValueError(f"{default} has no type: write one before the =: {TYPES}")
        return value
    many = kind.startswith("list of ")
    item = kind.removeprefix("list of ").strip()
    if "|" in item and not many:
        return _enum(item, default)
    if item not in _SAMPLES:
        raise ValueError(f"there is no option type {kind!r}; types are {TYPES}")
    sample = _SAMPLES[item]
    if default is None:
        return RequiredOption([sample] if many else sample)
    value = _value(item, default) if not many else _list(item, default)
    if value is None:
        return OptionDefault([sample] if many else sample, None)
    return [type(sample) if not isinstance(sample, type) else sample] if value == [] else value


def _enum(words: str, default: str | None) -> Any:
    enum = OptionEnum([word.strip() for word in words.split("|")])
    if default is None:
        return enum
    try:
        return enum[default.strip().strip("'\"")]
    except KeyError:
        raise ValueError(f"the default {default} is none of {words}") from None


def _list(item: str, default: str) -> Any:
    values = _literal(default)
    if values is not None and not isinstance(values, list):
        raise ValueError(f"the default {default} is no list: write [...]")
    for value in values or []:
        _fitting(item, value, default)
    return values


def _value(item: str, default: str) -> Any:
    kind = _SAMPLES[item]
    if isinstance(kind, type) and hasattr(kind, "fromisoformat") and default != "None":
        try:
            return kind.fromisoformat(default.strip("'\""))
        except ValueError:
            raise ValueError(f"the default {default} is no {item} such as 2024-12-31") from None
    value = _literal(default)
    if item == "float" and type(value) is int:
        return float(value)
    return value if value is None else _fitting(item, value, default)


def _fitting(item: str, value: Any, default: str) -> Any:
    kind = type(_SAMPLES[item]) if not isinstance(_SAMPLES[item], type) else _SAMPLES[item]
    if type(value) is not kind:
        raise ValueError(f"the default {default} is no {item}")
    return value


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError(
            f"the default {text} is no value: numbers, True, False, None, 'text' and [lists] are"
        ) from None
