"""`dataset_checksum_chain`: one number for what is in a chain of datasets."""

from __future__ import annotations

from typing import Any

from axtui.accelerator import DotDict, subjobs
from axtui.errors import UserError

description = """
The checksum of one or more columns of a chain of datasets: those of its datasets, as dataset_checksum
makes them, combined by exclusive or. Rows that move from one dataset to another change it.
"""

options: dict[str, Any] = {
    "chain_length": -1,  # how many datasets of the chain; -1: all, back to (without) stop
    "columns": set(),  # the columns; none given: all
    "sort": True,  # the order of rows within a dataset, and their slices, make no difference
}

datasets = ("source", "stop")
jobs = ()


def synthesis(options: Any, datasets: Any) -> DotDict:
    """Build a checksum of every dataset, and combine them."""
    if not datasets.source:
        raise UserError("no source was given")
    chain = datasets.source.chain(length=options.chain_length, stop_ds=datasets.stop)
    if not chain:
        raise UserError(f"no dataset of the chain of {datasets.source.quoted} is left to sum")
    total = 0
    for source in chain:
        data = subjobs.build(
            "dataset_checksum", columns=options.columns, sort=options.sort, source=source
        ).load()
        total ^= data.sum
    print(f"Total: {total:016x}")
    return DotDict(sum=total, columns=data.columns, sort=options.sort, sources=chain)
