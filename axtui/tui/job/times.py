"""Where the time of a job went: bars for its stages and slices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content

from axtui import human
from axtui.build import hotspots, jobtimes
from axtui.build.jobpage import JobPage
from axtui.build.jobtimes import Span, Times
from axtui.tui.job.pane import TextPane

if TYPE_CHECKING:
    from axtui.tui.live import Followed

_FULL, _PLAIN = "━", "="
_LEAST_BAR = 10
_LABEL, _WIDTH = 12, 9
_ALWAYS = ("wall", "cpu", "memory", "waited")
_WIDE = ("wall", "read", "own code", "write", "cpu", "memory", "waited")
_WIDE_FROM = 120
_SHARES = (("read", "$secondary"), ("user", "$primary"), ("write", "$accent"))
"""What the parts of a bar stand for, in the order they are drawn; what is left was waited."""


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
        if self.page is not None:
            lines += _hot(self.page, self.size.width - 3)
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
    counted = any(span.user is not None for span in times.spans)
    columns = _WIDE if counted and width >= _WIDE_FROM else _ALWAYS
    room = width - _LABEL - _WIDTH * len(columns)
    head = "".join(f"{name:>{_WIDTH}}" for name in columns)
    yield Content.styled(f"{'':<{_LABEL}}{head}", "$foreground-muted") + (
        _legend(glyph) if counted and room >= _LEAST_BAR else Content("")
    )
    for name, spans in jobtimes.by_stage(times.spans).items():
        if spans[0].sliceno is not None:
            text = f"{name:<{_LABEL}}{human.seconds(times.stage(name)):>{_WIDTH}}"
            yield Content.styled(text, "bold")
        for span in spans:
            yield _line(span, times, columns, room, glyph)


def _legend(glyph: str) -> Content:
    names = {"user": "own code"}
    parts = [
        Content.styled(glyph, colour)
        + Content.styled(f" {names.get(what, what)}  ", "$foreground-muted")
        for what, colour in _SHARES
    ]
    return Content("   ").append(Content("").join(parts))


def _figures(span: Span) -> dict[str, str]:
    seconds = {"read": span.read, "own code": span.user, "write": span.write, "cpu": span.cpu}
    return {
        **{name: "" if each is None else human.seconds(each) for name, each in seconds.items()},
        "wall": human.seconds(span.wall),
        "memory": human.size(span.rss) if span.rss else "",
        "waited": human.seconds(span.waited) if span.waited and span.waited >= 0.01 else "",
    }


def _line(span: Span, times: Times, columns: tuple[str, ...], room: int, glyph: str) -> Content:
    label = f"  {span.title}" if span.sliceno is not None else span.title
    found = _figures(span)
    figures = f"{label:<{_LABEL}}" + "".join(f"{found[name]:>{_WIDTH}}" for name in columns)
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
    """The bar: the shares of reading, own code and writing; where nobody counted them, the part of it that
    the processor worked."""
    width = room - 10
    begin, length = jobtimes.bar(span, times.total, width)
    drawn = Content(" " * begin)
    left = length
    for seconds, colour in _parts(span):
        cells = min(left, round(length * seconds / span.wall)) if span.wall > 0 else 0
        drawn += Content.styled(glyph * cells, colour)
        left -= cells
    return (
        drawn
        + Content.styled(glyph * left, "$primary-muted")
        + Content(" " * (width - begin - length))
    )


def _parts(span: Span) -> list[tuple[float, str]]:
    if span.user is None:
        return [(span.wall if span.cpu is None else min(span.wall, span.cpu), "$primary")]
    return [(getattr(span, what), colour) for what, colour in _SHARES]


def _hot(page: JobPage, width: int) -> Iterator[Content]:
    lines = hotspots.hot_lines(page.get("stages") or (), page.path)
    if lines:
        yield Content("")
        yield Content.styled("hot lines", "bold")
    for line in lines:
        within = f"  in {line.called}" if line.called else ""
        text = f"{line.share:>6.1%} {human.seconds(line.seconds):>8}  {line.place:<24} "
        whole = Content(text) + Content.styled(line.text or line.function, "$text-accent")
        yield (whole + Content.styled(within, "$foreground-muted")).truncate(width, ellipsis=True)
