"""Texts on their way to Parquet: packed into integers, by dictionary, and equal however they came."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.data import packed, rowgroup
from axtui.data.slicefile import STEP_ROWS, SliceFile
from axtui.data.sliceform import SliceForm
from axtui.data.types import TYPES
from axtui.errors import DatasetUsageError

TEXTS = st.lists(st.none() | st.binary(max_size=9), max_size=40)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(0, 5))
def test_coded_texts_are_the_texts_each_once_in_order_of_appearance(
    values: list[bytes | None], start: int
) -> None:
    array = pa.array(values, pa.binary()).slice(min(start, len(values)))
    for coded in (rowgroup.coded(array), rowgroup.in_order(array.dictionary_encode())):
        assert coded.to_pylist() == array.to_pylist()
        wanted = list(dict.fromkeys(value for value in array.to_pylist() if value is not None))
        assert coded.dictionary.to_pylist() == wanted


def test_texts_that_would_become_equal_do_not_pack() -> None:
    assert packed.pack_array(pa.array([b"a", b"a\0"])) is None
    assert packed.pack_array(pa.array([b"123456789"])) is None
    assert packed.pack_array(pa.array([b"12345678", b""])) is not None


def test_a_dictionary_with_unused_and_disordered_values_is_put_in_order() -> None:
    values = pa.array([b"never", b"second", b"first"])
    array = pa.DictionaryArray.from_arrays(pa.array([2, None, 1, 2], pa.int8()), values)
    found = rowgroup.in_order(array)
    assert found.dictionary.to_pylist() == [b"first", b"second"]
    assert found.to_pylist() == [b"first", None, b"second", b"first"]


def _written(tmp_path: object, name: str, batches: list[pa.RecordBatch]) -> bytes:
    file = SliceFile(tmp_path / name, SliceForm([("text", TYPES["bytes"])]))  # type: ignore[operator]
    for batch in batches:
        file.append(batch)
    file.close()
    return file.path.read_bytes()


def test_equal_rows_are_equal_files_by_dictionary_or_not(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("axtui.data.slicefile.GROUP_ROWS", 2 * STEP_ROWS)
    texts = [b"%d" % (number * number % 97) for number in range(5 * STEP_ROWS)]
    flat = pa.array(texts, pa.binary())
    coded = flat.dictionary_encode()

    def batches(array: pa.Array, step: int) -> list[pa.RecordBatch]:
        parts = [array.slice(at, step) for at in range(0, len(array), step)]
        return [pa.RecordBatch.from_arrays([part], names=["text"]) for part in parts]

    wanted = _written(tmp_path, "flat.parquet", batches(flat, len(flat)))
    assert _written(tmp_path, "pieces.parquet", batches(flat, 777)) == wanted
    assert _written(tmp_path, "coded.parquet", batches(coded, 3000)) == wanted
    mixed = batches(flat, 1000)[:3] + batches(coded.slice(3000), 5000)
    assert _written(tmp_path, "mixed.parquet", mixed) == wanted
    small = pa.DictionaryArray.from_arrays(coded.indices.cast(pa.uint8()), coded.dictionary)
    mixed = batches(small, 1000)[:3] + batches(flat.slice(3000), 5000)
    assert _written(tmp_path, "small.parquet", mixed) == wanted


def test_a_piece_in_which_nothing_repeats_may_lie_by_dictionary_with_others(
    tmp_path: object,
) -> None:
    rows = 2 * STEP_ROWS
    most = rows // 5  # so many different texts lie by dictionary
    flat = pa.array([b"%05d" % (row % most) for row in range(rows)], pa.binary())
    pieces = [flat.slice(0, most + 1), flat.slice(most + 1).dictionary_encode()]
    batches = [[pa.RecordBatch.from_arrays([one], names=["text"])] for one in (flat, *pieces)]
    wanted = _written(tmp_path, "flat.parquet", batches[0])
    assert _written(tmp_path, "mixed.parquet", [*batches[1], *batches[2]]) == wanted


def test_what_pieces_hold_together_may_be_more_than_their_codes_can_tell() -> None:
    group = rowgroup.RowGroup(pa.schema([("text", pa.binary())]))
    texts = [b"%d" % number for number in range(400)]
    for some in (texts[:200], texts[200:]):
        codes = pa.array(range(200), pa.uint8())
        column = pa.DictionaryArray.from_arrays(codes, pa.array(some, pa.binary()))
        group.add(pa.RecordBatch.from_arrays([column], names=["text"]))
    found = group.coded(0)
    assert found is not None and found.to_pylist() == texts


def test_bytes_behind_nulls_count_for_nothing() -> None:
    def texts(hidden: int, values: list[bytes]) -> pa.Array:
        """b"a", null and b"bc", where Arrow holds so many bytes for the null."""
        ends = np.cumsum([0, 1, hidden, 2], dtype=np.int32)
        data = values[0] + b"x" * hidden + values[1]
        buffers = [pa.py_buffer(b"\x05"), pa.py_buffer(ends), pa.py_buffer(data)]
        return pa.Array.from_buffers(pa.binary(), 3, buffers)

    stops = np.array([1, 2, 3])
    small, large = (texts(hidden, [b"a", b"bc"]) for hidden in (0, 1000))
    assert small.equals(large)
    codes = pa.array([0, 1, 2], pa.int32())
    dictionaries = [pa.DictionaryArray.from_arrays(codes, one) for one in (small, large)]
    for column in (small, large, large.dictionary_encode(), *dictionaries):
        batch = pa.RecordBatch.from_arrays([column], names=["text"])
        assert rowgroup.sizes(batch, stops).tolist() == [5, 9, 15]
        assert rowgroup.sizes(batch.slice(1), np.array([2])).tolist() == [10]


def test_null_where_none_can_be_is_an_error(tmp_path: object) -> None:
    path = tmp_path / "0.parquet"  # type: ignore[operator]
    file = SliceFile(path, SliceForm([("text", TYPES["bytes"])], {"text"}))
    file.append(pa.RecordBatch.from_arrays([pa.array([b"a", None])], names=["text"]))
    with pytest.raises(DatasetUsageError, match="text"):
        file.close()


def test_texts_that_hardly_repeat_are_not_looked_up(tmp_path: object) -> None:
    rows = 2 * STEP_ROWS
    differing = {"all": rows, "a third": rows // 3, "a tenth": rows // 10, "one": 1}
    for size in (5, 20):
        texts = {
            name: pa.array([b"%0*d" % (size, row % count) for row in range(rows)], pa.binary())
            for name, count in differing.items()
        }
        for name, array in texts.items():
            count = packed.about_distinct(array)
            assert count == pytest.approx(differing[name], rel=0.1), (name, size)
        file = SliceFile(
            tmp_path / "0.parquet", SliceForm([(name, TYPES["bytes"]) for name in texts])
        )  # type: ignore[operator]
        file.append(pa.RecordBatch.from_arrays(list(texts.values()), names=list(texts)))
        file.close()
        written = pq.ParquetFile(file.path).metadata.row_group(0)
        by_dictionary = [
            written.column(index).has_dictionary_page for index in range(written.num_columns)
        ]
        assert by_dictionary == [False, False, True, True]


def test_few_rows_are_the_same_file_in_one_batch_or_many(tmp_path: Path) -> None:
    form = SliceForm([("text", TYPES["unicode"]), ("whole", TYPES["int64"]), ("at", TYPES["time"])])
    rows = 50
    arrays = [
        pa.array([f"{number % 7}" for number in range(rows)]),
        pa.array([None if number % 3 else number for number in range(rows)], pa.int64()),
        pa.array(range(rows), pa.time64("us")),
        pa.array([number % 2 for number in range(rows)], pa.uint8()),
    ]
    coded = [arrays[0].dictionary_encode(), *arrays[1:]]

    def written(name: str, columns: list[pa.Array], step: int) -> tuple[bytes, object]:
        file = SliceFile(tmp_path / name, form)
        batch = pa.RecordBatch.from_arrays(columns, names=form.schema.names)
        for start in range(0, rows, step):
            file.append(batch.slice(start, step))
        facts = file.close()
        return file.path.read_bytes(), facts["columns"]

    wanted = written("one", arrays, rows)
    assert wanted[1]["whole"] == {"min": 0, "max": 48, "kinds": []}  # type: ignore[index]
    assert wanted[1]["at"]["kinds"] == ["naive", "utc"]  # type: ignore[index]
    assert written("many", arrays, 7) == wanted
    assert written("coded", coded, 20) == wanted
