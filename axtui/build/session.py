"""A session: one process's work in a workspace, with everything it looked up so far."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from axtui.build import events
from axtui.build.builder import Builder
from axtui.build.contents import Contents
from axtui.build.distributions import Installed, environment
from axtui.build.index import ReuseIndex
from axtui.build.inputs import InputDigests
from axtui.build.inuse import InUse
from axtui.build.lastofchain import LastOfChain, Reads
from axtui.build.locks import KeyLocks
from axtui.build.methods import Method, MethodFile, Methods
from axtui.build.preview import Preview
from axtui.build.recheck import Policy, Present
from axtui.build.record import job_document
from axtui.build.recorded import merge
from axtui.build.reuse import Reuse
from axtui.build.stops import Retired, Stops
from axtui.build.turn import Turn
from axtui.data import jobdir
from axtui.data.disk import Disk, explained
from axtui.engine.source import FrozenSource
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace
from catalog import backlog
from catalog.journal import JournalWriter

if TYPE_CHECKING:
    from axtui.build.mailroom import Mailroom
    from axtui.engine.protocol import Answering, Engine

_PAUSE = 0.05


class Session:
    """Use it as a context manager: at the end its engine is gone and its journal closed.

    `disk` and `engine` can be given, for tests and other machines; an engine that was given is left
    running. It may be given as what gives it, which is asked when something must run.
    `installed` can be given by who has looked a moment ago.
    """

    def __init__(
        self,
        workspace: Workspace,
        observe: events.Observer = events.ignore,
        disk: Disk | None = None,
        engine: Engine | Callable[[], Engine] | None = None,
        installed: Installed | None = None,
    ) -> None:
        self.workspace = workspace
        self.config = workspace.config
        self.user_cwd = _current_folder() or str(workspace.root)
        self._observer, self._observing = observe, threading.RLock()
        self.turn, self.stops = Turn(), Stops()
        self.disk = disk or Disk(durable=self.config.durable)
        self.workdir: str | None = None
        self.concurrency: Mapping[str | None, int] = {}
        self.hot = False
        self.preview: Preview | None = None
        self.retired: str | None = None
        self._built = False
        self._given_engine = engine
        self._engine: Engine | None = None
        self.in_use = InUse(self.config.workdirs, self.config.path)
        self.contents = Contents(self.config.workdirs, self.in_use.claim)
        self.index = ReuseIndex(self.config.workdirs, self.config.target)
        self.inputs = InputDigests(workspace.dot_axtui / "inputs.json")
        self.installed = installed or Installed()
        self.present = Present(
            self.config.root,
            self.config.method_packages,
            installed=self.installed,
            policy=cast(Policy, self.config.packages),
        )
        self.methods = Methods(workspace, self.present, self._describe)
        self.reuse = Reuse(
            self.index,
            self.contents,
            self.present,
            self.inputs,
            self.config.inputs,
            self.config.slices,
            self.config.accelerator,
        )
        self.last_of_chain = None if self.config.accelerator else LastOfChain(self.contents)
        self.locks = KeyLocks(workspace.locks)
        self.builder = Builder(self)
        self._journal = JournalWriter(workspace.dot_axtui)

    def __enter__(self) -> Session:
        self.workspace.make_folders()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Keep what was learnt, end the engine."""
        try:
            self.inputs.save()
            self.in_use.close()
            self._journal.close()
            if self._built or backlog.is_long(self.workspace.dot_axtui):
                self.fold()
        finally:
            if self._engine is not None and self._given_engine is None:
                self._engine.shutdown()
                self._engine = None
                self.__dict__.pop("mail", None)

    def observe(self, event: events.Event) -> None:
        """Tell the observer, from whatever thread, one event at a time."""
        with self._observing:
            self._observer(event)

    @contextlib.contextmanager
    def also_told(self, observer: events.Observer) -> Iterator[None]:
        """While the block runs, another observer is told, too, before the session's own."""
        before = self._observer

        def both(event: events.Event) -> None:
            observer(event)
            before(event)

        self._observer = both
        try:
            yield
        finally:
            self._observer = before

    def stop(self, jobid: str, why: str) -> bool:
        """Have a running job stopped, and all that runs for it; from any thread. `why` stands in its
        record. False where no such job runs in this session."""
        return self.stops.ask(jobid, why)

    def retire(self, why: str) -> None:
        """Have the build script end where it would go on to its next job, or log or link what it made;
        from any thread. What runs goes on to its end. `why` stands in the script's record."""
        self.retired = why

    def go_on(self) -> None:
        """Raises Retired if the build script was told to end."""
        if self.retired is not None:
            raise Retired(self.retired)

    def fold(self) -> None:
        """Bring the catalog up to date, and tell what was strange about it."""
        from axtui.build import folding

        for note in folding.fold(self.workspace, self._engine):
            self.observe(events.Warned(note))

    @cached_property
    def mail(self) -> Mailroom:
        """The way to the engine, which is started when something must run."""
        from axtui.build.mailroom import Mailroom

        given = self._given_engine
        if self._engine is None:
            self._engine = new_engine(self.workspace) if given is None else _the(given)
        return Mailroom(self._engine, self.turn)

    @cached_property
    def environment(self) -> str:
        """Digest of the Python and packages that jobs of this session run with; the description is
        kept beside the jobs, once for all that share it."""
        found = environment(self.installed)
        for folder in self.config.workdirs.values():
            place = environment_file(folder, found["digest"])
            if folder.is_dir() and not place.exists():
                with explained("write", place):
                    place.parent.mkdir(exist_ok=True)
                    jobdir.write_json(place, found, self.disk)
        return str(found["digest"])

    def begin_script(
        self,
        workdir: str | None,
        concurrency: Mapping[str | None, int],
        preview: bool,
        hot: bool = False,
    ) -> None:
        """A build script begins: everything is verified anew. `hot`: its jobs are looked at while they run
        (see `engine.hotlines`)."""
        self.config.workdir(workdir or self.config.target)
        self.workdir, self.concurrency, self.hot = workdir, concurrency, hot
        self.preview = None
        if preview:
            self.start_preview()
        self.reuse.forget()

    def start_preview(self) -> None:
        """From here on nothing is built; what would be is collected in `preview`."""
        if self.preview is None:
            self.preview = Preview()

    def contents_changed(self) -> None:
        """Another process may have built something: look again."""
        self.reuse.forget()

    def concurrency_of(self, method: str) -> int:
        """How many slices of a method may run at once; 0 for no limit but the machine's."""
        return self.concurrency.get(method, self.concurrency.get(None, 0))

    def expected(self, method: str) -> float | None:
        """Seconds the last finished job of a method took."""
        for jobid in self.index.of_method(method)[:1]:
            with contextlib.suppress(AcceleratorError, KeyError):
                return float(self.contents.post(jobid)["exectime"]["total"])
        return None

    def warn_of_last(self, reader: str, reads: Reads) -> None:
        """Warn where only the last dataset of a typed chain was read and nobody said whose meaning
        such chains have."""
        if self.last_of_chain is not None:
            for text in self.last_of_chain.warnings(reader, reads):
                self.observe(events.Warned(text))

    def stage_spec(self, method: Method) -> dict[str, Any]:
        """What any stage of a method needs to know; see `engine.stage`."""
        return self._spec(method.file) | {"stages": list(method.stages), "hot": self.hot}

    def _spec(self, file: MethodFile) -> dict[str, Any]:
        config = self.config
        return {
            "method": file.name,
            "module": file.module,
            "root": str(config.root),
            "folders": config.method_packages,
            "slices": config.slices,
            "memory": config.slice_memory,
            "accelerator": config.accelerator,
            "workdirs": {name: str(path) for name, path in config.workdirs.items()},
            "input_directory": str(config.inputs),
            "result_directory": str(config.results),
            "project": self.project(),
        }

    def project(self) -> dict[str, str]:
        """Where the project lives, and where the command was given."""
        return {
            "config_filename": str(self.config.path),
            "project_directory": str(self.config.root),
            "user_cwd": self.user_cwd,
        }

    def _describe(self, file: MethodFile, pause: Callable[[float], None]) -> Mapping[str, Any]:
        import tempfile

        with tempfile.TemporaryDirectory(dir=self.workspace.dot_axtui) as folder:
            with self.mail.engine() as engine:
                describing = engine.describe(self._spec(file) | {"source": folder})
            try:
                while not self._over(describing):
                    pause(0)  # an import may take long, or hang: someone may stop it
            finally:
                with self.mail.engine() as engine:
                    answer = dict(engine.answered(describing))
            source = FrozenSource(Path(folder), self.present.places)
            if answer.get("recorded"):
                answer["recorded"] = merge([answer["recorded"]], source, self.installed)
        return answer

    def _over(self, describing: Answering) -> bool:
        """Whether a method has been imported, after at most a moment in which others can go on."""
        with self.turn.paused():
            return describing.over(_PAUSE)

    def record_job(self, path: Path) -> dict[str, Any]:
        """Tell the catalog about a job, as its directory says; what was told."""
        document = job_document(path, self.config.workdirs)
        self._built |= not document["is_build"]
        self.journal_event("job", document)
        return document

    def journal_event(self, kind: str, doc: Mapping[str, Any], at: float | None = None) -> None:
        """Tell the catalog something; trouble with that is a warning, never a failure."""
        warning = self._journal.append(kind, doc, at)
        if warning:
            self.observe(events.Warned(warning))


def _the(given: Engine | Callable[[], Engine]) -> Engine:
    return given() if callable(given) else given


def new_engine(workspace: Workspace) -> Engine:
    """The engine that a workspace asks for. It starts nothing before it is used."""
    from axtui.engine.local import LocalEngine  # a run that finds every job needs no engine

    return LocalEngine(workspace.config.engine.slots)


def environment_file(workdir: Path, digest: str) -> Path:
    """Where the description of an environment lies, for all jobs of a workdir."""
    return workdir / ".environments" / f"{digest.partition(':')[2]}.json"


def _current_folder() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - as text, it may be gone
    except FileNotFoundError:
        return None
