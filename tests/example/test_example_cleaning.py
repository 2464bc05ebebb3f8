"""Every period comes out with the same columns, clean."""

import datetime

import pyarrow as pa

from methods.cleaning import COLUMNS, clean, columns_to_read


def batch(**columns):
    base = {
        "date": pa.array([datetime.date(2013, 4, 10)] * 3),
        "serial_number": ["A", "B", "C"],
        "model": ["WDC  WD30EFRX", "WDC WD30EFRX", " ST3000DM001 "],
        "capacity_bytes": pa.array([3000592982016, -1, None], pa.int64()),
        "failure": [False, True, False],
    }
    return pa.RecordBatch.from_pydict(base | columns)


def test_one_spelling_per_model():
    assert clean(batch())["model"].to_pylist() == ["WDC WD30EFRX", "WDC WD30EFRX", "ST3000DM001"]


def test_unknown_capacities_are_none():
    assert clean(batch())["capacity_bytes"].to_pylist() == [3000592982016, None, None]


def test_columns_do_not_depend_on_the_period():
    poor = clean(batch())
    rich = clean(
        batch(smart_9_raw=[10, None, 3], datacenter=["sac0", None, "phx1"], other=[1, 2, 3])
    )
    assert poor.schema == rich.schema
    assert poor.schema.names == [name for name, *_ in COLUMNS]
    assert poor["power_on_hours"].to_pylist() == [None] * 3
    assert rich["power_on_hours"].to_pylist() == [10, None, 3]
    assert rich["datacenter"].to_pylist() == ["sac0", None, "phx1"]


def test_an_all_empty_attribute_and_no_rows():
    nothing = clean(batch(smart_9_raw=pa.nulls(3, pa.float64())))
    assert nothing.schema == clean(batch()).schema
    assert clean(batch().slice(0, 0)).num_rows == 0


def test_only_useful_columns_are_read():
    present = ["smart_9_raw", "model", "smart_1_raw", "date"]
    assert sorted(columns_to_read(present)) == ["date", "model", "smart_9_raw"]
