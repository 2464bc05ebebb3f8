"""A workspace that is watched for real: files are saved, and what is told of it is collected."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from axtui.build import events
from axtui.build.watch import told
from axtui.build.watch.watcher import Watcher
from axtui.workspace import open_workspace

Kind = TypeVar("Kind", bound=told.WatchEvent)
PATIENCE = 30.0


class Yard:
    """A workspace with two scripts, `one` and `two`, of which the second takes what the first makes;
    jobs of method `gated` run until their gate is opened."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.heard: list[told.WatchEvent] = []
        self.watcher: Watcher | None = None
        self.write("axtui.toml", "slices = 1\n")
        self.write("inputs/numbers.txt", "1 2 3\n")
        self.write("methods/constants.py", "FACTOR = 1\n")
        self.write("methods/words.py", "HELLO = 'hello'\n")
        self.write("methods/extra.txt", "extra\n")
        self.write(
            "methods/a_read.py",
            """
            from .constants import FACTOR
            def synthesis(job):
                with job.open_input("numbers.txt") as f:
                    return [FACTOR * int(word) for word in f.read().split()]
            """,
        )
        self.write(
            "methods/a_total.py",
            """
            jobs = ["source"]
            depend_extra = ["extra.txt"]
            def synthesis(jobs):
                return sum(jobs.source.load())
            """,
        )
        self.write(
            "methods/a_gated.py",
            """
            import os, time
            from .words import HELLO
            options = {"gate": "", "number": 0}
            def synthesis(options):
                while not os.path.exists(options.gate):
                    time.sleep(0.01)
                return HELLO
            """,
        )
        self.write(
            "methods/build_one.py",
            """
            def main(urd):
                urd.begin("one", "2026-01-01", update=True)
                urd.build("total", source=urd.build("read"))
                urd.finish("one")
            """,
        )
        self.write(
            "methods/build_two.py",
            """
            from .words import HELLO
            def main(urd):
                urd.begin("two", "2026-01-01", update=True)
                total = urd.latest("one").joblist.get("total")
                print(HELLO, total.load())
                urd.build("total", source=urd.build("read"), name="again")
                urd.finish("two")
            """,
        )
        self.write(
            "methods/build_slow.py",
            f"""
            def main(urd):
                waits = [urd.submit("gated", gate="{root}/gate-" + n, number=1) for n in "ab"]
                print([one.load() for one in waits])
            """,
        )

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def replace(self, name: str, old: str, new: str) -> None:
        """Save a file, with something else in it."""
        path = self.root / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def start(self, **how: Any) -> Watcher:
        """Begin to watch."""
        self.watcher = Watcher(open_workspace(self.root), self.heard.append, **how)
        self.watcher.start()
        self.wait(told.Watching)
        return self.watcher

    def wait(
        self, kind: type[Kind], after: int = 0, which: Callable[[Kind], bool] = lambda one: True
    ) -> Kind:
        """The first event of a kind, told after so many, waited for."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for event in self.heard[after:]:
                if isinstance(event, kind) and which(event):
                    return event
            assert time.monotonic() < deadline, f"no {kind.__name__}: {self.heard[after:]}"
            time.sleep(0.01)

    def idle(self) -> None:
        """Wait until nothing is to be done any more."""
        assert self.watcher is not None
        deadline = time.monotonic() + PATIENCE
        while not self.watcher.idle:
            assert time.monotonic() < deadline, self.heard[-5:]
            time.sleep(0.02)

    def ran(self, after: int) -> list[str]:
        """The scripts that ran to their end."""
        ends = [one for one in self.heard[after:] if isinstance(one, told.RunEnded)]
        return [one.script for one in ends if not one.superseded]

    def built(self, after: int) -> list[str]:
        """The methods of jobs that were made."""
        found = [one.event for one in self.heard[after:] if isinstance(one, told.BuildEvent)]
        return [one.method for one in found if isinstance(one, events.JobStarted)]


@pytest.fixture(scope="module")
def module_yard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """A yard that is watched, its scripts `one` and `two` run once; one for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("yard")
        (folder / "tmp").mkdir()
        patch.setenv("TMPDIR", str(folder / "tmp"))
        yard = Yard(folder / "ws")
        watcher = yard.start(scripts=["one", "two"])
        yard.idle()
        assert yard.ran(0) == ["one", "two"], yard.heard
        yield yard
        watcher.close(leave_running=False)
