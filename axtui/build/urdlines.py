"""Lines of an urd file: one action each, as JSON, with its checksum."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from blake3 import blake3

_HEAD = b'{"check":"%b","record":'
_TAIL = 1 << 16
_BODY_AT = len(_HEAD % (b"0" * 16))

Record = dict[str, Any]


def to_line(record: Record) -> bytes:
    """One action as its line."""
    body = orjson.dumps(record)
    return _HEAD % _checksum(body) + body + b"}\n"


def from_line(line: bytes) -> Record | None:
    """The action in a line (with or without its line end), or None where it is not whole."""
    line = line.removesuffix(b"\n")
    body = line[_BODY_AT:-1]
    if line != _HEAD % _checksum(body) + body + b"}":
        return None
    try:
        record = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return record if isinstance(record, dict) else None


def _checksum(body: bytes) -> bytes:
    return blake3(body).hexdigest()[:16].encode()


def last_line(path: Path, size: int) -> bytes:
    """The last line of a file with its line end; without one where it has none."""
    with path.open("rb") as stream:
        held, at = b"", size
        while at and held.count(b"\n", 0, -1) == 0:
            step = min(at, _TAIL)
            at -= step
            stream.seek(at)
            held = stream.read(step) + held
    return held[held.rfind(b"\n", 0, -1) + 1 :]


def lines_of(data: bytes) -> list[bytes]:
    """Lines by line feed alone (damage may have put other line ends into one)."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
