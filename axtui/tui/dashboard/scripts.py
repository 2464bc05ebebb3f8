"""The build scripts when they do not run: how each ended last, and what could be built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from axtui import human
from axtui.build.events import ScriptEnded
from axtui.build.scripts import DEFAULT
from axtui.tui import look
from axtui.tui.dashboard.columns import Room
from axtui.tui.dashboard.feed import last_line, told_counts
from axtui.tui.dashboard.line import Line, Piece, line, padded, plain, width_of
from axtui.tui.live import Followed
from axtui.tui.places import Place

_NOW = 2.0
"""Seconds within which something is said to be now."""


@dataclass(frozen=True)
class LastRun:
    """How a script ended when it ran last, and when: seconds since 1970. `state` is that of a run,
    'stale' where something it rests on has changed since, or '' where it never ran."""

    script: str
    state: str = ""
    build_job: str = ""
    ended: float | None = None
    wall: float | None = None
    built: int = 0
    reused: int = 0
    error: str = ""
    about: str = ""


def after(runs: Iterable[LastRun], ended: Iterable[Followed]) -> list[LastRun]:
    """The scripts with builds that ended since: these are newer than what the catalog told."""
    found = {run.script: run for run in runs}
    for build in ended:
        script, end = build.build.script, build.ended
        known = found.get(script, LastRun(script))
        at = build.ended_at
        if at is None or (known.ended is not None and known.ended >= at):
            continue
        found[script] = replace(
            known,
            state=_state_of(end),
            build_job=build.build.build_job,
            ended=at,
            wall=at - build.build.started,
            built=len(build.finished),
            reused=len(build.reused),
            error=last_line(end.error) if end else "its process was killed",
        )
    return sorted(
        found.values(), key=lambda run: (-(run.ended or 0.0), run.script != DEFAULT, run.script)
    )


def _state_of(end: ScriptEnded | None) -> str:
    if end is None:
        return "lost"
    if end.exit_code in (130, 143):
        return "cancelled"
    return "failed" if end.exit_code else "complete"


def script_lines(
    runs: Sequence[LastRun],
    room: Room,
    running: Iterable[str],
    waits: Mapping[str, str],
    watched: bool = False,
) -> list[Line]:
    """The scripts that do not run now. `waits` tells of each that has to run again why; where they
    are `watched`, one that does not wait is up to date."""
    busy = set(running)
    shown = [run for run in runs if run.script not in busy]
    wide = max((len(run.script) for run in shown), default=0)
    lines: list[Line] = []
    for run in shown:
        lines += _script(run, room, min(wide, 24), waits.get(run.script, ""), watched)
    return lines


def _script(run: LastRun, room: Room, wide: int, waits: str, watched: bool) -> Iterable[Line]:
    state = "stale" if waits else run.state
    seen = look.look(state)
    word = {"": "never run", "complete": "up to date" if watched else "complete"}.get(
        state, seen.word
    )
    glyph = look.glyph(state, room.unicode)
    tone = seen.color if state else "muted"
    pieces: list[Piece] = [
        (f"{glyph} ", tone),
        (padded(plain(run.script), wide), "bold"),
        (f"  {padded(word, 10)}", tone),
    ]
    pieces += _facts(run, room)
    place = Place("job", run.build_job) if run.build_job else _page(run)
    yield line(pieces, room.width, ("script", run.script), place)
    told = waits or (run.error if state in ("failed", "lost") else "")
    if told:
        yield line([("    " + plain(told), "warning" if waits else "error")], room.width)


def _page(run: LastRun) -> Place:
    return Place("methods", run.script, "script")


def _facts(run: LastRun, room: Room) -> list[Piece]:
    """When it ended, how long it took and what it built; or what it is for."""
    if run.ended is None:
        return [(f"  {plain(run.about)}", "muted")] if run.about else []
    took = "" if run.wall is None else f"in {human.seconds(run.wall)}"
    return [
        (f"  {padded(since(room.now - run.ended), 10, right=True)}", "muted"),
        (f"  {told_counts(run.built, run.reused)} {took}", "muted"),
    ]


def since(seconds: float) -> str:
    """'now', '5 min ago'."""
    return "now" if seconds < _NOW else f"{human.ago(seconds)} ago"


def first_lines(runs: Sequence[LastRun], room: Room) -> list[Line]:
    """What to do where nothing was built yet."""
    if not runs:
        texts = [
            ("There is no build script here yet.", "bold"),
            ("A script is a file build.py or build_NAME.py in a folder of methods.", "muted"),
        ]
    else:
        script = runs[0].script
        texts = [
            ("Nothing was built here yet.", "bold"),
            (f"b builds `{plain(script)}`; 7 shows scripts and methods; ? shows all keys.", ""),
        ]
    return [*(line([(text, tone)], room.width) for text, tone in texts), Line(())]


def separator(title: str, room: Room) -> Line:
    """A quiet line between running builds and the others."""
    mark = "─" if room.unicode else "-"
    head: list[Piece] = [(f"{title} ", "muted")]
    return line([*head, (mark * max(0, room.width - width_of(head)), "muted")], room.width)
