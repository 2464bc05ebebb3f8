"""Inside a stage's own process: bring up the user's method, call one of its functions, say how it went."""

from __future__ import annotations

import contextlib
import inspect
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from axtui.data import context, jobdir
from axtui.data.currentjob import CurrentJob, FinishJob
from axtui.data.dotdict import DotDict
from axtui.data.files import PROTOCOL, dump_pickle, load_pickle
from axtui.data.job import Job, typed_setup
from axtui.data.results import ResultIter, analysis_file
from axtui.data.status import stack_of
from axtui.engine import trace, wire
from axtui.engine.hotlines import HotLines
from axtui.engine.notes import Notes
from axtui.engine.recorder import StageRecorder
from axtui.engine.reporter import Reporter
from axtui.engine.slots import Slot
from axtui.errors import BuildError, JobError, ServerError, UserError

PREPARE_RES = ".tmp/prepare.pickle"
FILES_BEFORE = ".tmp/files.json"
"""Which files earlier stages noted."""


def main(spec: Mapping[str, Any], channel: int) -> int:
    """Entry of a stage process. Its exit code says nothing more than its last message did."""
    sock = socket.socket(fileno=channel)
    sock.set_inheritable(False)
    stage = Stage(spec, sock)
    with contextlib.suppress(BrokenPipeError):
        stage.run()
    return 0


