"""Doing a search: tasks side by side in processes, each giving lines, joined to one output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from axtui.build.grep.plan import Part, Search, Task
from axtui.config import cores
from axtui.data.grep.pool import Piece, Pool, Work, here
from axtui.data.grep.roundrobin import Turns, search_in_turns
from axtui.data.grep.search import Found, anything, search
from axtui.data.grep.source import SliceRows

_WORTH_PROCESSES = 200_000
"""Cells to search from which on several processes are faster than one."""

Key = tuple[int, tuple[str, ...]]


class Lines(NamedTuple):
    """Lines of output, each with its end; or all in one piece, where nobody asks for single ones.
    `matched` is an 'M' for each line that matched, 'C' for those around; `keys` what each is unique
    by."""

    text: bytes | list[bytes]
    matched: str = ""
    keys: list[tuple[str, ...]] | None = None


Write = Callable[[Task, Found], Iterator[Lines]]
"""How what is found becomes lines."""


@dataclass
class Progress:
    """How far a search is: rows done of each task."""

    tasks: list[Task]
    done: dict[int, int] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)

    @property
    def lines(self) -> int:
        """Rows to search in all."""
        return sum(task.lines for task in self.tasks)

    def of(self, index: int) -> int:
        """Rows done of a task."""
        lines = self.tasks[index].lines
        return lines if index in self.ended else min(self.done.get(index, 0), lines)

    def of_slice(self, sliceno: int) -> tuple[int, int]:
        """(rows done, rows) of a slice in all datasets."""
        own = [n for n, task in enumerate(self.tasks) if sliceno in task.slices]
        return sum(map(self.of, own)), sum(self.tasks[index].lines for index in own)

    @property
    def now(self) -> list[Part]:
        """The parts that are being searched, or will be next."""
        open_ = [task for n, task in enumerate(self.tasks) if n not in self.ended]
        begun = [task for n, task in enumerate(self.tasks) if n in self.done and task in open_]
        return list({id(t.part): t.part for t in begun or open_[:1]}.values())


@contextmanager
def found_lines(
    plan: Search, write: Write, progress: Progress
) -> Iterator[Iterator[tuple[Task, Lines | None]]]:
    """All lines in the order of the output, and None after the last of each task."""
    work = Work([task.group for task in plan.tasks], lambda number: _do(plan, number, write))
    with _pieces(plan, work) as pieces:
        yield _lines(plan, pieces, progress)


@contextmanager
def found_places(plan: Search, progress: Progress, whole: bool) -> Iterator[Iterator[Task]]:
    """The tasks that find anything, in the order of the output; with `whole` one for each dataset,
    whose other slices are then not searched."""
    seen: set[int] = set()

    def unwanted(number: int) -> bool:
        return whole and plan.tasks[number].number in seen

    def places(pieces: Iterator[Piece]) -> Iterator[Task]:
        for piece in pieces:
            task = plan.tasks[piece.task]
            if _noted(piece, progress) and not unwanted(piece.task):
                seen.add(task.number)
                yield task

    work = Work([task.group for task in plan.tasks], lambda number: _look(plan, number), unwanted)
    with _pieces(plan, work) as pieces:
        yield places(pieces)


def _lines(
    plan: Search, pieces: Iterator[Piece], progress: Progress
) -> Iterator[tuple[Task, Lines | None]]:
    for piece in pieces:
        if piece.last:
            progress.ended.add(piece.task)
            yield plan.tasks[piece.task], None
        elif _noted(piece, progress):
            yield plan.tasks[piece.task], piece.made


def _noted(piece: Piece, progress: Progress) -> bool:
    """Whether a piece is more than news of how far its task is."""
    if piece.last:
        progress.ended.add(piece.task)
        return False
    if isinstance(piece.made, int) and not isinstance(piece.made, bool):
        progress.done[piece.task] = piece.made
        return False
    return True


@contextmanager
def _pieces(plan: Search, work: Work) -> Iterator[Iterator[Piece]]:
    cells = sum(task.lines * len(task.part.searched) for task in plan.tasks)
    wanted = sum(task.lines > 0 for task in plan.tasks)
    processes = min(cores(), wanted)
    if processes < 2 or cells < _WORTH_PROCESSES:
        yield here(work)
        return
    with Pool(work, processes) as pool:
        yield iter(pool)


def _look(plan: Search, number: int) -> Iterator[int | bool]:
    task = plan.tasks[number]
    for sliceno in task.slices:
        rows = SliceRows(task.part.dataset, sliceno)
        yield from anything(plan.asked.query, rows, task.part.searched)


def _do(plan: Search, number: int, write: Write) -> Iterator[Lines | int]:
    task = plan.tasks[number]
    part = task.part
    if part.unique == ():
        return
    found: Iterator[Turns | int] | Iterator[Found | int]
    slices = [SliceRows(part.dataset, sliceno) for sliceno in task.slices]
    if plan.asked.in_turns:
        found = search_in_turns(plan.asked.query, slices, part.searched, part.shown)
    else:
        found = search(plan.asked.query, slices[0], part.searched, part.shown)
    for each in found:
        if isinstance(each, int):
            yield each
        else:
            yield from write(task, each)
