"""Sessions of a build script, and what it looks up: its side of the urd, the log of finished builds."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from axtui.build import events
from axtui.build.builder import Built
from axtui.build.scriptjobs import Entry, ScriptJobs
from axtui.build.submit import Submissions
from axtui.build.timestamps import normal
from axtui.build.urdnames import AUTO
from axtui.build.urdresponse import UrdResponse
from axtui.build.urdstore import UrdStore
from axtui.data.dotdict import DotDict
from axtui.data.job import Job
from axtui.data.joblist import JobList
from axtui.errors import BuildError, UrdError, UrdPermissionError, UrdUsageError
from axtui.valueobject import value_object

if TYPE_CHECKING:
    from axtui.build.session import Session


@value_object
class _Begun:
    """A session that was begun: what `urd.begin` was given."""

    path: str
    timestamp: str | None
    caption: str
    update: bool


class UrdSessions:
    """`begin ... finish`, and look-ups. `horizon`: what is later does not count as the latest."""

    def __init__(
        self, session: Session, log: UrdStore, script: str, build_job: Job, horizon: str | None
    ) -> None:
        self._session, self._log, self._script, self._build_job = session, log, script, build_job
        self.horizon = horizon
        self.submissions = Submissions(session.builder.build, session.config.engine.slots + 1)
        self._jobs, self._jobs_all = ScriptJobs(), ScriptJobs()
        self._open: _Begun | None = None
        self._deps: dict[str, UrdResponse] = {}
        self._latest_joblist: JobList | None = None

    # -- jobs

    def _add_job(self, entry: Entry) -> None:
        self._jobs.add(entry)
        self._jobs_all.add(entry)

    @property
    def joblist(self) -> JobList:
        """The jobs of the session so far; those that were submitted are waited for."""
        return self._jobs.settled()

    @property
    def joblist_all(self) -> JobList:
        """The jobs of the whole script so far; those that were submitted are waited for."""
        return self._jobs_all.settled()

    @property
    def built(self) -> list[tuple[str, Built]]:
        """(name, job) of all builds that are over and went well."""
        return self._jobs_all.built()

    # -- sessions

    def begin(
        self, path: str, timestamp: Any = None, caption: str | None = None, update: bool = False
    ) -> None:
        """Begin a session that `finish` will log as an entry of `path`."""
        if self._open is not None:
            raise UrdUsageError(
                f"urd.begin({path!r}): the session for {self._open.path!r} is still open"
            )
        whole = self._log.path(path)
        when = None if timestamp is None else normal(timestamp)
        try:
            self._log.check_user()
        except UrdPermissionError as error:
            raise BuildError(f"urd.begin({path!r}): {error}") from None
        self._open = _Begun(whole, when, caption or "", update)
        self._deps = {}
        self._jobs = ScriptJobs()
        self._latest_joblist = None

    def finish(self, path: str, timestamp: Any = None, caption: str | None = None) -> DotDict:
        """Log the session; returns {new, changed, is_ghost}, and `deps`, how many entries became
        ghosts, where it changed one. A timestamp or caption given here replaces that of `begin`."""
        begun = self._session_of(path)
        if not self.joblist:  # what was submitted is waited for while the session is still open
            raise UrdUsageError(f"urd.finish({path!r}): the session built no jobs to log")
        when = begun.timestamp if timestamp is None else normal(timestamp)
        if when is None:
            raise UrdUsageError(f"urd.finish({path!r}): no timestamp, here or in begin")
        self._open = None
        return self._add(begun.path, when, caption or begun.caption, begun.update)

    def _add(self, path: str, when: str, caption: str, update: bool) -> DotDict:
        self._session.go_on()
        entry: dict[str, Any] = {
            "timestamp": when,
            "joblist": [[name, str(job)] for name, job in self.joblist.as_tuples],
            "caption": caption,
            "deps": {name: response.as_dep for name, response in self._deps.items()},
            "build_job": str(self._build_job),
        }
        self._deps = {}
        if self._session.preview is not None:
            return DotDict(new=False, changed=False, is_ghost=False)
        given = {name: entry[name] for name in ("caption", "deps", "build_job")}
        now = time.time()
        answer = self._log.add(path, when, entry["joblist"], update=update, at=now, **given)
        if answer["new"] or answer["changed"]:
            user, _, name = path.partition("/")
            deps = {other: dep["timestamp"] for other, dep in entry["deps"].items()}
            whose = {"action": "add", "user": user, "list": name, "deps": deps}
            flags = ["update"] if update else []
            self._session.journal_event("urd", {**entry, **whose, "flags": flags}, now)
        return DotDict(answer)

    def abort(self) -> None:
        """Drop the session: nothing is logged."""
        self._open = None
        self._deps = {}

    def _session_of(self, path: str) -> _Begun:
        if self._open is None:
            raise UrdUsageError(f"urd.finish({path!r}) without urd.begin")
        if self._log.path(path) != self._open.path:
            raise UrdUsageError(f"urd.finish({path!r}), but the session is for {self._open.path!r}")
        return self._open

    def close(self, started: float, went_well: bool = True) -> None:
        """The script has ended: what it submitted is waited for. A session that is still open is an
        error. What a script built that went well is logged as `__auto__`, at the time it began (Unix
        seconds; logged as UTC); where that cannot be, it is a warning."""
        self.submissions.wait()
        if self._open is not None:
            raise UrdUsageError(
                f"the session for {self._open.path!r} was begun but never finished (or aborted)"
            )
        if not went_well or not self.joblist_all or self._session.preview is not None:
            return
        self._jobs, self._deps = self._jobs_all, {}
        when = datetime.fromtimestamp(started, UTC).replace(tzinfo=None)
        try:
            self._add(self._log.path(AUTO), normal(when), self._script, update=True)
        except UrdError as error:
            self._session.observe(events.Warned(f"the list __auto__ was not written: {error}"))

    # -- looking things up

    def get(self, path: str, timestamp: Any) -> UrdResponse:
        """An entry, recorded as something this session depends on."""
        return self._recorded(path, self.peek(path, timestamp))

    def latest(self, path: str) -> UrdResponse:
        """The latest entry, recorded as a dependency."""
        return self._recorded(path, self.peek_latest(path))

    def first(self, path: str) -> UrdResponse:
        """The first entry, recorded as a dependency."""
        return self._recorded(path, self.peek_first(path))

    def peek(self, path: str, timestamp: Any) -> UrdResponse:
        """An entry, without recording it; "latest" is the latest, whatever the horizon."""
        return UrdResponse(self._log.get(path, timestamp))

    def peek_latest(self, path: str) -> UrdResponse:
        """The latest entry (not after the horizon), without recording it."""
        return UrdResponse(self._log.latest(path, self.horizon or None))

    def peek_first(self, path: str) -> UrdResponse:
        """The first entry, without recording it."""
        return UrdResponse(self._log.first(path))

    def _recorded(self, path: str, response: UrdResponse) -> UrdResponse:
        if self._open is None:
            raise UrdUsageError(
                f"looking up {path!r} outside a session: use urd.begin first, or urd.peek_*, which "
                "records nothing"
            )
        whole = self._log.path(path)
        if whole in self._deps:
            raise UrdUsageError(f"{whole} was looked up before in this session; once is the rule")
        if response:  # there is nothing yet to depend on
            self._deps[whole] = response
        self._latest_joblist = response.joblist
        return response

    def since(self, path: str, timestamp: Any) -> list[Any]:
        """Timestamps of all entries after one."""
        return self._log.since(path, timestamp)

    def list(self) -> list[str]:
        """All lists."""
        return self._log.list()

    def truncate(self, path: str, timestamp: Any) -> DotDict:
        """Hide the entries of a list from a timestamp on; {count, deps}."""
        if self._session.preview is not None:
            return DotDict(count=0, deps=0)
        answer = self._log.truncate(path, timestamp)
        user, _, name = self._log.path(path).partition("/")
        self._session.journal_event(
            "urd",
            {"action": "truncate", "user": user, "list": name, "timestamp": normal(timestamp)},
        )
        return DotDict(answer)
