"""Rows into files, and charts of rows."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from axtui.build.sql import chart as charts
from axtui.build.sql.chart import COUNT, Chart, choose, draw, fitted
from axtui.build.sql.export import export, format_of
from axtui.errors import StorageError, UserError
from axtui.tui.sql.painting import picture
from axtui.tui.sql.sent import CancelledError, Exporting, as_text

ROWS = pa.table({"n": range(25_000), "city": ["Rome", "Oslo"] * 12_500})


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_all_rows_are_written_in_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows{suffix}"
    told: list[int] = []
    count = export(ROWS.schema, ROWS.to_batches(), path, format_of(path), told.append)
    assert count == 25_000 and told == [10_000, 20_000, 25_000]
    if suffix == ".csv":
        lines = path.read_text().splitlines()
        assert lines[0] == "n,city" and lines[-1] == "24999,Oslo" and len(lines) == 25_001
    elif suffix == ".json":
        assert json.loads(path.read_text())[24_999] == {"n": 24_999, "city": "Oslo"}
    else:
        assert pq.read_table(path).equals(ROWS)
    assert list(tmp_path.iterdir()) == [path]


def test_no_rows_are_a_file_too(tmp_path: Path) -> None:
    for suffix, text in ((".csv", "n,city\n"), (".json", "[]\n")):
        path = tmp_path / f"rows{suffix}"
        export(ROWS.schema, [], path, format_of(path))
        assert path.read_text() == text
    export(ROWS.schema, [], tmp_path / "rows.parquet", "parquet")
    assert pq.read_table(tmp_path / "rows.parquet").schema.names == ["n", "city"]


def test_a_cancelled_export_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("before")
    exporting = Exporting(path)
    exporting.end()
    with pytest.raises(CancelledError):
        exporting.table(ROWS)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"no/rows\.csv"):
        export(ROWS.schema, [], tmp_path / "no/rows.csv", "csv")
    with pytest.raises(UserError, match=r"\.parquet"):
        format_of(tmp_path / "rows.xlsx")


def test_what_is_copied_is_cut_where_terminals_stop() -> None:
    text, count = as_text(ROWS.slice(0, 2))
    assert (text, count) == ("n\tcity\n0\tRome\n1\tOslo\n", 2)
    text, count = as_text(pa.table({"long": ["x" * 100_000] * 20}))
    assert count == 9 and len(text) <= 1_000_000


# -- charts

DAYS = [datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(4)]


@pytest.mark.parametrize(
    ("columns", "chart"),
    [
        ({"city": ["a"], "day": DAYS[:1], "c": [1.5]}, Chart("line", "day", ("c",))),
        ({"city": ["a", "b"], "rows": [1, 2]}, Chart("bar", "city", ("rows",))),
        ({"n": [3, 1, 2]}, Chart("histogram", "", ("n",))),
        ({"a": [3, 1], "b": [1, 2]}, Chart("scatter", "a", ("b",))),
        ({"a": [1, 2, 5], "b": [1, 2, 0]}, Chart("line", "a", ("b",))),
        ({"city": ["a", "b"]}, Chart("bar", "city", (COUNT,))),
        ({"list": [[1], [2]]}, None),
    ],
)
def test_the_chart_fits_the_columns(columns: dict[str, object], chart: Chart | None) -> None:
    assert choose(pa.table(columns)) == chart


def test_bars_are_summed_and_the_largest_are_shown() -> None:
    table = pa.table({"k": ["a", "b", None, "a"], "v": [1, 5, 2, 3]})
    drawn = draw(table, Chart("bar", "k", ("v",)), bars=2)
    assert drawn.labels == ("b", "a")
    assert drawn.series == (("v", (5.0, 4.0)),)
    assert "summed by k" in drawn.note and "2 largest of 3" in drawn.note
    counted = draw(table, Chart("bar", "k", (COUNT,)))
    assert counted.labels[0] == "a" and counted.series == (("rows", (2.0, 1.0, 1.0)),)


def test_many_rows_are_means_of_neighbours_and_say_so() -> None:
    table = pa.table({"x": range(10_000), "y": range(10_000)})
    drawn = draw(table, Chart("line", "x", ("y",)))
    assert len(drawn.xs) <= 600 and drawn.xs[0] == 8.0 and drawn.series[0][1][0] == 8.0
    assert "10,000" in drawn.note
    scattered = draw(table, Chart("scatter", "x", ("y",)))
    assert len(scattered.xs) <= 600 and "every 17th" in scattered.note


def test_a_time_axis_has_moments_on_it() -> None:
    table = pa.table({"day": [DAYS[2], DAYS[0], None], "v": [3.0, 1.0, 9.0]})
    drawn = draw(table, Chart("line", "day", ("v",)))
    assert drawn.series[0][1] == (1.0, 3.0)
    assert drawn.ticks[0][1] == "2026-01-01" and "1 row without day" in drawn.note


def test_a_histogram_counts_every_number() -> None:
    table = pa.table({"v": [0.0, 0.1, 5.0, 10.0, None, float("nan")]})
    drawn = draw(table, Chart("histogram", "", ("v",)))
    assert sum(drawn.series[0][1]) == 4 and "2 rows" in drawn.note


def test_a_chart_becomes_one_of_another_kind_where_the_columns_allow() -> None:
    found = charts.columns(pa.schema([("city", pa.string()), ("v", pa.int64())]))
    bar = Chart("bar", "city", ("v",))
    assert fitted(bar, "histogram", found) == Chart("histogram", "", ("v",))
    assert fitted(Chart("histogram", "", ("v",)), "bar", found) == bar
    only_texts = charts.columns(pa.schema([("city", pa.string())]))
    assert fitted(Chart("bar", "city", (COUNT,)), "line", only_texts) is None


@pytest.mark.parametrize("kind", charts.KINDS)
def test_every_kind_is_drawn_within_its_room(kind: charts.Kind) -> None:
    table = pa.table({"x": range(50), "y": [n % 7 for n in range(50)]})
    chart = fitted(Chart("line", "x", ("y",)), kind, charts.columns(table.schema))
    assert chart is not None
    text = picture(draw(table, chart, 8), 60, 12, [None])
    lines = text.plain.rstrip("\n").splitlines()
    assert 4 <= len(lines) <= 12 and all(len(line) <= 60 for line in lines)
    assert any(not line.isascii() for line in lines)
