"""Starting the dashboard, and telling how it ended. Textual is imported in the process that shows it,
not in this one."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from axtui.errors import DashboardError
from axtui.tui.places import Place
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.tui.terminal.contained import Contained
    from axtui.tui.terminal.report import Ended, Report

BROWSER = "AXTUI_BROWSER"
"""The variable that `axtui serve` sets for the dashboards it starts: they draw into a pipe."""


def launch(workspace: Workspace, place: Place) -> int:
    """Show the dashboard at a place until it is closed; its exit code.

    Raises DashboardError, with the exit code to end with, where it failed or was killed. The
    terminal is as it was before in any case.
    """

    def app() -> Contained:
        from axtui.tui.app import Axtui

        return Axtui(workspace, place, tour=place == Place())

    return present(app, workspace.dot_axtui / "logs" / "dashboard.log")


def present(app: Callable[[], Contained], log: Path) -> int:
    """Show what `app` makes, as `launch` does. It is called where Textual may be imported; what is
    printed meanwhile goes to the file `log`."""
    if os.environ.get(BROWSER):
        from axtui.tui.terminal.browser import show_in_browser

        show_in_browser(app, log)

    def child(life: int, report: Report) -> NoReturn:
        from axtui.tui.terminal.running import show

        show(app, log, life, report)

    from axtui.tui.terminal.supervisor import supervise

    outcome = supervise(child)
    if outcome.told.ended is not None:
        return _told(outcome.told.ended, log)
    if outcome.told_to_end is not None:  # it did not listen, or not yet
        return 128 + outcome.told_to_end
    if outcome.killed_by is not None:
        name = signal.Signals(outcome.killed_by).name
        text = f"the dashboard was killed by {name}{_see(log)}"
        raise DashboardError(text, 128 + outcome.killed_by)
    text = f"the dashboard ended without a word (exit code {outcome.code}){_see(log)}"
    raise DashboardError(text, outcome.code or 1)


def _told(ended: Ended, log: Path) -> int:
    """The exit code of a dashboard that told how it ended."""
    if not ended.error:
        return ended.code
    text = ended.error
    if ended.fault:
        text = f"the dashboard ended by an unexpected error: {text}\n"
        text += f"This is a fault of axtui{_see(log)}; AXTUI_DEBUG=1 shows it."
    error = DashboardError(text, ended.code)
    error.add_note(ended.traceback)
    raise error


def _see(log: Path) -> str:
    return f"; {log} tells more" if log.exists() else ""
