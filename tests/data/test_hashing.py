"""The slice hash: golden values, its rules, and that the vectorised form agrees with the scalar."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from column_values import VALUES
from hypothesis import given
from hypothesis import strategies as st

from axtui.data import types
from axtui.data.encode import encode
from axtui.data.hasharrow import hash_array, slices_of
from axtui.data.hashing import hash_value, slice_of
from axtui.errors import DatasetUsageError

HASHABLE = sorted(name for name, kind in types.TYPES.items() if kind.hashable)


@pytest.mark.parametrize("value", [None, 0, 0.0, -0.0, False, "", b"", 0j])
def test_nothing_hashes_to_zero(value: Any) -> None:
    assert hash_value(value) == 0


@given(st.data())
@pytest.mark.parametrize("name", HASHABLE)
def test_arrays_hash_like_their_values(name: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[name], max_size=20))
    arrays = encode(types.TYPES[name], values)
    assert hash_array(types.TYPES[name], arrays[0]).tolist() == [hash_value(v) for v in values]
    part = arrays[0].slice(1, 3)
    assert hash_array(types.TYPES[name], part).tolist() == [hash_value(v) for v in values[1:4]]


@given(st.integers(-(2**63), 2**63 - 1) | st.floats(-(2.0**63), 2.0**63, exclude_max=True))
def test_equal_numbers_of_64_bits_hash_alike(value: Any) -> None:
    others: list[Any] = [complex(value)] if isinstance(value, float) else []
    with contextlib.suppress(OverflowError):
        others += [float(value), int(value)]
    for other in others:
        if other == value:
            assert hash_value(other) == hash_value(value)


@given(VALUES["ascii"])
def test_text_hashes_like_its_bytes(value: str) -> None:
    assert hash_value(value) == hash_value(value.encode())


@given(st.lists(st.none() | st.text(max_size=20), max_size=20), st.integers(1, 100))
def test_slices_are_the_hash_modulo(values: list[str | None], slices: int) -> None:
    values = [v for v in values if v is None or v.isprintable()]
    found = slices_of(types.TYPES["unicode"], pa.array(values, pa.string()), slices)
    assert found.tolist() == [slice_of(value, slices) for value in values]


def test_dictionary_arrays_hash_by_value() -> None:
    array = pa.array(["b", None, "a", "b"])
    kind = types.TYPES["ascii"]
    wanted = [hash_value(value) for value in array.to_pylist()]
    assert hash_array(kind, array.dictionary_encode()).tolist() == wanted
    assert hash_array(kind, array).tolist() == wanted
    unused = pa.DictionaryArray.from_arrays(pa.array([2, None]), pa.array(["x", "y", "a", "z"]))
    assert hash_array(kind, unused).tolist() == [hash_value("a"), 0]
    null = pa.DictionaryArray.from_arrays(pa.array([1, 0]), pa.array(["a", None]))
    assert hash_array(kind, null).tolist() == [0, hash_value("a")]


_DAY = dt.date(1999, 12, 25)
_REPEATED: dict[str, list[Any]] = {
    "int64": [None, 0, -7, 2**62, 12],
    "int32": [None, *range(-20, 20)],
    "float64": [None, math.nan, -0.0, 0.5, 3.0],
    "number": [None, 0, 7, 0.5, 2**70, 7.0],
    "bool": [None, True, False],
    "date": [None, *(_DAY + dt.timedelta(days) for days in range(400))],
    "datetime": [None, *(dt.datetime(1970, 1, 1) + dt.timedelta(0.3) * n for n in range(-9, 999))],
    "time": [None, *(dt.time(n % 24, n % 60, n % 59, n) for n in range(999))],
    "bytes": [None, b"", b"a", b"abcdefgh", bytes(40)],
    "complex64": [None, 0j, -0.0 + 1j, complex(math.nan, 1), 3 + 0j],
}


@pytest.mark.parametrize("name", _REPEATED)
def test_values_that_repeat_in_many_rows_hash_as_alone(name: str) -> None:
    values = _REPEATED[name] * (9000 // len(_REPEATED[name]))
    kind = types.TYPES[name]
    wanted = [hash_value(value) for value in values]
    assert hash_array(kind, encode(kind, values)[0]).tolist() == wanted


def test_neighbouring_integers_hash_alike_one_by_one_and_at_once() -> None:
    values = [*range(-1500, 1500), *range(2**63 - 1100, 2**63), *range(-(2**63), 1100 - 2**63)]
    found = hash_array(types.TYPES["int64"], pa.array(values, pa.int64()))
    assert [hash_value(value) for value in values] == found.tolist()


def test_consecutive_keys_spread_evenly() -> None:
    texts = pa.array([f"S3{number:09d}" for number in range(20_000)])
    for found in (
        slices_of(types.TYPES["ascii"], texts, 7),
        slices_of(types.TYPES["int64"], pa.array(range(0, 160_000, 8)), 7),
    ):
        counts = np.bincount(found, minlength=7)
        assert counts.min() > 2600 and counts.max() < 3150


def test_no_collisions_among_many_short_texts() -> None:
    texts = pa.array(
        [f"{a}{b}" for a in range(400) for b in ("", "x", "\0", " ", "yyyyyyyyyyyyyyyy")]
    )
    assert len(set(hash_array(types.TYPES["unicode"], texts).tolist())) == len(
        set(texts.to_pylist())
    )


@pytest.mark.parametrize("name", ["json", "pickle"])
def test_some_types_cannot_be_hashed(name: str) -> None:
    with pytest.raises(DatasetUsageError, match="cannot be hashed"):
        hash_array(types.TYPES[name], pa.array([]))
    with pytest.raises(DatasetUsageError, match="cannot be hashed"):
        hash_value([1])


# What `hash` of the Accelerator's module `_dsutil` gives.
GOLDEN: list[tuple[Any, int]] = [
    (1, 0x6C18ED553294975C),
    (-1, 0x26CA7A006C030077),
    (2**63 - 1, 0xFDF444C27FCF882F),
    (-(2**63), 0x4F5E1A0BEE0C5591),
    (2**63, 0xE6C388224837B636),
    (10**30, 0xEA07B42AC0F7B847),
    (0.5, 0x0EDADE63E882DC9C),
    (-1.5, 0xE0BFAEA661C575FD),
    (1e300, 0xD189E2E5F075CCD9),
    (math.inf, 0xF8ACC5E022215880),
    (math.nan, 0x9A73D9C06000A8D3),
    (1 + 2j, 0x608F036E47EC3DE0),
    ("a", 0xCDA8FF79F70F3B26),
    ("abcdefgh", 0xEEF780BF954DB4E1),
    ("abcdefghi", 0x1D59E1BDD0F31FA2),
    ("åäö", 0x5493669A499FCF15),
    (b"\x00", 0x16EBF8551ADAF720),
    (b"\x00\x00", 0xA14A137303863B4A),
    (dt.date(2020, 2, 29), 0xEF05F49331D94D9B),
    (dt.datetime(2020, 2, 29, 12, 30, 15, 123456), 0x631C6972EB01A45D),
    (dt.datetime(1, 1, 1, tzinfo=dt.UTC), 0x7289C7B674FD12D5),
    (dt.time(23, 59, 59, 999999), 0x40B3E59C15341B29),
    ("Z" * 1000, 0x2D027EB44B1B0092),
    (True, 0x0000000000000001),
    (2**53 + 1, 0x1977CF8CB9A263D8),
    (float(2**53 + 2), 0x206D68A33E09802C),
    (-(2**63) - 1, 0x94E27A6056B8AB87),
    (2**1007 - 1, 0x128D3AB74777F289),
    (float(2**63), 0xC9F6D6990095DF9A),
    (5e-324, 0x6C18ED553294975C),
    (-0.0 + 2j, 0xAF8F180EEAFB6F12),
    (complex(math.nan, 1), 0x611F9E611CE15F4B),
    (complex(0.5, 0), 0x0EDADE63E882DC9C),
    (dt.date(1, 1, 1), 0x49347D6587A211D4),
    (dt.date(9999, 12, 31), 0xEBC06CCBA5919224),
    (dt.time(0), 0x8050FB07429B82E8),
    (dt.datetime(1970, 1, 1, 23, 59, 59, 999999), 0x40B3E59C15341B29),
    ("a" * 7, 0x03CA78B73E9A8D49),
    ("a" * 255 + "b", 0xC547B69E13186923),
]


@pytest.mark.parametrize(("value", "expected"), GOLDEN, ids=range(len(GOLDEN)))
def test_golden(value: Any, expected: int) -> None:
    assert hash_value(value) == expected
