"""`dataset_sort`: the rows of each slice, or of all slices together, sorted by some columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.accelerator import OptionEnum, OptionString
from axtui.data.chain import DatasetChain
from axtui.data.dataset import Dataset
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard import sources
from axtui.standard.ordering import order_of
from axtui.standard.sorting import at_changes, slice_ends, sorted_batches
from axtui.standard.sortkeys import check_sortable, json_keys, json_ranks, key_arrays
from axtui.standard.spilling import Rows

description = """
Sort a dataset (the new part of its chain, as one) by one or more columns; rows with equal values keep
their order, also when descending.

None sorts as the smallest number or as no text, but as the latest time; NaN as the largest float.
Only within slices, unless sort_across_slices; then the rows are shared out over the slices anew, in
order, and with trigger_column a slice ends only where the value of that column changes.
"""


options: dict[str, Any] = {
    "sort_columns": [OptionString],  # the columns, the most important first
    "sort_order": OptionEnum("ascending descending").ascending,
    "sort_across_slices": False,  # sort all rows, not those of each slice
    "trigger_column": str,  # one of sort_columns; slices switch only where it changes
}

datasets = ("source", "previous")
jobs = ()

ORDER_FILE = "order.npy"


@dataclass
class Task:
    """What to sort, and where to. `ranks`: of the values of JSON columns to sort by; `ends`: where
    each slice ends, if rows change slices."""

    chain: DatasetChain
    ranks: dict[str, pa.Table]
    writer: DatasetWriter
    ends: list[int] | None


def prepare(job: Any, options: Any, datasets: Any, slices: int) -> Task:
    """Check the columns, make the writer, and across slices find the order of all rows."""
    chain = sources.chain_since(datasets.source, datasets.previous)
    last = datasets.source
    _check(chain, last, options)
    ranks = {name: _ranks(chain, name) for name in options.sort_columns if _is_json(chain, name)}
    ends = _order_all(job, chain, ranks, options, slices) if options.sort_across_slices else None
    writer = job.datasetwriter(
        columns={
            name: (c.type, c.none_support or chain.none_support(name))
            for name, c in last.columns.items()
        },
        caption=job.params.caption,
        hashlabel=None if options.sort_across_slices else last.hashlabel,
        filename=last.filename if len(chain) == 1 else None,
        previous=datasets.previous,
        copy_mode=True,
    )
    task = Task(chain, ranks, writer, ends)
    if sources.is_small(chain):
        for sliceno in range(slices):
            writer.set_slice(sliceno)
            _write(task, sliceno, job, options)
        job.finish_early()
    return task


def _check(chain: DatasetChain, last: Dataset, options: Any) -> None:
    if not options.sort_columns:
        raise UserError("sort_columns names no columns")
    if options.trigger_column and not options.sort_across_slices:
        raise UserError("trigger_column is only of use with sort_across_slices")
    if options.trigger_column and options.trigger_column not in options.sort_columns:
        raise UserError(f"trigger_column {options.trigger_column!r} must be one of sort_columns")
    sources.check_alike([*chain, last])
    columns = last.columns
    for name in options.sort_columns:
        if name not in columns:
            known = ", ".join(sorted(columns))
            raise UserError(f"{last.quoted} has no column {name!r} to sort by; it has: {known}")
        check_sortable(name, columns[name])


def _is_json(chain: DatasetChain, name: str) -> bool:
    return bool(chain) and chain[-1].columns[name].type == "json"


def _ranks(chain: DatasetChain, name: str) -> pa.Table:
    """The order of all JSON values of a column."""
    texts: dict[str, None] = {}
    for source in chain:
        for _, batch in sources.stored_batches(source, [name], codes=False):
            texts |= dict.fromkeys(batch.column(name).unique().to_pylist())
    return json_ranks(texts)


def _keys(
    chain: DatasetChain, ranks: Mapping[str, pa.Table], name: str, batch: pa.RecordBatch
) -> list[pa.Array]:
    if name in ranks:
        return json_keys(batch.column(name), ranks[name])
    big = any("big" in source.columns[name].kinds for source in chain)
    return key_arrays(chain[-1].columns[name].type, batch.column(name), big)


def _order_all(
    job: Any, chain: DatasetChain, ranks: Mapping[str, pa.Table], options: Any, slices: int
) -> list[int]:
    """Leave the order of all rows in a file; where each slice ends in it."""
    names = list(dict.fromkeys(options.sort_columns))
    collected: dict[str, list[list[pa.Array]]] = {name: [] for name in names}
    for source in chain:
        for _, batch in sources.stored_batches(source, names, codes=False):
            for name in names:
                collected[name].append(_keys(chain, ranks, name, batch))
    keys = {
        name: [pa.concat_arrays(list(part)) for part in zip(*parts, strict=True)]
        for name, parts in collected.items()
    }
    every = [key for name in names for key in keys[name]]
    order = order_of(every, options.sort_order == "descending") if every else np.zeros(0, np.int64)
    with job.open(ORDER_FILE, "wb", temp=True) as file:
        np.save(file, order)
    ends = slice_ends(order, slices)
    if options.trigger_column:
        ends = at_changes(ends, order, keys[options.trigger_column])
    return ends


def analysis(sliceno: int, prepare_res: Task, job: Any, options: Any) -> None:
    """Write the sorted rows of one slice."""
    _write(prepare_res, sliceno, job, options)


def _write(task: Task, sliceno: int, job: Any, options: Any) -> None:
    if task.ends is None:
        rows = _rows_of_slice(task, sliceno, options)
        descending = options.sort_order == "descending"
    else:
        order = np.load(job.filename(ORDER_FILE), mmap_mode="r")
        start = task.ends[sliceno - 1] if sliceno else 0
        rows = _rows_of_order(task.chain, np.asarray(order[start : task.ends[sliceno]]))
        descending = False
    label = task.writer.hashlabel
    placed = all(source.hashlabel == label for source in task.chain)  # and they keep their slices
    for batch in sorted_batches(rows, descending):
        task.writer.write_batch(batch, placed=placed)


def _rows_of_slice(task: Task, sliceno: int, options: Any) -> Iterator[Rows]:
    chain = task.chain
    for source in chain:
        for batch in sources.batches(source, sliceno, list(chain[-1].columns), codes=False):
            keys = [_keys(chain, task.ranks, name, batch) for name in options.sort_columns]
            yield batch, [key for part in keys for key in part]


def _rows_of_order(chain: DatasetChain, wanted: Any) -> Iterator[Rows]:
    """The rows with these numbers (counted over the chain, slice by slice), with their place as key."""
    places = np.argsort(wanted, kind="stable")
    numbers = wanted[places]
    row = 0
    for source in chain:
        for _, batch in sources.stored_batches(source, list(chain[-1].columns), codes=False):
            first, last = np.searchsorted(numbers, [row, row + batch.num_rows])
            if first < last:
                part = batch.take(pa.array(numbers[first:last] - row))
                yield part, [pa.array(places[first:last])]
            row += batch.num_rows
