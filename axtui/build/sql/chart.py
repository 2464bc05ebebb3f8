"""Charts of rows: which one fits their columns, and the points to draw, however many rows there are."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from axtui import human

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["bar", "line", "scatter", "histogram"]
KINDS: tuple[Kind, ...] = ("bar", "line", "scatter", "histogram")
COUNT = ""
"""In place of a column of numbers: how many rows there are."""

_POINTS = 600
"""Points of a line or a scatter; a terminal has no room for more."""
_BINS = 40
_TICKS = 6
_SERIES = 4
"""Columns that are drawn unasked."""


@dataclass(frozen=True)
class Chart:
    """What to draw: `x` a column ('' for the numbers of the rows), `ys` columns of numbers, or
    (COUNT,) to count the rows of each x."""

    kind: Kind
    x: str
    ys: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """A chart as it is drawn: `labels` for bars, `xs` otherwise, values for each name of `series`,
    ticks of the x axis as (place, text), and what was left out, in words."""

    chart: Chart
    labels: tuple[str, ...]
    xs: tuple[float, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    ticks: tuple[tuple[float, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Columns:
    """The columns of rows by what they can be in a chart."""

    times: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        """All that can be an x."""
        return self.times + self.texts + self.numbers


def columns(schema: pa.Schema) -> Columns:
    """What the columns of a schema can be. One name twice counts once."""
    import pyarrow as pa

    kinds: dict[str, str] = {}
    for field in schema:
        kinds.setdefault(field.name, _kind(pa, field.type))
    return Columns(
        *(tuple(name for name, kind in kinds.items() if kind == one) for one in ("t", "n", "s"))
    )


def _kind(pa: Any, of: pa.DataType) -> str:
    kinds = pa.types
    if kinds.is_timestamp(of) or kinds.is_date(of):
        return "t"
    if kinds.is_integer(of) or kinds.is_floating(of) or kinds.is_decimal(of):
        return "n"
    if kinds.is_string(of) or kinds.is_large_string(of) or kinds.is_boolean(of):
        return "s"
    return "s" if kinds.is_dictionary(of) else ""


def choose(table: pa.Table) -> Chart | None:
    """The chart that fits best: over time, or over numbers that rise from row to row, a line; of names
    bars, of one number its histogram, of two a scatter, of names alone how often each is there.
    None where nothing can be drawn."""
    found = columns(table.schema)
    if found.times and found.numbers:
        return Chart("line", found.times[0], found.numbers[:_SERIES])
    if found.texts and found.numbers:
        return Chart("bar", found.texts[0], found.numbers[:1])
    if len(found.numbers) == 1:
        return Chart("histogram", "", found.numbers)
    if found.numbers:
        kind: Kind = "line" if _rises(_column(table, found.numbers[0])) else "scatter"
        return Chart(kind, found.numbers[0], found.numbers[1:2])
    if found.texts or found.times:
        return Chart("bar", (found.texts or found.times)[0], (COUNT,))
    return None


def fitted(chart: Chart, kind: Kind, found: Columns) -> Chart | None:
    """The chart as one of another kind; None where the columns have nothing for it."""
    numbers = [name for name in (*chart.ys, *found.numbers) if name in found.numbers]
    if kind == "histogram":
        return Chart(kind, "", (numbers[0],)) if numbers else None
    x = chart.x or next((name for name in found.every if name not in numbers[:1]), "")
    if kind == "bar":
        x = chart.x or next(iter((*found.texts, *found.times, *found.numbers)), "")
        ys = chart.ys if chart.kind != "histogram" else tuple(numbers[:1])
        return Chart(kind, x, ys or (COUNT,)) if x else None
    if kind == "scatter" and x in found.texts:
        x = next((name for name in found.times + found.numbers if name != numbers[0]), "")
    ys = tuple(name for name in chart.ys if name != COUNT) or tuple(numbers[:1])
    return replace(chart, kind=kind, x=x, ys=ys) if ys else None


def draw(table: pa.Table, chart: Chart, bars: int = 20) -> Drawn:
    """The points of a chart, at most `bars` bars. May take some hundred ms for a million rows."""
    if chart.kind == "histogram":
        return _histogram(table, chart)
    if chart.kind == "bar":
        return _bars(table, chart, bars)
    return _points(table, chart)


# -- bars


def _bars(table: pa.Table, chart: Chart, most: int) -> Drawn:
    import pyarrow as pa
    import pyarrow.compute as pc

    key = pc.cast(_column(table, chart.x), pa.string())
    names = [name or "rows" for name in chart.ys]
    if chart.ys == (COUNT,):
        values = [pa.array([1] * table.num_rows, pa.int64())]
    else:
        values = [pc.cast(_column(table, name), pa.float64()) for name in chart.ys]
    flat = pa.table([key, *values], names=["x", *(f"y{n}" for n in range(len(values)))])
    groups = flat.group_by("x", use_threads=False).aggregate(
        [(f"y{n}", "sum") for n in range(len(values))]
    )
    notes = []
    if groups.num_rows < table.num_rows and chart.ys != (COUNT,):
        notes.append(f"summed by {chart.x}")
    if groups.num_rows > most or chart.ys == (COUNT,):
        groups = groups.take(pc.sort_indices(groups, sort_keys=[("y0_sum", "descending")]))
    if groups.num_rows > most:
        notes.append(f"the {most} largest of {groups.num_rows:,}")
        groups = groups.slice(0, most)
    labels = tuple("null" if one is None else one for one in groups["x"].to_pylist())
    series = tuple(
        (name, tuple(float(value or 0) for value in groups[f"y{n}_sum"].to_pylist()))
        for n, name in enumerate(names)
    )
    return Drawn(chart, labels, (), series, note=" · ".join(notes))


# -- lines and points


def _points(table: pa.Table, chart: Chart) -> Drawn:
    import pyarrow as pa
    import pyarrow.compute as pc

    found = columns(table.schema)
    texts: list[str] = []
    if chart.x in found.texts:
        texts = [str(one) for one in _column(table, chart.x).to_pylist()]
    if chart.x in found.times:
        key = _seconds(_column(table, chart.x))
    elif chart.x in found.numbers:
        key = pc.cast(_column(table, chart.x), pa.float64())
    else:
        key = pa.array(range(table.num_rows), pa.float64())
    names = [f"y{n}" for n in range(len(chart.ys))]
    values = [pc.cast(_column(table, name), pa.float64()) for name in chart.ys]
    flat = pa.table([key, *values], names=["x", *names])
    flat = flat.filter(pc.is_finite(flat["x"]))
    notes = []
    if flat.num_rows < table.num_rows:
        notes.append(f"{human.plural(table.num_rows - flat.num_rows, 'row')} without {chart.x}")
    if chart.kind == "line":
        flat = flat.sort_by("x")
    if flat.num_rows > _POINTS:
        flat, how = _thinned(flat, chart.kind)
        notes.append(how)
    xs = tuple(flat["x"].to_pylist())
    series = tuple(
        (name, tuple(math.nan if one is None else one for one in flat[column].to_pylist()))
        for name, column in zip(chart.ys, names, strict=True)
    )
    clock = _clock(_column(table, chart.x)) if chart.x in found.times else None
    return Drawn(chart, (), xs, series, _ticks(xs, clock, texts), " · ".join(notes))


def _thinned(flat: pa.Table, kind: Kind) -> tuple[pa.Table, str]:
    """Fewer points: means of neighbours for a line, every so manieth for a scatter."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = flat.num_rows
    step = math.ceil(rows / _POINTS)
    if kind == "scatter":
        chosen = flat.take(pa.array(range(0, rows, step)))
        return chosen, f"every {step:,}th of {rows:,} rows"
    place = pa.array(range(rows), pa.int64())
    group = pc.divide(place, step)
    names = flat.column_names
    means = (
        flat.append_column("group", group)
        .group_by("group", use_threads=False)
        .aggregate([(name, "mean") for name in names])
    )
    found = pa.table([means[f"{name}_mean"] for name in names], names=names)
    return found, f"means of {step:,} rows each, {rows:,} in all"