class Stage:
    """One run of prepare, of one slice's analysis, or of synthesis.

    `spec` holds: jobid, path, attempt, stage, sliceno, slices, module, folders, root, workdirs,
    input_directory, result_directory, project, accelerator, slots (folder, limit), want_analysis,
    stages, hot (whether to look for hot lines), loaded (what the fork server has loaded), pages (where
    is noted what stages touch). It works in the job's own folder (`room`), but in analysis each slice
    has its attempt.
    """

    def __init__(self, spec: Mapping[str, Any], sock: socket.socket) -> None:
        self.spec = spec
        self.sock = sock
        self.path = Path(spec["path"])
        self.attempt = Path(spec["attempt"])
        self.name: str = spec["stage"]
        self.sliceno: int | None = spec["sliceno"]
        self.reporter = Reporter(sock)
        self.notes = Notes(
            self.path / jobdir.TMP / f"children.{self.label}", self.path / FILES_BEFORE
        )
        self.room = self.path if self.sliceno is None else self.attempt
        self.slot = Slot(Path(spec["slots"]["folder"]), spec["slots"]["limit"])
        self.output = self.attempt / jobdir.OUTPUT / self.label
        self.hot: list[dict[str, Any]] | None = None

    @property
    def label(self) -> str:
        return self.name if self.sliceno is None else str(self.sliceno)

    def run(self) -> None:
        """Everything, from redirecting prints to the last message."""
        self._redirect()
        self.slot.acquire()
        self.reporter.send({"t": "started", "at": time.time()})
        wall = time.monotonic()
        self.reporter.start()
        recorder = StageRecorder(self.spec, self.notes, self.path / jobdir.SOURCE)
        answer: dict[str, Any] = {"kind": "ok"}
        try:
            try:
                answer["record"] = self._work(recorder)
            except FinishJob as finish:
                answer["record"] = self._finish_early(finish)
        except SystemExit as exit_:
            answer |= {"kind": "exit", "message": f"the method called sys.exit({exit_.code!r})"}
        except BaseException as error:
            answer |= self._failure(error, recorder)
        answer["wall"] = time.monotonic() - wall
        answer["spent"] = context.spent()
        answer["hot"] = self.hot
        answer["libraries"] = recorder.libraries
        answer.setdefault("record", {})
        answer["record"] |= self.notes.record() | {"recorded": recorder.record()}
        self._close_output()
        self.reporter.stop()
        self.slot.release()  # now, as a process that user code left behind would keep it
        self.reporter.send({"t": "done", **answer})

    # -- the parts

    def _redirect(self) -> None:
        """Prints of this process and its children go to this stage's file; there is no terminal."""
        self.output.parent.mkdir(parents=True, exist_ok=True)
        null = os.open(os.devnull, os.O_RDONLY)
        out = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(null, 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        for fd in (null, out):
            os.close(fd)
        sys.stdout = os.fdopen(
            1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        sys.stderr = os.fdopen(
            2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )

    def _close_output(self) -> None:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        with contextlib.suppress(OSError):
            if self.output.stat().st_size == 0:
                self.output.unlink()
                self.output.parent.rmdir()

    def _work(self, recorder: StageRecorder) -> dict[str, Any]:
        job = self._activate()
        setup = jobdir.load_setup(self.path)
        self._seed(setup["seed"])
        if self.room != self.path:
            jobdir.show_published(self.path, self.room)
        os.chdir(self.room)
        params = typed_setup(setup)
        values = self._values(job, params)
        context.active().given = values
        with recorder.user_code():
            module = recorder.import_method(self.spec["module"])
            for name in ("options", "datasets", "jobs"):
                setattr(module, name, values[name])
            function = getattr(module, self.name)
            arguments = self._arguments(function, values)
            self.spec["pages"].note()
            with self._looked_at(module, recorder):
                result = function(**arguments)
        return self._keep(job, result)

    @contextlib.contextmanager
    def _looked_at(self, module: ModuleType, recorder: StageRecorder) -> Iterator[None]:
        """Look for hot lines while the block runs, if that was asked for."""
        if not self.spec.get("hot"):
            yield
            return
        beside = os.path.dirname(module.__file__ or "") + os.sep  # noqa: PTH120 - a prefix of names
        with HotLines(lambda file: file.startswith(beside) or recorder.is_user(file)) as hot:
            try:
                yield
            finally:
                self.hot = hot.lines()

    def _activate(self) -> CurrentJob:
        spec = self.spec
        place = context.Place(spec["jobid"], self.path, self.room, self.name, self.sliceno)
        active = workspace_context(spec, place=place, status=self.reporter, note=self.notes)
        active.request, active.is_noted = self._request, self.notes.is_noted
        context.activate(active)
        return CurrentJob(spec["jobid"])

    def _seed(self, seed: int) -> None:
        """Random numbers follow from the key, so that two runs of one job are equal."""
        import numpy

        own = random.Random(f"{seed}/{self.name}/{self.sliceno}")
        random.seed(own.getrandbits(64))
        numpy.random.seed(own.getrandbits(32))
        seed_new_generators(own.getrandbits(64))
        self.spec["loaded"].brought.drawn.again()

    def _values(self, job: CurrentJob, params: DotDict) -> dict[str, Any]:
        """What arguments may be asked for, by name (the Accelerator's list)."""
        for given in params.datasets.values():
            for dataset in given if isinstance(given, list) else [given]:
                dataset.check()  # one that is gone is told here
        return {
            "options": params.options,
            "datasets": params.datasets,
            "jobs": params.jobs,
            "job": job,
            "params": params,
            "slices": self.spec["slices"],
            "sliceno": -1 if self.sliceno is None else self.sliceno,
            "running": self.name,
            "server_url": "",
            "subjob_cookie": None,
            "update_top_status": self._top_status(),
        }

    def _top_status(self) -> Callable[[str], None]:
        handle = self.reporter.push(
            f"analysis({self.sliceno})" if self.name == "analysis" else self.name
        )
        return lambda text: self.reporter.update(handle, str(text))

    def _arguments(self, function: Callable[..., Any], values: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, parameter in inspect.signature(function).parameters.items():
            if name == "prepare_res":
                with context.spending("read"):
                    given[name] = load_pickle(self.path / PREPARE_RES, default=None)
            elif name == "analysis_res":
                given[name] = ResultIter(self.spec["slices"], self._analysis_result)
            elif name in values:
                given[name] = values[name]
                self.notes.slices_used |= name in ("slices", "params")
            elif parameter.default is parameter.empty:
                known = ", ".join(sorted([*values, "prepare_res", "analysis_res"]))
                raise UserError(
                    f"{self.name}() of {self.spec['method']} asks for {name!r}, which "
                    f"a method is not given. "
                    f"It may ask for: {known}"
                )
        return given

    def _analysis_result(self, sliceno: int) -> Any:
        with context.spending("read"):
            return load_pickle(analysis_file(self.path, sliceno), default=None)

    def _keep(self, job: CurrentJob, result: Any) -> dict[str, Any]:
        """Store the return value where the next stage finds it; close what is open."""
        from axtui.data import writer

        with self.reporter_status("saving"):
            if self.name == "prepare" and result is not None:
                self._leave(self.path / PREPARE_RES, result)
            elif self.name == "analysis" and self.spec["want_analysis"]:
                assert self.sliceno is not None
                self._leave(analysis_file(self.path, self.sliceno), result)
            elif self.name == "synthesis" and result is not None:
                job.save(result)
            writer.end_of_stage()
            for saved in self.notes.background:
                saved.wait()
        return {"slices_used": self.notes.slices_used}

    def _finish_early(self, finish: FinishJob) -> dict[str, Any]:
        if self.name == "analysis" and finish.result is not None:
            raise UserError(
                "finish_early(result) cannot be used in analysis, only finish_early()"
            ) from None
        record = self._keep(CurrentJob(self.spec["jobid"]), None)
        if finish.result is not None:
            CurrentJob(self.spec["jobid"]).save(finish.result)
        return record | {"finished": True}

    @contextlib.contextmanager
    def reporter_status(self, text: str) -> Any:
        """A status of our own."""
        handle = self.reporter.push(text)
        yield
        self.reporter.pop(handle)

    def _leave(self, path: Path, value: Any) -> None:
        import cloudpickle

        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        with context.spending("write"):
            try:
                data = cloudpickle.dumps(value, PROTOCOL)
            except Exception:
                data = dump_pickle(value)
            temporary.write_bytes(data)
            temporary.replace(path)

    def _failure(self, error: BaseException, recorder: StageRecorder) -> dict[str, Any]:
        kind = "oom" if isinstance(error, MemoryError) else "exception"
        with contextlib.suppress(Exception):
            status = stack_of(error)
            return {
                "kind": kind,
                "message": trace.describe(error),
                "traceback": trace.trimmed(error, recorder.is_user),
                "status": status,
            }
        return {"kind": kind, "message": repr(error)}

    # -- asking the coordinator

    def _request(self, op: str, body: dict[str, Any]) -> Any:
        """Ask and wait. The slot is free meanwhile, for what is asked needs one."""
        if self.name == "analysis":
            raise BuildError("subjobs can be built in prepare and synthesis, not in analysis")
        self.reporter.send({"t": "request", "op": op, "body": body})
        with context.spending("wait"):
            self.slot.release()
            answer = wire.Reader(self.sock).wait()
            self.slot.acquire()
        failed = answer.get("error")
        if failed is None:
            return answer.get("value")
        if failed.get("job"):
            job = Job(failed["job"], failed["method"])
            raise JobError(job, failed["method"], failed["status"])
        if failed.get("refused"):
            raise ServerError(f"Submit failed: {failed['message']}")
        raise BuildError(failed["message"])


def workspace_context(spec: Mapping[str, Any], **more: Any) -> context.Context:
    """What user code may know of the workspace, from what a stage is told of it."""
    return context.Context(
        workdirs={name: Path(path) for name, path in spec["workdirs"].items()},
        slices=spec["slices"],
        memory=spec["memory"],
        accelerator=spec["accelerator"],
        input_directory=Path(spec["input_directory"]),
        result_directory=Path(spec["result_directory"]),
        project=spec["project"],
        **more,
    )


def seed_new_generators(seed: int) -> None:
    """`numpy.random.default_rng()` without a seed takes its entropy from here: that, too, follows
    from the key."""
    from numpy.random import bit_generator

    if hasattr(bit_generator, "randbits"):
        bit_generator.randbits = random.Random(seed).getrandbits
