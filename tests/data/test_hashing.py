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


@given(st.integers(-(2**62), 2**62) | st.integers(-(2**200), 2**200) | st.floats(allow_nan=False))
def test_equal_numbers_hash_alike(value: Any) -> None:
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
    assert hash_array(kind, array.dictionary_encode()).tolist() == hash_array(kind, array).tolist()


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


GOLDEN: list[tuple[Any, int]] = [
    (1, 0x5692161D100B05E5),
    (-1, 0xB4D055FCF2CBBD7B),
    (2**63 - 1, 0x5A682AFE7965DEBD),
    (-(2**63), 0x25C26EA579CEA98A),
    (2**63, 0x6A03C32A6C6E7E9F),
    (10**30, 0xC013436E6A3523BE),
    (0.5, 0x120D6B6F2777521A),
    (-1.5, 0xE0BC7F4C862A213E),
    (1e300, 0xCF4A0A6FBD7795DF),
    (math.inf, 0x635BE7A0EA164F9D),
    (math.nan, 0xFC71E8241435050F),
    (1 + 2j, 0xCA88E3FBC8D79EA6),
    ("a", 0x2B2D8216F43B1CE1),
    ("abcdefgh", 0xE8892682D266A627),
    ("abcdefghi", 0x3085C10A13219BA4),
    ("åäö", 0x91BF16F6D4960101),
    (b"\x00", 0x45F53BA19FD8D8CF),
    (b"\x00\x00", 0x1FF9FD993EB4F973),
    (dt.date(2020, 2, 29), 0xF9984C488C997ED0),
    (dt.datetime(2020, 2, 29, 12, 30, 15, 123456), 0xB0418B881AA6C09D),
    (dt.datetime(1, 1, 1, tzinfo=dt.UTC), 0x7B42A1F43768BD56),
    (dt.time(23, 59, 59, 999999), 0x59FE160CE4BB3932),
    ("Z" * 1000, 0xCE60EC062095F11C),
]


@pytest.mark.parametrize(("value", "expected"), GOLDEN)
def test_golden(value: Any, expected: int) -> None:
    assert hash_value(value) == expected