# -- histograms


def _histogram(table: pa.Table, chart: Chart) -> Drawn:
    import pyarrow as pa
    import pyarrow.compute as pc

    name = chart.ys[0]
    values = pc.cast(_column(table, name), pa.float64())
    values = values.filter(pc.is_finite(values)).drop_null()
    left = table.num_rows - len(values)
    note = f"{human.plural(left, 'row')} without a number" if left else ""
    if not len(values):
        return Drawn(chart, (), (), ((name, ()),), note=note)
    least, most = pc.min(values).as_py(), pc.max(values).as_py()
    bins = min(_BINS, max(1, len(values)))
    width = (most - least) / bins or 1.0
    place = pc.cast(pc.floor(pc.divide(pc.subtract(values, least), width)), pa.int64())
    counts = [0] * bins
    for one in pc.value_counts(place).to_pylist():
        counts[min(one["values"], bins - 1)] += one["counts"]
    middles = tuple(least + width * (n + 0.5) for n in range(bins))
    series = (("rows", tuple(map(float, counts))),)
    ends = (least, (least + most) / 2, most)
    ticks = tuple((place, f"{place:,.6g}") for place in dict.fromkeys(ends))
    return Drawn(chart, (), middles, series, ticks, note)


# -- columns and axes


def _rises(column: pa.ChunkedArray) -> bool:
    """Whether every value is greater than the one before."""
    import pyarrow.compute as pc

    if len(column) < 2 or column.null_count:
        return False
    return bool(pc.all(pc.less(column.slice(0, len(column) - 1), column.slice(1))).as_py())


def _column(table: pa.Table, name: str) -> pa.ChunkedArray:
    """A column by its name, the first where the name is there twice."""
    return table.column(table.column_names.index(name))


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    moments = pc.cast(column, pa.timestamp("us"))
    return pc.divide(pc.cast(pc.cast(moments, pa.int64()), pa.float64()), 1e6)


def _clock(column: pa.ChunkedArray) -> Callable[[float], datetime.datetime]:
    """What a clock shows at a moment in seconds: this machine's for points in time, else the
    one that the values were read from."""
    if getattr(column.type, "tz", None):
        return datetime.datetime.fromtimestamp
    return partial(datetime.datetime.fromtimestamp, tz=datetime.UTC)


def _ticks(
    xs: Sequence[float], clock: Callable[[float], datetime.datetime] | None, texts: Sequence[str]
) -> tuple[tuple[float, str], ...]:
    """Places of the x axis and what stands there."""
    if not xs:
        return ()
    least, most = min(xs), max(xs)
    places = [least + (most - least) * n / (_TICKS - 1) for n in range(_TICKS)]
    if clock is None and not texts:
        return tuple((place, f"{place:,.4g}") for place in dict.fromkeys(places))
    if clock is None:
        numbers = sorted({round(place) for place in places})
        return tuple((float(n), texts[n][:12]) for n in numbers if 0 <= n < len(texts))
    form = _form(most - least)
    return tuple((place, clock(place).strftime(form)) for place in dict.fromkeys(places))


def _form(span: float) -> str:
    """How moments are written on an axis that spans so many seconds."""
    if span < 300:
        return "%H:%M:%S"
    if span < 2 * 86400:
        return "%m-%d %H:%M"
    return "%Y-%m-%d" if span < 5 * 365 * 86400 else "%Y-%m"
