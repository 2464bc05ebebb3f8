"""Option values as JSON: reversible with type tags where JSON loses the type, or plain to read.

Plain values look as they do everywhere: `null`, `true`, `3`, `1.5`, `"text"`, `[1, 2]`, `{"a": 1}`.
Everything else is an object with one key that begins with `$`: `{"$tuple": [1, 2]}`,
`{"$date": "2024-02-29"}`, `{"$bytes": "base64"}`, `{"$dict": [[key, value], ...]}` (a dict whose
keys are not all text, or look like a tag), `{"$ordered": [[key, value], ...]}`.
"""

from __future__ import annotations

import binascii
import datetime
import math
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from axtui.data import values
from axtui.data.values import Unsupported
from axtui.errors import UserError

_INT64 = 1 << 63
_DECIMAL_BITS = 2000  # longer integers are written in hex: Python limits decimal conversions


def to_json(value: Any, where: str = "value") -> Any:
    """What orjson can write and `from_json` turns back into an equal value of the same type.

    Dicts and sets come out in one order however they were made. Raises UserError like `encode`.
    """
    with values.named(where):
        return _to_json(value, 0)


def from_json(data: Any) -> Any:
    """The value that `to_json` was given. Raises UserError where the data is not of that form."""
    if isinstance(data, list):
        return [from_json(item) for item in data]
    if not isinstance(data, dict):
        return data
    if len(data) == 1:
        ((tag, content),) = data.items()
        if tag.startswith("$"):
            return _untag(tag, content)
    return {key: from_json(item) for key, item in data.items()}


def plain(value: Any, where: str = "value") -> str:
    """JSON text for people and SQL: tuples and sets as arrays, dates and paths as text.

    Not reversible: `(1, 2)` and `[1, 2]` look alike. Raises UserError like `encode`.
    """
    import orjson

    with values.named(where):
        return orjson.dumps(_plain(value, 0)).decode()


# -- there


def _to_json(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, values.CONTAINERS):
        if depth >= values.MAX_DEPTH:
            raise Unsupported(values.TOO_DEEP)
        return _container(value, depth)
    if isinstance(value, str):
        return _text(values.plain_str(value))
    if isinstance(value, int):
        number = int(value)
        return number if -_INT64 <= number < _INT64 else {"$int": _digits(number)}
    if isinstance(value, float):
        number_ = float(value)
        return number_ if math.isfinite(number_) else {"$float": repr(number_)}
    if isinstance(value, complex):
        return {"$complex": [_to_json(value.real, depth), _to_json(value.imag, depth)]}
    if isinstance(value, bytes):
        return {"$bytes": binascii.b2a_base64(value, newline=False).decode()}
    if isinstance(value, PurePath):
        return {f"${values.path_flavour(value).lower()}": _text(str(value))}
    return _moment(value)


