"""What the watcher tells, as lines of the activity feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from axtui import human
from axtui.build.watch import told
from axtui.tui.dashboard.feed import FeedLine, last_line, told_counts
from axtui.tui.places import Place

_MOST_NAMES = 3


def feed_lines_of(event: told.WatchEvent) -> Iterable[FeedLine]:
    """What one event says in the feed; builds tell of themselves, whoever runs them."""
    at = event.at
    match event:
        case told.Watching(scripts=scripts, polling=polling):
            text = f"watching for saves: {names(scripts)}"
            if not scripts:
                text = "watching for saves: scripts join when they have run here once"
            how = f" (looking again and again: {polling})" if polling else ""
            yield FeedLine(at, "note", text + how)
        case told.WatchingElsewhere(pid=pid, user=user, host=host):
            yield FeedLine(at, "note", f"process {pid} of {user} on {host} watches this workspace")
        case told.Trouble(text=text):
            yield FeedLine(at, "warning", text)
        case told.ConfigWrong(message=text):
            yield FeedLine(at, "error", text)
        case told.ConfigTaken(changed=changed):
            yield FeedLine(at, "note", f"axtui.toml: {names(changed)} changed, and counts now")
        case told.ModeChanged(mode=mode, script=script):
            whose = f"of {script}" if script else "of all scripts"
            yield FeedLine(at, "note", f"the watch mode {whose} is {mode} now")
        case told.Saved(paths=paths):
            yield FeedLine(at, "saved", f"saved {names(paths)}")
        case told.Prediction(scripts=plans):
            yield from _predicted(at, plans)
        case told.WaitsForYou(plan=plan):
            yield FeedLine(
                at, "waits", f"{plan.script} waits for you: press B to build ({plan.why})"
            )
        case told.WaitIsOver(script=script, why=why):
            yield FeedLine(at, "note", f"{script} waits no more: {why}")
        case told.Superseded(script=script, jobs=jobs, why=why, build_job=build_job):
            stopped = names([method for _, method in jobs]) or "nothing"
            place = Place("job", build_job)
            yield FeedLine(at, "superseded", f"{script}: {stopped} superseded, {why}", place)
        case told.SourceError(path=path, line=line, message=message, text=text):
            where = f"{path}:{line}" if line else path
            yield FeedLine(at, "error", f"{where}  {message}: {text.strip()}")
        case told.SourceMended(path=path):
            yield FeedLine(at, "note", f"{path} is good again")
        case told.BuilderDied(script=script, message=message):
            whose = f" while it ran {script}" if script else ""
            yield FeedLine(at, "error", f"the building process ended{whose}: {message}")
        case told.RunEnded(build_job="", script=script, error=error) if error:
            yield FeedLine(at, "failed", f"{script} did not begin: {last_line(error)}")


def end_line(event: told.RunEnded) -> FeedLine:
    """The end of a run that was over before anybody followed it."""
    place = Place("job", event.build_job)
    counts = told_counts(len(event.built), len(event.reused))
    took = human.seconds(event.wall)
    if event.superseded:
        return FeedLine(event.at, "superseded", f"{event.script} superseded after {took}", place)
    if event.exit_code:
        text = f"{event.script} failed after {took} ({counts}): {last_line(event.error)}"
        return FeedLine(event.at, "failed", text, place)
    return FeedLine(event.at, "complete", f"{event.script}: {counts} in {took}", place)


def _predicted(at: float, plans: Sequence[told.ScriptPlan]) -> Iterable[FeedLine]:
    """What a save means, a line for each script."""
    if not plans:
        yield FeedLine(at, "plan", "nothing to build again: all that was built still holds")
    for plan in plans:
        yield FeedLine(at, "plan", f"{plan.script}: {plan_text(plan)}", Place("jobs", plan.script))


def plan_text(plan: told.ScriptPlan) -> str:
    """'2 to build, 14 re-used, about 0:21: clean, type (cleaning.py changed)'."""
    rebuilt = [job.method for job in (*plan.affected, *plan.downstream)]
    if not rebuilt:
        return f"runs again ({plan.why})"
    text = f"{human.count(len(rebuilt))} to build, {human.count(len(plan.reused))} re-used"
    cost = f", about {human.seconds(plan.seconds)}" if plan.seconds else ""
    return f"{text}{cost}: {names(rebuilt)} ({plan.why})"


class Told(Protocol):
    """What the watcher has told so far; `axtui.tui.watching.Watching` is that."""

    errors: dict[str, told.SourceError]
    config_error: str

    @property
    def waiting(self) -> list[told.ScriptPlan]: ...

    @property
    def coming(self) -> dict[str, str]: ...


def waits_of(watching: Told) -> dict[str, str]:
    """Why scripts are not up to date: they wait to be told, for a file to be mended, or for others."""
    found = dict(watching.coming)
    for error in watching.errors.values():
        where = f"{error.path}:{error.line}" if error.line else error.path
        found |= dict.fromkeys(error.scripts, f"waits until {where} is mended")
    return found | {plan.script: plan_text(plan) for plan in watching.waiting}


def wrong_of(watching: Told) -> list[tuple[str, str]]:
    """Saved files that cannot be used: (where, what is wrong)."""
    found = []
    if watching.config_error:
        where, _, what = watching.config_error.partition(": ")
        found.append((where, what))
    for error in watching.errors.values():
        where = f"{error.path}, line {error.line}" if error.line else error.path
        found.append((where, f"{error.message}: {error.text.strip()}"))
    return found


def names(found: Sequence[str]) -> str:
    """'a', 'a, b', 'a, b, c and 4 more'."""
    found = list(dict.fromkeys(found))
    shown = ", ".join(found[:_MOST_NAMES])
    more = len(found) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
