"""JSON of events: whatever a document holds becomes valid UTF-8 JSON, for ever readable."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import orjson

_DEEPEST = 100  # levels of nesting kept
_LONG_INT_BITS = 10_000  # above this Python refuses to write decimal digits


def to_json(value: Any) -> bytes:
    """JSON text of `value` on one line. Never fails: what JSON has no form for becomes text."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, ValueError, RecursionError):
        # Huge integers, lone surrogates (file names that are not UTF-8), unknown objects.
        return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def from_json(data: bytes) -> Any:
    """The value of a JSON text. Raises ValueError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def clean_text(text: str) -> str:
    """`text` with lone surrogates spelled out, so that it can be stored as UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() <= 63:
            return int(value)
        return str(value) if value.bit_length() < _LONG_INT_BITS else hex(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item, depth + 1) for item in value]
    return clean_text(str(value))
