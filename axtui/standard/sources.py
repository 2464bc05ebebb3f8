"""What the standard methods read: the part of a chain that is new, and its batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from axtui.config import ACCELERATORS
from axtui.data import context, virtual
from axtui.data.chain import DatasetChain
from axtui.data.dataset import Dataset
from axtui.errors import DatasetError, UserError

SMALL_ROWS = 32_768
"""A process takes some 10 ms before it works; in this time some 100,000 rows are sorted or hashed."""
SMALL_VALUES = 16 * SMALL_ROWS
"""As wide as they are: a value takes some 100 ns to be read, changed and written."""
SMALL_FILES = 64
"""A slice of a dataset takes a millisecond or two to open or to write, whatever is in it."""


def chain_since(source: Any, previous: Any, length: int = -1) -> DatasetChain:
    """The chain of `source`, back to (without) what the job of `previous` had as its source: empty
    where nothing is new. Raises UserError where no source is given."""
    return _back_to(source, previous.job if previous else None, length)


def new_chain(source: Any, previous: Any, length: int = -1) -> DatasetChain:
    """As `chain_since`, for what makes no sense of nothing: raises UserError where nothing is new."""
    return new_chain_of_job(source, previous.job if previous else None, length)


def new_chain_of_job(source: Any, previous: Any, length: int = -1) -> DatasetChain:
    """As `new_chain`, where `previous` is the job itself."""
    chain = _back_to(source, previous, length)
    if not chain:
        raise UserError(f"{source.quoted} is what the previous job ({previous}) was made from")
    return chain


def _back_to(source: Any, previous: Any, length: int) -> DatasetChain:
    if not source:
        raise UserError("no source was given")
    stop = previous.params["datasets"].get("source") if previous else None
    found: DatasetChain = source.chain(length, False, None if isinstance(stop, list) else stop)
    return found


def as_in_2021() -> bool:
    """Whether the workspace asks for the meaning that the Accelerator had until August 2022. What is
    asked here counts when the running job is about to be re-used."""
    active = context.active()
    active.note("meaning", accelerator=active.accelerator or ACCELERATORS[0])
    return active.accelerator == "2021"


def check_alike(datasets: Sequence[Dataset]) -> None:
    """Raise UserError where datasets that become one lack a column of the last, or have it with
    another type."""
    last = datasets[-1]
    for source in datasets:
        for name, column in last.columns.items():
            found = source.columns.get(name)
            if found is None or found.type != column.type:
                has = "has no such column" if found is None else f"has it as {found.type}"
                raise UserError(
                    f"column {name!r} of {last.quoted} is {column.type}, but {source.quoted} {has}"
                )


def groups(chain: DatasetChain) -> list[list[Dataset]]:
    """The datasets of a chain that become one dataset each: every one by itself, or as in 2021 all
    together."""
    return [list(chain)] if len(chain) > 1 and as_in_2021() else [[ds] for ds in chain]


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
    for sliceno in range(len(ds.meta.lines)):
        for batch in stored_slice(ds, sliceno, columns, codes):
            yield sliceno, batch


def stored_slice(
    ds: Dataset, sliceno: int, columns: Sequence[str], codes: bool = True
) -> Iterator[pa.RecordBatch]:
    """Batches of a slice that was written, in whichever number of slices."""
    active = context.active()
    active.note("reads", dataset=ds.ref, columns=sorted(set(columns)))
    for batch in virtual.stream(ds.meta, sliceno, columns, codes=codes):
        active.status.rows(batch.num_rows)
        yield batch


def is_small(datasets: Sequence[Dataset], written: int = 1) -> bool:
    """Whether the rows are so few that one process is done with them before others have begun, so
    that `prepare` does all of the work; `written`: how many datasets are made of them."""
    files = max(len(datasets), written) * context.active().slices
    rows = sum(ds.meta.rows for ds in datasets)
    values = sum(ds.meta.rows * len(ds.columns) for ds in datasets)
    return files <= SMALL_FILES and rows <= SMALL_ROWS and values <= SMALL_VALUES


def sibling(previous: Any, name: str) -> Dataset | None:
    """Another dataset of the job of `previous`; None where there is none."""
    if not previous:
        return None
    try:
        return Dataset(previous.jobid, name)
    except DatasetError:
        return None
