"""The plan of an iteration: what a call asks for, checked and made uniform before a row is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from axtui.data import context, virtual
from axtui.data.dataset import Dataset
from axtui.errors import DatasetUsageError

ROUND_ROBIN = "roundrobin"


@dataclass(frozen=True)
class Part:
    """What one round of iteration reads: a stored slice, a (virtual) slice, or a rehashed one."""

    dataset: Dataset
    sliceno: int
    stored: bool = True
    rehash: str | None = None
    intervals: list[tuple[int, int]] | None = None

    def __str__(self) -> str:
        return f"{self.dataset.quoted}:{self.sliceno if self.rehash is None else 'REHASH'}"


@dataclass
class Plan:
    """A checked call. `columns` are the names; `bare` tells that values are asked for, not tuples."""

    sliceno: int | str | None
    datasets: list[Dataset]
    columns: list[str]
    bare: bool
    slices: int
    limit: tuple[str, Any, Any] | None = None
    sloppy: bool = False
    copy_mode: bool = False
    column_translators: dict[int, Callable[[Any], Any]] = field(default_factory=dict)
    row_translator: Callable[[Any], Any] | None = None
    row_filter: Callable[[Any], Any] | None = None
    before: Callable[..., Any] | None = None
    after: Callable[..., Any] | None = None
    reporting: bool = True

    def check_columns(self, ds: Dataset) -> None:
        """Raises DatasetUsageError where a dataset lacks a column that is read."""
        for name in [*self.columns, *([self.limit[0]] if self.limit else [])]:
            virtual.column_of(ds.meta, name)

    def lines(self) -> int:
        """How many rows there are before any filter."""
        if isinstance(self.sliceno, int):
            return sum(ds.lines[self.sliceno] for ds in self.datasets)
        return sum(ds.shape[1] for ds in self.datasets)

    @property
    def picky(self) -> bool:
        """Whether rows may be left out or callbacks must be called, so that rows cannot be counted off."""
        return bool(self.limit or self.row_filter or self.before or self.after)


def resolved_datasets(datasets: Any) -> list[Dataset]:
    if isinstance(datasets, str | dict):
        datasets = [datasets] if datasets else []
    found = [ds if isinstance(ds, Dataset) else Dataset(ds) for ds in datasets or ()]
    return [ds for ds in found if ds]


def make_plan(
    sliceno: int | str | None, columns: Any, datasets: list[Dataset], given: dict[str, Any]
) -> Plan:
    slices = context.active().slices
    if isinstance(sliceno, str) and sliceno != ROUND_ROBIN:
        raise DatasetUsageError(
            f"sliceno must be a number, None or {ROUND_ROBIN!r}, not {sliceno!r}"
        )
    if isinstance(sliceno, int) and not 0 <= sliceno < slices:
        raise DatasetUsageError(f"there is no slice {sliceno}: slices are 0 to {slices - 1}")
    bare = isinstance(columns, str)
    names = [columns] if bare else sorted(datasets[0].columns) if not columns else list(columns)
    plan = Plan(sliceno, datasets, names, bare, slices)
    plan.limit = _limit(given.get("range"))
    plan.sloppy = bool(given.get("sloppy_range"))
    plan.copy_mode = bool(given.get("copy_mode"))
    plan.reporting = bool(given.get("status_reporting", True))
    plan.before, plan.after = given.get("pre_callback"), given.get("post_callback")
    _set_translators(plan, given.get("translators"))
    _set_filters(plan, given.get("filters"))
    if not plan.before and given.get("slice") is None:  # else not all may be read
        for ds in datasets:
            plan.check_columns(ds)
    if plan.copy_mode:
        _check_copy_mode(plan)
    return plan


def _limit(given: Mapping[str, tuple[Any, Any]] | None) -> tuple[str, Any, Any] | None:
    if not given:
        return None
    if len(given) != 1:
        raise DatasetUsageError("range takes exactly one column: range={column: (start, stop)}")
    ((name, (start, stop)),) = given.items()
    return None if start is None and stop is None else (name, start, stop)


def _check_copy_mode(plan: Plan) -> None:
    if plan.row_filter or plan.row_translator or plan.column_translators:
        raise DatasetUsageError("copy_mode cannot be combined with filters or translators")
    first = plan.datasets[0]
    for ds in plan.datasets:
        for name in plan.columns:
            if {name} <= ds.columns.keys() & first.columns.keys() and (
                ds.columns[name].type != first.columns[name].type
            ):
                raise DatasetUsageError(
                    f"copy_mode needs equal types, but column {name!r} is {ds.columns[name].type} in "
                    f"{ds.quoted} and {first.columns[name].type} in {first.quoted}"
                )


def _index(plan: Plan, name: str, what: str) -> int:
    try:
        return plan.columns.index(name)
    except ValueError:
        raise DatasetUsageError(
            f"{what} on column {name!r}, which is not among the columns"
        ) from None


def _set_translators(plan: Plan, given: Any) -> None:
    if callable(given):
        plan.row_translator = given
    elif given:
        plan.column_translators = {
            _index(plan, name, "translator"): each if callable(each) else each.get
            for name, each in given.items()
        }


def _set_filters(plan: Plan, given: Any) -> None:
    if not given or callable(given):
        plan.row_filter = given or None
        return
    tests = sorted(
        ((_index(plan, name, "filter"), test or bool) for name, test in given.items()),
        key=lambda found: found[0],
    )
    if plan.bare:
        plan.row_filter = tests[0][1]
    elif len(tests) == 1:
        position, test = tests[0]
        plan.row_filter = lambda row: test(row[position])
    else:
        plan.row_filter = lambda row: all(test(row[position]) for position, test in tests)
