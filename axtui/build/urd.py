"""`urd`: what a build script is given. It builds jobs, and remembers in urd what was built."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from axtui.build import events
from axtui.build.builder import Built
from axtui.build.joblist import JobList
from axtui.build.request import Request
from axtui.build.scriptjobs import Entry, ScriptJobs
from axtui.build.submit import Submissions, Submitted, settled_request
from axtui.build.timestamps import normal
from axtui.build.urdlog import UrdLog
from axtui.build.urdresponse import UrdResponse
from axtui.data.dotdict import DotDict
from axtui.data.job import Job
from axtui.errors import BuildError, UrdError

if TYPE_CHECKING:
    from axtui.build.session import Session

Inputs = Mapping[str, Any]


class Urd:
    """What `main(urd)` is given: all that a build script can do."""

    def __init__(
        self,
        session: Session,
        log: UrdLog,
        script: str,
        build_job: Job,
        flags: frozenset[str],
        horizon: str | None,
    ) -> None:
        self._session, self._log, self._script, self._build_job = session, log, script, build_job
        self._horizon = horizon
        self._default_workdir = session.workdir
        self.flags = flags
        self.info = DotDict(
            slices=session.config.slices,
            input_directory=str(session.config.inputs),
            result_directory=str(session.config.results),
            urd=str(session.config.urd),
        )
        self.submissions = Submissions(session.builder.build, session.config.engine.slots + 1)
        self._jobs, self._jobs_all = ScriptJobs(), ScriptJobs()
        self.warnings: list[str] = []
        self._open: tuple[str, str | None, str, bool] | None = None
        self._deps: dict[str, UrdResponse] = {}
        self._latest_joblist: JobList | None = None

    # -- building

    def build(
        self,
        method: str,
        options: Inputs = {},  # noqa: B006 - never changed; part of the API's look
        datasets: Inputs = {},  # noqa: B006
        jobs: Inputs = {},  # noqa: B006
        name: str | None = None,
        caption: str | None = None,
        why_build: bool = False,
        force_build: bool = False,
        workdir: str | None = None,
        concurrency: int | None = None,
        **kw: Any,
    ) -> Job:
        """The job of `method` with these options and inputs: found, or made now.

        Free keywords go to the options, datasets and jobs of these names. `name` is its name in the
        joblist. Raises JobError where it runs and fails.
        """
        request = self._request(
            Request(method, options, datasets, jobs, kw, name, caption, workdir, concurrency),
            why_build,
            force_build,
        )
        built = self._session.builder.build(settled_request(request))
        job = Job(built.jobid, name or method)
        self._add_job(Entry(name or method, job, built))
        return job

    def submit(
        self,
        method: str,
        options: Inputs = {},  # noqa: B006
        datasets: Inputs = {},  # noqa: B006
        jobs: Inputs = {},  # noqa: B006
        name: str | None = None,
        caption: str | None = None,
        why_build: bool = False,
        force_build: bool = False,
        workdir: str | None = None,
        concurrency: int | None = None,
        **kw: Any,
    ) -> Submitted:
        """Like `build`, but returns at once, while the job is found or made at the same time as
        others. What it returns stands for the job: it can be given to other builds, which then begin
        when it is done, and waits where something of the job is asked for. `finish`, and the end of
        the script, wait for all.
        """
        request = self._request(
            Request(method, options, datasets, jobs, kw, name, caption, workdir, concurrency),
            why_build,
            force_build,
        )
        if self._session.preview is None:
            one = self.submissions.submit(request, name or method)
        else:
            one = self.submissions.build_now(request, name or method)
        self._add_job(Entry(name or method, one))
        return one

    def wait(self) -> None:
        """Wait for all that was submitted so far. Raises the first error that was not seen yet."""
        self.submissions.wait()

    def _request(self, asked: Request, why_build: bool, force_build: bool) -> Request:
        """A build that the script asks for, on its behalf and with its flags."""
        if why_build or "why_build" in self.flags:
            self.submissions.wait()  # what was asked for before is built
            self._session.start_preview()
        return replace(
            asked,
            workdir=asked.workdir or self._session.workdir or self._session.config.target,
            force=force_build or "force_build" in self.flags,
            build_job=str(self._build_job),
            script=self._script,
        )

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

    def build_chained(self, method: str, name: str | None = None, **kw: Any) -> Job:
        """`build` with `previous=` the job of this name in the joblist that was fetched by `latest`,
        `get` or `first` in this session."""
        if not name:
            raise BuildError("build_chained needs a name, by which the previous job is found")
        if self._latest_joblist is None:
            raise BuildError(
                "build_chained needs an urd.latest, get or first before it in this session"
            )
        datasets = dict(kw.pop("datasets", {}))
        if "previous" in kw or "previous" in datasets:
            raise BuildError("build_chained sets `previous` itself")
        return self.build(
            method, name=name, previous=self._latest_joblist.get(name), datasets=datasets, **kw
        )

    def set_workdir(self, workdir: str | None) -> None:
        """Where new jobs go from here on; None for the default."""
        if workdir is not None:
            self._session.config.workdir(workdir)
        self._session.workdir = workdir or self._default_workdir

    def warn(self, text: str = "") -> None:
        """Show a warning at the end of the run."""
        self.warnings.append(str(text))
        self._session.observe(events.Warned(str(text)))

    # -- sessions

    def begin(
        self, urdlist: str, timestamp: Any = None, caption: str | None = None, update: bool = False
    ) -> None:
        """Begin a session that `finish` will log as an entry of `urdlist`."""
        if self._open is not None:
            raise UrdError(
                f"urd.begin({urdlist!r}): the session for {self._open[0]!r} is still open"
            )
        path = self._log.path(urdlist)
        self._open = (
            path,
            normal(timestamp) if timestamp is not None else None,
            caption or "",
            update,
        )
        self._deps = {}
        self._jobs = ScriptJobs()
        self._latest_joblist = None

    def finish(
        self, urdlist: str, timestamp: Any = None, caption: str | None = None
    ) -> dict[str, Any]:
        """Log the session; returns {new, changed, is_ghost}."""
        path, begun, text, update = self._session_of(urdlist)
        _ = self.joblist  # what was submitted is waited for while the session is still open
        when = normal(timestamp) if timestamp is not None else begun
        if when is None:
            raise UrdError(f"urd.finish({urdlist!r}): no timestamp was given, here or in begin")
        if begun is not None and when != begun:
            raise UrdError(f"urd.finish({urdlist!r}): timestamp {when} is not the {begun} of begin")
        if caption and text and caption != text:
            raise UrdError(f"urd.finish({urdlist!r}): another caption than in begin")
        self._open = None
        return self._add(path, when, caption or text, update)

    def _add(self, path: str, when: str, caption: str, update: bool) -> dict[str, Any]:
        self._session.go_on()
        entry: dict[str, Any] = {
            "timestamp": when,
            "joblist": [[name, str(job)] for name, job in self.joblist.as_tuples],
            "caption": caption,
            "deps": {name: response.as_dep() for name, response in self._deps.items()},
            "build_job": str(self._build_job),
        }
        self._deps = {}
        if self._session.preview is not None:
            return {"new": False, "changed": False, "is_ghost": False}
        given = {name: entry[name] for name in ("caption", "deps", "build_job")}
        now = time.time()
        answer = self._log.add(path, when, entry["joblist"], update=update, at=now, **given)
        if answer["new"] or answer["changed"]:
            user, _, name = path.partition("/")
            deps = {other: dep["timestamp"] for other, dep in entry["deps"].items()}
            whose = {"action": "add", "user": user, "list": name, "deps": deps}
            flags = ["update"] if update else []
            self._session.journal_event("urd", {**entry, **whose, "flags": flags}, now)
        return answer

    def abort(self) -> None:
        """Drop the session: nothing is logged."""
        self._open = None
        self._deps = {}

    def _session_of(self, urdlist: str) -> tuple[str, str | None, str, bool]:
        if self._open is None:
            raise UrdError(f"urd.finish({urdlist!r}) without urd.begin")
        if self._log.path(urdlist) != self._open[0]:
            raise UrdError(f"urd.finish({urdlist!r}), but the session is for {self._open[0]!r}")
        return self._open

    def close(self, started: str) -> None:
        """The script has ended: what it submitted is waited for. A session that is still open is an
        error; the rest is logged as `__auto__` at the time the script began."""
        self.submissions.wait()
        if self._open is not None:
            raise UrdError(
                f"the session for {self._open[0]!r} was begun but never finished (or aborted)"
            )
        if self.joblist_all and self._session.preview is None:
            self._jobs, self._deps = self._jobs_all, {}
            self._add(self._log.path("__auto__"), started, self._script, update=True)

    # -- looking things up

    def get(self, urdlist: str, timestamp: Any) -> UrdResponse:
        """An entry, recorded as something this session depends on."""
        return self._recorded(urdlist, self.peek(urdlist, timestamp))

    def latest(self, urdlist: str) -> UrdResponse:
        """The latest entry, recorded as a dependency."""
        return self._recorded(urdlist, self.peek_latest(urdlist))

    def first(self, urdlist: str) -> UrdResponse:
        """The first entry, recorded as a dependency."""
        return self._recorded(urdlist, self.peek_first(urdlist))

    def peek(self, urdlist: str, timestamp: Any) -> UrdResponse:
        """An entry, without recording it."""
        if timestamp == "latest":
            return self.peek_latest(urdlist)
        return UrdResponse(self._log.get(urdlist, timestamp))

    def peek_latest(self, urdlist: str) -> UrdResponse:
        """The latest entry (not after the horizon), without recording it."""
        return UrdResponse(self._log.latest(urdlist, self._horizon))

    def peek_first(self, urdlist: str) -> UrdResponse:
        """The first entry, without recording it."""
        return UrdResponse(self._log.first(urdlist))

    def _recorded(self, urdlist: str, response: UrdResponse) -> UrdResponse:
        if self._open is None:
            raise UrdError(
                f"looking up {urdlist!r} outside a session: use urd.begin first, or urd.peek_*, which "
                "records nothing"
            )
        path = self._log.path(urdlist)
        if path in self._deps:
            raise UrdError(f"{path} was looked up before in this session; once is the rule")
        if response:  # there is nothing yet to depend on
            self._deps[path] = response
        self._latest_joblist = response.joblist
        return response

    def since(self, urdlist: str, timestamp: Any) -> list[Any]:
        """Timestamps of all entries after one."""
        return self._log.since(urdlist, timestamp)

    def list(self) -> list[str]:
        """All lists."""
        return self._log.list()

    def truncate(self, urdlist: str, timestamp: Any) -> dict[str, int]:
        """Hide the entries of a list from a timestamp on; {count, deps}."""
        answer = self._log.truncate(urdlist, timestamp)
        user, _, name = self._log.path(urdlist).partition("/")
        self._session.journal_event(
            "urd",
            {"action": "truncate", "user": user, "list": name, "timestamp": normal(timestamp)},
        )
        return answer
