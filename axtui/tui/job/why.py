"""Why a job was built: what differed from the job it was compared with, all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from axtui.build import whytext
from axtui.build.jobpage import JobPage
from axtui.tui.job.pane import Pane, TextPane

STYLES = {"old": "$text-error", "new": "$text-success", "place": "$text-accent"}
"""Lines that were and that are, and where in a file they are; signs say the same."""


class WhyPane(TextPane):
    """The same as `axtui why` says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "compared",
            "Compared job",
            id="why.compared",
            tooltip="Open the job that it was compared with",
        ),
    ]

    def fill(self, page: JobPage, again: bool) -> None:
        lines = [replace(line, text=page.told(line.text)) for line in self._lines(page)]
        self.tell(Content("\n").join(map(_line, lines)), again)
        self.refresh_bindings()

    def _lines(self, page: JobPage) -> list[whytext.Line]:
        if page.state == "damaged" and not page.get("method"):
            return [whytext.Line("plain", f"that cannot be told: {page.damage}")]
        return list(whytext.lines(page.reason, page.is_build))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where it was compared with nothing, no key leads there."""
        if action == "compared":
            return self.page is not None and self.page.against is not None
        return super().check_action(action, parameters)

    def action_compared(self) -> None:
        """Go to the job that this one was compared with."""
        against = self.page.against if self.page else None
        if against is not None:
            self.post_message(Pane.Wanted("", against))


def _line(line: whytext.Line) -> Content:
    if line.kind == "change":
        name = Content(": ") + Content.styled(line.name, "bold") if line.name else Content("")
        return Content("\n") + Content.styled(line.text, "$text-accent") + name
    if line.deep:
        return Content.styled(f"    {line.text}", STYLES.get(line.kind, "$foreground-muted"))
    if line.kind == "plain":
        return Content(line.text)
    sign = "-" if line.kind == "old" else "+"
    return Content.styled(f"  {sign} {line.text}", STYLES[line.kind])
