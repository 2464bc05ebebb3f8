"""From the columns that a period happens to have to the columns that every period gets.

Works on whole Arrow batches: there is no Python loop over rows.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# What comes out: name, type of the dataset column, whether it may be None, column it is made from.
COLUMNS = (
    ("date", "date", False, "date"),
    ("serial_number", "ascii", False, "serial_number"),
    ("model", "ascii", False, "model"),
    ("capacity_bytes", "int64", True, "capacity_bytes"),
    ("failure", "bool", False, "failure"),
    ("power_on_hours", "int64", True, "smart_9_raw"),
    ("celsius", "float64", True, "smart_194_raw"),
    ("reallocated_sectors", "int64", True, "smart_5_raw"),
    ("pending_sectors", "int64", True, "smart_197_raw"),
    ("datacenter", "ascii", True, "datacenter"),
)
_ARROW = {
    "date": pa.date32(),
    "ascii": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
}


def columns_to_read(present: Any) -> list[str]:
    """Those of the columns in `present` that `clean` makes something of."""
    return [source for _, _, _, source in COLUMNS if source in present]


def clean(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The same rows with the columns of `COLUMNS`; what the period does not tell is None."""
    columns = {}
    for name, kind, _, source in COLUMNS:
        if source in batch.schema.names:
            columns[name] = batch.column(source).cast(_ARROW[kind])
        else:
            columns[name] = pa.nulls(batch.num_rows, _ARROW[kind])
    columns["model"] = one_space(columns["model"])
    columns["capacity_bytes"] = known_capacity(columns["capacity_bytes"])
    return pa.RecordBatch.from_pydict(columns)


def one_space(models: pa.Array) -> pa.Array:
    """Model names with single spaces: `WDC  WD30EFRX` and `WDC WD30EFRX` are one model."""
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(models, r"\s+", " "))


def known_capacity(capacities: pa.Array) -> pa.Array:
    """Capacities with None for those the drive did not tell (-1 in the files)."""
    return pc.if_else(pc.greater(capacities, 0), capacities, pa.scalar(None, capacities.type))
