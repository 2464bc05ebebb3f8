"""`dataset_merge`: the columns of several datasets side by side; no data is copied."""

from __future__ import annotations

from typing import Any

from axtui.errors import UserError

description = """
Put the columns of two or more datasets side by side. No data is copied.

All must have the same number of rows in each slice, and a common ancestor unless allow_unrelated.
Of columns of the same name, that of the last dataset is taken.
"""

slice_dependent = False

options: dict[str, Any] = {
    "allow_unrelated": False,  # the datasets need not come from the same dataset
}

datasets = (["source"], "previous")
jobs = ()


def synthesis(options: Any, datasets: Any) -> None:
    """Merge them one by one; those before the last are datasets "0", "1" ... of the job, too."""
    current, *others = datasets.source or [None]
    if not others or not all(datasets.source):
        raise UserError(f"source must be at least two datasets, not {len(datasets.source or [])}")
    for index, other in enumerate(others):
        last = index == len(others) - 1
        current = current.merge(
            other,
            name="default" if last else str(index),
            previous=(datasets.previous or None) if last else None,
            allow_unrelated=options.allow_unrelated,
        )
