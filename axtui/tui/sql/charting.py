"""A chart of a result, drawn in a thread with plotext."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.theme import Theme
from textual.widget import Widget
from textual.widgets import Select, Static

from axtui.build.sql import chart as charts
from axtui.build.sql.chart import Chart, Drawn

if TYPE_CHECKING:
    import pyarrow as pa

_COLORS = ("primary", "warning", "success", "error")
_MARKERS = ("braille", "x", "o", "+")
"""What a series is drawn with: the second looks different without colours, too."""
_COUNT = "(count of rows)"
_NUMBERS = "(row number)"
_BAR_LABEL = 24


class Canvas(Widget):
    """The picture. It is drawn again, in a thread, when its size changes."""

    DEFAULT_CSS = """
    Canvas { width: 1fr; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._drawn: Drawn | None = None
        self._picture: Text = Text("")

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, _: Theme) -> None:
        self._again()

    def on_resize(self) -> None:
        self._again()

    def draw(self, drawn: Drawn) -> None:
        """Show a chart."""
        self._drawn = drawn
        self._again()

    def _again(self) -> None:
        if self._drawn is not None and self.size.width > 10 and self.size.height > 3:
            self.run_worker(
                self._paint(self._drawn), group="canvas", exclusive=True, exit_on_error=False
            )

    async def _paint(self, drawn: Drawn) -> None:
        colors = [_rgb(self.app.theme_variables.get(name, "")) for name in _COLORS]
        width, height = self.size
        self._picture = await asyncio.to_thread(picture, drawn, width, height, colors)
        self.refresh()

    def render(self) -> Text:
        return self._picture


class Charting(Vertical):
    """A chart of a table with its choices: kind, x and y."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "kind('bar')", "Bars", id="chart.bar"),
        Binding("l", "kind('line')", "Line", id="chart.line"),
        Binding("p", "kind('scatter')", "Points", id="chart.scatter"),
        Binding("h", "kind('histogram')", "Histogram", id="chart.histogram"),
        Binding("x", "next_x", "Next x", id="chart.x", tooltip="Another column along the bottom"),
        Binding("y", "next_y", "Next y", id="chart.y", tooltip="Another column of numbers"),
    ]
    DEFAULT_CSS = """
    Charting {
        & Horizontal { height: 1; }
        & Select { width: 1fr; max-width: 32; }
        & .label { width: auto; padding: 0 1; color: $text-muted; }
        & #chart-note { height: 1; color: $text-muted; padding: 0 1; }
    }
    """
    can_focus = True

    class Failed(Message):
        """The chart cannot be drawn."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self, table: pa.Table, chart: Chart) -> None:
        super().__init__(id="chart")
        self._table, self._chart = table, chart
        self._columns = charts.columns(table.schema)

    @property
    def chart(self) -> Chart:
        """What is drawn."""
        return self._chart

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("chart", classes="label")
            chart = self._chart
            yield self._select("chart-kind", [(kind, kind) for kind in charts.KINDS], chart.kind)
            yield Static("x", classes="label")
            yield self._select("chart-x", [(_NUMBERS, ""), *_same(self._columns.every)], chart.x)
            yield Static("y", classes="label")
            yield self._select("chart-y", [(_COUNT, ""), *_same(self._columns.numbers)], chart.ys[0])
        yield Canvas()
        yield Static("", id="chart-note", markup=False)

    def _select(self, name: str, options: list[tuple[str, str]], value: str) -> Select[str]:
        shown = [(Content(text), one) for text, one in options]
        return Select(shown, value=value, allow_blank=False, compact=True, id=name)

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        chart = self._chart
        with self.prevent(Select.Changed):
            self.query_one("#chart-kind", Select).value = chart.kind
            self.query_one("#chart-x", Select).value = chart.x
            self.query_one("#chart-y", Select).value = chart.ys[0] if len(chart.ys) else ""
        self.run_worker(self._draw(chart), group="chart", exclusive=True, exit_on_error=False)

    async def _draw(self, chart: Chart) -> None:
        bars = max(5, self.size.height - 5)
        try:
            drawn = await asyncio.to_thread(charts.draw, self._table, chart, bars)
        except Exception as error:  # whatever Arrow finds in the values
            self.post_message(self.Failed(error))
            return
        self.query_one(Canvas).draw(drawn)
        what = f"{', '.join(one or 'rows' for one in chart.ys)} by {chart.x or 'row'}"
        if chart.kind == "histogram":
            what = f"rows by {chart.ys[0]}"
        note = f" · {drawn.note}" if drawn.note else ""
        self.query_one("#chart-note", Static).update(what + note)

    # -- choosing

    def _choose(self, chart: Chart | None, why_not: str = "") -> None:
        if chart is None:
            self.notify(why_not or "There is no column of numbers for that.", severity="warning")
            self._show()
        else:
            self._chart = chart
            self._show()

    def action_kind(self, kind: charts.Kind) -> None:
        """Draw it as a chart of another kind."""
        self._choose(charts.fitted(self._chart, kind, self._columns))

    def action_next_x(self) -> None:
        """The next column along the bottom."""
        self._take_x(_after(self._columns.every, self._chart.x))

    def action_next_y(self) -> None:
        """The next column of numbers."""
        self._take_y(_after(self._columns.numbers, self._chart.ys[0] if self._chart.ys else ""))

    def _take_x(self, x: str) -> None:
        kind = self._chart.kind
        if kind == "histogram" or (kind == "scatter" and x in self._columns.texts):
            kind = "line" if x in self._columns.times else "bar"
        self._choose(Chart(kind, x, self._chart.ys) if x or kind != "bar" else None)

    def _take_y(self, y: str) -> None:
        chart = self._chart
        if y == charts.COUNT and chart.kind != "bar":
            self._choose(charts.fitted(Chart("bar", chart.x, (y,)), "bar", self._columns))
        else:
            self._choose(Chart(chart.kind, chart.x, (y,)))

    @on(Select.Changed)
    def _selected(self, event: Select.Changed) -> None:
        value = str(event.value)
        if event.select.id == "chart-kind":
            kind = next(one for one in charts.KINDS if one == value)
            if kind != self._chart.kind:
                self.action_kind(kind)
        elif event.select.id == "chart-x":
            if value != self._chart.x:
                self._take_x(value)
        elif value != (self._chart.ys[0] if self._chart.ys else ""):
            self._take_y(value)


