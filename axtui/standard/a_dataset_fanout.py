"""`dataset_fanout`: one dataset per value of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axtui.accelerator import OptionString, subjobs
from axtui.data.chain import DatasetChain
from axtui.data.types import FLAGS, TYPES
from axtui.data.writer import DatasetWriter
from axtui.standard import sources
from axtui.standard.fanned import fan_chain, fan_columns, fanned, grouped

description = """
Make one dataset per value of a column, over a chain of datasets. Each is named after its value.

They have the columns that all datasets of the chain have (but for that one), of types that hold the
values of all. Every dataset of the previous job is made here too, perhaps empty, and follows it.
"""


options: dict[str, Any] = {
    "column": OptionString("split on this column"),
    "length": -1,  # how many datasets of the chain; -1: back to where previous was made from
}

datasets = ("source",)
jobs = ("previous",)


@dataclass
class Task:
    """What to split, and the writer of each value."""

    chain: DatasetChain
    columns: list[str]
    writers: dict[str, DatasetWriter]


def prepare(job: Any, options: Any, datasets: Any, jobs: Any, slices: int) -> Task:
    """Have the values collected by a subjob, and make a writer for each; write few rows."""
    chain = fan_chain(datasets.source, jobs.previous, options.column, options.length)
    columns = fan_columns(chain, options.column)
    labels = {ds.hashlabel for ds in chain}
    label = labels.pop() if len(labels) == 1 else None
    collected = subjobs.build(
        "dataset_fanout_collect",
        source=datasets.source,
        previous=jobs.previous,
        column=options.column,
        length=options.length,
    )
    before = {ds.name: ds for ds in jobs.previous.datasets} if jobs.previous else {}
    writers = {
        name: job.datasetwriter(
            name=name,
            columns=columns,
            hashlabel=None if label == options.column else label,
            previous=before.get(name),
            copy_mode=True,
        )
        for name in sorted({*collected.load(), *before})
    }
    task = Task(chain, list(columns), writers)
    if sources.is_small(chain, len(writers)):
        for sliceno in range(slices):
            for writer in writers.values():
                writer.set_slice(sliceno)
            analysis(sliceno, task, options)
        job.finish_early()
    return task


def analysis(sliceno: int, prepare_res: Task, options: Any) -> None:
    """Write each row of a slice to the dataset of its value."""
    task = prepare_res
    column = options.column
    for source in task.chain:
        kind = TYPES[source.columns[column].type]
        for batch in sources.batches(source, sliceno, [*task.columns, column], codes=False):
            rows = batch.drop_columns(
                [n for n in (column, column + FLAGS) if n in batch.schema.names]
            )
            for name, part in fanned(rows, *grouped(kind, batch, column)):
                task.writers[name].write_batch(part)
