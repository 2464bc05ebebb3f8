"""What differs between a job and another one: facts, and lines of source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from axtui.build import sourcediff
from axtui.build.jobpage import JobPage, read_page
from axtui.build.whytext import PARTS
from axtui.errors import AcceleratorError
from axtui.tui.job import before
from axtui.tui.job.pane import Pane
from axtui.tui.job.searched import Searched
from axtui.tui.job.source import diff_line
from axtui.tui.job.why import STYLES


class ComparePane(Pane):
    """All that differs from the job in `argument`, or else from the one before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "other", "Open the other job", id="compare.other"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.other: str | None = None
        self._shown = ("", "")

    def compose(self) -> ComposeResult:
        yield Searched()

    def fill(self, page: JobPage, again: bool) -> None:
        if not again or self._shown != (page.jobid, self.argument):
            self._shown = (page.jobid, self.argument)
            self.query_one(Searched).lines.show([])
            self.start(self._show)

    async def _show(self, page: JobPage) -> None:
        other = self.argument or await before.job_before(self.axtui, page)
        lines: list[Content]
        if other is None:
            lines = [
                Content.styled("There is no job before it to compare with.", "$foreground-muted")
            ]
        else:
            values = {"old": other, "new": page.jobid}
            rows = (await self.axtui.catalogue.query("changes", values)).to_pylist()
            diffs = await self.axtui.catalogue.call(self._diffs, page, other)
            lines = list(_lines(other, page.jobid, rows, diffs))
        if self.shows(page):
            self.other = other
            self.refresh_bindings()
            self.query_one(Searched).lines.show(lines)

    def _diffs(self, page: JobPage, other: str) -> list[sourcediff.FileDiff]:
        try:
            return sourcediff.diff(read_page(self.axtui.workspace, other).sources, page.sources)
        except AcceleratorError:
            return []

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is no other job, no key leads there."""
        return (
            self.other is not None
            if action == "other"
            else super().check_action(action, parameters)
        )

    def action_other(self) -> None:
        """Go to the job that this one is compared with."""
        if self.other:
            self.post_message(Pane.Wanted("", self.other))


def _lines(
    old: str,
    new: str,
    rows: Iterable[Mapping[str, Any]],
    diffs: Iterable[sourcediff.FileDiff],
) -> Iterator[Content]:
    yield Content.styled(f"- {old}", STYLES["old"])
    yield Content.styled(f"+ {new}", STYLES["new"])
    found = list(rows)
    if not found:
        yield Content("")
        yield Content.styled("Nothing that is recorded of them differs.", "$foreground-muted")
    for part, group in groupby(found, key=lambda row: str(row["part"])):
        yield Content("")
        yield Content.styled(_TITLES.get(part) or PARTS.get(part, part), "bold $text-accent")
        for row in group:
            yield Content(f"  {row['name']}")
            for sign, style, value in (("-", "old", row["old"]), ("+", "new", row["new"])):
                if value is not None:
                    yield Content.styled(f"    {sign} {value}", STYLES[style])
    for diff in diffs:
        if not diff.same:
            yield Content("")
            yield Content.styled(f"{diff.path}  +{diff.added} -{diff.removed}", "bold $text-accent")
            yield from map(diff_line, diff.lines)


_TITLES = {
    "output": "what they hold differs",
    "installed": "packages that were installed, and not imported",
    "layout": "comments and layout of the source differ",
    "method": "another method",
    "state": "their states differ",
    "seed": "random numbers start from something else",
}
