"""`dataset_filter_columns`: a dataset with only some of its columns; no data is copied."""

from __future__ import annotations

from typing import Any

from axtui.accelerator import OptionDefault
from axtui.errors import UserError

description = "Keep (or leave out) some columns of a dataset. No data is copied."

slice_dependent = False

options: dict[str, Any] = {
    "keep_columns": OptionDefault(["colname"]),  # the columns to keep; give this
    "discard_columns": OptionDefault(["colname"]),  # or the columns to leave out
}

datasets = ("source", "previous")
jobs = ()


def synthesis(options: Any, datasets: Any) -> None:
    """Link the source, with fewer columns."""
    source = datasets.source
    if not source:
        raise UserError("no source was given")
    if bool(options.keep_columns) == bool(options.discard_columns):
        raise UserError("give either keep_columns or discard_columns")
    wanted = set(options.keep_columns or options.discard_columns)
    missing = sorted(wanted - set(source.columns))
    if missing and options.keep_columns:
        known = ", ".join(sorted(source.columns))
        raise UserError(f"{source.quoted} has no columns {missing}; it has: {known}")
    keep = wanted if options.keep_columns else set(source.columns) - wanted
    if not keep:
        raise UserError(f"all columns of {source.quoted} are left out")
    source.link_to_here(column_filter=keep, override_previous=datasets.previous or None)
