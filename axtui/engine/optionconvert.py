"""Given values to declared types: one function per kind of `Spec`.

None is allowed wherever nothing demands a value, as in the Accelerator. What comes out depends only
on what counts for the key: plain dicts are sorted, subclasses of text and numbers are plain.
"""

from __future__ import annotations

import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from axtui.data import canonical, values
from axtui.engine.declarations import MOMENTS, TYPES, Spec, kind_text, meant
from axtui.engine.optiontypes import enum_allows

_WORDS = {
    **dict.fromkeys(("true", "yes", "on", "1", "t"), True),
    **dict.fromkeys(("false", "no", "off", "0", "f", ""), False),
}


class Mismatch(Exception):
    """A value is not what the option takes; `steps` lead to it, the innermost first. `meant` is a
    sentence on what may be meant, or empty."""

    def __init__(self, expected: str, value: Any, meant: str = "") -> None:
        super().__init__(expected)
        self.expected, self.value, self.meant = expected, value, meant
        self.steps: list[str] = []

    def inside(self, step: str) -> Mismatch:
        """The same, seen from the container around it."""
        self.steps.append(step)
        return self


def convert(spec: Spec, value: Any) -> Any:
    """`value` as the type that `spec` declares. Raises Mismatch."""
    if value is None and spec.kind not in ("required", "default", "string", "enum"):
        return None
    return _CONVERT[spec.kind](spec, value)


def normal(value: Any) -> Any:
    """An equal value of built-in types alone; dicts in the order that their key has."""
    if type(value) in canonical.PLAIN:
        return value
    if isinstance(value, str):
        return values.plain_str(value)
    if isinstance(value, dict):
        return _in_order(value, [(normal(key), normal(item)) for key, item in value.items()])
    if values.is_job_with_file(value):
        return type(value)(*(normal(item) for item in value))
    for kind in (list, tuple, set, frozenset):
        if isinstance(value, kind):
            return kind(normal(item) for item in value)
    numbers: tuple[type, ...] = (int, float, complex)
    for number in numbers:
        if isinstance(value, number) and type(value) not in (number, bool):
            return number(value)
    return value


