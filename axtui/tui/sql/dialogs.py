"""A small form over the screen: some lines to fill in, checked before it closes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from axtui.tui.sql.inorder import pressed

Values = dict[str, str]


@dataclass(frozen=True)
class Field:
    """A line to fill in: its label, what it holds at first, and what is said of it."""

    name: str
    label: str
    value: str = ""
    about: str = ""


@dataclass(frozen=True)
class Objection:
    """Why the values will not do; with `unless_again` they will, if they are entered again."""

    text: str
    unless_again: bool = False


Check = Callable[[Values], Awaitable[Objection | None]]


class Line(Input):
    """A line to fill in. What edits it is done in the order of the keys."""

    async def on_key(self, event: events.Key) -> None:
        await pressed(self, event)


class Form(ModalScreen[Values | None]):
    """Asks for values. Enter in the last line, or Ctrl-J anywhere, is yes; Escape is no (None)."""

    DEFAULT_CSS = """
    Form {
        align: center middle;
        & > Vertical {
            width: 72; max-width: 96%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 0 1;
            border-title-style: bold;
        }
        & VerticalScroll { height: auto; max-height: 100%; }
        & Input { background: $panel; }
        & Input:focus { background: $primary-muted; text-style: bold; }
        & Static { width: 1fr; height: auto; }
        & .label { margin: 1 0 0 0; }
        & #objection { color: $text-error; margin: 1 0 0 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="form.cancel"),
        Binding("ctrl+j", "submit", "Yes", show=False, id="form.submit"),
        Binding("down", "app.focus_next", "Next line", show=False, id="form.next"),
        Binding("up", "app.focus_previous", "Line before", show=False, id="form.previous"),
    ]

    def __init__(
        self, title: str, fields: Sequence[Field], yes: str, check: Check, about: str = ""
    ) -> None:
        super().__init__()
        self._title, self._fields, self._yes = title, fields, yes
        self._check, self._about = check, about
        self._objected: Values | None = None

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(self._title)
            box.border_subtitle = Content(f"enter: {self._yes} · esc: not now")
            with VerticalScroll(can_focus=False):
                if self._about:
                    yield Static(Content.styled(self._about, "$foreground-muted"))
                for one in self._fields:
                    label = Content.styled(one.label, "bold")
                    about = Content.styled(
                        f"  {one.about}" if one.about else "", "$foreground-muted"
                    )
                    yield Static(label + about, classes="label")
                    yield Line(one.value, id=f"field-{one.name}", compact=True)
                yield Static("", id="objection", markup=False)

    def on_mount(self) -> None:
        inputs = list(self.query(Input))
        empty = next((one for one in inputs if not one.value), inputs[0])
        self.set_focus(empty)  # at once: what is typed already is for it

    def on_key(self, event: events.Key) -> None:
        """A key that came before the lines were there."""
        if isinstance(self.focused, Line) and event.is_printable:
            event.stop()
            self.focused.post_message(events.Key(event.key, event.character))

    def _values(self) -> Values:
        return {
            one.name: self.query_one(f"#field-{one.name}", Input).value.strip()
            for one in self._fields
        }

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        inputs = list(self.query(Input))
        if event.input is inputs[-1]:
            self.action_submit()
        else:
            inputs[inputs.index(event.input) + 1].focus()

    def action_submit(self) -> None:
        """Check the values, and close where they will do."""
        self._submit()

    @work(group="submit", exclusive=True, exit_on_error=False)
    async def _submit(self) -> None:
        values = self._values()
        objection = await self._check(values)
        again = self._objected == values
        if objection is None or (objection.unless_again and again):
            self.dismiss(values)
            return
        self._objected = values if objection.unless_again else None
        text = objection.text + (" Enter again does it." if objection.unless_again else "")
        self.query_one("#objection", Static).update(text)

    def action_cancel(self) -> None:
        """Close without values."""
        self.dismiss(None)
