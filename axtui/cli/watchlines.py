"""What live rebuild tells, as lines for people and for programs."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TextIO

import orjson

from axtui import human
from axtui.build.watch import told
from axtui.build.watch.told import ScriptPlan, WatchEvent
from axtui.cli.progress import summary
from axtui.cli.progress_plain import PlainProgress

_MOST_NAMES = 3


class WatchLines:
    """Takes events of a watcher and writes a line with the time for each, and for all that its runs
    tell. `keys` says that someone can answer at a terminal."""

    def __init__(self, out: TextIO, keys: bool = False) -> None:
        self._out, self._keys = out, keys
        self._runs: dict[str, PlainProgress] = {}

    def __call__(self, event: WatchEvent) -> None:
        """Write what an event has to say."""
        if isinstance(event, told.BuildEvent):
            self._progress(event.build_job)(event.event)
            return
        if isinstance(event, told.RunEnded):
            self._progress(event.build_job).close()
            self._runs.pop(event.build_job, None)
        for line in _words(event, self._keys):
            self._say(event.at, line)

    def _progress(self, build_job: str) -> PlainProgress:
        if build_job not in self._runs:
            stream = _Stamped(lambda line: self._say(time.time(), line))
            self._runs[build_job] = PlainProgress(out=stream, err=stream)
        return self._runs[build_job]

    def _say(self, at: float, line: str) -> None:
        stamp = time.strftime("%H:%M:%S", time.localtime(at))
        self._out.write(f"{stamp} {line}\n")
        self._out.flush()


class JsonLines:
    """Takes events of a watcher and writes a JSON object per line: {"at", "event", ...its facts}; of
    what happens in a run `kind` says what it is, `of` holds its facts."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, event: WatchEvent) -> None:
        """Write one event."""
        facts = asdict(event)
        if isinstance(event, told.BuildEvent):
            facts |= {"kind": type(event.event).__name__, "of": facts.pop("event")}
        line = orjson.dumps(
            {"at": facts.pop("at"), "event": type(event).__name__, **facts}, default=list
        )
        self._out.write(line.decode() + "\n")
        self._out.flush()


class _Stamped(io.StringIO):
    """Passes on whole lines."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say, self._rest = say, ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._say(f"  {line}" if line else "")
        return len(text)


def _words(event: WatchEvent, keys: bool) -> list[str]:
    """An event in words; none for what the lines of a run say already."""
    match event:
        case told.Watching():
            names = ", ".join(event.scripts) or "no script was run here yet"
            lines = [f"watching {names}"]
            if event.polling:
                lines.append(f"looking at all files again and again: {event.polling}")
            return lines
        case told.WatchingElsewhere():
            who = f"process {event.pid} ({event.user})"
            return [f"{who} rebuilds this workspace; waiting until it ends"]
        case told.Saved():
            return [f"saved {_names(event.paths)}"]
        case told.Prediction():
            plans = [plan for plan in event.scripts if plan.likely]
            return [plan_line(plan) for plan in plans] or ["  nothing has to run for it"]
        case told.WaitsForYou():
            how = " (Enter runs it, d forgets it)" if keys else ""
            return [f"{event.plan.script} waits: {event.plan.why}{how}"]
        case told.WaitIsOver():
            return [f"{event.script} does not wait any more: {event.why}"]
        case told.RunStarted():
            return [f"{event.script} runs as {event.build_job}: {event.why}"]
        case told.RunEnded():
            return _end(event)
        case told.Superseded():
            jobs = ", ".join(f"{method} {jobid}" for jobid, method in event.jobs)
            stopped = f"; stopped: {jobs}" if jobs else ""
            return [f"{event.script} {event.build_job} begins anew: {event.why}{stopped}"]
        case told.SourceError():
            return _source_error(event)
        case told.SourceMended():
            return [f"{event.path} is good again"]
        case told.ConfigWrong():
            return [f"error: {event.message}", "  the last good configuration stands"]
        case told.ConfigTaken():
            return [f"axtui.toml is taken in: {', '.join(event.changed)}"]
        case told.ModeChanged():
            return [f"mode {event.mode}: {event.script or 'all scripts'}"]
        case told.BuilderDied():
            lost = f" while it ran {event.script}" if event.script else ""
            return [f"error: the builder{lost} {event.message}", f"  see {event.log}"]
        case told.Trouble():
            return [f"warning: {event.text}"]
    return []


def plan_line(plan: ScriptPlan) -> str:
    """What a save means for a script, in one line."""
    parts = []
    if plan.affected:
        parts.append(f"{human.plural(len(plan.affected), 'job')} to build")
    if plan.downstream:
        parts.append(f"perhaps {human.count(len(plan.downstream))} more")
    if plan.reused:
        parts.append(f"{human.count(len(plan.reused))} re-used")
    if plan.seconds:
        parts.append(f"took {human.seconds(plan.seconds)} before")
    told_ = ", ".join(parts) or "has to run"
    return f"  {plan.script}: {told_} ({plan.why})"


def _end(event: told.RunEnded) -> list[str]:
    if event.superseded:
        return [f"{event.script} {event.build_job} ended for a newer save"]
    if event.exit_code:
        error = event.error.strip().splitlines()
        return [f"{event.script} failed: {error[0] if error else 'it was stopped'}", *error[1:]]
    return [summary(event.script, len(event.built), len(event.reused), event.wall)]


def _source_error(event: told.SourceError) -> list[str]:
    where = f", line {event.line}" if event.line else ""
    lines = [f"error: {event.path}{where}: {event.message}"]
    if event.text.strip():
        lines.append(f"  {event.text.strip()}")
    if event.scripts:
        lines.append(f"  until it is good again, this waits: {', '.join(event.scripts)}")
    return lines


def _names(paths: tuple[str, ...]) -> str:
    if len(paths) <= _MOST_NAMES:
        return ", ".join(paths)
    return f"{', '.join(paths[:_MOST_NAMES])} and {human.count(len(paths) - _MOST_NAMES)} more"
