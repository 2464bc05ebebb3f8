"""`dataset_hashpart`: each row of a chain of datasets goes to the slice of its hash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa

from axtui.accelerator import Neutral, OptionString
from axtui.data.dataset import Dataset
from axtui.data.hasharrow import slices_of
from axtui.data.types import TYPES
from axtui.data.writer import DatasetWriter
from axtui.errors import UserError
from axtui.standard import sources
from axtui.standard.exchange import Exchange, Part, Split

description = """
Rewrite a chain of datasets with a new hashlabel: each row goes to the slice that the hash of its
value in that column says. Makes one dataset per dataset of the chain; the last is the default one.
With accelerator = "2021" it makes one of the whole chain.
"""


options: dict[str, Any] = {
    "hashlabel": OptionString,  # the column to hash on
    "caption": '"%(caption)s" hashed on %(hashlabel)s',  # %(caption)s is that of the source
    "length": -1,  # how many datasets of the chain; -1: back to where previous was made from
    "chain_slices": False,  # a dataset per slice of the source, chained
    "as_chain": Neutral(False),  # what chain_slices was called until 2022
}

datasets = ("source", "previous")
jobs = ()


@dataclass
class Target:
    """One source (or several, as one) and its writers: one, or with chain_slices one per slice."""

    parts: list[Dataset]
    writers: list[DatasetWriter]

    @property
    def columns(self) -> list[str]:
        """The columns that are written."""
        return list(self.parts[-1].columns)


def prepare(job: Any, options: Any, datasets: Any, slices: int) -> list[Target]:
    """Check the sources and make the writers."""
    chain = sources.new_chain(datasets.source, datasets.previous, options.length)
    for source in chain:
        _check(source, options.hashlabel)
    by_slice = options.chain_slices or options.as_chain
    targets: list[Target] = []
    parts = sources.groups(chain)
    for index, part in enumerate(parts):
        source = part[-1]
        sources.check_alike(part)
        caption = _caption(options, source)
        previous = targets[-1].writers[-1] if targets else datasets.previous
        names = [f"{index}.{number}" for number in range(slices)] if by_slice else [str(index)]
        if index == len(parts) - 1:
            names[-1] = "default"
        writers: list[DatasetWriter] = []
        for number, writer_name in enumerate(names):
            writers.append(
                job.datasetwriter(
                    name=writer_name,
                    columns={n: (c.type, chain.none_support(n)) for n, c in source.columns.items()},
                    caption=caption + (f" (slice {number})" if by_slice else ""),
                    hashlabel=options.hashlabel,
                    filename=source.filename if len(part) == 1 else None,
                    previous=writers[-1] if writers else previous,
                    for_single_slice=number if by_slice else None,
                    copy_mode=True,
                )
            )
        targets.append(Target(part, writers))
    if not by_slice and sources.is_small(chain, len(targets)):
        for target in targets:
            _write_all(target)
        job.finish_early()  # forking the slices would take longer than their work
    return targets


def _check(source: Dataset, label: str) -> None:
    column = source.columns.get(label)
    if column is None:
        known = ", ".join(sorted(source.columns))
        raise UserError(f"dataset {source.quoted} has no column {label!r}; it has: {known}")
    if not TYPES[column.type].hashable:
        raise UserError(f"column {label!r} of {source.quoted} is {column.type}, which has no hash")


def _caption(options: Any, source: Dataset) -> str:
    known = {"caption": source.caption, "hashlabel": options.hashlabel}
    try:
        return str(options.caption % known)
    except (KeyError, ValueError, TypeError):
        raise UserError(
            f"caption is {options.caption!r}; only %(caption)s and %(hashlabel)s can be in it"
        ) from None


def analysis(sliceno: int, prepare_res: list[Target], options: Any, slices: int) -> None:
    """Write the rows of one slice: from all slices of the sources, or into all."""
    by_slice = options.chain_slices or options.as_chain
    for number, target in enumerate(prepare_res):
        if by_slice:
            _scatter(target, sliceno)
            continue
        label = options.hashlabel
        if all(_is_hashed(source, label, slices) for source in target.parts):
            rows = _own(target, sliceno)
        else:
            rows = Exchange(str(number), _splits(target, label, slices), sliceno, slices).rows()
        for batch in rows:
            target.writers[0].write_batch(batch, placed=True)


def _write_all(target: Target) -> None:
    """Write all rows."""
    target.writers[0].get_split_write()  # opens all slices, also where there are no rows
    for source in target.parts:
        for _, batch in sources.stored_batches(source, target.columns):
            target.writers[0].write_batch_split(batch)
    target.writers[0].finish()


def _scatter(target: Target, sliceno: int) -> None:
    """Write the rows of one slice of the sources into all slices of a dataset of its own."""
    writer = target.writers[sliceno]
    writer.get_split_write()  # opens all slices, also where there are no rows
    for source in target.parts:
        for batch in sources.batches(source, sliceno, target.columns):
            writer.write_batch_split(batch)


def _is_hashed(source: Dataset, label: str, slices: int) -> bool:
    """Whether all rows are in the right slices already."""
    return source.hashlabel == label and len(source.meta.lines) == slices


def _own(target: Target, sliceno: int) -> Iterator[pa.RecordBatch]:
    for source in target.parts:
        yield from sources.batches(source, sliceno, target.columns)


def _splits(target: Target, label: str, slices: int) -> list[Part]:
    """What reads each slice of the sources, and tells where its rows belong."""
    kind = TYPES[target.parts[-1].columns[label].type]

    def split(source: Dataset, stored: int) -> Iterator[Split]:
        for batch in sources.stored_slice(source, stored, target.columns):
            yield batch, slices_of(kind, batch.column(label), slices)

    return [
        partial(split, source, stored)
        for source in target.parts
        for stored, rows in enumerate(source.meta.lines)
        if rows
    ]
