"""The failures that nobody has looked at yet: from the catalog, and from builds as they run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from axtui.build import events
from axtui.tui import look
from axtui.tui.dashboard.columns import Room
from axtui.tui.dashboard.feed import last_line
from axtui.tui.dashboard.line import Line, line, plain
from axtui.tui.dashboard.queries import Failure
from axtui.tui.dashboard.scripts import LastRun, since
from axtui.tui.live import Followed
from axtui.tui.places import Place

_MOST_SEEN = 500


class Failures:
    """Which failures there are, without those that were seen; `seen_jobs` is to be remembered."""

    def __init__(self, seen: Iterable[str] = ()) -> None:
        self.seen_jobs: list[str] = [job for job in seen if isinstance(job, str)]
        self._told: tuple[Failure, ...] = ()
        self._live: dict[str, Failure] = {}
        self._runs: dict[str, LastRun] = {}

    def told(self, failures: Sequence[Failure], runs: Iterable[LastRun]) -> None:
        """What the catalog says: failures, and the newest runs that it knows of."""
        self._told = tuple(failures)
        self._runs = {run.script: run for run in runs}

    def take(self, builds: Iterable[Followed]) -> None:
        """What builds say that run, or that ended since the catalog was asked."""
        self._live = {
            told.event.jobid: Failure(
                told.event.jobid, told.event.method, last_line(told.event.text), told.at
            )
            for build in builds
            if not self._is_known(build)
            for told in build.happened
            if isinstance(told.event, events.JobFailed) and not told.event.cancelled
        }

    def _is_known(self, build: Followed) -> bool:
        """Whether the catalog knows how this build, or a later one of its script, ended."""
        run = self._runs.get(build.build.script)
        if run is None or build.ended_at is None:
            return False
        return run.build_job == build.build.build_job or (run.ended or 0.0) > build.ended_at

    @property
    def unseen(self) -> list[Failure]:
        """Those to be shown, the newest first."""
        found = self._live | {one.job: one for one in self._told}
        shown = [one for job, one in found.items() if job not in self.seen_jobs]
        return sorted(shown, key=lambda one: -one.at)

    def see(self, job: str) -> None:
        """Somebody has looked at it."""
        if job not in self.seen_jobs:
            self.seen_jobs = [*self.seen_jobs, job][-_MOST_SEEN:]


def failure_lines(
    failures: Sequence[Failure], room: Room, wrong: Sequence[tuple[str, str]] = ()
) -> list[Line]:
    """Two lines for each: which, where and when, and what went wrong. Before them what is `wrong` with
    files that were saved, (where, what): that stays until it is mended."""
    lines = []
    for number, (where, what) in enumerate(wrong):
        glyph = look.glyph("failed", room.unicode)
        pieces = [(f"{glyph} ", "bold error"), (plain(where), "bold"), ("  mend it", "muted")]
        lines.append(line(pieces, room.width, ("wrong", str(number)), None))
        lines.append(line([("  " + plain(what), "error")], room.width))
    for one in failures:
        glyph = look.glyph(one.state, room.unicode)
        where = f"  {one.where}" if one.where else ""
        pieces = [
            (f"{glyph} ", "bold error"),
            (plain(one.method), "bold"),
            (f" {one.job}", "accent"),
            (f"{where}  {since(room.now - one.at)}", "muted"),
        ]
        place = Place("job", one.job, "error")
        lines.append(line(pieces, room.width, ("failure", one.job), place))
        lines.append(line([("  " + (one.message or one.state), "error")], room.width))
    return lines or [line([("No new failures.", "muted")], room.width)]
