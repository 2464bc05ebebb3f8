"""`dataset_hashpart`: each row of a chain of datasets goes to the slice of its hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from axtui.accelerator import OptionString
from axtui.data.dataset import Dataset
from axtui.data.hasharrow import slices_of
from axtui.data.types import TYPES
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard import sources

description = """
Rewrite a chain of datasets with a new hashlabel: each row goes to the slice that the hash of its
value in that column says. Makes one dataset per dataset of the chain; the last is the default one.
"""


options: dict[str, Any] = {
    "hashlabel": OptionString,  # the column to hash on
    "caption": '"%(caption)s" hashed on %(hashlabel)s',  # %(caption)s is that of the source
    "length": -1,  # how many datasets of the chain; -1: back to where previous was made from
    "chain_slices": False,  # a dataset per slice of the source, chained
}

datasets = ("source", "previous")
jobs = ()


@dataclass
class Target:
    """One source and its writers: one, or with chain_slices one per slice of the source."""

    source: Dataset
    writers: list[DatasetWriter]


def prepare(job: Any, options: Any, datasets: Any, slices: int) -> list[Target]:
    """Check the sources and make the writers."""
    chain = sources.new_chain(datasets.source, datasets.previous, options.length)
    for source in chain:
        _check(source, options.hashlabel)
    none = {name for name in chain[-1].columns if chain.none_support(name)}
    targets: list[Target] = []
    for index, source in enumerate(chain):
        previous = targets[-1].writers[-1] if targets else datasets.previous
        names = [f"{index}.{number}" for number in range(slices)]
        if not options.chain_slices:
            names = [str(index)]
        if index == len(chain) - 1:
            names[-1] = "default"
        writers: list[DatasetWriter] = []
        for number, writer_name in enumerate(names):
            writers.append(
                job.datasetwriter(
                    name=writer_name,
                    columns={n: (c.type, n in none) for n, c in source.columns.items()},
                    caption=_caption(options, source),
                    hashlabel=options.hashlabel,
                    filename=source.filename,
                    previous=writers[-1] if writers else previous,
                    for_single_slice=number if options.chain_slices else None,
                    copy_mode=True,
                )
            )
        targets.append(Target(source, writers))
    return targets


def _check(source: Dataset, label: str) -> None:
    column = source.columns.get(label)
    if column is None:
        known = ", ".join(sorted(source.columns))
        raise UserError(f"dataset {source.quoted} has no column {label!r}; it has: {known}")
    if not TYPES[column.type].hashable:
        raise UserError(f"column {label!r} of {source.quoted} is {column.type}, which has no hash")


def _caption(options: Any, source: Dataset) -> str:
    known = {"caption": source.meta.caption or "", "hashlabel": options.hashlabel}
    try:
        return str(options.caption % known)
    except (KeyError, ValueError, TypeError):
        raise UserError(
            f"caption is {options.caption!r}; only %(caption)s and %(hashlabel)s can be in it"
        ) from None


def analysis(sliceno: int, prepare_res: list[Target], options: Any, slices: int) -> None:
    """Write the rows of one slice: from all slices of the sources, or into all."""
    for target in prepare_res:
        columns = list(target.source.columns)
        if options.chain_slices:
            writer = target.writers[sliceno]
            writer.get_split_write()  # opens all slices, also where there are no rows
            for batch in sources.batches(target.source, sliceno, columns):
                writer.write_batch_split(batch)
            continue
        writer = target.writers[0]
        kind = TYPES[target.source.columns[options.hashlabel].type]
        for _, batch in sources.stored_batches(target.source, columns):
            mine = slices_of(kind, batch.column(options.hashlabel), slices) == sliceno
            if mine.all():
                writer.write_batch(batch)
            elif np.any(mine):
                writer.write_batch(batch.filter(pa.array(mine)))
