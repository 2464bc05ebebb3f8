"""The tabs of a job's page, and the panes behind them."""

from __future__ import annotations

from axtui.tui.tabbar import Tab

PANES = {
    "overview": "overview:OverviewPane",
    "options": "options:OptionsPane",
    "inputs": "inputs:InputsPane",
    "source": "source:SourcePane",
    "why": "why:WhyPane",
    "output": "output:OutputPane",
    "files": "files:FilesPane",
    "datasets": "datasets:DatasetsPane",
    "environment": "environment:EnvironmentPane",
    "time": "times:TimesPane",
    "error": "error:ErrorPane",
    "compare": "compare:ComparePane",
}
"""The panes by their names in places; each is made when it is seen first."""
TABS = (
    Tab("overview", "Overview", "Over", "v"),
    Tab("options", "Options", "Opt", "p"),
    Tab("inputs", "Inputs", "In", "i"),
    Tab("source", "Source", "Src", "s"),
    Tab("why", "Why", "Why", "w"),
    Tab("output", "Output", "Out", "u"),
    Tab("files", "Files", "File", "f"),
    Tab("datasets", "Data", "Data", "d"),
    Tab("environment", "Env", "Env", "e"),
    Tab("time", "Time", "Time", "t"),
)
"""The tabs of every job."""
ERROR = Tab("error", "Error", "Err", "r")
"""That of jobs that went wrong."""
COMPARE = Tab("compare", "Compare", "Cmp", "c")
"""That of a job while it is compared with another."""
TROUBLED = ("failed", "cancelled", "lost", "damaged")
"""States of jobs whose page opens with what went wrong."""
