"""A session: one process's work in a workspace, with everything it looked up so far."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from axtui.build import events
from axtui.build.builder import Builder
from axtui.build.check import Checker
from axtui.build.contents import Contents
from axtui.build.distributions import Environment, Installed
from axtui.build.index import ReuseIndex
from axtui.build.inputs import InputDigests
from axtui.build.locks import KeyLocks
from axtui.build.methods import Method, MethodFile, Methods
from axtui.build.record import job_document
from axtui.build.reuse import Reuse
from axtui.data import jobdir
from axtui.data.disk import Disk
from axtui.engine.local import LocalEngine
from axtui.engine.protocol import Event
from axtui.errors import AcceleratorError
from axtui.workspace import Workspace
from catalog.journal import JournalWriter


class Session:
    """Use it as a context manager: at the end its engine is gone and its journal closed.

    `disk` and `engine` can be others, for tests and for other machines.
    """

    def __init__(
        self,
        workspace: Workspace,
        observe: events.Observer = events.ignore,
        disk: Disk | None = None,
        engine: LocalEngine | None = None,
    ) -> None:
        self.workspace = workspace
        self.config = workspace.config
        self.observe = observe
        self.disk = disk or Disk()
        self.workdir: str | None = None
        self.concurrency: Mapping[str | None, int] = {}
        self.preview: list[Any] | None = None
        self.inboxes: dict[str, list[Event]] = {}
        self._engine = engine
        self.contents = Contents(self.config.workdirs)
        self.index = ReuseIndex(self.config.workdirs, self.config.target)
        self.inputs = InputDigests(workspace.dot_axtui / "inputs.json")
        self.installed = Installed()
        self.checker = Checker(workspace, self.installed)
        self.methods = Methods(workspace, self.checker, self._describe)
        self.reuse = Reuse(
            self.index,
            self.contents,
            self.checker,
            self.inputs,
            self.config.inputs,
            self.config.slices,
        )
        self.locks = KeyLocks(workspace.locks)
        self.builder = Builder(self)
        self._journal = JournalWriter(workspace.dot_axtui)

    def __enter__(self) -> Session:
        self.workspace.make_folders()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the engine, keep what was learnt."""
        if self._engine is not None:
            self._engine.shutdown()
            self._engine = None
        self.inputs.save()
        self._journal.close()

    @property
    def engine(self) -> LocalEngine:
        """The engine, started when something must run."""
        if self._engine is None:
            self._engine = LocalEngine(self.config.engine.slots)
        return self._engine

    @property
    def has_engine(self) -> bool:
        """Whether anything had to run yet."""
        return self._engine is not None

    @cached_property
    def environment(self) -> Environment:
        """The Python and the packages that jobs of this session run with, kept beside the jobs."""
        found = self.installed.environment()
        for folder in self.config.workdirs.values():
            place = environment_file(folder, found.digest)
            if folder.is_dir() and not place.exists():
                place.parent.mkdir(exist_ok=True)
                jobdir.write_json(place, found.to_json(), self.disk)
        return found

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

    def stage_spec(self, method: Method) -> dict[str, Any]:
        """What any stage of a method needs to know; see `engine.stage`."""
        return self._spec(method.file) | {"stages": list(method.stages)}

    def _spec(self, file: MethodFile) -> dict[str, Any]:
        config = self.config
        return {
            "method": file.name,
            "module": file.module,
            "root": str(config.root),
            "folders": [str(folder) for folder in config.methods],
            "slices": config.slices,
            "workdirs": {name: str(path) for name, path in config.workdirs.items()},
            "input_directory": str(config.inputs),
            "result_directory": str(config.results),
        }

    def _describe(self, file: MethodFile) -> Mapping[str, Any]:
        return self.engine.describe(self._spec(file))

    def record_job(self, path: Path) -> None:
        """Tell the catalog about a job, as its directory says."""
        self.journal_event("job", job_document(path, self.config.workdirs))

    def journal_event(self, kind: str, doc: Mapping[str, Any]) -> None:
        """Tell the catalog something; trouble with that is a warning, never a failure."""
        warning = self._journal.append(kind, doc)
        if warning:
            self.observe(events.Warned(warning))


def environment_file(workdir: Path, digest: str) -> Path:
    """Where the description of an environment lies, for all jobs of a workdir."""
    return workdir / ".environments" / f"{digest.partition(':')[2]}.json"
