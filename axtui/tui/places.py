"""Places: what the dashboard can show, each with the shell command that opens it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace

SCREENS = {
    "dashboard": "Dashboard",
    "jobs": "Jobs",
    "graph": "Graph",
    "data": "Data",
    "sql": "SQL",
    "results": "Results",
    "methods": "Methods",
    "help": "Help",
}
"""The screens that have a key of their own, 1 to 8 in this order, and their titles."""

TABS = {
    "job": (
        *("overview", "options", "inputs", "source", "why", "output", "files", "datasets"),
        *("environment", "time", "error"),
    ),
    "data": ("columns", "rows", "chain", "slices", "users"),
    "graph": ("drawing",),
}
"""The parts of screens that have some."""

_COMMANDS = {
    "dashboard": "",
    "jobs": "job",
    "job": "job",
    "graph": "graph",
    "data": "ds",
    "sql": "sql",
    "results": "open",
    "methods": "method",
    "help": "help",
}
"""The command of each screen; `job` is the screen of one job."""


@dataclass(frozen=True)
class Place:
    """Something to look at.

    `subject` is what the screen shows: a job id, a dataset, SQL, a result, a method, the filter of
    the list of jobs; '' is the screen as it opens by itself. `tab` is a part of it: a tab of a job,
    or 'script' where `subject` of the screen of methods is a build script.
    """

    screen: str = "dashboard"
    subject: str = ""
    tab: str = ""

    @property
    def command(self) -> str:
        """What to type in a shell to come here."""
        words = ["axtui", _COMMANDS[self.screen]]
        if self.screen == "methods" and self.tab == "script":
            words = ["axtui", "script", self.subject]
        elif self.screen == "jobs" and self.subject:
            words += ["--filter", self.subject]
        elif self.subject:
            words.append(self.subject)
        if self.screen != "dashboard":
            words.append("--tui")
        if self.tab and self.screen != "methods":
            words += ["--tab", self.tab]
        return shlex.join(word for word in words if word)

    @property
    def key_screen(self) -> str:
        """The screen whose key stands for it: a job belongs to the jobs."""
        return "jobs" if self.screen == "job" else self.screen

    @property
    def whole(self) -> Place:
        """The same without its tab: what tells two places apart on the way back."""
        return replace(self, tab="") if self.screen == "job" else self