def _in_order(given: dict[Any, Any], pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    """A plain dict, sorted; an OrderedDict only where it was one and its order says something."""
    found = dict(pairs)
    keys = canonical.ordered_keys(found)
    if isinstance(given, OrderedDict) and list(found) != keys:
        return OrderedDict(pairs)
    return {key: found[key] for key in keys}


# -- one function per kind


def _any(spec: Spec, value: Any) -> Any:
    return normal(value)


def _required(spec: Spec, value: Any) -> Any:
    assert spec.item is not None
    if value is None:
        if not spec.none_ok:
            raise Mismatch(f"{kind_text(spec)} (a value must be given)", value)
        return None
    return convert(spec.item, value)


def _default(spec: Spec, value: Any) -> Any:
    assert spec.item is not None
    return normal(spec.fallback) if value is None else convert(spec.item, value)


def _string(spec: Spec, value: Any) -> Any:
    text = _like_str(value) if isinstance(value, (str, int, float)) else ""
    if not text:
        raise Mismatch("text that is not empty", value)
    return text


def _enum(spec: Spec, value: Any) -> Any:
    if isinstance(value, str):
        text = values.plain_str(value)
        if text and enum_allows(spec.words, text):
            return text
    if (value is None or value == "") and spec.none_ok:
        return None
    raise Mismatch(kind_text(spec), value, meant(spec, value))


def _like(spec: Spec, value: Any) -> Any:
    try:
        return _LIKE[spec.type](value)
    except (ValueError, TypeError, OverflowError):
        raise Mismatch(kind_text(spec), value) from None


def _like_bool(value: Any) -> bool:
    """Real truth values, 0 and 1, and the words people write for them. 'false' is False."""
    if isinstance(value, str):
        found = _WORDS.get(value.strip().lower())
        if found is None:
            raise ValueError(value)
        return found
    if isinstance(value, (int, float)) and value in (0, 1):
        return bool(value)
    raise TypeError(value)


def _like_str(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if not isinstance(value, (str, int, float)):
        raise TypeError(value)
    return values.plain_str(value) if isinstance(value, str) else str(value)


def _like_number(kind: type) -> Callable[[Any], Any]:
    def convert_number(value: Any) -> Any:
        if not isinstance(value, (str, int, float, complex)):
            raise TypeError(value)
        return kind(value)

    return convert_number


def _like_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(value)
    return bytes(value)


_LIKE: dict[str, Callable[[Any], Any]] = {
    "bool": _like_bool,
    "str": _like_str,
    "int": _like_number(int),
    "float": _like_number(float),
    "complex": _like_number(complex),
    "bytes": _like_bytes,
}


def _instance(spec: Spec, value: Any) -> Any:
    if spec.type == "bool":
        return _like(spec, value)
    if not isinstance(value, TYPES[spec.type]):
        raise Mismatch(f"{kind_text(spec)} (of that type: it is not converted)", value)
    return normal(value)


def _container(spec: Spec, value: Any) -> Any:
    """A list, tuple or set, whichever was declared; text is taken apart at its commas."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")] if value else []
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise Mismatch(kind_text(spec), value)
    return TYPES[spec.kind](_items(spec.item, value))


def _items(item: Spec | None, value: Iterable[Any]) -> Iterable[Any]:
    for index, given in enumerate(value):
        try:
            yield normal(given) if item is None else convert(item, given)
        except Mismatch as error:
            raise error.inside(f"[{index}]") from None


def _dict(spec: Spec, value: Any) -> Any:
    if isinstance(value, str) and not value:
        return {}
    if not isinstance(value, dict):
        raise Mismatch(kind_text(spec), value)
    if spec.item is None:
        return normal(value)
    return _in_order(value, list(_dict_items(spec.item, value)))


def _dict_items(item: Spec, value: dict[Any, Any]) -> Iterable[tuple[Any, Any]]:
    for key, given in value.items():
        try:
            yield normal(key), convert(item, given)
        except Mismatch as error:
            raise error.inside(values.key_path(key)) from None


_EPOCH = datetime.date(1970, 1, 1)


def _moment(spec: Spec, value: Any) -> Any:
    """The type itself, another of them (midnight where it says no time, 1970 where it says no day), ISO
    text, its numbers in a list, or seconds for a timedelta."""
    kind = MOMENTS[spec.kind]
    try:
        return _MOMENT[spec.kind](value) if type(value) is not kind else value
    except (ValueError, TypeError, OverflowError):
        raise Mismatch(f"{kind_text(spec)} (ISO text will do)", value) from None


def _to_datetime(value: Any) -> datetime.datetime:
    if isinstance(value, str):
        return datetime.datetime.fromisoformat(value)
    return datetime.datetime(*_numbers(value))


def _to_date(value: Any) -> datetime.date:
    if isinstance(value, str):
        return datetime.date.fromisoformat(value)
    return datetime.date(*_numbers(value)[:3])


def _to_time(value: Any) -> datetime.time:
    if isinstance(value, str):
        return datetime.time.fromisoformat(value)
    return datetime.time(*_numbers(value)[3:])


def _to_timedelta(value: Any) -> datetime.timedelta:
    return datetime.timedelta(seconds=float(value))


def _numbers(value: Any) -> list[Any]:
    """Year to microsecond, as the Accelerator keeps any of them."""
    if isinstance(value, datetime.time):
        value = datetime.datetime.combine(_EPOCH, value)
    if isinstance(value, datetime.datetime):
        return [*value.timetuple()[:6], value.microsecond]
    if isinstance(value, datetime.date):
        return [*value.timetuple()[:3]]
    if not isinstance(value, (list, tuple)):
        raise TypeError(value)
    return list(value)


_MOMENT: dict[str, Callable[[Any], Any]] = {
    "datetime": _to_datetime,
    "date": _to_date,
    "time": _to_time,
    "timedelta": _to_timedelta,
}


def _path(spec: Spec, value: Any) -> Any:
    if not isinstance(value, (str, PurePath)):
        raise Mismatch(f"{kind_text(spec)} or text", value)
    text = values.plain_str(value) if isinstance(value, str) else str(value)
    return Path(text) if spec.kind == "path" else PurePosixPath(text)


def _job_with_file(spec: Spec, value: Any) -> Any:
    from axtui.data.jobwithfile import JobWithFile

    expected = "JobWithFile, or (job, file name[, sliced[, extra]])"
    if not isinstance(value, (list, tuple)) or not 2 <= len(value) <= 4:
        raise Mismatch(expected, value)
    given: tuple[Any, ...] = tuple(value)
    job, name, sliced, extra = given + ("", "", False, None)[len(given) :]
    if not (isinstance(job, str) and job and isinstance(name, (str, PurePath))):
        raise Mismatch(expected, value)
    if str(name).startswith("/"):
        raise Mismatch("a file name relative to the job", str(name))
    return JobWithFile(
        values.plain_str(job), str(name), _like(Spec("like", type="bool"), sliced), normal(extra)
    )


_CONVERT: dict[str, Callable[[Spec, Any], Any]] = {
    "any": _any,
    "like": _like,
    "instance": _instance,
    "string": _string,
    "enum": _enum,
    **dict.fromkeys(("list", "tuple", "set", "frozenset"), _container),
    "dict": _dict,
    **dict.fromkeys(MOMENTS, _moment),
    **dict.fromkeys(("path", "purepath"), _path),
    "jobwithfile": _job_with_file,
    "required": _required,
    "default": _default,
}
