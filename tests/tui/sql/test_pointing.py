"""What is told of queries: marks below their characters, chains of datasets, rows that are held."""

from __future__ import annotations

import pyarrow as pa
import pytest

from axtui.build.sql.answer import Answer
from axtui.build.sql.chains import chains_of
from axtui.build.sql.names import DatasetName, Names
from axtui.tui.sql.buffers import LET_GO, Buffers
from axtui.tui.sql.outcome import Outcome
from axtui.tui.sql.pointing import pointed


@pytest.mark.parametrize("place", [0, 1, 30, 77, 118, 119, 120])
@pytest.mark.parametrize("width", [20, 60, 200])
def test_a_mark_stands_below_its_character_however_narrow_it_is(place: int, width: int) -> None:
    query = "".join(chr(0x4100 + n) for n in range(120))
    head = "line 1: "
    message = f"There is no such column.\n{head}{query}\n{' ' * (len(head) + place)}^"
    told, line, mark = pointed(message, width).split("\n")
    assert told == "There is no such column." and line.startswith(head)
    assert len(line) <= width and len(mark) <= width
    assert (line + " ")[mark.index("^")] == (query + " ")[place]


def test_a_message_without_a_mark_is_as_it_was() -> None:
    assert pointed("one line\n\ntwo " * 30, 10) == "one line\n\ntwo " * 30


def test_a_dataset_of_a_chain_that_is_asked_alone_is_found() -> None:
    names = Names(
        datasets=(
            DatasetName("csvimport", "newest: dev-5", 1, chained=True),
            DatasetName("dev-5", "csvimport", 1, chained=True),
            DatasetName("dev-4", "csvimport", 1),
        )
    )
    sql = "FROM dataset('dev-5/default') a, dataset('csvimport'), dataset('dev-4'), chain('dev-5')"
    assert chains_of(sql, names) == ("dev-5/default", "csvimport")
    assert chains_of("SELECT 'dev-5' -- dataset('dev-5')", names) == ()


def test_rows_that_are_not_seen_are_let_go_of_where_they_are_too_many() -> None:
    buffers = Buffers()
    for rows in (1_000, 10, 100_000):
        answer = Answer(pa.table({"n": range(rows)}), 0.1, "")
        buffers.new("SELECT").outcome = Outcome("SELECT", None, answer)
    small, large = buffers.each[1].outcome, buffers.each[2].outcome
    buffers.hold(5_000)
    assert buffers.each[0].outcome.answer is None and buffers.each[0].outcome.note == LET_GO
    assert buffers.each[1].outcome is small and buffers.each[2].outcome is large