def _same(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _after(names: tuple[str, ...], name: str) -> str:
    """The name behind a name, round and round."""
    if not names:
        return ""
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]


def _rgb(value: str) -> tuple[int, int, int] | None:
    try:
        return Color.parse(value).rgb
    except ColorParseError:
        return None


def picture(
    drawn: Drawn, width: int, height: int, colors: list[tuple[int, int, int] | None]
) -> Text:
    """The chart as text of so many cells."""
    from textual_plotext.plot import Plot

    plot: Any = Plot()
    plot.theme("clear")
    plot.plotsize(width, height)
    if not drawn.series or not any(values for _, values in drawn.series):
        return Text("there are no numbers to draw", justify="center")
    if drawn.chart.kind == "bar":
        return _bars(drawn, width, colors[0])
    several = len(drawn.series) > 1
    for number, (name, values) in enumerate(drawn.series):
        known = [(x, y) for x, y in zip(drawn.xs, values, strict=True) if not math.isnan(y)]
        if not known:
            continue
        xs, ys = (list(part) for part in zip(*known, strict=True))
        color = colors[number % len(colors)] or "default"
        marker = _MARKERS[number % len(_MARKERS)]
        label = name if several else None
        if drawn.chart.kind == "histogram":
            plot.bar(xs, ys, width=1, color=color, marker="hd")
        elif drawn.chart.kind == "scatter":
            plot.scatter(xs, ys, color=color, marker=marker, label=label)
        else:
            plot.plot(xs, ys, color=color, marker=marker, label=label)
    if drawn.ticks:
        plot.xticks([place for place, _ in drawn.ticks], [text for _, text in drawn.ticks])
    plot.grid(False, False)
    plot.xlabel(drawn.chart.x if drawn.chart.kind != "histogram" else drawn.chart.ys[0])
    found: Text = Text.from_ansi(plot.build())
    found.no_wrap = True
    return found


def _bars(drawn: Drawn, width: int, color: tuple[int, int, int] | None) -> Text:
    """Bars that lie, each with its label in front and its number behind: the labels can be read."""
    style = "" if color is None else "rgb({},{},{})".format(*color)
    labels = [_cut(one) for one in drawn.labels]
    broad = max(map(len, labels), default=0)
    shown = [[_number(value) for value in values] for _, values in drawn.series]
    numbers = max((len(text) for column in shown for text in column), default=0)
    room = max(4, width - broad - numbers - 4)
    most = max((abs(value) for _, values in drawn.series for value in values), default=0) or 1
    found = Text(no_wrap=True)
    for row, label in enumerate(labels):
        for number, (_, values) in enumerate(drawn.series):
            found.append(f"{label if not number else '':>{broad}} ", "bold")
            found.append(_bar(abs(values[row]) / most * room), style)
            found.append(f" {shown[number][row]}\n")
    return found


def _bar(cells: float) -> str:
    """A bar of so many cells, to an eighth of one."""
    whole, part = divmod(round(cells * 8), 8)
    return "█" * whole + (" ▏▎▍▌▋▊▉"[part] if part else "")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _BAR_LABEL else text[: _BAR_LABEL - 1] + "…"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
