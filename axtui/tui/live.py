"""The builds that run, whoever started them: followed in threads, told to screens a few times a second."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from axtui.build import events
from axtui.build.live.files import Told
from axtui.build.live.follower import Follower
from axtui.build.live.state import State
from axtui.build.live.watching import DeadBuild, LiveBuild, dead, running
from axtui.workspace import Workspace

_LOOK = 0.2
"""Seconds between two looks for new builds, and between two tellings."""
_MOST_ENDED = 50
_TOLD = (
    events.ScriptStarted,
    events.JobStarted,
    events.JobFinished,
    events.JobFailed,
    events.JobWaiting,
    events.Warned,
    events.ScriptEnded,
)


@dataclass
class Followed:
    """A build that runs, or that ended while it was followed.

    `reused` and `finished` are its jobs so far: (job id, method), and for those that were made the
    seconds they took. `failures` are (job id, method, text). `happened` is what an account of it
    would tell, with the moments. When it is over `ended_at` is set, and `ended` unless its process
    was killed.
    """

    build: LiveBuild
    state: State
    reused: list[tuple[str, str]] = field(default_factory=list)
    finished: list[tuple[str, str, float]] = field(default_factory=list)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    happened: list[Told] = field(default_factory=list)
    ended: events.ScriptEnded | None = None
    ended_at: float | None = None


class LiveBuilds:
    """Finds builds and follows each. `changed` is called in a thread, at most every 0.2 seconds,
    while anything happens."""

    def __init__(self, workspace: Workspace, changed: Callable[[], None]) -> None:
        self._workspace, self._changed = workspace, changed
        self._lock = threading.Lock()
        self._following: dict[str, _Following] = {}
        self._ended: list[Followed] = []
        self._dead: list[DeadBuild] = []
        self._dirty = threading.Event()
        self._over = threading.Event()

    def start(self) -> None:
        """Begin to look for builds."""
        threading.Thread(target=self._look, name="axtui-live", daemon=True).start()

    def close(self) -> None:
        """Follow nothing more."""
        self._over.set()

    def now(self, moment: float | None = None) -> list[Followed]:
        """The builds that run, the oldest first, as copies that nobody else changes."""
        with self._lock:
            following = list(self._following.values())
        shown = [one.snapshot(time.time() if moment is None else moment) for one in following]
        return sorted(shown, key=lambda one: one.build.started)

    @property
    def ended(self) -> list[Followed]:
        """The builds that ended while they were followed, the newest first."""
        with self._lock:
            return list(reversed(self._ended))

    @property
    def died(self) -> list[DeadBuild]:
        """Builds whose process was killed, and that nobody has been told of elsewhere."""
        return list(self._dead)

    def _look(self) -> None:
        while not self._over.wait(_LOOK):
            with contextlib.suppress(OSError):
                self._find()
            moving = any(one.moving for one in list(self._following.values()))
            if self._dirty.is_set() or moving:
                self._dirty.clear()
                self._changed()

    def _find(self) -> None:
        found = {build.build_job: build for build in running(self._workspace)}
        for build_job, build in found.items():
            if build_job not in self._following:
                following = _Following(build, self._dirty.set, self._gone)
                with self._lock:
                    self._following[build_job] = following
                following.start()
                self._dirty.set()
        died = dead(self._workspace)
        if [one.build.build_job for one in died] != [one.build.build_job for one in self._dead]:
            self._dead = died
            self._dirty.set()

    def _gone(self, following: _Following) -> None:
        """A build is over: move it to the ended ones."""
        shown = following.snapshot(time.time())
        shown.ended_at = shown.ended_at or time.time()  # one that was killed tells no end
        with self._lock:
            self._following.pop(following.build.build_job, None)
            self._ended = [*self._ended, shown][-_MOST_ENDED:]
        self._dirty.set()


class _Following:
    """One build, its events folded by a thread of its own."""

    def __init__(
        self, build: LiveBuild, told: Callable[[], None], gone: Callable[[_Following], None]
    ) -> None:
        self.build = build
        self._told, self._gone = told, gone
        self._follower = Follower()
        self._lock = threading.Lock()
        self._shown = Followed(build, State(build.script, build.build_job, build.started))

    def start(self) -> None:
        threading.Thread(target=self._follow, name="axtui-following", daemon=True).start()

    @property
    def moving(self) -> bool:
        """Whether what is shown changes by itself: clocks of jobs that run."""
        return bool(self._follower.state.jobs)

    def snapshot(self, moment: float) -> Followed:
        with self._lock:
            shown = self._shown
            return Followed(
                build=self.build,
                state=self._follower.snapshot(moment) if shown.ended is None else shown.state,
                reused=list(shown.reused),
                finished=list(shown.finished),
                failures=list(shown.failures),
                warnings=list(shown.warnings),
                happened=list(shown.happened),
                ended=shown.ended,
                ended_at=shown.ended_at,
            )

    def _follow(self) -> None:
        methods: dict[str, str] = {}
        for told in self.build.events():
            with self._lock:
                self._note(told.event, told.at, methods)
                self._follower.apply(told.event, told.at)
            self._told()
        self._gone(self)

    def _note(self, event: events.Event, at: float, methods: dict[str, str]) -> None:
        shown = self._shown
        if isinstance(event, _TOLD):
            shown.happened.append(Told(at, event))
        match event:
            case events.JobStarted():
                methods[event.jobid] = event.method
            case events.JobReused():
                shown.reused.append((event.jobid, event.method))
            case events.JobFinished():
                method = methods.get(event.jobid, "")
                shown.finished.append((event.jobid, method, event.wall))
            case events.JobFailed(cancelled=False):
                shown.failures.append((event.jobid, event.method, event.text))
            case events.Warned():
                shown.warnings.append(event.text)
            case events.ScriptEnded():
                shown.state = self._follower.snapshot(at)
                shown.state.jobs, shown.state.waiting = [], []
                shown.ended, shown.ended_at = event, at
