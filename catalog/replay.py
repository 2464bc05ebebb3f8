"""Reading journals: every whole line once, torn and damaged ones reported, offsets kept."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.encode import from_json
from catalog.journal import EVENT_VERSION

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Event:
    """One event with the place it was read from (`journal` is "" when it is in none)."""

    kind: str
    at: float
    doc: dict[str, Any]
    journal: str = ""
    position: int = 0


@dataclass(frozen=True)
class Problem:
    """A line that could not be used: the journal, the offset of the line, and what is wrong."""

    journal: str
    position: int
    text: str


@dataclass
class JournalReader:
    """Reads one journal from `position` on; iterate it, then look at the other fields.

    `position` is the offset after the last whole line. `tail` is the number of bytes after it:
    a line being written now, or one torn by a crash if its writer is dead. `newer` is True when
    an event of a newer version stands at `position`: it and what follows are left for a program
    that knows it.
    """

    path: Path
    position: int = 0
    tail: int = 0
    newer: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The journal's name, as the catalog knows it."""
        return self.path.name

    def __iter__(self) -> Iterator[Event]:
        with self.path.open("rb", buffering=0) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size < self.position:
                self._problem(size, f"lost {self.position - size} bytes that were folded before")
                self.position = size
                return
            stream.seek(self.position)
            for line in self._lines(stream.fileno()):
                start, self.position = self.position, self.position + len(line)
                event = self._event(start, line)
                if self.newer:
                    self.position = start
                    return
                if event is not None:
                    yield event

    def _lines(self, handle: int) -> Iterator[bytes]:
        """Whole lines with their newline; sets `tail` to what is left over."""
        parts: list[bytes] = []
        while chunk := os.read(handle, _CHUNK):
            *whole, rest = chunk.split(b"\n")
            for piece in whole:
                yield b"".join([*parts, piece, b"\n"])
                parts = []
            if rest:
                parts.append(rest)
        self.tail = sum(map(len, parts))

    def _event(self, start: int, line: bytes) -> Event | None:
        payload = line[9:-1]
        if line[8:9] != b" " or line[:8] != b"%08x" % zlib.crc32(payload):
            self._problem(start, f"a damaged line of {len(line)} bytes was skipped")
            return None
        try:
            value = from_json(payload)
            version = value.get("v", 1)
            if version > EVENT_VERSION:
                self.newer = True
                self._problem(start, f"an event of version {version} needs a newer axtui")
                return None
            return event_of(value, self.name, start)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            self._problem(start, f"an event that makes no sense was skipped: {error}")
            return None

    def _problem(self, position: int, text: str) -> None:
        self.problems.append(Problem(self.name, position, text))


def event_of(value: Mapping[str, Any], journal: str = "", position: int = 0) -> Event:
    """The event in a decoded line. Raises ValueError if it is not one."""
    kind, doc, at = value.get("kind"), value.get("doc"), value.get("at")
    if not isinstance(kind, str) or not isinstance(doc, dict):
        raise ValueError("kind or doc is missing")
    if isinstance(at, bool) or not isinstance(at, (int, float)):
        raise ValueError("at is not a number")
    return Event(kind, float(at), doc, journal, position)
