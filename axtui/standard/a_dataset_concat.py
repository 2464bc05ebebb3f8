"""`dataset_concat`: a chain of datasets as one dataset."""

from __future__ import annotations

from typing import Any

from axtui.data.chain import DatasetChain
from axtui.data.dataset import Dataset
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard import sources

description = """
Copy a chain of datasets into a single one, back to (without) what the job of previous was made from.

All must have the same columns of the same types, and the same hashlabel. Rows keep their slices.
Reading one dataset is faster than reading many small ones.
"""

options: dict[str, Any] = {}
datasets = ("source", "previous")
jobs = ()


def prepare(job: Any, datasets: Any, slices: int) -> tuple[DatasetWriter, DatasetChain]:
    """Check that the datasets fit together, and make the writer; copy them where they are small."""
    source = datasets.source
    if not source:
        raise UserError("no source was given")
    chain = source.chain(stop_ds={datasets.previous.job: "source"} if datasets.previous else None)
    for one in chain:
        _check(one, source)
    columns = {n: (c.type, chain.none_support(n)) for n, c in source.columns.items()}
    writer = job.datasetwriter(
        columns=columns, hashlabel=source.hashlabel, previous=datasets.previous, copy_mode=True
    )
    if sources.is_small(chain):
        for sliceno in range(slices):
            writer.set_slice(sliceno)
            _copy(sliceno, writer, chain)
        job.finish_early()
    return writer, chain


def _check(one: Dataset, source: Dataset) -> None:
    mine = {name: column.type for name, column in one.columns.items()}
    wanted = {name: column.type for name, column in source.columns.items()}
    if mine != wanted:
        other = sorted(name for name in {*mine, *wanted} if mine.get(name) != wanted.get(name))
        told = ", ".join(
            f"{name!r} ({mine.get(name, 'missing')}, not {wanted.get(name, 'there')})"
            for name in other
        )
        raise UserError(
            f"dataset {one.quoted} does not have the same columns as {source.quoted}: {told}"
        )
    if one.hashlabel != source.hashlabel:
        raise UserError(
            f"dataset {one.quoted} has hashlabel {one.hashlabel!r}, and {source.quoted} "
            f"{source.hashlabel!r}"
        )


def analysis(sliceno: int, prepare_res: tuple[DatasetWriter, DatasetChain]) -> None:
    """Copy one slice of all datasets."""
    _copy(sliceno, *prepare_res)


def _copy(sliceno: int, writer: DatasetWriter, chain: DatasetChain) -> None:
    for source in chain:
        for batch in sources.batches(source, sliceno, list(source.columns)):
            writer.write_batch(batch, placed=True)  # all have the same hash label
