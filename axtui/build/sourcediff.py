"""How the sources that two jobs ran differ, file by file."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Side = Literal["same", "old", "new", "place", "file"]


@dataclass(frozen=True)
class DiffLine:
    """A line of a diff; `side` says in which of the two it is, or that it tells a place or file."""

    side: Side
    text: str


@dataclass(frozen=True)
class FileDiff:
    """One file: how many lines came and went, and the diff; empty where it is the same."""

    path: str
    added: int
    removed: int
    lines: tuple[DiffLine, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.lines


def diff(
    old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]], context: int = 3
) -> list[FileDiff]:
    """The files of two jobs (`path`, `text`), those of the new one first, in its order."""
    before = {one["path"]: str(one.get("text") or "") for one in old}
    after = {one["path"]: str(one.get("text") or "") for one in new}
    paths = [*after, *(path for path in before if path not in after)]
    return [_file(path, before.get(path), after.get(path), context) for path in paths]


def texts(old: str, new: str, context: int = 3) -> list[DiffLine]:
    """The diff of two texts."""
    return list(_lines(old.splitlines(), new.splitlines(), context))


def _file(path: str, old: str | None, new: str | None, context: int) -> FileDiff:
    lines = texts(old or "", new or "", context)
    if old is None or new is None:
        what = "is new" if old is None else "is no longer used"
        lines.insert(0, DiffLine("file", f"{path} {what}"))
    return FileDiff(
        path,
        sum(line.side == "new" for line in lines),
        sum(line.side == "old" for line in lines),
        tuple(lines),
    )


def _lines(old: list[str], new: list[str], context: int) -> Iterator[DiffLine]:
    found = difflib.unified_diff(old, new, lineterm="", n=context)
    for number, line in enumerate(found):
        if number < 2:  # names of files, which we know
            continue
        if line.startswith("@@"):
            yield DiffLine("place", line)
        else:
            sides: dict[str, Side] = {"+": "new", "-": "old"}
            yield DiffLine(sides.get(line[:1], "same"), line[1:])
