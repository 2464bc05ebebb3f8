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
from axtui.tui.sql.outcome import Outcome
from axtui.tui.sql.pointing import pointed
from axtui.tui.sql.walking import row_leads_to
from axtui.tui.table import ArrowSource, Table

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.build.sql.answer import Answer
    from axtui.build.sql.chart import Chart

_BEAT_S = 0.2
HINT = """\
F5 runs the query that the cursor is in.
i or Enter goes into the editor, Escape leaves it; Tab completes.
t shows saved queries, history, tables and datasets.

Questions only read: nothing here can change a job or a dataset."""


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
    """A text in place of rows. Where it shows a line of a query with a mark below, the mark stands
    below its character however narrow it is."""

    def __init__(self) -> None:
        super().__init__()
        self._text = Content("")

    def compose(self) -> ComposeResult:
        yield Static("", id="told-text", markup=False)

    def tell(self, text: Content) -> None:
        """Show a text."""
        self._text = text
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        room = self.scrollable_content_region.width or self.size.width
        lines = pointed(self._text.plain, room) if room else self._text.plain
        style = self._text.spans[0].style if self._text.spans else ""
        self.query_one("#told-text", Static).update(Content.styled(lines, style))


class Head(Widget):
    """A text at the left; at the right what goes on beside it, or that nothing here can change
    anything."""

    DEFAULT_CSS = """
    Head { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.told: Content = Content("")
        self.beside = ""

    def tell(self, text: Content | str) -> None:
        """Show a text."""
        self.told = text if isinstance(text, Content) else Content(text)
        self.refresh()

    def tell_beside(self, text: str) -> None:
        """Show something at the right; '' for nothing but that it is read-only."""
        self.beside = text
        self.refresh()

    def render(self) -> Content:
        right = Content.styled("read-only", "$foreground-muted")
        if self.beside:
            right = Content.styled(self.beside, "$text-primary bold")
        room = self.size.width - right.cell_length - 2
        if not self.beside and self.told.cell_length > room:
            return self.told.truncate(self.size.width, ellipsis=True)
        told = self.told.truncate(max(0, room), ellipsis=True)
        gap = self.size.width - told.cell_length - right.cell_length
        return told + Content(" " * max(0, gap)) + right


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

    def show_outcome(self, outcome: Outcome, hint: str = "") -> None:
        """Show what came of a question; what is done with its rows stands where they are."""
        self._began = None
        if outcome.answer is not None:
            self._show(outcome.answer)
            glyph = look.glyph("cancelled" if outcome.note else "complete", self._unicode)
            told = outcome.note or human.seconds(outcome.answer.seconds)
            parts = [f"{glyph} {rows_told(outcome.answer)}", told, hint]
            self._head(" · ".join(part for part in parts if part))
            return
        self.answer = None
        if outcome.error:
            head = f"{look.glyph('failed', self._unicode)} error"
            self._say(
                Content.styled(outcome.error, "$text-error"), Content.styled(head, "$text-error")
            )
        elif outcome.note:
            self._say(Content(HINT), f"{look.glyph('cancelled', self._unicode)} {outcome.note}")
        else:
            self._say(Content(HINT), "not run yet")

    def run(self, began: float) -> None:
        """A question is being answered since a moment; what was there before stays."""
        self._began = began
        self._beat()

    def tell_beside(self, text: str) -> None:
        """Something that goes on beside the question; '' if nothing does."""
        self.query_one(Head).tell_beside(text)

    def _say(self, text: Content, head: Content | str) -> None:
        """Show a text in place of rows."""
        self._began = None
        self.query_one(Told).tell(text)
        self._head(head)
        self._front(self.query_one(Told))

    def _show(self, answer: Answer) -> None:
        if answer is self.answer:
            return  # its rows stay where they were gone to
        self.answer = answer
        rows = self.query_one(Rows)
        rows.sort_by(())
        rows.show(ArrowSource(answer.table), keep_cursor=False)
        self._front(rows)

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
