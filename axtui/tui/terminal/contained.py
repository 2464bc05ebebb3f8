"""An app whose errors and prints stay off the screen."""

from __future__ import annotations

import contextlib
import gc
import os
import traceback

from textual import on
from textual.app import App
from textual.driver import Driver
from textual.events import Mount
from textual.timer import Timer

_MADE = 1.0
"""Seconds in which a screen is made and filled."""


class Contained(App[int]):
    """The base of the app. An error that nobody expected ends it with code 1 and is kept in
    `failure`, for one message; Textual would print pages, with the values of all variables, and
    end with 0."""

    failure: Exception | None = None
    _collecting: Timer | None = None

    @on(Mount)
    def make_room(self) -> None:
        """A screen is made, or much is imported: most of that stays, and to look for garbage in it
        halts the screen for longer than anything else. It is looked for from a moment later on, and
        only in what comes then."""
        if self.is_headless:  # many apps in one process
            return
        gc.disable()
        if self._collecting is not None:
            self._collecting.stop()
        self._collecting = self.set_timer(_MADE, self._collect)

    def _collect(self) -> None:
        self._collecting = None
        gc.freeze()
        gc.enable()

    def parting_words(self) -> list[str]:
        """Lines for the shell's screen, once the dashboard has ended: what happened meanwhile."""
        return []

    def note_error(self, error: BaseException) -> None:
        """Write an error with its traceback into the log."""
        _to_log("".join(traceback.format_exception(error)))

    @on(Driver.SignalResume)
    def _paint_again(self) -> None:
        """After Ctrl-Z and `fg` the full screen is empty, though its size is the same."""
        self.refresh(layout=True)

    def _handle_exception(self, error: Exception) -> None:
        if self.failure is None:
            self.failure = error
        super()._handle_exception(error)
        if not self.is_headless:
            self._exit_renderables.clear()

    def _print(self, text: str, stderr: bool = False) -> None:
        super()._print(text, stderr)
        if not self.is_headless:
            _to_log(text)


def _to_log(text: str) -> None:
    """Descriptor 2 leads there while the dashboard draws (see `screen`)."""
    with contextlib.suppress(OSError):
        os.write(2, text.encode("utf-8", "replace"))
