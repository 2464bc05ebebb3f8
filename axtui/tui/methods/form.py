"""The form in which one says how a script or a method shall run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from axtui.errors import AcceleratorError

Start = Callable[[Mapping[str, str]], Awaitable[None]]
"""Starts what was asked for; raises AcceleratorError where that cannot be, and the form stays."""


@dataclass(frozen=True)
class Field:
    """One line of the form: its name, the kind of value, what it means, the value that holds where
    nothing is typed, whether it must be typed, and values that are offered."""

    name: str
    kind: str = ""
    help: str = ""
    default: str = ""
    required: bool = False
    offered: Sequence[str] = ()


class Form(ModalScreen[bool]):
    """Asks for values; dismissed with True when what was asked for has been started."""

    DEFAULT_CSS = """
    Form {
        align: center middle;
        & > Vertical {
            width: 84; max-width: 98%; height: auto; max-height: 95%;
            border: round $primary; background: $surface; padding: 0 1;
        }
        & VerticalScroll { height: auto; max-height: 100%; }
        & Static { width: 1fr; height: auto; }
        & .-help { color: $text-muted; padding: 0 0 0 2; }
        & Input { margin: 0 0 1 0; }
        & #form-wrong { color: $text-error; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Close", id="form.close"),
        Binding("down", "app.focus_next", "Next field", show=False, id="form.next"),
        Binding("up", "app.focus_previous", "Field before", show=False, id="form.before"),
        Binding("f5,ctrl+j", "start", "Run", show=False, id="form.run"),
    ]

    def __init__(self, title: str, fields: Sequence[Field], start: Start) -> None:
        super().__init__()
        self._title, self._fields, self._start = title, fields, start

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(self._title)
            box.border_subtitle = "enter runs · tab next field · esc closes"
            with VerticalScroll(can_focus=False):
                for number, field in enumerate(self._fields):
                    yield Static(_label(field))
                    if field.help:
                        yield Static(field.help, classes="-help", markup=False)
                    yield Input(
                        placeholder=field.default,
                        id=f"form-{number}",
                        compact=True,
                        suggester=SuggestFromList(field.offered) if field.offered else None,
                    )
                if not self._fields:
                    yield Static("It takes no options: enter runs it.", markup=False)
                    yield Input(id="form-none", classes="-none", compact=True)
            yield Static("", id="form-wrong", markup=False)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_start()

    def action_start(self) -> None:
        """Run it with what is typed."""
        typed = {}
        for number, field in enumerate(self._fields):
            text = self.query_one(f"#form-{number}", Input).value
            if text:
                typed[field.name] = text
            elif field.required:
                self._wrong(f"{field.name} needs a value")
                self.query_one(f"#form-{number}").focus()
                return
        self._wrong("…")
        self._begin(typed)

    @work(group="form", exclusive=True, exit_on_error=False)
    async def _begin(self, typed: Mapping[str, str]) -> None:
        try:
            await self._start(typed)
        except AcceleratorError as error:
            self._wrong(str(error))
        else:
            self.dismiss(True)

    def _wrong(self, text: str) -> None:
        self.query_one("#form-wrong", Static).update(text)


def _label(field: Field) -> Content:
    label = Content.styled(field.name, "bold") + Content.styled(
        f"  {field.kind}", "$foreground-muted"
    )
    return label + Content.styled("  required", "$text-warning") if field.required else label
