"""The line in which one types a filter: opened by `/`, told as one types."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

_REST_S = 0.08  # the time in which a fast typist presses the next key
_REMEMBERED = 100


class FilterLine(Horizontal):
    """One line, away until it is opened.

    Enter keeps the filter and gives the focus back; escape clears it and closes the line; up and
    down bring back filters that were kept before (`history`, the newest last).
    """

    DEFAULT_CSS = """
    FilterLine {
        height: 1;
        display: none;
        background: $surface;
        &.-open { display: block; }
        & > .-slash { width: 2; color: $primary; text-style: bold; }
        & > Input { width: 1fr; border: none; height: 1; padding: 0; background: $surface; }
        & > .-note { width: auto; max-width: 60%; padding: 0 1; color: $text-muted; }
        & > .-note.-wrong { color: $text-error; }
    }
    """
    BINDINGS = [
        Binding("escape", "clear", "Clear filter", id="filter.clear", priority=True),
        Binding("up", "recall(-1)", "Filter before", show=False, id="filter.before"),
        Binding("down", "recall(1)", "Filter after", show=False, id="filter.after"),
    ]

    class Changed(Message):
        """The text has rested for a moment, was recalled, or cleared."""

        def __init__(self, line: FilterLine, text: str) -> None:
            super().__init__()
            self.line = line
            self.text = text

        @property
        def control(self) -> FilterLine:
            """The line that tells."""
            return self.line

    class Kept(Changed):
        """Enter was pressed; the line stays while it has text."""

    class Closed(Changed):
        """The line was cleared and is away."""

    def __init__(
        self,
        placeholder: str = "",
        *,
        history: Sequence[str] = (),
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.history = list(history)
        self._placeholder = placeholder
        self._recalled = len(self.history)
        self._draft = ""
        self._told = ""
        self._resting: Timer | None = None
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        yield Static("/", classes="-slash", markup=False)
        yield Input(placeholder=self._placeholder, select_on_focus=False, compact=True)
        yield Static("", classes="-note", markup=False)

    @property
    def _input(self) -> Input:
        return self.query_one(Input)

    @property
    def text(self) -> str:
        """What is typed, without spaces around it."""
        return self._input.value.strip()

    @property
    def is_open(self) -> bool:
        """Whether the line is on the screen."""
        return self.has_class("-open")

    def open(self, text: str | None = None) -> None:
        """Show the line and take the focus; with `text`, filter by it."""
        focused = self.screen.focused
        if focused is not self._input:
            self._before = focused
        self.add_class("-open")
        if text is not None:
            self._type(text)
        self._recalled = len(self.history)
        self._input.focus()

    def close(self) -> None:
        """Clear the filter, take the line away, and give the focus back."""
        self._type("")
        self._tell()
        self.note("")
        self.remove_class("-open")
        self._give_back()
        self.post_message(self.Closed(self, ""))

    def note(self, text: str, wrong: bool = False) -> None:
        """Say something at the end of the line: how many match, or what is wrong with it."""
        note = self.query_one(".-note", Static)
        note.update(text)
        note.set_class(wrong, "-wrong")

    def action_clear(self) -> None:
        self.close()

    def action_recall(self, step: int) -> None:
        """Go back or forth in the history; beyond its newest is what was being typed."""
        if self._recalled == len(self.history):
            self._draft = self._input.value
        at = max(0, min(self._recalled + step, len(self.history)))
        if at != self._recalled:
            self._recalled = at
            self._type(self.history[at] if at < len(self.history) else self._draft)

    def _type(self, text: str) -> None:
        self._input.value = text
        self._input.cursor_position = len(text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST_S, self._tell)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._tell()
        text = self.text
        if text:
            self._remember(text)
        else:
            self.remove_class("-open")
        self._give_back()
        self.post_message(self.Kept(self, text))

    def _tell(self) -> None:
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
        if self.text != self._told:
            self._told = self.text
            self.post_message(self.Changed(self, self._told))

    def _remember(self, text: str) -> None:
        if text in self.history:
            self.history.remove(text)
        self.history.append(text)
        del self.history[:-_REMEMBERED]
        self._recalled = len(self.history)

    def _give_back(self) -> None:
        before, self._before = self._before, None
        if before is not None and before.is_attached and before.focusable:
            before.focus()
        elif self.screen.focused is self._input:
            self.screen.focus_next()

    def on_click(self, event: events.Click) -> None:
        """A click anywhere on the line goes on typing."""
        event.stop()
        self._input.focus()
