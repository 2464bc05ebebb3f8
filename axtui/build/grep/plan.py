"""What a search reads: which columns of which datasets, in which order, and what may go side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from axtui.data.dataset import Dataset
from axtui.data.grep.search import Query
from axtui.errors import UserError


@dataclass(frozen=True)
class Asked:
    """What the user asks for. Without `columns` all but `not_columns` are shown; without `grep` those
    that are shown are searched, or with `not_grep` all others. `unique`: the columns of which each
    set of values is shown once (empty: all columns; None: no such wish). `fences`: the output waits
    where columns change, because a header stands there."""

    query: Query
    slices: tuple[int, ...]
    columns: tuple[str, ...] = ()
    not_columns: frozenset[str] = frozenset()
    grep: frozenset[str] = frozenset()
    not_grep: frozenset[str] = frozenset()
    allow_missing: bool = False
    unique: frozenset[str] | None = None
    ordered: bool = False
    roundrobin: bool = False
    fences: bool = False
    listing: bool = False

    def shown(self, dataset: Dataset) -> list[str]:
        """The columns of a dataset that are shown, in their order."""
        return _choose(dataset.columns, self.columns, self.not_columns)

    def searched(self, dataset: Dataset) -> list[str]:
        """The columns of a dataset that are searched."""
        if self.grep and self.grep != set(self.columns):
            return _choose(dataset.columns, sorted(self.grep), ())
        if self.not_grep:
            return _choose(dataset.columns, (), self.not_grep)
        return list(dict.fromkeys(self.shown(dataset)))

    @property
    def keeps_order(self) -> bool:
        """Whether slices come one after another; a single one does anyway."""
        if self.unique is not None and not self.listing:
            return True
        return self.ordered or self.in_turns

    @property
    def in_turns(self) -> bool:
        """Whether slices are shown a row of each in turn."""
        return self.roundrobin and len(self.slices) > 1 and not self.listing


def _choose(there: Collection[str], wanted: Sequence[str], unwanted: Collection[str]) -> list[str]:
    if wanted:
        return [name for name in wanted if name in there]
    return sorted(name for name in there if name not in unwanted)


@dataclass(frozen=True)
class Part:
    """One dataset of a search. `changes`: other columns are shown than of the one before."""

    dataset: Dataset
    shown: list[str]
    searched: list[str]
    unique: tuple[str, ...] | None
    changes: bool


@dataclass(frozen=True)
class Task:
    """What is searched in one go: slices of a part. What tasks of one `group` find may mix."""

    part: Part
    number: int
    slices: tuple[int, ...]
    group: int

    @property
    def lines(self) -> int:
        """How many rows there are to search."""
        lines = self.part.dataset.lines
        return sum(lines[sliceno] for sliceno in self.slices)


@dataclass
class Search:
    """All that is to be done: the parts, and their tasks in the order of the output."""

    asked: Asked
    parts: list[Part] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def make_search(asked: Asked, datasets: Iterable[Dataset]) -> Search:
    """The plan of a search. Raises UserError where datasets lack what is asked for."""
    found = list(datasets)
    if not asked.allow_missing:
        _check(found, {*asked.columns, *asked.grep})
    search = Search(asked)
    before: list[str] | None = None
    for dataset in found:
        shown, searched = asked.shown(dataset), asked.searched(dataset)
        if not shown or not searched:
            continue
        unique = None if asked.unique is None else _unique(asked, dataset, shown)
        search.parts.append(Part(dataset, shown, searched, unique, shown != before))
        before = shown
    search.tasks = _tasks(asked, search.parts)
    return search


def _check(datasets: Iterable[Dataset], wanted: Collection[str]) -> None:
    wrong = []
    for dataset in datasets:
        missing = sorted(set(wanted) - set(dataset.columns))
        if missing:
            wrong.append(f"{dataset.quoted} does not have {_named(missing)}")
    if wrong:
        raise UserError("\n".join([*wrong, "(-M searches those that have a column)"]))


def _named(names: Sequence[str]) -> str:
    word = "column" if len(names) == 1 else "columns"
    return f"{word} {', '.join(map(repr, names))}"


def _unique(asked: Asked, dataset: Dataset, shown: Sequence[str]) -> tuple[str, ...]:
    assert asked.unique is not None
    found = tuple(name for name in shown if not asked.unique or name in asked.unique)
    if asked.unique and not asked.allow_missing:
        missing = sorted(asked.unique - set(found))
        if missing:
            raise UserError(f"{dataset.quoted} does not show {_named(missing)}, to be unique in")
    return found


def _tasks(asked: Asked, parts: Sequence[Part]) -> list[Task]:
    tasks: list[Task] = []
    group = 0
    for number, part in enumerate(parts):
        if asked.fences and part.changes and number:
            group += 1
        if asked.in_turns:
            tasks.append(Task(part, number, asked.slices, number))
            continue
        for sliceno in asked.slices:
            own = len(tasks) if asked.keeps_order else group
            tasks.append(Task(part, number, (sliceno,), own))
    return tasks
