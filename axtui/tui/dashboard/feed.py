"""The activity feed: what the watcher saw and what builds did, the newest last."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from axtui import human
from axtui.build import events
from axtui.build.live.files import Told
from axtui.tui import look
from axtui.tui.dashboard.line import Line, line, plain
from axtui.tui.live import Followed
from axtui.tui.places import Place

_LONGEST = 500
_MARKS = {
    "saved": ("»", ">", "accent"),
    "plan": ("→", ">", "accent"),
    "waits": ("?", "?", "bold warning"),
    "started": ("▸", ">", "primary"),
    "superseded": ("⊘", "-", "warning"),
    "warning": ("!", "!", "warning"),
    "error": ("✖", "X", "error"),
    "note": ("·", ".", "muted"),
}
"""The mark of each kind of line that is no state of a job: with Unicode, without, and its tone."""


@dataclass(frozen=True)
class FeedLine:
    """Something that happened: when (seconds since 1970), its kind (a state of a job, or a key of
    the marks: saved, plan, waits, started, superseded, warning, error, note), what it says on one
    line, and the place that shows more."""

    at: float
    kind: str
    text: str
    place: Place | None = None


@dataclass
class Feed:
    """The newest lines, in the order of time. `version` rises with each that comes."""

    lines: list[FeedLine] = field(default_factory=list)
    version: int = 0

    def add(self, *lines: FeedLine) -> None:
        """Take in lines; they may come late, and each takes its place by its time."""
        for one in lines:
            insort(self.lines, one, key=lambda line: line.at)
            self.version += 1
        del self.lines[:-_LONGEST]


class BuildFeed:
    """Writes what builds do into a feed. It may be shown the same builds as often as one likes."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._told: dict[str, int] = {}

    def knows(self, build_job: str) -> bool:
        """Whether anything of a build was written down."""
        return build_job in self._told

    def take(self, builds: Iterable[Followed]) -> None:
        """Write down what is new in these builds."""
        for build in builds:
            job = build.build.build_job
            known = self._told.get(job, 0)
            fresh = build.happened[known:]
            if fresh:
                self._told[job] = known + len(fresh)
                methods = _methods(build)
                self._feed.add(*(one for told in fresh for one in _said(told, build, methods)))


def _methods(build: Followed) -> dict[str, str]:
    return {
        told.event.jobid: told.event.method
        for told in build.happened
        if isinstance(told.event, events.JobStarted)
    }


def _said(told: Told, build: Followed, methods: dict[str, str]) -> Iterable[FeedLine]:
    """What an event says in the feed; most say nothing."""
    script, at = build.build.script, told.at
    match told.event:
        case events.ScriptStarted():
            place = Place("job", build.build.build_job)
            yield FeedLine(at, "started", f"{script} began, as {build.build.build_job}", place)
        case events.JobFinished(jobid=jobid, wall=wall, rows=rows):
            facts = f"{methods.get(jobid, '')} {jobid} built in {human.seconds(wall)}"
            facts += f", {human.plural(rows, 'row')}" if rows else ""
            yield FeedLine(at, "complete", facts, Place("job", jobid))
        case events.JobFailed(jobid=jobid, method=method, text=text, cancelled=cancelled):
            kind = "cancelled" if cancelled else "failed"
            said = f"{method} {jobid} {look.look(kind).word}: {last_line(text)}"
            yield FeedLine(at, kind, said, Place("job", jobid))
        case events.JobWaiting(method=method, pid=pid):
            yield FeedLine(at, "queued", f"{method} waits for process {pid}, which builds it")
        case events.Warned(text=text):
            yield FeedLine(at, "warning", f"{script}: {text}")
        case events.ScriptEnded(exit_code=code, error=error):
            yield FeedLine(at, *_end(build, at, code, error))


def _end(build: Followed, at: float, code: int, error: str) -> tuple[str, str, Place]:
    place = Place("job", build.build.build_job)
    took = human.seconds(at - build.build.started)
    counts = told_counts(len(build.finished), len(build.reused), len(build.failures))
    if code == 0:
        return "complete", f"{build.build.script}: {counts} in {took}", place
    kind = "cancelled" if code in (130, 143) else "failed"
    why = f": {last_line(error)}" if error else ""
    word = look.look(kind).word
    return kind, f"{build.build.script} {word} after {took} ({counts}){why}", place


def told_counts(built: int, reused: int, failed: int = 0) -> str:
    """'3 built, 14 re-used'."""
    counts = [f"{human.count(built)} built", f"{human.count(reused)} re-used"]
    if failed:
        counts.append(f"{human.count(failed)} failed")
    return ", ".join(counts)


def last_line(text: str) -> str:
    """The line that says what is wrong: the last one of a traceback that is not empty, and not what
    the job was doing meanwhile, which stands below it."""
    said = text.partition(events.STATUS_HEAD)[0].strip() or text
    lines = [one for one in said.splitlines() if one.strip()]
    return plain(lines[-1]) if lines else ""


def feed_lines(feed: Iterable[FeedLine], width: int, unicode: bool = True) -> list[Line]:
    """The feed as lines of a pane."""
    return [_shown(one, width, unicode) for one in feed]


@lru_cache(2 * _LONGEST)
def _shown(one: FeedLine, width: int, unicode: bool) -> Line:
    pieces = [
        (_clock(one.at), "muted"),
        ("  ", ""),
        _mark(one.kind, unicode),
        (" " + plain(one.text), "bold" if one.kind == "waits" else ""),
    ]
    return line(pieces, width, ("feed", repr(one.at), one.text), one.place)


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%H:%M:%S")


def _mark(kind: str, unicode: bool) -> tuple[str, str]:
    if kind in _MARKS:
        glyph, ascii_, tone = _MARKS[kind]
        return glyph if unicode else ascii_, tone
    return look.glyph(kind, unicode), look.look(kind).color
