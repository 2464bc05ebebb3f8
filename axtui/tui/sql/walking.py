"""Where a value of a result leads: from a row to the job, the dataset, the result it names."""

from __future__ import annotations

import re
from typing import Any

from axtui.tui.places import Place

_JOB = re.compile(r"[\w-]*[^\W\d_]\w*-\d+")
_DATASET = re.compile(r"(?P<job>[\w-]*[^\W\d_]\w*-\d+)/(?P<name>[\w][\w. -]*)")
_DATASETS = ("dataset", "ref", "previous", "origin", "parents")
_RESULTS = ("result", "link")
_METHODS = ("method", "input_method", "rests_on_method")
_SCRIPTS = ("script",)


def leads_to(column: str, value: Any) -> Place | None:
    """The place that a value stands for, by its form and its column's name; None for most values."""
    if not isinstance(value, str) or not value:
        return None
    name = column.lower()
    if _JOB.fullmatch(value):
        return Place("data", value) if name == "dataset" else Place("job", value)
    found = _DATASET.fullmatch(value)
    if found is not None:
        if name in _DATASETS or name.endswith("dataset"):
            return Place("data", value)
        return Place("job", found["job"]) if name in ("file", "path") else Place("data", value)
    if name in _RESULTS:
        return Place("results", value)
    if name in _METHODS:
        return Place("methods", value)
    if name in _SCRIPTS:
        return Place("methods", value, "script")
    return None


def row_leads_to(column: str, values: dict[str, Any]) -> Place | None:
    """Where a row leads from the cell of a column: what the cell stands for, else the row's job."""
    return leads_to(column, values.get(column)) or leads_to("job", values.get("job"))
