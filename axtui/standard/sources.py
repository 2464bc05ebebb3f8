"""What the standard methods read: the part of a chain that is new, and its batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from axtui.data import context, virtual
from axtui.data.chain import DatasetChain
from axtui.data.dataset import Dataset
from axtui.errors import DatasetError, UserError

_TOGETHER = "dataset_type_whole_chain"


def new_chain(source: Any, previous: Any, length: int = -1) -> DatasetChain:
    """The chain of `source`, back to (without) what the job of `previous` had as its source.

    Raises UserError where no source is given, or nothing of it is new.
    """
    return chain_since_job(source, previous.job if previous else None, length)


def chain_since_job(source: Any, previous: Any, length: int = -1) -> DatasetChain:
    """As `new_chain`, where `previous` is the job itself."""
    if not source:
        raise UserError("no source was given")
    stop = previous.params["datasets"].get("source") if previous else None
    stop = None if isinstance(stop, list) else stop
    chain: DatasetChain = source.chain(length, False, stop or None)
    if not chain:
        raise UserError(f"{source.quoted} is what the previous job ({previous}) was made from")
    return chain


def whole_chain_together() -> bool:
    """Whether `dataset_type` makes one dataset of a whole chain, as the Accelerator did until 2022,
    instead of one per dataset. The workspace may say so in the context."""
    return bool(getattr(context.active(), _TOGETHER, False))


def batches(
    ds: Dataset, sliceno: int, columns: Sequence[str], codes: bool = True
) -> Iterator[pa.RecordBatch]:
    """Physical batches of a slice; with `codes`, text stored by dictionary comes as dictionaries."""
    active = context.active()
    active.note("reads", dataset=ds.ref, columns=sorted(set(columns)))
    for batch in virtual.share(ds.meta, sliceno, active.slices, columns, codes=codes):
        active.status.rows(batch.num_rows)
        yield batch


def stored_batches(
    ds: Dataset, columns: Sequence[str], codes: bool = True
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """(slice, batch) of all rows, slice by slice, in the slices they were written in."""
    active = context.active()
    active.note("reads", dataset=ds.ref, columns=sorted(set(columns)))
    for sliceno in range(len(ds.meta.lines)):
        for batch in virtual.stream(ds.meta, sliceno, columns, codes=codes):
            active.status.rows(batch.num_rows)
            yield sliceno, batch


def sibling(previous: Any, name: str) -> Dataset | None:
    """Another dataset of the job of `previous`; None where there is none."""
    if not previous:
        return None
    try:
        return Dataset(previous.jobid, name)
    except DatasetError:
        return None
