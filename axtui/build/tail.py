"""Following what stages print while they run: their output files, read as they grow."""

from __future__ import annotations

from codecs import getincrementaldecoder
from pathlib import Path
from typing import Any

from axtui.build import events
from axtui.data import jobdir
from axtui.engine.protocol import Task

_CHUNK = 1 << 16


class Tails:
    """The growing output files of the running stages of one job."""

    def __init__(self, attempts: Path, observe: events.Observer) -> None:
        self._attempts, self._observe = attempts, observe
        self._open: dict[Task, list[Any]] = {}

    def add(self, task: Task) -> None:
        """Follow a task."""
        self._open.setdefault(task, [0, getincrementaldecoder("utf-8")("replace"), ""])

    def read(self) -> None:
        """Tell what is new in all of them."""
        for task in self._open:
            self._read(task)

    def finish(self, task: Task) -> None:
        """Tell the rest of a task that has ended."""
        self.add(task)
        self._read(task)
        del self._open[task]

    def last(self, task: Task) -> str:
        """The last line a task has printed."""
        held = self._open.get(task)
        return held[2] if held else ""

    def _read(self, task: Task) -> None:
        held = self._open[task]
        path = self._attempts / task.label / jobdir.OUTPUT / task.label
        try:
            if path.stat().st_size == held[0]:
                return
            with path.open("rb") as stream:
                stream.seek(held[0])
                while data := stream.read(_CHUNK):
                    held[0] += len(data)
                    self._tell(task, held, held[1].decode(data))
        except FileNotFoundError:
            return

    def _tell(self, task: Task, held: list[Any], text: str) -> None:
        lines = text.rstrip("\n").rsplit("\n", 1)
        held[2] = lines[-1] if len(lines) > 1 else (held[2] if not text.strip() else lines[0])
        self._observe(events.Output(task.jobid, task.stage, task.sliceno, text))
