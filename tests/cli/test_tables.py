"""Lists as tables, JSON and CSV; numbers as people read them."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui import human
from axtui.cli import sqlwrite
from axtui.cli.tables import Column, cell_width, cut, narrowest, table_lines, write
from axtui.cli.wrapping import say

COLUMNS = (Column("name"), Column("rows", human.count, right=True), Column("note"))
ROWS = [
    {"name": "a", "rows": 1200, "note": None},
    {"name": "漢字", "rows": 7, "note": "two\nlines"},
]


def test_a_table_is_aligned_also_with_wide_characters() -> None:
    assert table_lines(COLUMNS, ROWS, None) == [
        "name   rows  note",
        "a     1,200",
        "漢字      7  two lines",
    ]


def test_json_and_csv_hold_the_values_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    write(COLUMNS, ROWS, "json")
    assert json.loads(capsys.readouterr().out) == ROWS
    write(COLUMNS, ROWS, "csv")
    lines = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert lines == [["name", "rows", "note"], ["a", "1200", ""], ["漢字", "7", "two\nlines"]]


def test_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    write(COLUMNS, [], "json")
    assert json.loads(capsys.readouterr().out) == []
    write(COLUMNS, [], "csv")
    assert capsys.readouterr().out == "name,rows,note\n"


def test_what_is_firm_is_cut_last() -> None:
    columns = [Column("job", firm=True), Column("text"), Column("rows", right=True)]
    row = {"job": "development-123", "text": "a" * 40, "rows": 1_000_000_000_000}
    assert table_lines(columns, [row], 45)[1] == "development-123  aaaaaaaaaaaa…  1000000000000"
    assert table_lines(columns, [row], 40)[1] == "development-123  aaaaaaa…  1000000000000"
    shown = table_lines(columns, [row], 30)[1]
    assert cell_width(shown) == 30 and shown.count("…") == 3
    assert narrowest(columns, [row]) == 8 + 2 + 8 + 2 + 8


@given(
    st.lists(st.tuples(st.text(max_size=40), st.integers(0, 10**9), st.text(max_size=40))),
    st.integers(34, 120),
)
def test_a_table_fits_the_terminal(rows: list[tuple[str, int, str]], width: int) -> None:
    dicts = [dict(zip(("name", "rows", "note"), row, strict=True)) for row in rows]
    lines = table_lines(COLUMNS, dicts, width)
    assert len(lines) == len(rows) + 1
    assert all(cell_width(line) <= width for line in lines)


@given(st.text(), st.integers(1, 60))
def test_cut_text_fits_and_says_so(text: str, width: int) -> None:
    shown = cut(text, width)
    assert cell_width(shown) <= width
    assert shown == text or shown.endswith("…")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (human.size(0), "0 B"),
        (human.size(999), "999 B"),
        (human.size(1000), "1.0 kB"),
        (human.size(123_456), "123 kB"),
        (human.size(999_600), "1.0 MB"),
        (human.size(3e15), "3000 TB"),
        (human.seconds(0.0031), "3 ms"),
        (human.seconds(0.0996), "0.10 s"),
        (human.seconds(8.24), "8.2 s"),
        (human.seconds(59.97), "1:00"),
        (human.seconds(3725), "1:02:05"),
        (human.clock(7), "0:07"),
        (human.rate(950), "950/s"),
        (human.rate(52_300), "52k/s"),
        (human.rate(1_260_000), "1.3M/s"),
        (human.plural(1, "row"), "1 row"),
        (human.plural(1200, "row"), "1,200 rows"),
        (human.when(None), ""),
    ],
)
def test_numbers_for_people(shown: str, expected: str) -> None:
    assert shown == expected


def _on_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((columns, 24)))


def test_text_is_wrapped_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "one two three\nfour five\n\n- a list of things\n    code stays\nsix"
    assert say(text, "  ") == "\n".join(f"  {line}".rstrip() for line in text.splitlines())
    _on_a_terminal(monkeypatch, 15)
    assert say(text, "  ").splitlines() == [
        *("  one two three", "  four five", ""),
        *("  - a list of things", "      code stays", "  six"),
    ]


def test_rows_that_are_too_wide_stand_one_below_the_other(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    import pyarrow as pa

    table = pa.table({f"column{n}": [f"value {n} {'x' * 30}"] for n in range(5)})
    sqlwrite.write(table, "table", None)
    assert len(capsysbinary.readouterr().out.splitlines()) == 2
    _on_a_terminal(monkeypatch, 30)
    sqlwrite.write(table, "table", None)
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert len(lines) == 6 and "row 1" in lines[0]
    assert lines[1] == "  column0  value 0 xxxxxxxxxx…"
    sqlwrite.write(table.select(["column0", "column1"]), "table", None)
    assert len(capsysbinary.readouterr().out.decode().splitlines()) == 2
