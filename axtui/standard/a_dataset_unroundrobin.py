"""`dataset_unroundrobin`: the rows in round-robin order, one slice after another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from axtui.data.dataset import Dataset
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard import sources
from axtui.standard.roundrobin import interleaved, where_changed

description = """
Rewrite a dataset so that iterate(None) of the new one gives the order of iterate('roundrobin') of the
old one: after csvimport, the order of the file.

Slices keep their numbers of rows. With trigger_column a slice goes on until the value of that column
changes, so that rows with the same value, where they stand together, are in the same slice.
"""


options: dict[str, Any] = {
    "trigger_column": None,  # slices switch only where this column changes
}

datasets = ("source", "previous")
jobs = ()


@dataclass
class Task:
    """What to rewrite, where to, and where each slice ends in round-robin order."""

    source: Dataset
    writer: DatasetWriter
    ends: list[int]


def prepare(job: Any, options: Any, datasets: Any, slices: int) -> Task:
    """Make the writer, and find where the slices end; write few rows."""
    source = datasets.source
    if not source:
        raise UserError("no source was given")
    trigger = options.trigger_column
    if trigger and trigger not in source.columns:
        known = ", ".join(sorted(source.columns))
        raise UserError(f"{source.quoted} has no column {trigger!r} to trigger on; it has: {known}")
    ends = list(accumulate(source.lines))
    writer = job.datasetwriter(
        columns=source.columns,
        caption=source.meta.caption,
        filename=source.filename,
        previous=datasets.previous,
        copy_mode=True,
    )
    task = Task(source, writer, where_changed(source, trigger, ends) if trigger else ends)
    if sources.is_small([source]):
        for sliceno in range(slices):
            writer.set_slice(sliceno)
            analysis(sliceno, task)
        job.finish_early()
    return task


def analysis(sliceno: int, prepare_res: Task) -> None:
    """Write the rows of one new slice, which lie in all old ones."""
    task = prepare_res
    start = task.ends[sliceno - 1] if sliceno else 0
    for batch in interleaved(task.source, list(task.source.columns), start, task.ends[sliceno]):
        task.writer.write_batch(batch)
