"""What came of a question: rows, a chart, or what is wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from axtui import human
from axtui.tui import look
from axtui.tui.places import Place
from axtui.tui.sql.charting import Charting
from axtui.tui.sql.walking import row_leads_to
from axtui.tui.table import ArrowSource, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.build.sql.answer import Answer
    from axtui.build.sql.chart import Chart

_BEAT_S = 0.2


class Rows(Table):
    """The rows. Enter goes where the cell under the cursor leads: a job, a dataset, a result."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Go there", id="sql.open",
                tooltip="To the job or dataset that the cell, or its row, names"),
    ]  # fmt: skip

    class Led(Message):
        """Enter on a cell that leads somewhere."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    def action_open(self) -> None:
        """Go where the cell leads; where it leads nowhere, show its value."""
        values, lane = self.cursor_values, self.lane
        if values is None or lane is None:
            return
        place = row_leads_to(lane.column.name, values)
        if place is None:
            self.action_view()
        else:
            self.post_message(self.Led(place))


class Told(VerticalScroll, can_focus=True):
    """A text in place of rows."""

    def compose(self) -> ComposeResult:
        yield Static("", id="told-text", markup=False)


class Head(Widget):
    """A text at the left, and at the right that nothing here can change anything."""

    DEFAULT_CSS = """
    Head { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: Content = Content("")

    def tell(self, text: Content | str) -> None:
        """Show a text."""
        self.told = text if isinstance(text, Content) else Content(text)
        self.refresh()

    def render(self) -> Content:
        right = Content.styled("read-only", "$foreground-muted")
        gap = self.size.width - self.told.cell_length - right.cell_length
        return self.told + Content(" " * gap) + right if gap > 1 else self.told


class Results(Vertical):
    """A line about the answer, and below it the answer."""

    DEFAULT_CSS = """
    Results {
        & Told { height: 1fr; padding: 1 2; }
        & Told:focus { background: $surface; }
        & Rows, & Charting { height: 1fr; display: none; }
    }
    """

    def __init__(self, unicode: bool) -> None:
        super().__init__(id="results")
        self._unicode = unicode
        self._began: float | None = None
        self.answer: Answer | None = None
        self.front: Widget = self
        """What is seen, and what the keys are for: a text, the rows or their chart."""

    def compose(self) -> ComposeResult:
        yield Head()
        yield Told()
        yield Charting()
        yield Rows(
            cursor="cell", empty="no rows: the query is fine, and nothing fits it", id="rows"
        )

    def on_mount(self) -> None:
        self.set_interval(_BEAT_S, self._beat)

    # -- what is shown

    @property
    def is_chart(self) -> bool:
        """Whether a chart is seen."""
        return isinstance(self.front, Charting)

    def say(self, text: Content | str, head: Content | str = "") -> None:
        """Show a text in place of rows."""
        self._began = None
        self.query_one("#told-text", Static).update(text)
        self._head(head)
        self._front(self.query_one(Told))

    def run(self) -> None:
        """A question is being answered; what was there before stays."""
        self._began = time.monotonic()
        self._beat()

    def fail(self, message: str) -> None:
        """The question was refused or failed."""
        glyph = look.glyph("failed", self._unicode)
        self.say(
            Content.styled(message, "$text-error"), Content.styled(f"{glyph} error", "$text-error")
        )

    def cancelled(self) -> None:
        """The question was ended by the user. What was there before stays."""
        took = time.monotonic() - (self._began or time.monotonic())
        self._began = None
        glyph = look.glyph("cancelled", self._unicode)
        self._head(f"{glyph} cancelled after {human.seconds(took)}")

    def show(self, answer: Answer) -> None:
        """Show the rows of an answer."""
        self._began = None
        self.answer = answer
        rows = self.query_one(Rows)
        rows.sort_by(())
        rows.show(ArrowSource(answer.table), keep_cursor=False)
        self._front(self.query_one(Rows))
        self.tell_rows()

    def tell_rows(self, more: str = "") -> None:
        """The line about the rows, and perhaps something else."""
        if self.answer is not None and self._began is None:
            glyph = look.glyph("complete", self._unicode)
            told = f"{glyph} {rows_told(self.answer)} · {human.seconds(self.answer.seconds)}"
            self._head(f"{told} · {more}" if more else told)

    def show_rows(self) -> None:
        """The rows again, in place of their chart."""
        self._front(self.query_one(Rows))

    def show_chart(self, table: pa.Table, chart: Chart) -> None:
        """A chart in place of the rows."""
        self._front(self.query_one(Charting))
        self.query_one(Charting).show(table, chart)

    def _front(self, front: Widget) -> None:
        had = self.has_focus_within
        self.front = front
        for one in (self.query_one(Told), self.query_one(Rows), self.query_one(Charting)):
            one.display = one is front
        if had:
            front.focus()

    def _head(self, text: Content | str) -> None:
        self.query_one(Head).tell(text)

    def _beat(self) -> None:
        if self._began is not None:
            took = human.seconds(time.monotonic() - self._began)
            glyph = look.glyph("running", self._unicode)
            self._head(Content.styled(f"{glyph} running {took}", "$text-primary bold")
                       + Content(" · ctrl+x cancels"))  # fmt: skip


def rows_told(answer: Answer) -> str:
    """'72 rows', or how many were fetched of more than that."""
    count = answer.table.num_rows
    if answer.cut == "rows":
        return f"{count:,} of more rows (limit; L changes it)"
    if answer.cut == "memory":
        return f"{count:,} of more rows (more would fill the memory)"
    return human.plural(count, "row")
