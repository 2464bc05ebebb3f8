"""Rows on their way to a row group: what leaves is what came, however it waited."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axtui.data import packed
from axtui.standard import csvcodes, csvgroup
from axtui.standard.csvcodes import Codebook
from axtui.standard.csvformat import CsvFormat
from axtui.standard.csvgroup import Group, Share
from axtui.standard.csvsplit import split_block

VALUES = st.sampled_from([b"", b"1", b"22", b"12345678", b"\xff" * 8, b"b", b"c", b"long" * 4])
BLOCKS = st.lists(
    st.tuples(
        st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6),
        st.sampled_from([b"\n", b"\r\n"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvgroup, "FEW_ROWS", 5)
    monkeypatch.setattr(csvcodes, "MOST", 3)


@pytest.mark.usefixtures("small")
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(BLOCKS, st.sampled_from([[0, 1, 2], [0, 2], [1], []]), st.integers(1, 3), st.integers(4, 12))
def test_rows_leave_as_they_came(blocks, columns, step, limit):
    group = Group(columns, limit)
    came: list[tuple[bytes, ...]] = []
    left: list[tuple[bytes, ...]] = []

    def take() -> None:
        arrays = [array.to_pylist() for array in group.take()]
        left.extend(zip(*arrays, strict=True))

    for rows, end, by_arrays in blocks:
        data = b"".join(b",".join(row) + end for row in rows)
        block = split_block(data, CsvFormat(), 3, 1, 0)
        assert block.fields is not None
        share = Share(block.fields, 0, step, len(rows[::step]), block.size)
        came += [tuple(row[index] for index in columns) for row in rows[::step]]
        if by_arrays:
            every = slice(0, None, step)
            arrays = [block.column(index, every) for index in columns]
            group.add_arrays(share.rows, arrays, 0)
        else:
            while share.rows:
                if group.rows >= limit:
                    take()
                now, share = share.cut(min(share.rows, limit - group.rows))
                group.add(now)
        if group.rows >= limit:
            take()
    if group.rows:
        take()
    assert left == (came if columns else [])


@pytest.mark.usefixtures("small")
def test_few_different_values_leave_by_code() -> None:
    data = b"".join(b"%d,%d,x\n" % (row % 3, row) for row in range(9))
    block = split_block(data, CsvFormat(), 3, 1, 0)
    assert block.fields is not None
    group = Group([0, 1, 2], 9)
    group.add(Share(block.fields, 0, 1, 9, block.size))
    coded = [pa.types.is_dictionary(array.type) for array in group.take()]
    assert coded == [True, False, True]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.binary(max_size=8), min_size=1, max_size=30), min_size=1, max_size=6))
def test_a_codebook_knows_its_keys_by_their_order_of_appearance(batches):
    book = Codebook(3)
    seen: dict[int, int] = {}
    for texts in batches:
        array = pa.array([text.replace(b"\0", b"0") for text in texts], pa.binary())
        keys = packed.pack_array(array)
        assert keys is not None
        codes, full = book.encode(np.column_stack([keys, keys[::-1], np.zeros_like(keys)]))
        assert not full
        for key in keys.tolist():
            seen.setdefault(key, len(seen))
        assert [seen[key] for key in keys.tolist()] == codes[:, 0].tolist()
        assert (book.values(1)[codes[:, 1]] == keys[::-1]).all()
        assert not book.values(2)[codes[:, 2]].any()
    assert book.values(0).tolist() == list(seen)
