"""`dataset_rename_columns`: a dataset with other names for its columns; no data is copied."""

from __future__ import annotations

from typing import Any

from axtui.errors import UserError

description = "Rename (or leave out) columns of a dataset. No data is copied."

slice_dependent = False

options: dict[str, Any] = {
    "rename": {},  # {old name: new name, or None to leave the column out}
}

datasets = ("source",)
jobs = ()


def synthesis(options: Any, datasets: Any) -> None:
    """Link the source under the new names."""
    if not datasets.source:
        raise UserError("no source was given")
    datasets.source.link_to_here(rename=options.rename)
