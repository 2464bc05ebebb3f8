"""The Python, the packages and the variables that a job ran with, and how they differ from others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from axtui.build import environdiff
from axtui.build.environdiff import Entry
from axtui.build.jobpage import JobPage
from axtui.tui.job import arrow, before
from axtui.tui.job.pane import Pane
from axtui.tui.job.panetable import PaneTable
from axtui.tui.table import Column

_MODES = ("", "before", "now")
_MARKS = {"changed": "~", "new": "+", "gone": "-"}
_STYLES = {"~": "$text-warning", "+": "$text-success", "-": "$text-error"}


class EnvironmentPane(Pane):
    """A table; `d` goes from the job's own to what differs from the job before, and from now."""

    DEFAULT_CSS = """
    EnvironmentPane { & #environment-head { height: 1; padding: 0 1; color: $text-muted; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "d",
            "diff",
            "Diff",
            id="environment.diff",
            tooltip="Beside that of the job before, then beside that of now",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.mode = ""

    def compose(self) -> ComposeResult:
        yield Static("", id="environment-head", markup=False)
        yield PaneTable(
            columns=(
                Column("mark", "", width=1, style=lambda value, row: _STYLES.get(value, "")),
                Column("kind", style="$foreground-muted"),
                Column("name", style="bold", max=40, min=10),
                Column("value", "version", max=40, min=8, null=""),
                Column("old", "other", style="$text-warning", max=40, null=""),
                Column("used", "imported", style="$foreground-muted"),
            ),
            key="name",
            empty="Nothing is kept of its environment.",
        )

    def fill(self, page: JobPage, again: bool) -> None:
        if not again:
            self.start(self._show)

    async def _show(self, page: JobPage) -> None:
        own, used = page.get("environment"), page.get("used_packages") or {}
        if self.mode == "":
            entries, head = environdiff.entries(own, used), "d compares it with others"
        elif self.mode == "now":
            present = await self.axtui.catalogue.call(environdiff.present)
            entries = environdiff.compared(own, present, used)
            head = f"beside that of now: {_differ(entries)}"
        else:
            old = await before.page_before(self.axtui, page)
            other = old.get("environment") if old else None
            entries = environdiff.compared(own, other, used)
            name = old.jobid if old else "no job"
            head = f"beside that of {name}: {_differ(entries)}"
            if old is None:
                entries, head = environdiff.entries(own, used), "there is no job before it"
        rows = [*map(_row, entries), *_variables(page)]
        source = await arrow.source(rows, ("mark", "kind", "name", "value", "old", "used"))
        if self.shows(page):
            self.query_one("#environment-head", Static).update(head)
            self.query_one(PaneTable).show(source, keep_cursor=False)

    def action_diff(self) -> None:
        """Compare with the job before, with now, or with nothing."""
        self.mode = _MODES[(_MODES.index(self.mode) + 1) % len(_MODES)]
        self.start(self._show)


def _differ(entries: list[Entry]) -> str:
    count = sum(bool(entry.change) for entry in entries)
    return "the same" if not count else f"{count} differ, they come first"


def _row(entry: Entry) -> Mapping[str, Any]:
    return {
        "mark": _MARKS.get(entry.change, ""),
        "kind": entry.kind,
        "name": entry.name,
        "value": entry.value if entry.value is not None else "(not there)",
        "old": (entry.old or "(not there)") if entry.change else None,
        "used": "yes" if entry.used else "",
    }


def _variables(page: JobPage) -> list[Mapping[str, Any]]:
    """Variables that its code read; of their values only digests are kept."""
    return [
        {
            "mark": "",
            "kind": "variable",
            "name": one["name"],
            "value": "was set" if one["digest"] else "was not set",
            "used": "yes",
        }
        for one in page.get("environ") or ()
    ]
