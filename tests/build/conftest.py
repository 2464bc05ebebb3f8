"""A workspace to build in: write files, run scripts, see what was built and what was re-used."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from axtui.build import events
from axtui.build.script import RunResult, run_script
from axtui.build.session import Session
from axtui.data import context
from axtui.data.disk import Disk
from axtui.data.job import Job
from axtui.engine.local import LocalEngine
from axtui.workspace import Workspace, open_workspace


class Unfolded(Session):
    """A session that leaves its journal unfolded: the catalog has tests of its own, and folding takes
    longer than all else in a small build."""

    def fold(self) -> None:
        pass


class Bench:
    """A workspace in a scratch folder. Each `run` is a session of its own, as `axtui run` is.

    With `folds` set, runs fold what they journalled into the catalog, too.
    """

    def __init__(self, root: Path, engine: LocalEngine | None = None) -> None:
        self.root = root
        self.engine = engine
        self.toml = "slices = 2\n"
        self.write("axtui.toml", self.toml)
        self.seen: list[events.Event] = []
        self.disk = Disk(durable=False)
        self.folds = False

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace, dedented."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def method(self, name: str, text: str) -> Path:
        """A method `a_<name>.py`."""
        return self.write(f"methods/a_{name}.py", text)

    def script(self, text: str, name: str = "build") -> Path:
        """A build script whose main has `text` as its body."""
        body = textwrap.indent(textwrap.dedent(text), "    ")
        file = "build.py" if name == "build" else f"build_{name}.py"
        return self.write(f"methods/{file}", f"def main(urd):\n{body}\n")

    @property
    def workspace(self) -> Workspace:
        return open_workspace(self.root)

    def session(self, **kw: Any) -> Session:
        """A session that collects events in `seen`."""
        kw.setdefault("engine", self.engine)
        kind = Session if self.folds else Unfolded
        return kind(self.workspace, self.seen.append, disk=self.disk, **kw)

    def run(self, name: str = "build", ok: bool = True, **kw: Any) -> RunResult:
        """Run a script; with `ok` it must succeed."""
        self.seen.clear()
        with self.session() as session:
            result = run_script(session, name, **kw)
        if ok:
            assert result.exit_code == 0, result.error
        return result

    def builds(self, **kw: Any) -> list[str]:
        """Run `build`; the methods that were really run, in order."""
        self.run(**kw)
        return [event.method for event in self.seen if isinstance(event, events.JobStarted)]

    def prints(self) -> str:
        """What was printed in the last run, by script and methods."""
        return "".join(event.text for event in self.seen if isinstance(event, events.Output))

    def path(self, jobid: str) -> Path:
        """The directory of a job."""
        return self.root / "workdirs" / "dev" / jobid

    def load(self, jobid: str) -> Any:
        """The result of a job."""
        with context.use(self.workspace.context()):
            return Job(jobid).load()

    def reason(self, jobid: str) -> dict[str, Any]:
        """Why a job was built."""
        from axtui.data import jobdir

        reason: dict[str, Any] = jobdir.load_setup(self.path(jobid))["reason"]
        return reason

    def last(self, method: str) -> str:
        """The newest job of a method, built in the last run."""
        started = [event for event in self.seen if isinstance(event, events.JobStarted)]
        return [event.jobid for event in started if event.method == method][-1]


class Kept:
    """A workspace that is built once, and put back for each test as it was then, in the same place."""

    def __init__(self, folder: Path, engine: LocalEngine, build: Callable[[Bench], None]) -> None:
        self._folder, self._engine = folder, engine
        self._times = 0
        self._bench = Bench(folder / "now" / "ws", engine)
        build(self._bench)
        (folder / "now").rename(folder / "then")

    def put_back(self) -> Bench:
        """The workspace, its last run among what was seen. What the test before had is moved aside."""
        now = self._folder / "now"
        if now.exists():
            now.rename(self._folder / f"used-{self._times}")
        self._times += 1
        shutil.copytree(self._folder / "then", now, symlinks=True)
        bench = Bench(now / "ws", self._engine)
        bench.seen = list(self._bench.seen)
        return bench


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    """One engine for all tests: its fork server takes a second to start."""
    engine = LocalEngine(2, tmp_path_factory.mktemp("slots"))
    yield engine
    engine.shutdown()


@pytest.fixture
def bench(tmp_path: Path, engine: LocalEngine) -> Bench:
    """An empty workspace with two slices."""
    return Bench(tmp_path / "ws", engine)


@pytest.fixture
def lone_bench(tmp_path: Path) -> Bench:
    """A workspace whose sessions start an engine of their own, as `axtui run` does."""
    return Bench(tmp_path / "ws")
