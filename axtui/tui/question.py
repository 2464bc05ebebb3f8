"""A question over the screen: a sentence, and a key for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static


@dataclass(frozen=True)
class Answer:
    """One answer: the key that gives it, its words, and the value that the asker gets."""

    key: str
    words: str
    value: str


class Question(ModalScreen[str]):
    """Asks; dismissed with the value of the answer, or '' for Esc."""

    AUTO_FOCUS = "Button"
    DEFAULT_CSS = """
    Question {
        align: center middle;
        & > Vertical {
            width: 72; max-width: 94%; height: auto; max-height: 90%;
            border: round $primary; background: $surface; padding: 1 2;
        }
        & Static { width: 1fr; height: auto; margin: 0 0 1 0; }
        & Horizontal { height: auto; width: 1fr; }
        & Button { margin: 0 1 0 0; min-width: 8; }
    }
    """

    def __init__(self, title: str, text: str, answers: Sequence[Answer]) -> None:
        super().__init__()
        self._title, self._text = title, text
        self._answers = [*answers, Answer("escape", "Stay", "")]

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            yield Static(self._text, markup=False)
            with Horizontal():
                for number, answer in enumerate(self._answers):
                    key = "esc" if answer.key == "escape" else answer.key
                    button = Button(f"{key}  {answer.words}", id=f"answer-{number}", compact=True)
                    button.variant = "primary" if number == 0 else "default"
                    yield button

    def on_key(self, event: events.Key) -> None:
        for answer in self._answers:
            if event.key == answer.key:
                event.stop()
                self.dismiss(answer.value)
                return
        if event.key in ("left", "h", "right", "l"):
            event.stop()
            if event.key in ("right", "l"):
                self.focus_next()
            else:
                self.focus_previous()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        number = int((event.button.id or "").rpartition("-")[2])
        self.dismiss(self._answers[number].value)
