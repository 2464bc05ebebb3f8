"""The questions that were asked, in `.axtui/sql-history.jsonl`: a line of JSON each, newest last.

It is for comfort: lines that cannot be read are left out, what cannot be written is not kept.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

NAME = "sql-history.jsonl"
KEPT = 500
"""Questions that are kept; the file may grow to twice as many before it is cut."""


@dataclass(frozen=True)
class Asked:
    """A question: when (Unix seconds), how long it took in seconds, and what came: `rows` of it
    (`more` if that was cut), or the `error` in one line."""

    at: float
    sql: str
    seconds: float
    rows: int = 0
    more: bool = False
    error: str = ""


class History:
    """The questions of a workspace, shared by all dashboards that show it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def read(self) -> list[Asked]:
        """The questions, newest first, each text once."""
        found: dict[str, Asked] = {}
        for one in reversed(self._all()):
            found.setdefault(one.sql, one)
        return list(found.values())[:KEPT]

    def add(self, asked: Asked) -> None:
        """Keep a question."""
        with contextlib.suppress(OSError):
            with self._path.open("ab") as stream:
                stream.write(orjson.dumps(asdict(asked)) + b"\n")
            self._bound()

    def _bound(self) -> None:
        lines = self._path.read_bytes().splitlines(keepends=True)
        if len(lines) <= 2 * KEPT:
            return
        beside = self._path.with_name(f".{NAME}.{os.getpid()}")
        beside.write_bytes(b"".join(lines[-KEPT:]))
        beside.replace(self._path)

    def _all(self) -> list[Asked]:
        found = []
        with contextlib.suppress(OSError):
            for line in self._path.read_bytes().splitlines():
                with contextlib.suppress(orjson.JSONDecodeError, TypeError):
                    found.append(Asked(**orjson.loads(line)))
        return found
