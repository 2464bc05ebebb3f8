"""Making a job that no finished one stands for: its directory, its run, its records."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.build import events, reasons
from axtui.build.builder import Built, MethodEdited
from axtui.build.changes import summary
from axtui.build.circumstances import circumstances
from axtui.build.equivalent import source_hash
from axtui.build.finish import complete
from axtui.build.key import Call, Key
from axtui.build.methods import Method
from axtui.build.request import Request
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

_SEED_BITS = 63


class Maker:
    """Makes jobs in a session. Their stages ask for subjobs, which `build` finds or makes."""

    def __init__(self, session: Session, build: Callable[[Request], Built]) -> None:
        self._session, self._build = session, build
        self._requests: dict[str, Request] = {}
        self._subjobs: dict[str, dict[str, bool]] = {}

    def make(self, request: Request, method: Method, call: Call, key: Key, found: Found) -> str:
        """Make the job; its id. Raises MethodEdited, JobError, or what the disk says."""
        session = self._session
        reason = reasons.why(session, call, key, found, request.force)
        workdir = self._workdir(request)
        jobid, path = session.in_use.allocate(session.disk, workdir)
        self._requests[jobid] = replace(request, parent=request.parent or request.build_job)
        started = time.time()
        with explained("write job", path), self._running(path), session.contents.being_made(jobid):
            self._freeze(path, method)
            setup = self._setup(jobid, request, method, call, key, reason, started)
            # durable when the job is committed: before that it is lost with a crash, whatever it holds
            session.disk.write_whole(path / jobdir.SETUP, jobdir.dump_json(setup))
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
            **circumstances(session, started),
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
        runner = Runner(session.mail, session.observe, self._answer, session.stops)
        setup = (path / jobdir.SETUP).read_bytes()
        try:
            return runner.run(work, method.stages, session.config.slices)
        finally:
            _put_back(path / jobdir.SETUP, setup)

    def _answer(self, task: Task, op: str, body: Mapping[str, Any]) -> dict[str, Any]:
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
        built = self._build(request)
        self._subjobs.setdefault(task.jobid, {})[built.jobid] = built.made
        return {"value": {"job": built.jobid, "made": built.made}}

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
