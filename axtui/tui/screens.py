"""The screens, each imported when it is opened first, or meanwhile: importing all of them at once takes
longer than the first picture may."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Event

from axtui.tui.view import View

_PAUSE = 0.1
"""Seconds between the imports of two screens, in which other threads get on."""

VIEWS = {
    "dashboard": "axtui.tui.dashboard.view:DashboardView",
    "jobs": "axtui.tui.jobs.view:JobsView",
    "job": "axtui.tui.job.view:JobView",
    "graph": "axtui.tui.graph.view:GraphView",
    "data": "axtui.tui.data.view:DataView",
    "sql": "axtui.tui.sql.view:SqlView",
    "results": "axtui.tui.results.view:ResultsView",
    "methods": "axtui.tui.methods.view:MethodsView",
    "help": "axtui.tui.help.view:HelpView",
}
"""Where each screen lives; it is imported when it is opened first, or else meanwhile."""


def made(name: str) -> View:
    """A new screen of that name."""
    module, _, cls = VIEWS[name].partition(":")
    view = getattr(import_module(module), cls)()
    assert isinstance(view, View)
    return view


def import_all(over: Event) -> None:
    """Import all screens, so that the first key to one of them need not wait for that: in a thread,
    until the dashboard is `over`, as who closes its event loop waits for threads."""
    for path in VIEWS.values():
        module = path.partition(":")[0]
        if module not in sys.modules:
            if over.wait(_PAUSE):
                return
            import_module(module)
