"""Building one job: find it, or make it. The one place where a job comes to be."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.build import distributions, events, reasons
from axtui.build.changes import summary
from axtui.build.equivalent import Promise, source_hash, verifier
from axtui.build.finish import complete
from axtui.build.key import Call, Key, make_key
from axtui.build.lastofchain import LINKING
from axtui.build.methods import Method
from axtui.build.request import Request, ids, keyed_options, make_call
from axtui.build.reuse import Found
from axtui.build.running import (
    Ran,
    Runner,
    StageFailed,
    add_output,
    failure_record,
    keep_output,
    who,
)
from axtui.build.stops import reason as stop_reason
from axtui.data import canonical, digest, jobdir
from axtui.data.disk import explained
from axtui.data.job import Job
from axtui.engine.protocol import Outcome, Task, Work
from axtui.engine.source import ENDINGS, FrozenSource, code_digest
from axtui.errors import AcceleratorError, BuildError, JobError, StorageError, UserError

if TYPE_CHECKING:
    from axtui.build.session import Session

DEEPEST = 5
_MOST_EDITS = 20
_SEED_BITS = 63


@dataclass(frozen=True)
class Built:
    """A job that now exists, and whether it was made for this build; in a preview perhaps another
    `instead` of one that would be made."""

    jobid: str
    made: bool
    method: str
    instead: bool = False


class MethodEdited(Exception):
    """The method changed between being looked at and being frozen: begin anew with what it is now."""


class WouldBuild(Exception):
    """Raised instead of building where only a preview was asked for and nothing can stand in."""


class Builder:
    """Builds jobs in a session, and subjobs for their stages."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._requests: dict[str, Request] = {}
        self._subjobs: dict[str, dict[str, bool]] = {}
        self._told: set[str | None] = set()

    def build(self, request: Request) -> Built:
        """The job for a request: an existing one, or one that is made now. Threads may build at the
        same time.

        Raises JobError if it runs and fails or is stopped, BuildError or UserError if it cannot be
        asked for so.
        """
        if request.depth == 0:
            self._session.go_on()
        with self._session.turn:
            return self._latest(request)

    def _latest(self, request: Request) -> Built:
        if request.depth > DEEPEST:
            raise BuildError(f"subjobs can be nested {DEEPEST} deep, not deeper ({request.method})")
        for _ in range(_MOST_EDITS):
            with contextlib.suppress(MethodEdited):
                built = self._build(request)
                if not built.instead and built.method not in LINKING:
                    post = self._session.contents.post(built.jobid)
                    reads = {**post.get("asked", {}), **post.get("reads", {})}
                    self._session.warn_of_last(f"{built.method} ({built.jobid})", reads)
                return built
        raise BuildError(f"method {request.method} is edited faster than it can be started")

    def _build(self, request: Request) -> Built:
        session = self._session
        method = session.methods.get(request.method, self._pause(request))
        call = make_call(request, method)
        key = self._key(call)
        found = self._look(key, call, method, request)
        if found.jobid is None:
            if session.preview is not None:
                return self._would_build(request, call, key, found)
            with session.locks.hold(
                key.digest, f"method {method.name}", self._waits(method.name), self._pause(request)
            ) as waited:
                if waited:
                    session.contents_changed()
                    found = self._look(key, call, method, request)
                if found.jobid is None:
                    return Built(self._make(request, method, call, key, found), True, method.name)
        if session.preview is not None and session.preview.reuse(found.jobid, call):
            return Built(found.jobid, True, method.name, instead=True)
        session.observe(events.JobReused(found.jobid, method.name, request.name or method.name))
        return Built(found.jobid, False, method.name)

    def why(self, request: Request) -> dict[str, Any]:
        """{method: {nearest job: {what: {name: its value there}}}} of a build that is not done; empty
        where the job is there already, or no job is near."""
        with self._session.turn:
            method = self._session.methods.get(request.method, self._pause(request))
            call = make_call(request, method)
            key = self._key(call)
            found = self._look(key, call, method, request)
            if found.jobid is not None:
                return {}
            reason = reasons.why(self._session, call, key, found, request.force)
            if reason.against is None:
                return {}
            setup = jobdir.load_setup(self._session.contents.path(reason.against))
            return {method.name: {reason.against: reasons.differences(reason, setup)}}

    def answer(self, task: Task, op: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Serve what a stage asks for: the only thing is a subjob."""
        if op != "build":
            raise BuildError(f"a method cannot ask for {op!r}")
        asker = self._requests[task.jobid]
        request = Request(
            method=body["method"],
            options=canonical.from_json(body.get("options")) or {},
            datasets=body.get("datasets") or {},
            jobs=body.get("jobs") or {},
            extra=canonical.from_json(body.get("extra")) or {},
            name=body.get("name"),
            caption=body.get("caption"),
            workdir=asker.workdir,
            concurrency=asker.concurrency,
            parent=task.jobid,
            build_job=asker.build_job,
            script=asker.script,
            depth=asker.depth + 1,
        )
        built = self.build(request)
        self._subjobs.setdefault(task.jobid, {})[built.jobid] = built.made
        return {"value": {"job": built.jobid, "made": built.made}}

    # -- look-up

    def _key(self, call: Call) -> Key:
        contents = self._session.contents
        return make_key(
            call,
            keyed_options(call, contents),
            {name: contents.dataset(name) for name in ids(call.datasets)},
            {name: contents.job(name) for name in ids(call.jobs)}
            | {name: contents.job_chain(name) for name in ids({"": call.jobs.get("previous")})},
        )

    def _look(self, key: Key, call: Call, method: Method, request: Request) -> Found:
        if request.force:
            return Found(None)
        for name in (*ids(call.datasets), *ids(call.jobs)):
            self._refuse_damaged(name)
        promise = self._promise(method)
        return self._session.reuse.find(key.digest, call, method.depend_extra, promise)

    def _promise(self, method: Method) -> Promise | None:
        """What the method's `equivalent_hashes` promise, if that is of its present source."""
        if method.equivalent is None:
            return None
        paths = [str(method.file.path), *method.depend_extra]
        source, *extras = (Path(path).read_bytes() for path in paths)
        declared, hashes = method.equivalent
        wanted = verifier(source, extras)
        if wanted == declared:
            places = self._session.present.places
            return Promise(hashes, frozenset(map(places.key, paths)))
        if wanted not in self._told:
            self._told.add(wanted)
            told = f"method {method.name} has equivalent_hashes, but not for this source: "
            self._session.observe(events.Warned(f"{told}its verifier is {wanted}"))
        return None

    def _refuse_damaged(self, name: str) -> None:
        jobid = name.partition("/")[0]
        if self._session.contents.is_being_made(jobid):
            return
        changes = self._session.reuse.damage(jobid)
        if changes:
            raise BuildError(
                f"input {name} is damaged ({changes[0].name} {changes[0].new}); "
                "run the build script that makes it again"
            )

    def _waits(self, method: str) -> Callable[[int], None]:
        def waiting(pid: int) -> None:
            if pid != os.getpid():  # else another thread of this build makes it, as anyone can see
                self._session.observe(events.JobWaiting(method, "", pid))

        return waiting

    def _pause(self, request: Request) -> Callable[[float], None]:
        """Wait for another builder, who may be a thread of this process; not if we are to stop."""

        def pause(seconds: float) -> None:
            with self._session.turn.paused():
                time.sleep(seconds)
            why = self._session.stops.why(request.parent or request.build_job)
            if why:
                raise BuildError(f"{request.method} was not built: {why}")

        return pause

    def _would_build(self, request: Request, call: Call, key: Key, found: Found) -> Built:
        reason = reasons.why(self._session, call, key, found, request.force)
        assert self._session.preview is not None
        self._session.preview.build(request.method, reason)
        if reason.against is None or self._session.reuse.damage(reason.against):
            self._session.preview.cut_short = True
            raise WouldBuild(request.method)
        return Built(reason.against, True, request.method, instead=True)

    # -- making

    def _make(self, request: Request, method: Method, call: Call, key: Key, found: Found) -> str:
        session = self._session
        reason = reasons.why(session, call, key, found, request.force)
        workdir = self._workdir(request)
        jobid, path = session.in_use.allocate(session.disk, workdir)
        self._requests[jobid] = replace(request, parent=request.parent or request.build_job)
        started = time.time()
        with explained("write job", path), self._running(path), session.contents.being_made(jobid):
            self._freeze(path, method)
            setup = self._setup(jobid, request, method, call, key, reason, started)
            jobdir.write_json(path / jobdir.SETUP, setup, session.disk)
            session.record_job(path)
            self._tell_start(jobid, request, method, reason)
            ran = Ran()
            try:
                ran = self._run(jobid, path, request, method)
                post = complete(session, path, setup, method, ran, self._subjobs.pop(jobid, {}))
            except StageFailed as failed:
                self._failed(path, started, failed.ran or ran, failed.task, failed.outcome)
                raise self._job_error(jobid, method.name, failed) from None
            except KeyboardInterrupt as stopped:
                why = session.stops.why(jobid) or stop_reason(stopped)
                self._failed(path, started, ran, None, Outcome("cancelled", why))
                raise
            except OSError as error:
                self._spoilt(path, started, ran, str(error))
                raise
            except AcceleratorError as error:
                self._spoilt(path, started, ran, str(error))
                raise JobError(
                    Job(jobid, method.name), method.name, {"commit": str(error)}
                ) from None
        told = session.record_job(path)
        session.observe(events.JobFinished(jobid, time.time() - started, told["rows"]))
        if post.get("alarm"):
            session.journal_event("alarm", post["alarm"])
            session.observe(events.Warned(post["alarm"]["text"]))
        return jobid

    def _freeze(self, path: Path, method: Method) -> None:
        """Freeze what the method's declarations were read from, and what it says it depends on. What
        its stages import besides is frozen as they do. Raises MethodEdited, leaving no job."""
        places = self._session.present.places
        source = FrozenSource(path / jobdir.SOURCE, places)
        for entry in method.recorded["modules"]:
            place = places.path(entry["path"])
            if not place.endswith(ENDINGS):
                continue  # an extension or an archive: no source; the stages take its digest
            try:
                data = source.freeze(place)
            except FileNotFoundError:
                data = b""
            source.claim(entry["module"], place)
            if entry["raw"] != digest.of_bytes(data) and entry["code"] != code_digest(data, place):
                self._session.disk.remove_tree(path)
                raise MethodEdited
        for extra in method.depend_extra:
            try:
                source.freeze(extra)
            except FileNotFoundError:
                self._session.disk.remove_tree(path)
                raise MethodEdited from None

    def _workdir(self, request: Request) -> str:
        workdir = request.workdir or self._session.workdir or self._session.config.target
        self._session.config.workdir(workdir)
        return workdir

    @contextlib.contextmanager
    def _running(self, path: Path) -> Iterator[None]:
        stops = self._session.stops
        stops.begin(path.name, self._requests[path.name].parent)
        stream = jobdir.hold_running(path)
        try:
            yield
        finally:
            stream.close()
            stops.end(path.name)

    def _setup(
        self,
        jobid: str,
        request: Request,
        method: Method,
        call: Call,
        key: Key,
        reason: reasons.Reason,
        started: float,
    ) -> dict[str, Any]:
        session = self._session
        return {
            "format": jobdir.SETUP_FORMAT,
            "version": 1,
            "jobid": jobid,
            "method": method.name,
            "package": method.file.package,
            "path": session.present.places.key(str(method.file.path)),
            "is_build": False,
            "caption": request.caption,
            "name": request.name,
            "script": request.script,
            "build_job": request.build_job,
            "parent": request.parent or request.build_job,
            "slices": session.config.slices,
            "seed": int(key.digest.partition(":")[2], 16) >> (256 - _SEED_BITS),
            "hash": self._source_hash(jobid, method),
            "key": key.digest,
            "parts": key.to_json(),
            "reason": reason.to_json(),
            "options": {name: canonical.to_json(value) for name, value in call.options.items()},
            "datasets": dict(call.datasets),
            "jobs": dict(call.jobs),
            "input_directory": str(session.config.inputs),
            "environment": session.environment,
            "versions": distributions.running(),
            "starttime": started,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "user": session.config.user,
        }

    def _source_hash(self, jobid: str, method: Method) -> str:
        source = FrozenSource(
            self._session.contents.path(jobid) / jobdir.SOURCE, self._session.present.places
        )
        extras = (source.freeze(path) for path in method.depend_extra)
        return source_hash(source.freeze(str(method.file.path)), extras)

    def _tell_start(
        self, jobid: str, request: Request, method: Method, reason: reasons.Reason
    ) -> None:
        session = self._session
        session.observe(
            events.JobStarted(
                jobid,
                method.name,
                request.name or method.name,
                summary(reason.changes),
                list(method.stages),
                session.config.slices,
                session.expected(method.name),
                request.depth,
                request.parent,
            )
        )

    def _run(self, jobid: str, path: Path, request: Request, method: Method) -> Ran:
        session = self._session
        spec = session.stage_spec(method) | {
            "jobid": jobid,
            "path": str(path),
            "want_analysis": "analysis_res" in method.arguments.get("synthesis", ()),
        }
        work = Work(
            jobid,
            path,
            spec,
            timeout=method.timeout or session.config.engine.timeout,
            concurrency=request.concurrency or session.concurrency_of(method.name),
        )
        runner = Runner(session.mail, session.observe, self.answer, session.stops)
        setup = (path / jobdir.SETUP).read_bytes()
        try:
            return runner.run(work, method.stages, session.config.slices)
        finally:
            _put_back(path / jobdir.SETUP, setup)

    # -- ends

    def _failed(
        self, path: Path, started: float, ran: Ran, task: Task | None, outcome: Outcome
    ) -> None:
        with contextlib.suppress(OSError, StorageError):
            keep_output(path)
            if task is not None and outcome.traceback:
                add_output(path, task, outcome.traceback)
            record = failure_record(path, ran, task, outcome, started)
            jobdir.record_failure(self._session.disk, path, record)
        self._session.record_job(path)
        said = outcome.traceback or outcome.message
        if task is not None and (task.sliceno is not None or not outcome.traceback):
            said = f"in {who(task)}: {said}"
        text = "\n".join([said, *_status_lines(outcome)])
        cancelled = outcome.kind == "cancelled"
        method = self._requests[path.name].method
        self._session.observe(events.JobFailed(path.name, method, text, cancelled))

    def _spoilt(self, path: Path, started: float, ran: Ran, message: str) -> None:
        """The stages were well, but what they made could not be kept."""
        self._failed(path, started, ran, None, Outcome("exception", message))

    def _job_error(self, jobid: str, method: str, failed: StageFailed) -> JobError:
        outcome = failed.outcome
        said = outcome.traceback or f"{who(failed.task)} of {method}: {outcome.message}"
        lines = [said, *_status_lines(outcome)]
        label = (
            failed.task.stage if failed.task.sliceno is None else f"analysis({failed.task.sliceno})"
        )
        return JobError(Job(jobid, method), method, {label: "\n".join(lines)})


def _put_back(record: Path, data: bytes) -> None:
    """Undo what a method did to a record of its job. Raises UserError if it did something."""
    try:
        untouched = record.read_bytes() == data
    except OSError:
        untouched = False
    if not untouched:
        record.unlink(missing_ok=True)
        record.write_bytes(data)
        raise UserError(
            f"the method wrote a file named {record.name!r}, which is axtui's own; use another name"
        )


def _status_lines(outcome: Outcome) -> list[str]:
    """The `status()` texts that were open when a stage failed, as they stand below its error."""
    if len(outcome.status) < 2:  # the first is but the stage itself
        return []
    lines = [f"{'  ' * depth}{text}" for depth, text in enumerate(outcome.status, 1)]
    return [events.STATUS_HEAD, *lines]
