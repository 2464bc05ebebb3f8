"""Build scripts: finding them, and running `main(urd)` as a job of its own."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from axtui.build import events
from axtui.build.builder import WouldBuild
from axtui.build.finish import dataset_metas, seal
from axtui.build.live.broadcast import broadcast
from axtui.build.preview import Preview
from axtui.build.printing import captured_prints
from axtui.build.reasons import Reason
from axtui.build.record import run_document
from axtui.build.results import link_result
from axtui.build.scriptrecord import ended_record, failure_record, post_record, setup_record
from axtui.build.scripts import DEFAULT, script_path
from axtui.build.session import Session
from axtui.build.stops import Retired
from axtui.build.stops import reason as stop_reason
from axtui.build.urd import Urd
from axtui.build.urdstore import open_urd
from axtui.data import context, jobdir
from axtui.data.currentjob import CurrentJob, FinishJob
from axtui.data.disk import explained
from axtui.data.job import Job
from axtui.engine import trace
from axtui.engine.notes import Notes
from axtui.engine.scriptimports import script_imports
from axtui.errors import AcceleratorError, JobError, UserError

_STOPPED = 130
"""The exit code of what was stopped, as that of a program that was stopped with Ctrl-C."""


@dataclass(eq=False, repr=False)
class RunResult:
    """How a run of a script went; `preview` where it was asked what would be built."""

    script: str
    exit_code: int = 0
    built: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)
    build_job: str | None = None
    warnings: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def would_build(self) -> list[tuple[str, Reason]]:
        """(method, reason) of all that a preview found missing."""
        return self.preview.would_build


def run_script(
    session: Session,
    name: str = DEFAULT,
    *,
    flags: frozenset[str] = frozenset(),
    why: bool = False,
    horizon: str | None = None,
    workdir: str | None = None,
    concurrency: Mapping[str | None, int] | None = None,
    log: Path | None = None,
    hot: bool = False,
) -> RunResult:
    """Run one build script. With `why` nothing is built: `preview` says what would be. With `hot` the jobs
    that are built are looked at while they run, and keep which of their lines took longest.

    Errors of jobs and of the script are in the result (`error`, `exit_code` 1); KeyboardInterrupt
    passes through after everything was stopped and recorded. `log` is the file that this process
    writes to where it has no terminal, for those who watch it.
    """
    script, path = script_path(session.workspace, name)
    session.begin_script(workdir, concurrency or {}, why, hot)
    run = _Run(session, script, path, flags, horizon)
    if why:
        return run.preview()
    with broadcast(session, log):
        return run.run()


class _Run:
    """One run of one script."""

    def __init__(
        self, session: Session, script: str, path: Path, flags: frozenset[str], horizon: str | None
    ) -> None:
        self.session, self.script, self.path = session, script, path
        self.flags, self.horizon = flags, horizon
        self.result = RunResult(script)
        self.notes = Notes()
        self.urd: Urd | None = None
        self.links: list[dict[str, Any]] = []
        self.started = time.time()
        self.stopped = ""
        self._is_user: Callable[[str], bool] = lambda filename: False

    # -- the two ways

    def preview(self) -> RunResult:
        """Run the script up to where it cannot be told any more, building nothing."""
        import tempfile

        scratch = Path(tempfile.mkdtemp(prefix="preview-", dir=self.session.workspace.dot_axtui))
        job_path = scratch / "preview-0"
        job_path.mkdir()
        try:
            self._write_setup("preview-0", job_path)
            with contextlib.suppress(WouldBuild):
                self._call("preview-0", job_path, {"preview": scratch})
        except AcceleratorError as error:
            self.result.error, self.result.exit_code = str(error), 1
        except Exception as error:
            self._script_error(error)
        finally:
            self.session.disk.remove_tree(scratch)
        self._collect()
        return self.result

    def run(self) -> RunResult:
        """Run the script as a job of its own."""
        session = self.session
        workdir = session.config.target
        jobid, job_path = session.in_use.allocate(session.disk, workdir)
        self.result.build_job = jobid
        with explained("write job", job_path):
            running = jobdir.hold_running(job_path)
            self._write_setup(jobid, job_path)
            self._tell(job_path)
        session.observe(events.ScriptStarted(self.script, jobid, os.getpid()))
        try:
            value = self._call(jobid, job_path, {})
            with explained("write job", job_path):
                self._finish(job_path, value)
        except KeyboardInterrupt as stopped:
            self._fail(job_path, "cancelled", self.stopped or stop_reason(stopped), "")
            raise
        except WouldBuild:
            self._fail(job_path, "exit", "it was asked what would be built, not to build", "")
        except Retired as error:
            self._retired(job_path, str(error))
        except JobError as error:
            if session.retired is not None:
                self._retired(job_path, session.retired)
            else:
                self._fail(job_path, "exception", str(error), "")
                self.result.error = self._where(error)
        except SystemExit as error:
            self._fail(job_path, "exit", f"it called sys.exit({error.code!r})", "")
            self.result.exit_code = error.code if isinstance(error.code, int) and error.code else 1
            self.result.error = f"build script {self.script} called sys.exit({error.code!r})"
        except Exception as error:
            text = self._where(error)
            self._fail(job_path, "exception", trace.describe(error), text)
            self.result.error = text
        finally:
            running.close()
            self._collect()
        ended = events.ScriptEnded(self.script, self.result.exit_code, self.result.error or "")
        session.observe(ended)
        return self.result

    # -- parts

    def _write_setup(self, jobid: str, job_path: Path) -> None:
        (job_path / jobdir.TMP).mkdir(exist_ok=True)
        setup = setup_record(
            self.session, jobid, self.script, self.path, self.flags, self.horizon, self.started
        )
        jobdir.write_json(job_path / jobdir.SETUP, setup, self.session.disk)

    def _call(self, jobid: str, job_path: Path, extra: Mapping[str, Path]) -> Any:
        """Import the script anew and call its main; its return value."""
        session = self.session
        workdirs = dict(session.config.workdirs) | dict(extra)
        place = context.Place(jobid, job_path, job_path, "build", None)
        active = context.Context(
            workdirs=workdirs,
            slices=session.config.slices,
            accelerator=session.config.accelerator,
            input_directory=session.config.inputs,
            result_directory=session.config.results,
            place=place,
            note=self.notes,
            request=self._request,
            project=session.project(),
            is_noted=self.notes.is_noted,
        )
        log = open_urd(session.config)
        job = CurrentJob(jobid)
        source = job_path / jobdir.SOURCE
        with (
            context.use(active),
            _inside(job_path),
            script_imports(session.config.root, session.config.method_packages, source) as recorder,
        ):
            self.urd = Urd(session, log, self.script, Job(jobid), self.flags, self.horizon)
            self._is_user = recorder.is_user
            with captured_prints(job_path, jobid, session.observe), self._all_over(jobid, self.urd):
                try:
                    value = self._main(self.urd, job)
                except FinishJob as finish:
                    value = finish.result
                self.urd.close(self.started, went_well=not _exit_code(value))
                return value

    @contextlib.contextmanager
    def _all_over(self, jobid: str, urd: Urd) -> Iterator[None]:
        """However the block ends, nothing that the script submitted runs on after it: after an error
        what has begun may end, for it need not be done again; Ctrl-C stops it."""
        stops, submissions = self.session.stops, urd.submissions
        stops.begin(jobid, None)
        try:
            try:
                yield
            except Exception:
                if submissions.unfinished:
                    self._tell_waiting(submissions.unfinished)
                submissions.drop("its build script failed")
                raise
        except KeyboardInterrupt as stopped:
            stops.ask(jobid, stop_reason(stopped))
            self.stopped = stops.why(jobid) or ""  # someone else may have asked before
            submissions.drop(self.stopped)
            raise
        finally:
            stops.end(jobid)

    def _tell_waiting(self, names: list[str]) -> None:
        text = f"{self.script} failed; what it submitted and has begun is finished first"
        self.session.observe(events.Warned(f"{text} ({', '.join(names)}); Ctrl-C stops it"))

    def _main(self, urd: Urd, job: CurrentJob) -> Any:
        package = self.session.config.package_of(self.path.parent)
        module = importlib.import_module(f"{package}.{self.path.stem}")
        function = _main_of(module, self.path)
        given = {"urd": urd, "job": job}
        context.active().given = given
        names = [name for name in inspect.signature(function).parameters if name in given]
        unknown = [name for name in inspect.signature(function).parameters if name not in given]
        if unknown:
            raise UserError(
                f"main() of {self.path} asks for {unknown[0]!r}; it may ask for urd and job"
            )
        return function(**{name: given[name] for name in names})

    def _request(self, op: str, body: dict[str, Any]) -> Any:
        if op != "link_result":
            raise UserError("in a build script use urd.build, not subjobs")
        if self.session.preview is not None:
            return None
        self.session.go_on()
        job = body["job"]
        self.session.in_use.claim(job)
        path = context.active().job_path(job)
        registered = (
            jobdir.load_post(path).get("registered", ()) if jobdir.state(path) == "complete" else ()
        )
        link = link_result(
            self.session.config.results, path, body["filename"], body["linkname"], registered
        )
        doc = {
            "link": link.relative_to(self.session.config.results).as_posix(),
            "job": job,
            "file": body["filename"],
            "header": body["header"],
            "description": body["description"],
            "build_job": self.result.build_job,
        }
        self.links.append(doc)
        self.session.journal_event("result", doc)
        return str(link)

    # -- ends

    def _finish(self, job_path: Path, value: Any) -> None:
        """Commit the script's own job: its files, what it returned, what it built."""
        self.result.exit_code = _exit_code(value)
        if self.result.exit_code:
            self._fail(job_path, "exit", f"main() returned {value}", "")
            self.result.exit_code = value
            return
        session = self.session
        if value is not None and not isinstance(value, int):
            with context.use(self._context_for(job_path)):
                CurrentJob(job_path.name).save(value)
        reads = {**self.notes.asked, **self.notes.reads}
        session.warn_of_last(f"build script {self.script}", reads)
        if (job_path / jobdir.DATASETS).is_dir():
            from axtui.data import writer

            writer.finish_pending(job_path)
        datasets = dataset_metas(job_path)
        sealed = seal(session, job_path, datasets, self.notes.files)
        post = post_record(job_path.name, self.started, self._built(), self._ended(), sealed)
        jobdir.commit(session.disk, job_path, post)
        self._tell(job_path)

    def _context_for(self, job_path: Path) -> context.Context:
        config = self.session.config
        place = context.Place(job_path.name, job_path, job_path, "build", None)
        return context.Context(
            config.workdirs, config.slices, config.inputs, config.results, place, note=self.notes
        )

    def _retired(self, job_path: Path, why: str) -> None:
        """A newer run took this one's place."""
        self.result.exit_code, self.result.error = _STOPPED, why
        self._fail(job_path, "cancelled", why, "")

    def _fail(self, job_path: Path, kind: str, message: str, text: str) -> None:
        self.result.exit_code = self.result.exit_code or 1
        failure = failure_record(job_path.name, self.started, kind, message, text, self._ended())
        with contextlib.suppress(OSError):
            jobdir.record_failure(self.session.disk, job_path, failure)
        self._tell(job_path)

    def _built(self) -> list[Any]:
        return self.urd.built if self.urd is not None else []

    def _collect(self) -> None:
        self.result.preview = self.session.preview or Preview()
        really = [built for _, built in self._built() if not built.instead]
        made = {built.jobid for built in really if built.made}
        for jobid in dict.fromkeys(built.jobid for built in really):
            (self.result.built if jobid in made else self.result.reused).append(jobid)
        self.result.warnings = self.urd.warnings if self.urd is not None else []

    def _where(self, error: BaseException) -> str:
        """The error, and the line of the script it came from."""
        return trace.trimmed(error, self._is_user)

    def _script_error(self, error: Exception) -> None:
        self.result.error, self.result.exit_code = self._where(error), 1

    def _ended(self) -> dict[str, Any]:
        warnings = self.urd.warnings if self.urd is not None else []
        return ended_record(self.result.exit_code, warnings, self.links, self._built())

    def _tell(self, job_path: Path) -> None:
        """Tell the catalog of this run and its job, as the job's directory says."""
        self.session.journal_event("run", run_document(job_path))
        self.session.record_job(job_path)


def _main_of(module: ModuleType, path: Path) -> Callable[..., Any]:
    function: Callable[..., Any] | None = getattr(module, "main", None)
    if not callable(function):
        raise UserError(f"{path} has no function main(urd)")
    return function


def _exit_code(value: Any) -> int:
    """The exit code that a script's return value is; 0 where it is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """With `folder` as the current folder."""
    try:
        before: str | None = os.getcwd()  # noqa: PTH109 - only to come back
    except FileNotFoundError:
        before = None
    os.chdir(folder)
    try:
        yield
    finally:
        if before is not None:
            os.chdir(before)
