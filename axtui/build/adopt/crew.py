"""Processes that write slices side by side.

Each is a Python that reads tasks from a pipe and answers on another, a line of JSON each; when this
process dies, their pipe ends and so do they.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from axtui.build.adopt.slices import SliceTask, write
from axtui.errors import DamagedJobError, StorageError

_WORTH_BYTES = 4 << 20
"""What takes less is done in this process: a new one takes longer to begin."""

Facts = dict[str, Any]


class Crew:
    """Up to `most` processes, made when there is work that is worth it. Use it in a `with`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self._made: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._made:
            if process.stdin is not None:
                process.stdin.close()
        for process in self._made:
            process.wait()

    def write(self, tasks: Sequence[SliceTask], bytes_: int) -> list[Facts]:
        """What `slices.write` says of each task, which read `bytes_` together. Raises the first of
        their errors."""
        if self._most < 2 or len(tasks) < 2 or bytes_ < _WORTH_BYTES:
            return [write(task) for task in tasks]
        hands = min(self._most, len(tasks))
        while len(self._made) < hands:
            self._add()
        with ThreadPoolExecutor(hands) as threads:
            return list(threads.map(self._told, tasks))

    def _add(self) -> None:
        command = [sys.executable, "-m", "axtui.build.adopt.crew"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._made.append(process)
        self._idle.put(process)

    def _told(self, task: SliceTask) -> Facts:
        process = self._idle.get()
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(task.to_json()).encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        finally:
            self._idle.put(process)
        if not answer:
            raise StorageError(
                "a process that was writing a slice ended without a word (out of memory?)"
            )
        found: Facts = json.loads(answer)
        if "damaged" in found:
            raise DamagedJobError(found["damaged"])
        if "failed" in found:
            raise StorageError(found["failed"])
        return found


def _answer(line: bytes) -> Facts:
    try:
        return write(SliceTask.from_json(json.loads(line)))
    except DamagedJobError as error:
        return {"damaged": str(error)}
    except OSError as error:
        return {"failed": f"a slice cannot be written: {error}"}


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Do each task that comes, until none does."""
    for line in tasks:
        answers.write(json.dumps(_answer(line)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
