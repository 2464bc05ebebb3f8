"""A chart of a result, drawn in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.color import Color, ColorParseError
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.theme import Theme
from textual.widget import Widget
from textual.widgets import Static

from axtui.build.sql import chart as charts
from axtui.build.sql.chart import Chart, Drawn
from axtui.tui.sql.painting import Rgb, picture
from axtui.tui.sql.picker import Picker

if TYPE_CHECKING:
    import pyarrow as pa

_COLORS = ("primary", "warning", "success", "error")
_COUNT = "count of rows"
_NUMBERS = "row number"


class Canvas(Widget):
    """The picture. It is drawn again, in a thread, when its size or the theme changes."""

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
            self._paint(self._drawn)

    @work(group="canvas", exclusive=True, exit_on_error=False)
    async def _paint(self, drawn: Drawn) -> None:
        colors = [_rgb(self.app.theme_variables.get(name, "")) for name in _COLORS]
        width, height = self.size
        self._picture = await asyncio.to_thread(picture, drawn, width, height, colors)
        self.refresh()

    @property
    def picture(self) -> Text:
        """What is seen."""
        return self._picture

    def render(self) -> Text:
        return self._picture


class Choices(Static):
    """The line that says what is drawn; a click on a part of it changes that."""

    class Clicked(Message):
        """Somebody clicked on 'kind', 'x' or 'y'."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self._ends: list[tuple[int, str]] = []

    def tell(self, parts: list[tuple[str, str]]) -> None:
        """Show (part, what it is), side by side."""
        line, self._ends = Content(""), []
        for name, value in parts:
            line += Content.styled(f" {name} ", "$foreground-muted")
            line += Content.styled(value, "bold") + Content("  ")
            self._ends.append((line.cell_length, name))
        self.update(line)

    def on_click(self, event: Click) -> None:
        part = next((name for end, name in self._ends if event.x < end), "")
        if part:
            self.post_message(self.Clicked(part))


class Charting(Vertical):
    """A chart of a table with its choices: kind, x and y."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "kind('bar')", "Bars", id="chart.bar"),
        Binding("l", "kind('line')", "Line", id="chart.line"),
        Binding("p", "kind('scatter')", "Points", id="chart.scatter"),
        Binding("h", "kind('histogram')", "Histogram", id="chart.histogram"),
        Binding("x", "pick_x", "x…", id="chart.x", tooltip="Choose the column along the bottom"),
        Binding("y", "pick_y", "y…", id="chart.y", tooltip="Choose the column of numbers"),
    ]
    DEFAULT_CSS = """
    Charting {
        & Choices { height: 1; }
        & #chart-note { height: 1; color: $text-muted; padding: 0 1; }
    }
    """
    can_focus = True

    class Failed(Message):
        """The chart cannot be drawn."""

        def __init__(self, error: Exception) -> None:
            super().__init__()
            self.error = error

    def __init__(self) -> None:
        super().__init__(id="chart")
        self._table: pa.Table = None
        self._chart = Chart("bar", "", (charts.COUNT,))
        self._columns = charts.Columns((), (), ())

    @property
    def chart(self) -> Chart:
        """What is drawn."""
        return self._chart

    def show(self, table: pa.Table, chart: Chart) -> None:
        """Draw a chart of a table."""
        self._table, self._chart = table, chart
        self._columns = charts.columns(table.schema)
        self._show()

    def compose(self) -> ComposeResult:
        yield Choices()
        yield Canvas()
        yield Static("", id="chart-note", markup=False)

    def on_resize(self) -> None:
        if self._table is not None:
            self._show()

    def _show(self) -> None:
        chart = self._chart
        parts: list[tuple[str, str]] = [("chart", chart.kind)]
        if chart.kind != "histogram":
            parts.append(("x", chart.x or _NUMBERS))
        parts.append(("y", ", ".join(one or _COUNT for one in chart.ys)))
        self.query_one(Choices).tell(parts)
        self._draw(chart)

    @work(group="chart", exclusive=True, exit_on_error=False)
    async def _draw(self, chart: Chart) -> None:
        if not self.size.height:
            return  # it will be told its size in a moment
        bars = max(4, self.size.height - 2) // len(chart.ys)
        try:
            drawn = await asyncio.to_thread(charts.draw, self._table, chart, bars)
        except Exception as error:  # whatever Arrow finds in the values
            self.post_message(self.Failed(error))
            return
        self.query_one(Canvas).draw(drawn)
        self.query_one("#chart-note", Static).update(drawn.note)

    # -- choosing

    def _choose(self, chart: Chart | None) -> None:
        if chart is None:
            self.notify("There is no column of numbers for that.", severity="warning")
        else:
            self._chart = chart
            self._show()

    def action_kind(self, kind: charts.Kind) -> None:
        """Draw it as a chart of another kind."""
        self._choose(charts.fitted(self._chart, kind, self._columns))

    def action_pick_x(self) -> None:
        """Choose the column along the bottom."""
        names = ("", *self._columns.every)

        def picked(place: int | None) -> None:
            if place is not None:
                self._take_x(names[place])

        self._pick("x", [name or _NUMBERS for name in names], names, self._chart.x, picked)

    def action_pick_y(self) -> None:
        """Choose the column of numbers."""
        names = (charts.COUNT, *self._columns.numbers)

        def picked(place: int | None) -> None:
            if place is not None:
                self._take_y(names[place])

        self._pick("y", [name or _COUNT for name in names], names, self._chart.ys[0], picked)

    def _pick(
        self,
        title: str,
        shown: list[str],
        names: tuple[str, ...],
        now: str,
        picked: Callable[[int | None], None],
    ) -> None:
        at = names.index(now) if now in names else 0
        self.app.push_screen(Picker(title, shown, at), picked)

    def _take_x(self, x: str) -> None:
        kind = self._chart.kind
        if kind == "histogram" or (kind == "scatter" and x in self._columns.texts):
            kind = "line" if x in self._columns.times else "bar"
        self._choose(Chart(kind if x else "line", x, self._chart.ys))

    def _take_y(self, y: str) -> None:
        chart = self._chart
        if y == charts.COUNT and chart.kind != "bar":
            self._choose(charts.fitted(Chart("bar", chart.x, (y,)), "bar", self._columns))
        else:
            self._choose(Chart(chart.kind, chart.x, (y,)))

    @on(Choices.Clicked)
    def _clicked(self, message: Choices.Clicked) -> None:
        if message.part == "x":
            self.action_pick_x()
        elif message.part == "y":
            self.action_pick_y()
        else:
            at = charts.KINDS.index(self._chart.kind)
            self.action_kind(charts.KINDS[(at + 1) % len(charts.KINDS)])


def _rgb(value: str) -> Rgb | None:
    try:
        return Color.parse(value).rgb
    except ColorParseError:
        return None
