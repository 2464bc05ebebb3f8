"""The two lines above the tabs of a job: what it is, and how it went."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from axtui.build.jobpage import JobPage
from axtui.tui.job import words


class JobHeader(Widget):
    """State, method, id and caption; then when, how long, how much. Each in one line."""

    DEFAULT_CSS = """
    JobHeader { height: 2; width: 1fr; padding: 0 1; background: $background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines = (Content(""), Content(""))

    def show(self, page: JobPage, now: float, unicode: bool, doing: str = "") -> None:
        """Show a job; `doing` is what it does right now."""
        second = words.circumstances(page, now)
        if doing:
            second += Content.styled(f" · {doing}", "$text-primary")
        self._lines = (words.heading(page, unicode), second)
        self.refresh()

    def tell(self, text: str) -> None:
        """Say something in place of a job."""
        self._lines = (Content(text), Content(""))
        self.refresh()

    def render(self) -> Content:
        width = max(1, self.size.width)
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in self._lines)
