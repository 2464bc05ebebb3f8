"""What live rebuild tells whoever watches it: one small immutable object per thing that happens.

A `Watcher` is given `tell`, a function of one event. It is called on the watcher's own thread, one
event at a time, in the order in which things happen; it must return quickly and must not raise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from axtui.build import events

Mode = Literal["auto", "ask", "off"]
"""What a save does to a script: it runs, it waits to be told, or nothing."""

MODES: tuple[Mode, ...] = ("auto", "ask", "off")


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """Base of all that is told here; `at` is when, in seconds since 1970."""

    at: float


# -- watching


@dataclass(frozen=True, slots=True)
class Watching(WatchEvent):
    """From now on saves are noticed and rebuilt by this process. `scripts` are those that are
    watched, `folders` where; `polling` says why folders are looked at again and again instead of the
    system telling of saves (empty: it does)."""

    scripts: tuple[str, ...]
    folders: tuple[str, ...]
    polling: str = ""


@dataclass(frozen=True, slots=True)
class WatchingElsewhere(WatchEvent):
    """Another process rebuilds this workspace; this one takes over when that goes."""

    pid: int
    user: str
    host: str
    since: float


@dataclass(frozen=True, slots=True)
class Trouble(WatchEvent):
    """Something the user should know that does not end the watching."""

    text: str


# -- a save and what follows from it


@dataclass(frozen=True, slots=True)
class Saved(WatchEvent):
    """Files have other bytes than before (or are new, or gone). Names are relative to the workspace
    where they lie in it."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AffectedJob:
    """A job of a script that no longer holds; `why` in words ("cleaning.py changed"), `wall` the
    seconds it took."""

    jobid: str
    method: str
    why: str
    wall: float


@dataclass(frozen=True, slots=True)
class ScriptPlan:
    """What a save means for one script.

    `why` is why it has to run, in words. `affected` are its jobs that will be built, `downstream`
    those that may be, for they take (by way of others) an affected one as input; `reused` are all
    others. `after` names the scripts that run before it because it takes what they make. `likely` is
    False where the script will only run if one of those comes out otherwise.
    """

    script: str
    mode: Mode
    why: str
    affected: tuple[AffectedJob, ...] = ()
    downstream: tuple[AffectedJob, ...] = ()
    reused: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    likely: bool = True

    @property
    def seconds(self) -> float:
        """The seconds of all jobs that are built, by history, one after the other."""
        return sum(job.wall for job in (*self.affected, *self.downstream))


@dataclass(frozen=True, slots=True)
class Prediction(WatchEvent):
    """What a save means. `scripts` in the order in which they run (none: nothing depends on what was
    saved); `paths` as in `Saved`."""

    paths: tuple[str, ...]
    scripts: tuple[ScriptPlan, ...] = ()

    @property
    def rebuilt(self) -> int:
        """How many jobs are built, as far as it can be told."""
        return sum(len(plan.affected) + len(plan.downstream) for plan in self.scripts)

    @property
    def reused(self) -> int:
        """How many jobs of these scripts are re-used."""
        return sum(len(plan.reused) for plan in self.scripts)

    @property
    def seconds(self) -> float:
        """The seconds that it costs by history, one job after the other."""
        return sum(plan.seconds for plan in self.scripts)


@dataclass(frozen=True, slots=True)
class WaitsForYou(WatchEvent):
    """A script whose mode is "ask" has to run, and waits for `Watcher.go`."""

    plan: ScriptPlan


@dataclass(frozen=True, slots=True)
class WaitIsOver(WatchEvent):
    """A script does not wait any more: it was dismissed, or what was changed is as it was."""

    script: str
    why: str


# -- runs


@dataclass(frozen=True, slots=True)
class RunStarted(WatchEvent):
    """A run of a script began in process `pid`, as the job `build_job`, because of `why`."""

    script: str
    build_job: str
    pid: int
    why: str


@dataclass(frozen=True, slots=True)
class BuildEvent(WatchEvent):
    """Something happened in a run that this watcher started (all but `events.Progress`, which can be
    followed with `axtui.build.live`)."""

    script: str
    build_job: str
    event: events.Event


@dataclass(frozen=True, slots=True)
class RunEnded(WatchEvent):
    """A run is over. `exit_code` 0 means all went well, else `error` says what did not;
    `superseded` says that a newer save made the run obsolete, so that it is no failure. `wall` in
    seconds."""

    script: str
    build_job: str
    exit_code: int
    built: tuple[str, ...]
    reused: tuple[str, ...]
    wall: float
    error: str = ""
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Superseded(WatchEvent):
    """A save made (a part of) a running build obsolete: `jobs` (job id, method) were stopped, the
    others go on, and the script runs again."""

    script: str
    build_job: str
    jobs: tuple[tuple[str, str], ...]
    why: str


# -- what is wrong


@dataclass(frozen=True, slots=True)
class SourceError(WatchEvent):
    """A saved file is no Python. Nothing that depends on it runs, and `scripts` wait, until it is
    good again. `line` counts from 1 (0: unknown), `text` is that line."""

    path: str
    line: int
    column: int
    message: str
    text: str
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceMended(WatchEvent):
    """A file that was no Python is good again, or gone."""

    path: str


@dataclass(frozen=True, slots=True)
class ConfigWrong(WatchEvent):
    """The configuration file cannot be used as it is now; the last good one stands."""

    message: str


@dataclass(frozen=True, slots=True)
class ConfigTaken(WatchEvent):
    """A new configuration is in force; `changed` names the settings that are other than before."""

    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModeChanged(WatchEvent):
    """What a save does to a script (None: to all that have no mode of their own)."""

    mode: Mode
    script: str | None


@dataclass(frozen=True, slots=True)
class BuilderDied(WatchEvent):
    """The process that builds ended by itself; `script` is what it ran (None: nothing), `message`
    how it ended. A new one is started."""

    script: str | None
    message: str
    log: str = ""


Tell = Callable[[WatchEvent], None]


# -- what can be asked at any time


@dataclass(frozen=True, slots=True)
class How:
    """The options of a run, as `axtui run` has them."""

    flags: frozenset[str] = frozenset()
    horizon: str | None = None
    workdir: str | None = None
    concurrency: tuple[tuple[str | None, int], ...] = ()
    inputs: str | None = None


@dataclass(frozen=True, slots=True)
class RunningScript:
    """A run that this watcher started; `build_job` is empty until it has begun."""

    script: str
    build_job: str
    pid: int
    since: float
    why: str
    how: How = field(default_factory=How)
