"""The text of cells: never more than its cells, never anything that a terminal would obey."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from axtui.tui.table.column import Column
from axtui.tui.table.fit import escaped, fitted
from axtui.tui.table.formats import brief, decimals_of, floating, format_of, full
from axtui.tui.table.lanes import lanes_of, lay_out
from axtui.tui.table.order import cycled, permutation
from axtui.tui.table.pages import Page
from axtui.tui.table.widths import Wish, shared

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats()
    | st.text(max_size=40)
    | st.binary(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@given(st.text(max_size=60), st.integers(0, 30), st.sampled_from(["left", "right", "center"]))
def test_a_fitted_text_has_exactly_its_width(text: str, width: int, align: Any) -> None:
    cell = fitted(escaped(text), width, align)
    assert cell_len(cell) == width
    assert not set(cell) & set(string.whitespace) - {" "} and "\x1b" not in cell


@given(anything)
def test_any_value_is_one_line_of_harmless_text(value: Any) -> None:
    cell = escaped(brief(value))
    assert cell.splitlines() in ([cell], [])
    assert "\x1b" not in cell and "\x00" not in cell
    assert isinstance(full(value), str)


@settings(max_examples=60)
@given(st.lists(st.one_of(st.none(), st.floats(), st.floats(-1e6, 1e6)), max_size=8))
def test_floats_of_a_column_have_its_decimals(values: list[float | None]) -> None:
    decimals = decimals_of(values)
    assert 0 <= decimals <= 6
    for value in values:
        if value is not None:
            text = floating(value, decimals)
            if "." in text and "e" not in text and abs(value) >= 1:
                assert len(text.partition(".")[2]) == decimals
            if value == value and abs(value) < 1e300:
                assert float(text.replace(",", "")) == pytest.approx(value, rel=0.1, abs=0.1)


MOMENT = datetime(2026, 11, 21, 8, 31, 12)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (pa.int64(), 1234567, "1,234,567"),
        (pa.uint8(), 7, "7"),
        (pa.float64(), 2.5, "2.5"),
        (pa.float64(), 1e-9, "1e-09"),
        (pa.float64(), float("nan"), "nan"),
        (pa.decimal128(10, 2), Decimal("1234.50"), "1,234.50"),
        (pa.bool_(), True, "true"),
        (pa.string(), "a\tb", "a\tb"),
        (pa.dictionary(pa.int8(), pa.string()), "x", "x"),
        (pa.timestamp("us"), MOMENT, "2026-11-21 08:31:12"),
        (pa.timestamp("ms"), MOMENT.replace(microsecond=5000), "2026-11-21 08:31:12.005"),
        (pa.date32(), date(2026, 1, 2), "2026-01-02"),
        (pa.time64("us"), time(8, 31), "08:31:00"),
        (pa.duration("s"), timedelta(seconds=125), "2:05"),
        (pa.duration("s"), timedelta(seconds=-2), "-2.0 s"),
        (pa.binary(), b"\xff\x00", "ff00"),
        (pa.list_(pa.int64()), [1, None, 3], "[1, null, 3]"),
        (pa.struct([("a", pa.string())]), {"a": "x\ny"}, '{a: "x\\ny"}'),
    ],
)
def test_the_text_of_each_type(kind: pa.DataType, value: Any, text: str) -> None:
    page = Page(pa.table({"c": pa.array([value], kind)}))
    [shown] = page.shown(0)
    assert format_of(kind, [shown]).text(shown) == text


def test_moments_are_told_in_local_time_and_copied_whole() -> None:
    moment = datetime(2026, 11, 21, 8, 31, 12, tzinfo=UTC)
    assert brief(moment) == moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    assert [full(v) for v in (True, None, b"\xff", 1234)] == ["true", "", "ff", "1234"]
    assert full(moment) == "2026-11-21 08:31:12+00:00"


def test_values_beyond_python_are_shown_and_long_ones_by_their_start() -> None:
    page = Page(
        pa.table(
            {
                "far": pa.array([2**62], pa.timestamp("s")),
                "nano": pa.array([1_000_000_001], pa.timestamp("ns")),
                "long": ["x" * 5000],
                "blob": [b"\x01" * 5000],
                "deep": [list(range(10_000))],
            }
        )
    )
    shown = [page.shown(i)[0] for i in range(5)]
    assert isinstance(shown[0], str)
    assert brief(shown[1]).startswith("1970-01-01 00:00:01")
    assert len(shown[2]) == 1000 and len(page.row(0)["long"]) == 5000
    assert brief(shown[3]) == "01" * 12 + "… (5.0 kB)" and len(page.row(0)["blob"]) == 5000
    assert len(brief(shown[4])) < 250 and brief(shown[4]).endswith("…]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\t", "a\\nb\\r\\t"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\u202eright to left", "\\u202eright to left"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("lone \ud800", "lone \\ud800"),
        ("C:\\new", "C:\\new"),
        ("é 東京 👩\u200d🔬", "é 東京 👩\u200d🔬"),
    ],
)
def test_what_could_move_the_cursor_is_written_out(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize(
    ("text", "width", "cell"),
    [("東京都", 6, "東京都"), ("東京都", 5, "東京…"), ("東京都", 4, "東 …"), ("abc", 1, "…")],
)
def test_wide_letters_are_cut_whole(text: str, width: int, cell: str) -> None:
    assert fitted(text, width) == cell


@given(
    st.lists(st.builds(Wish, st.integers(3, 60), st.integers(3, 20), st.integers(20, 40))),
    st.integers(0, 200),
)
def test_widths_fill_the_room_or_stay_within_it(wishes: list[Wish], room: int) -> None:
    widths = shared(wishes, room)
    for wish, width in zip(wishes, widths, strict=True):
        assert min(wish.least, wish.natural) <= width <= wish.natural
    wanted = sum(min(w.natural, w.most) for w in wishes)
    if wanted > room:  # what can shrink has done so, as far as it was needed
        able = any(w > max(wish.least, 3) for w, wish in zip(widths, wishes, strict=True))
        assert sum(widths) == room or (sum(widths) > room and not able)
    else:
        assert sum(widths) == min(room, sum(w.natural for w in wishes)) or sum(widths) >= wanted


def test_lanes_that_were_wide_stay_wide_when_rows_are_replaced() -> None:
    table = pa.table({"a": ["x" * 12]})
    [lane] = lanes_of((), table.schema, [Page(table)], {})
    newer = pa.table({"a": ["x"]})
    [again] = lanes_of((), newer.schema, [Page(newer)], {"a": lane.natural})
    assert lay_out([again], 80, {}, {}) == 1 + 12 and again.width == 12
    [chosen] = lanes_of([Column("a", width=5)], newer.schema, [], {})
    lay_out([chosen], 80, {"a": 7}, {})
    assert chosen.width == 7


def test_orders_cycle_and_equal_rows_keep_theirs() -> None:
    one = cycled((), "a")
    assert one == (("a", "ascending"),)
    assert cycled(one, "a") == (("a", "descending"),)
    assert cycled((("a", "descending"),), "a") == ()
    both = cycled(one, "b", further=True)
    assert both == (("a", "ascending"), ("b", "ascending"))
    assert cycled(both, "a", further=True)[0] == ("a", "descending")
    assert cycled((("a", "descending"), ("b", "ascending")), "a", further=True) == both[1:]
    table = pa.table({"a": [2, None, 1, 2], "l": [[3], [1], None, [1]]})
    assert permutation(table, (("a", "descending"),)).to_pylist() == [0, 3, 2, 1]
    assert permutation(table, (("l", "ascending"),)).to_pylist()[-1] == 2  # lists: by their text
