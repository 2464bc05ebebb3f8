"""Iterating over rows: `Dataset.iterate`, `iterate_chain` and `iterate_list`.

A call is checked and planned at once (`iterplan`); rows are made while they are asked for (`rows`), one
batch of columns at a time: range limits are decided on Arrow arrays, the rest becomes Python lists, and
`zip` makes the rows.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, Any, Unpack

from axtui.data import context, virtual
from axtui.data.dataset import Dataset, IterateKeywords, SkipDataset, SkipSlice
from axtui.data.iterplan import ROUND_ROBIN, Part, Plan, make_plan, resolved_datasets
from axtui.errors import DatasetUsageError

if TYPE_CHECKING:
    from axtui.data.rows import Rows

_MISSING = object()


def iterate_list(
    sliceno: int | str | None,
    columns: Any,
    datasets: Any,
    **keywords: Unpack[IterateKeywords],
) -> Iterator[Any]:
    """See `Dataset.iterate_list`."""
    given: dict[str, Any] = dict(keywords)
    unknown = set(given) - set(IterateKeywords.__annotations__)
    if unknown:
        raise TypeError(f"iterate got unknown keywords: {', '.join(sorted(unknown))}")
    found = resolved_datasets(datasets)
    if not found:
        return iter(())
    plan = make_plan(sliceno, columns, found, given)
    wanted = _wanted(plan, given.get("slice"), bool(given.get("rehash")))
    parts = _parts(plan, given.get("hashlabel"), bool(given.get("rehash")))
    _note_reads(plan, parts)
    if wanted is None:
        return _rows(plan, parts)
    start, stop, step = wanted
    if not plan.picky and sliceno != ROUND_ROBIN:
        parts, skipped = _skip(plan, parts, start)
        start -= skipped
        stop = stop if stop is None else stop - skipped
    return islice(_rows(plan, parts), start, stop, step)


# -- which rows ---------------------------------------------------------------------------------------


def _wanted(
    plan: Plan, given: int | slice | None, rehash: bool
) -> tuple[int, int | None, int] | None:
    """(start, stop, step) of `slice=` with negative numbers resolved; None for all rows."""
    if given is None:
        return None
    if rehash:
        raise DatasetUsageError("slice cannot be combined with rehash")
    if isinstance(given, int):
        given = builtins.slice(given, None)
    start, stop, step = given.start or 0, given.stop, 1 if given.step is None else given.step
    if step <= 0:
        raise DatasetUsageError("only positive slice steps are supported")
    if (start < 0 or (stop or 0) < 0) and (plan.limit or plan.row_filter):
        raise DatasetUsageError(
            "a slice that counts from the end cannot be combined with range or filters"
        )
    total = plan.lines()
    start = _resolved(start, total, "start at")
    stop = None if stop is None else _resolved(stop, total, "stop at")
    if stop is not None and stop < start:
        raise DatasetUsageError(f"slice starts at row {start}, after its stop at row {stop}")
    return start, stop, step


def _resolved(row: int, total: int, doing: str) -> int:
    found = row + total if row < 0 else row
    if not 0 <= found <= total:
        raise DatasetUsageError(
            f"slice wants to {doing} row {row}, but there are only {total} rows"
        )
    return found


def _parts(plan: Plan, hashlabel: str | None, rehash: bool) -> list[Part]:
    parts: list[Part] = []
    for ds in plan.datasets:
        label = None
        if hashlabel is not None and ds.hashlabel != hashlabel:
            if not rehash:
                raise DatasetUsageError(
                    f"{_label(ds)}, not {hashlabel!r}; hash it with dataset_hashpart, or pass "
                    "rehash=True"
                )
            virtual.column_of(ds.meta, hashlabel)
            label = hashlabel
        if not ds.shape[1] or _outside(plan, ds):
            continue
        if isinstance(plan.sliceno, int):
            found = [Part(ds, plan.sliceno, stored=False, rehash=label)]
        else:
            found = [Part(ds, number) for number in range(len(ds.meta.lines))]
        if plan.sliceno != ROUND_ROBIN and not plan.before and not plan.after:
            found = [part for part in found if not _is_empty(part)]
        parts += found
    return parts


def _label(ds: Dataset) -> str:
    """What a dataset is hashed on, in words."""
    label = f"{ds.quoted} has hashlabel {ds.hashlabel!r}"
    before = ds.meta.hashed_otherwise
    if before is None:
        return label
    return (
        f"{label} (it was hashed on {before!r} by an earlier axtui, with another hash: rebuild it)"
    )


def _rows_in(part: Part) -> int:
    return (
        part.dataset.meta.lines[part.sliceno] if part.stored else part.dataset.lines[part.sliceno]
    )


def _is_empty(part: Part) -> bool:
    """Whether a part is known to have no rows, without reading data to find out."""
    meta = part.dataset.meta
    counted = part.stored or meta.hashlabel is None or len(meta.lines) == context.active().slices
    return part.rehash is None and counted and not _rows_in(part)


def _outside(plan: Plan, ds: Dataset) -> bool:
    """Whether min and max show that no row of a dataset is in range."""
    if plan.limit is None:
        return False
    name, start, stop = plan.limit
    column = ds.columns[name]
    if column.min is None:
        return False
    return (stop is not None and column.min >= stop) or (start is not None and column.max < start)


def _skip(plan: Plan, parts: list[Part], rows: int) -> tuple[list[Part], int]:
    """The parts without those that `rows` skips wholly, and how many rows that skips."""
    skipped = 0
    for index, part in enumerate(parts):
        count = _rows_in(part)
        if skipped + count > rows:
            inside = rows - skipped
            first = Part(part.dataset, part.sliceno, part.stored, None, [(inside, count)])
            return [first, *parts[index + 1 :]], rows
        skipped += count
    return [], skipped


def _note_reads(plan: Plan, parts: list[Part]) -> None:
    note = context.active().note
    names = [*plan.columns, *([plan.limit[0]] if plan.limit else [])]
    for ds in dict.fromkeys(plan.datasets):
        labels = {part.rehash for part in parts if part.dataset == ds and part.rehash is not None}
        note("reads", dataset=ds.ref, columns=sorted({*names, *labels}))


# -- rows --------------------------------------------------------------------------------------------


def _rows(plan: Plan, parts: list[Part]) -> Iterator[Any]:
    if not parts:
        return iter(())
    from axtui.data.rows import Rows

    rows = Rows(plan)
    if plan.sliceno == ROUND_ROBIN:
        return _round_robin(plan, parts, rows)
    return chain.from_iterable(_with_callbacks(plan, parts, rows))


def _round_robin(plan: Plan, parts: list[Part], rows: Rows) -> Iterator[Any]:
    with rows.progress(parts) as progress:
        for ds in dict.fromkeys(part.dataset for part in parts):
            slices = [part for part in parts if part.dataset == ds]
            progress.enter(slices[0])
            streams = [
                chain.from_iterable(_with_callbacks(plan, [part], rows, progress))
                for part in slices
            ]
            for row in zip_longest(*streams, fillvalue=_MISSING):
                yield from (value for value in row if value is not _MISSING)


def _with_callbacks(
    plan: Plan, parts: list[Part], rows: Rows, progress: Any = None
) -> Iterator[Iterator[Any]]:
    """For each part its row batches, with the callbacks called before and after."""
    before, after = _Callback(plan.before), _Callback(plan.after)
    skipped: Dataset | None = None
    former: Dataset | None = None
    with suppress(StopIteration), rows.progress(parts, progress) as shown:
        for part in parts:
            ds = part.dataset
            if former is not None and former != ds and former != skipped and after.whole:
                after(former)
            try:
                if ds != skipped and not (before.whole and ds == former):
                    before(ds, part.sliceno)
            except SkipSlice:
                if before.whole:
                    skipped = ds
                former = ds
                continue
            except SkipDataset:
                skipped = ds
            former = ds
            if ds == skipped:
                continue
            shown.enter(part)
            yield from rows.of(part, shown)
            if not after.whole:
                after(ds, part.sliceno)
        if former is not None and former != skipped and after.whole:
            after(former)


class _Callback:
    """A callback of (dataset) or (dataset, sliceno); `whole` tells that it is the former."""

    def __init__(self, function: Callable[..., Any] | None) -> None:
        self.function = function
        self.whole = False
        if function is not None:
            wanted = [
                parameter
                for parameter in inspect.signature(function).parameters.values()
                if parameter.default is parameter.empty
            ]
            self.whole = len(wanted) == 1 and wanted[0].kind is not wanted[0].VAR_POSITIONAL

    def __call__(self, ds: Dataset, sliceno: int | None = None) -> None:
        if self.function is not None:
            self.function(*((ds,) if self.whole else (ds, sliceno)))
