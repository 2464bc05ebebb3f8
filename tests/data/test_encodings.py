"""How numbers that do not repeat are kept in files, and that all of them come back."""

from __future__ import annotations

import datetime as dt
import itertools

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from dataset_workspace import Workspace

from axtui.data.encode import PHYSICAL
from axtui.data.encodings import encodings

BIG = 1 << 62


def test_what_has_an_encoding_of_its_own() -> None:
    schema = [pa.field(name, kind) for name, kind in PHYSICAL.items()]
    found = encodings(schema, {"int32", "number.float"})
    by_byte = {name for name, how in found.items() if how == "BYTE_STREAM_SPLIT"}
    assert by_byte == {
        "float64",
        "float32",
        *("complex64.re", "complex64.im", "complex32.re", "complex32.im"),
    }
    assert found.keys() - by_byte == {"number.int", "int64", "datetime", "time", "date"}


def test_columns_whose_names_look_like_parts_of_others(workspace: Workspace) -> None:
    columns = {"a": "number", "a.big": "float64", "a.float": "int64", "a.int": "unicode"}
    rows = [[number, number / 3, number, str(number)] for number in range(3000)]
    ds = workspace.write(columns, rows, slices=1)
    with workspace.sliced(1):
        assert [list(row) for row in ds.iterate(0, list(columns))] == rows


def test_extremes_come_back_and_other_programs_read_them(workspace: Workspace) -> None:
    ints = [
        *range(-2500, 700),
        -(1 << 63),
        (1 << 63) - 1,
        0,
        None,
        *(BIG - 3 * n for n in range(3000)),
    ]
    floats = [float(n or 0) / 3 for n in ints[:-6]] + [
        -0.0,
        5e-324,
        1e308,
        None,
        float("inf"),
        -0.1,
    ]
    days = [None if n is None else dt.date.min + dt.timedelta(abs(n) % 3_652_058) for n in ints]
    rows = [list(row) for row in zip(days, floats, ints, strict=True)]
    columns = {"d": ("date", True), "f": ("float64", True), "i": ("int64", True)}
    ds = workspace.write(columns, rows, slices=1)
    with workspace.sliced(1):
        path = next((workspace.path / ds.job).rglob("*.parquet"))
        assert list(map(repr, ds.iterate(0, ["d", "f", "i"]))) == [repr(tuple(row)) for row in rows]
    group = pq.read_metadata(path).row_group(0)
    used = {group.column(n).path_in_schema: group.column(n).encodings for n in range(3)}
    assert "DELTA_BINARY_PACKED" in used["i"] and "BYTE_STREAM_SPLIT" in used["f"]
    asked = duckdb.sql(f"SELECT d, f, i FROM read_parquet('{path}')").fetchall()
    assert [repr(row) for row in asked] == [repr(tuple(row)) for row in rows]


def test_differences_beyond_64_bits(workspace: Workspace) -> None:
    ends = itertools.cycle([-(1 << 63), (1 << 63) - 1])
    rows = [[next(ends) ^ n] for n in range(3000)]
    ds = workspace.write({"i": "int64"}, rows, slices=1)
    with workspace.sliced(1):
        assert list(ds.iterate(0, "i")) == [row[0] for row in rows]
