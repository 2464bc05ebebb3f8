"""Writing lines as they are found: until so many have matched, each once, in stripes."""

from __future__ import annotations

from typing import BinaryIO

from axtui.build.grep.plan import Task
from axtui.build.grep.run import Lines
from axtui.cli.grep.stripes import Striper


class Output:
    """Where lines go. `most`: how many may match, and then `after` more of the same slice. `full`
    tells that nothing more is wanted."""

    def __init__(
        self,
        stream: BinaryIO,
        most: int | None = None,
        after: int = 0,
        stripe: Striper | None = None,
    ) -> None:
        self._stream = stream
        self._left = most
        self._after = after
        self._stripe = stripe
        self._seen: set[tuple[int, ...] | tuple[str, ...]] = set()
        self._columns: dict[tuple[str, ...], int] = {}
        self.full = False

    def header(self, line: bytes) -> None:
        """A line that counts for nothing."""
        if not self.full:
            self._write([line])

    def lines(self, task: Task, found: Lines) -> None:
        """Lines of a task, perhaps not all of them."""
        if isinstance(found.text, bytes):
            self._write([found.text])
            return
        wanted = zip(found.text, found.matched, strict=True)
        if found.keys is not None:
            assert task.part.unique is not None
            columns = self._columns.setdefault(task.part.unique, len(self._columns))
            wanted = (
                line
                for line, key in zip(wanted, found.keys, strict=True)  # type: ignore[assignment]
                if self._is_new((columns, *key))
            )
        self._write([line for line, matched in wanted if self._count(matched)])

    def end(self) -> None:
        """The last line of a task was written: no more lines follow the last match."""
        if self._left == 0:
            self.full = True

    def _is_new(self, key: tuple[int | str, ...]) -> bool:
        before = len(self._seen)
        self._seen.add(key)  # type: ignore[arg-type]
        return len(self._seen) > before

    def _count(self, matched: str) -> bool:
        """Whether a line is written yet."""
        if self._left is None:
            return True
        if self.full:
            return False
        if self._left == 0:
            self._after -= 1
        elif matched == "M":
            self._left -= 1
        self.full = self._left == 0 and self._after <= 0
        return True

    def _write(self, lines: list[bytes]) -> None:
        if self._stripe is not None:
            lines = list(map(self._stripe, lines))
        self._stream.write(b"".join(lines))
        self._stream.flush()
