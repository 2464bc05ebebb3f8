"""Rows handed between slices: each part is read once, and nobody waits for a slice that has not begun."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from axtui.data import context
from axtui.data.dataset import Dataset
from axtui.data.hashing import slice_of
from axtui.standard.exchange import Exchange
from tests.standard.conftest import Lab, by_slice

SLICES = 3
PARTS = [[[0, 1, 2, 3, 4], [5, 6]], [[]], [[7, 8]], []]


@pytest.fixture
def in_a_job(tmp_path: Path):
    place = context.Place("dev-1", tmp_path, tmp_path, "analysis", 0)
    with context.use(context.Context({}, SLICES, tmp_path, tmp_path, place)):
        yield


def test_each_part_is_read_once_and_its_rows_keep_their_order(in_a_job: None) -> None:
    read: Counter[int] = Counter()

    def part(number: int):
        def batches():
            read[number] += 1
            for values in PARTS[number]:
                text = pa.array([str(v) for v in values], pa.string()).dictionary_encode()
                batch = pa.record_batch({"n": pa.array(values, pa.int64()), "t": text})
                yield batch, np.array([v % SLICES for v in values], np.int64)

        return batches

    parts = [part(number) for number in range(len(PARTS))]
    for sliceno in reversed(range(SLICES)):  # whichever begins first is done before others begin
        table = [batch.to_pydict() for batch in Exchange("a", parts, sliceno, SLICES).rows()]
        mine = [value for value in range(9) if value % SLICES == sliceno]
        assert [value for found in table for value in found["n"]] == mine
        assert [value for found in table for value in found["t"]] == [str(v) for v in mine]
    assert set(read.values()) == {1}


def test_many_rows_are_exchanged_as_few_are_split(lab: Lab) -> None:
    count = 40_000
    lab.input("many.csv", "n\n" + "".join(f"{n * 7}\n" for n in range(count)))
    source = lab.job("csvimport", filename="many.csv").dataset()
    assert sum(source.lines) == count
    found = lab.job("dataset_hashpart", source=str(source), hashlabel="n").dataset()
    assert len(list((lab.root / "workdirs").rglob("exchange"))) == 0
    before = list(Dataset(str(source)).iterate(None, "n"))
    for sliceno, values in enumerate(by_slice(found, "n")):
        assert values == [value for value in before if slice_of(value, 3) == sliceno]
