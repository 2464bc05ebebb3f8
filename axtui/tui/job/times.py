"""Where the time of a job went: bars for its stages and slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content

from axtui import human
from axtui.build import jobtimes
from axtui.build.jobpage import JobPage
from axtui.build.jobtimes import Span, Times
from axtui.tui.job.pane import TextPane

if TYPE_CHECKING:
    from axtui.tui.live import Followed

_FULL, _PLAIN = "━", "="
_LEAST_BAR, _FIGURES = 10, 40
_LABEL = 12


class TimesPane(TextPane):
    """A line of time; every bar begins where the stage or slice began. Follows a running job."""

    def __init__(self) -> None:
        super().__init__()
        self._times: Times | None = None

    def fill(self, page: JobPage, again: bool) -> None:
        self._times = jobtimes.recorded(
            page.get("stages") or (), page.get("started"), page.get("ended")
        )
        if page.running:
            self.moved(self.axtui.live.now())
        self._draw(again)

    def moved(self, builds: list[Followed]) -> None:
        page = self.page
        if page is None or not page.running:
            return
        for build in builds:
            job = build.state.job(page.jobid)
            if job is not None:
                self._times = jobtimes.running(job, self.axtui.clock())
                self._draw(again=True)

    def on_resize(self, event: events.Resize) -> None:
        self._draw(again=True)

    def _draw(self, again: bool) -> None:
        if self._times is None or not self.size.width:
            return
        glyph = _FULL if self.axtui.unicode else _PLAIN
        lines = list(_lines(self._times, self.size.width - 3, glyph))
        none = Content.styled("Nothing has run yet." if self.page else "", "$foreground-muted")
        self.tell(Content("\n").join(lines) if lines else none, again)


def _lines(times: Times, width: int, glyph: str) -> Iterator[Content]:
    if not times.spans:
        return
    facts = [f"{human.seconds(times.total)} in all"]
    if times.cpu:
        facts.append(f"{human.seconds(times.cpu)} of processor")
    if times.peak:
        facts.append(f"{human.size(times.peak)} at most")
    yield Content.styled(" · ".join(facts), "bold")
    if times.verdict:
        yield Content.styled(times.verdict, "$foreground-muted")
    yield Content("")
    room = width - _LABEL - _FIGURES
    head = f"{'':<{_LABEL}}{'wall':>8} {'cpu':>8} {'memory':>8} {'waited':>8}"
    yield Content.styled(head, "$foreground-muted")
    for name, spans in jobtimes.by_stage(times.spans).items():
        if spans[0].sliceno is not None:
            text = f"{name:<{_LABEL}}{human.seconds(times.stage(name)):>8}"
            yield Content.styled(text, "bold")
        for span in spans:
            yield _line(span, times, room, glyph)


def _line(span: Span, times: Times, room: int, glyph: str) -> Content:
    label = f"  {span.title}" if span.sliceno is not None else span.title
    cpu = human.seconds(span.cpu) if span.cpu is not None else ""
    rss = human.size(span.rss) if span.rss else ""
    waited = human.seconds(span.waited) if span.waited and span.waited >= 0.01 else ""
    figures = f"{label:<{_LABEL}}{human.seconds(span.wall):>8} {cpu:>8} {rss:>8} {waited:>8}"
    slowest = times.slowest is span
    line = Content.styled(figures, "bold" if slowest else "")
    if room >= _LEAST_BAR:
        line += Content("   ") + _bar(span, times, room, glyph)
    if span.outcome not in ("ok", ""):
        style = "$text-primary" if span.outcome in ("running", "waiting") else "$text-error"
        line += Content.styled(f" {span.outcome}", f"bold {style}")
    elif slowest:
        line += Content.styled(" slowest", "$text-warning")
    if span.rows:
        line += Content.styled(f" {human.plural(span.rows, 'row')}", "$foreground-muted")
    return line


def _bar(span: Span, times: Times, room: int, glyph: str) -> Content:
    """The bar: the part of it that the processor worked is bright."""
    width = room - 10
    begin, length = jobtimes.bar(span, times.total, width)
    worked = length
    if span.cpu is not None and span.wall > 0:
        worked = min(length, max(1, round(length * span.cpu / span.wall)))
    return (
        Content(" " * begin)
        + Content.styled(glyph * worked, "$primary")
        + Content.styled(glyph * (length - worked), "$primary-muted")
        + Content(" " * (width - begin - length))
    )