def _container(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return _mapping(value, depth)
    if isinstance(value, (set, frozenset)):
        tag = "$set" if isinstance(value, set) else "$frozenset"
        members = _stable(value)
        return {tag: [_step(item, depth, values.member_path(value, item)) for item in members]}
    items = [_step(item, depth, f"[{index}]") for index, item in enumerate(value)]
    if isinstance(value, list):
        return items
    return {"$jobwithfile" if values.is_job_with_file(value) else "$tuple": items}


def _mapping(value: dict[Any, Any], depth: int) -> Any:
    if isinstance(value, OrderedDict):
        return {"$ordered": _pairs(value, list(value), depth)}
    keys = _stable(value)
    if all(_is_plain_key(key) for key in keys):
        return {
            values.plain_str(key): _step(value[key], depth, values.key_path(key)) for key in keys
        }
    return {"$dict": _pairs(value, keys, depth)}


def _pairs(value: dict[Any, Any], keys: list[Any], depth: int) -> list[Any]:
    return [
        [
            _step(key, depth, values.member_path(value, key)),
            _step(value[key], depth, values.key_path(key)),
        ]
        for key in keys
    ]


def _step(value: Any, depth: int, step: str) -> Any:
    try:
        return _to_json(value, depth + 1)
    except Unsupported as error:
        raise error.inside(step) from None


def _stable(items: Any) -> list[Any]:
    """Members in an order that does not depend on hashing or insertion."""
    from axtui.data.canonical import ordered_keys  # that module offers this one's functions

    return ordered_keys(items)


def _is_plain_key(key: Any) -> bool:
    return isinstance(key, str) and not key.startswith("$") and _is_unicode(key)


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _text(text: str) -> Any:
    return text if _is_unicode(text) else {"$str": text.encode("unicode_escape").decode("ascii")}


def _digits(number: int) -> str:
    return str(number) if number.bit_length() <= _DECIMAL_BITS else hex(number)


def _moment(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        values.exactly(value, datetime.datetime)
        return {"$datetime": _clock(value.replace(tzinfo=None, fold=0).isoformat(), value)}
    if isinstance(value, datetime.date):
        values.exactly(value, datetime.date)
        return {"$date": value.isoformat()}
    if isinstance(value, datetime.time):
        values.exactly(value, datetime.time)
        return {"$time": _clock(value.replace(tzinfo=None, fold=0).isoformat(), value)}
    if isinstance(value, datetime.timedelta):
        values.exactly(value, datetime.timedelta)
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    raise Unsupported(values.why_not(value))


def _clock(text: str, value: datetime.datetime | datetime.time) -> Any:
    """The text alone, or with fold and zone: [text, fold, kind, name, microseconds of offset]."""
    kind, name = values.zone(value.tzinfo)
    if kind == "naive" and not value.fold:
        return text
    offset = value.utcoffset() if kind == "offset" else None
    exact = None if offset is None else offset // datetime.timedelta(microseconds=1)
    return [text, value.fold, kind, name, exact]


# -- and back


def _untag(tag: str, content: Any) -> Any:
    restore = _RESTORE.get(tag)
    if restore is None:
        raise UserError(f"{tag!r} is no type of a stored value (written by a newer axtui?)")
    try:
        return restore(content)
    except (ValueError, TypeError, KeyError) as error:
        raise UserError(f"a stored value is damaged: {tag} of {content!r:.80} ({error})") from None


def _items(content: Any) -> list[Any]:
    return [from_json(item) for item in content]


def _restore_job_with_file(content: Any) -> Any:
    from axtui.data.jobwithfile import JobWithFile

    return JobWithFile(*_items(content))


def _restore_zone(kind: str, name: str, offset: int | None) -> datetime.tzinfo | None:
    if kind == "zone":
        from zoneinfo import ZoneInfo

        return ZoneInfo(name)
    if kind == "naive":
        return None
    delta = datetime.timedelta(microseconds=offset or 0)
    default = datetime.timezone(delta)
    return default if default.tzname(None) == name else datetime.timezone(delta, name)


def _restore_clock(kind: Any, content: Any) -> Any:
    if isinstance(content, str):
        return kind.fromisoformat(content)
    text, fold, *zone = content
    return kind.fromisoformat(text).replace(fold=fold, tzinfo=_restore_zone(*zone))


_RESTORE: dict[str, Callable[[Any], Any]] = {
    "$int": lambda text: int(text, 0),
    "$float": float,
    "$complex": lambda parts: complex(*_items(parts)),
    "$str": lambda text: text.encode("ascii").decode("unicode_escape"),
    "$bytes": binascii.a2b_base64,
    "$tuple": lambda items: tuple(_items(items)),
    "$jobwithfile": _restore_job_with_file,
    "$set": lambda items: set(_items(items)),
    "$frozenset": lambda items: frozenset(_items(items)),
    "$dict": lambda pairs: dict(map(_items, pairs)),
    "$ordered": lambda pairs: OrderedDict(map(_items, pairs)),
    "$date": datetime.date.fromisoformat,
    "$datetime": lambda content: _restore_clock(datetime.datetime, content),
    "$time": lambda content: _restore_clock(datetime.time, content),
    "$timedelta": lambda parts: datetime.timedelta(*parts),
    "$path": lambda text: Path(from_json(text)),
    "$purepath": lambda text: PurePosixPath(from_json(text)),
    "$purewindowspath": lambda text: PureWindowsPath(from_json(text)),
}


# -- for people


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, values.CONTAINERS):
        if depth >= values.MAX_DEPTH:
            raise Unsupported(values.TOO_DEEP)
        if isinstance(value, dict):
            return _plain_mapping(value, depth)
        items = _stable(value) if isinstance(value, (set, frozenset)) else value
        return [_plain_step(item, depth, f"[{index}]") for index, item in enumerate(items)]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, datetime.timedelta):
        return str(value)
    if isinstance(value, (datetime.date, datetime.time)):
        _moment(value)  # refuses what cannot be kept
        return value.isoformat()
    if isinstance(value, PurePath):
        return _shown(str(value))
    if isinstance(value, str):
        return _shown(values.plain_str(value))
    form = _to_json(value, depth)
    return form if not isinstance(form, dict) else _shown_number(form)


def _shown_number(form: dict[str, Any]) -> str:
    ((_, content),) = form.items()
    if isinstance(content, str):
        return content
    real, imag = (from_json(part) for part in content)
    return str(complex(real, imag))


def _plain_mapping(value: dict[Any, Any], depth: int) -> Any:
    keys = list(value) if isinstance(value, OrderedDict) else _stable(value)
    names = [_plain_name(key, depth) for key in keys]
    items = [_plain_step(value[key], depth, values.key_path(key)) for key in keys]
    if len(set(names)) == len(names):
        return dict(zip(names, items, strict=True))
    return [list(pair) for pair in zip(names, items, strict=True)]  # 1 and "1" look alike as text


def _plain_name(key: Any, depth: int) -> str:
    import orjson

    form = _plain_step(key, depth, values.member_path({}, key))
    return form if isinstance(form, str) else orjson.dumps(form).decode()


def _plain_step(value: Any, depth: int, step: str) -> Any:
    try:
        return _plain(value, depth + 1)
    except Unsupported as error:
        raise error.inside(step) from None


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
