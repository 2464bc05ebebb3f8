"""The lanes: running builds, their jobs as a tree, and a bar for each slice, as lines of a pane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from axtui import human
from axtui.build.live.nowtext import slice_names
from axtui.build.live.state import Job, Task, Waiting
from axtui.tui import look
from axtui.tui.dashboard.bars import bar, cells
from axtui.tui.dashboard.columns import Columns, Room
from axtui.tui.dashboard.feed import last_line, told_counts
from axtui.tui.dashboard.line import (
    Key,
    Line,
    Piece,
    compact,
    line,
    padded,
    plain,
    width_of,
)
from axtui.tui.live import Followed
from axtui.tui.places import Place

_ALL, _AT_WORK, _CELLS, _ROWS = range(4)
"""How much of a build is shown: everything; no slices that are done or wait; slices as cells in the
bar of their job; only a row for each job."""
_PATIENCE = 1.0
"""Seconds after which a job that has not begun is said to wait."""
_LAST_NAMES = 12


def lane_lines(builds: Sequence[Followed], room: Room, folds: Mapping[Key, bool]) -> list[Line]:
    """All running builds. `folds` says of builds and jobs that were folded (True) or unfolded by
    hand; the others show as much as the room has a place for."""
    for detail in (_ALL, _AT_WORK, _CELLS, _ROWS):
        lines = [one for build in builds for one in _Lanes(build, room, folds, detail).lines()]
        if len(lines) <= room.height:
            break
    return lines


class _Lanes:
    """One build, in one degree of detail."""

    def __init__(self, build: Followed, room: Room, folds: Mapping[Key, bool], detail: int) -> None:
        self._build, self._room, self._folds, self._detail = build, room, folds, detail
        self._columns = Columns.of(room.width)

    def lines(self) -> Iterator[Line]:
        build_job = self._build.build.build_job
        yield self._head()
        yield from map(self._failure, self._build.failures)
        if self._folds.get(("build", build_job)):
            return
        if self._detail < _ROWS:
            yield from self._past()
        for depth, job in self._build.state.tree():
            yield from self._job(job, depth + 1)
        for waiting in self._build.state.waiting:
            yield self._waiting(waiting)
        if self._build.state.idle and self._build.ended is None:
            yield self._script_itself()

    # -- the build

    def _head(self) -> Line:
        build, state = self._build.build, self._build.state
        who = f"{build.user}@{build.host}"
        facts = [human.clock(self._room.now - build.started)]
        facts.append(told_counts(state.built, state.reused, state.failed))
        facts.append(f"{len(state.jobs)} running")
        if who != self._room.ours:
            facts.append(f"by {who}")
        folded = self._folds.get(("build", build.build_job))
        pieces = [
            (self._fold_mark(bool(folded)) + " ", "muted"),
            (plain(build.script), "bold"),
            (f" {build.build_job}", "accent"),
            ("  " + "  ".join(facts), "muted"),
        ]
        key = ("build", build.build_job)
        return line(pieces, self._room.width, key, Place("job", build.build_job))

    def _fold_mark(self, folded: bool) -> str:
        marks = "▸▾" if self._room.unicode else "+-"
        return marks[0] if folded else marks[1]

    def _failure(self, failure: tuple[str, str, str]) -> Line:
        jobid, method, text = failure
        pieces = [
            (f"  {self._glyph('failed')} ", "bold error"),
            (plain(method), "bold error"),
            (f" {jobid}", "accent"),
            (" failed  ", "error"),
            (last_line(text), ""),
        ]
        key = ("failed", self._build.build.build_job, jobid)
        return line(pieces, self._room.width, key, Place("job", jobid, "error"))

    def _past(self) -> Iterator[Line]:
        """The last jobs that were made, and that were re-used."""
        made = [f"{method} {human.seconds(wall)}" for _, method, wall in self._build.finished[::-1]]
        found = [method for _, method in self._build.reused[::-1]]
        for state, names in (("complete", made), ("reused", found)):
            if names:
                told = f"  {self._glyph(state)} "
                word = "built" if state == "complete" else "re-used"
                text = f"{word} {', '.join(map(plain, names[:_LAST_NAMES]))}"
                tone = look.look(state).color
                yield line([(told, tone), (text, "muted")], self._room.width)

    def _waiting(self, waiting: Waiting) -> Line:
        since = human.clock(self._room.now - waiting.since)
        pieces = [
            (f"  {self._glyph('queued')} ", "warning"),
            (plain(waiting.method), "bold"),
            (f"  waits for process {waiting.pid}, which builds it  {since}", "warning"),
        ]
        key = ("waiting", self._build.build.build_job, waiting.method)
        return line(pieces, self._room.width, key)

    def _script_itself(self) -> Line:
        told = next((one for one in reversed(self._build.state.tail) if one.strip()), "")
        text = "the build script itself is at work" + (f": {plain(told)}" if told else "")
        return line(
            [(f"  {self._glyph('running')} ", "primary"), (text, "muted")], self._room.width
        )

    # -- a job

    def _job(self, job: Job, depth: int) -> Iterator[Line]:
        key = ("job", self._build.build.build_job, job.jobid)
        folded = self._folds.get(key)
        slices = [task for task in job.tasks if task.sliceno is not None]
        as_cells = bool(slices) and (folded or (folded is None and self._detail >= _CELLS))
        yield self._job_row(job, depth, key, as_cells)
        if folded or (folded is None and self._detail >= _ROWS):
            return
        yield self._why(job, depth)
        if slices and not as_cells:
            yield from self._slices(job, slices, depth + 1, folded is False)

    def _job_row(self, job: Job, depth: int, key: Key, as_cells: bool) -> Line:
        columns, room = self._columns, self._room
        name: list[Piece] = [
            ("  " * depth + self._glyph("running" if job.stage else "queued") + " ", "primary"),
            (plain(job.method), "bold"),
            (f" {job.jobid}", "accent"),
        ]
        all_done = job.done == len(job.tasks) or job.fraction == 1.0
        between = all_done and job.next_stage is not None  # a full bar would be a job that is done
        fraction = 0.0 if job.stage is None else None if between else job.fraction
        if as_cells:
            drawn = cells(job.tasks, columns.bar, room.now, room.unicode)
        else:
            drawn = bar(fraction, columns.bar, room.now, room.unicode)
        left = job.left(room.now)
        time = human.clock(room.now - job.started)
        if left is not None:
            time = f"{human.clock(left)} left"
        share = "" if fraction is None else f"{fraction:.0%}"
        if fraction is None and job.done and not between:
            share = f"{job.done}/{len(job.tasks)}"
        pieces = [
            *_fitted(name, columns.name),
            *self._cell(job.stage or "", columns.stage, "muted"),
            (" ", ""),
            *drawn,
            *self._numbers(share, job.rows, job.rate, time),
        ]
        return line(pieces, room.width, key, Place("job", job.jobid))

    def _why(self, job: Job, depth: int) -> Line:
        """What it is at, and why it is made."""
        said = [plain(job.status)] if job.status and len(job.tasks) == 1 else []
        said = [one for one in said if one != job.stage]  # it says no more than its stage
        if job.stage is None:
            late = self._room.now - job.started > _PATIENCE
            said = ["waits for a slot" if late else "starts"]
        elif not self._columns.stage:
            said.insert(0, job.stage)
        text = "  ".join([*said, f"why: {plain(job.reason)}"])
        return line([("  " * (depth + 1) + text, "muted")], self._room.width)

    # -- slices

    def _slices(
        self, job: Job, tasks: Sequence[Task], depth: int, unfolded: bool
    ) -> Iterator[Line]:
        several = self._detail >= _AT_WORK and not unfolded
        done = [task for task in tasks if task.state == "done"]
        waiting = [task for task in tasks if task.state == "waiting"]
        if several and done:
            yield self._joined(job, done, "complete", "done", depth)
        for task in tasks:
            if task.state == "running" or not several:
                yield self._slice_row(job, task, depth)
        if several and waiting:
            verb = "waits" if len(waiting) == 1 else "wait"
            yield self._joined(job, waiting, "queued", f"{verb} for a slot", depth)

    def _joined(self, job: Job, tasks: Sequence[Task], state: str, text: str, depth: int) -> Line:
        """Several slices in one line."""
        pieces = [
            ("  " * depth + self._glyph(state), look.look(state).color),
            (f" {slice_names(tasks)} {text}", "muted"),
        ]
        key = ("slices", self._build.build.build_job, job.jobid, state)
        return line(pieces, self._room.width, key, Place("job", job.jobid, "output"))

    def _slice_row(self, job: Job, task: Task, depth: int) -> Line:
        columns, room = self._columns, self._room
        wide = len(str(max(0, job.slices - 1)))
        state = {"done": "complete", "waiting": "queued"}.get(task.state, "running")
        name: list[Piece] = [
            ("  " * depth + self._glyph(state), look.look(state).color),
            (f" {task.sliceno:>{wide}} ", "bold"),
            (slice_text(task), "" if task.state == "running" else "muted"),
        ]
        time = "" if task.started is None else human.clock(room.now - task.started)
        if task.wall is not None:
            time = human.seconds(task.wall)
        fraction = task.fraction
        share = "" if fraction is None or task.state == "waiting" else f"{fraction:.0%}"
        pieces = [
            *_fitted(name, columns.name),
            *self._cell("", columns.stage, ""),
            (" ", ""),
            *bar(fraction, columns.bar, room.now, room.unicode),
            *self._numbers(share, task.rows, task.rate, time),
        ]
        key = ("slice", self._build.build.build_job, job.jobid, str(task.sliceno))
        return line(pieces, room.width, key, Place("job", job.jobid, "output"))

    # -- columns

    def _numbers(self, share: str, rows: int, rate: float | None, time: str) -> Iterator[Piece]:
        columns = self._columns
        yield from self._cell(share, columns.share, "bold", right=True)
        counted = compact(rows) + (" rows" if columns.rows > 6 else "") if rows else ""
        yield from self._cell(counted, columns.rows, "", right=True)
        told = "" if rate is None else human.rate(rate)
        yield from self._cell(told, columns.rate, "muted", right=True)
        yield from self._cell(time, columns.time, "muted", right=True)

    def _cell(self, text: str, width: int, tone: str, right: bool = False) -> Iterable[Piece]:
        return [(" " + padded(text, width, right), tone)] if width else []

    def _glyph(self, state: str) -> str:
        return look.glyph(state, self._room.unicode)


def slice_text(task: Task) -> str:
    """What one slice is doing, in a few words."""
    if task.state == "waiting":
        return "waits for a slot"
    if task.state == "done":
        return "done"
    said = task.status[-1] if len(task.status) > 1 else ""
    printed = next((one for one in reversed(task.tail) if one.strip()), "")
    return plain(said or printed) or "running"


def _fitted(pieces: Iterable[Piece], width: int) -> list[Piece]:
    """Pieces in exactly `width` cells. A job's id is kept whole: the name before it is cut."""
    pieces = list(pieces)
    if width_of(pieces) > width and len(pieces) == 3 and pieces[2][1] == "accent":
        (indent, a), (name, b), (jobid, c) = pieces
        room = width - width_of([(indent, a), (jobid, c)])
        if room >= 4:
            pieces = [(indent, a), (padded(name, room), b), (jobid, c)]
    kept = line(pieces, width).pieces
    return [*kept, (" " * (width - width_of(kept)), "")]
