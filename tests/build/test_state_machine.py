"""Over all hazards: whatever is edited, damaged or lost, a build yields what a fresh build would.

The methods are small enough for a model of them in plain Python. `HYPOTHESIS_PROFILE=long` runs many
more and longer stories.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from axtui.build import events
from axtui.data import jobdir
from axtui.engine.local import LocalEngine

from .conftest import Bench

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
STORY = settings(
    max_examples=200 if LONG else 12,
    stateful_step_count=40 if LONG else 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

NUMBER = st.integers(1, 3)
SOURCES: dict[str, tuple[str, str]] = {
    # file, source with a number in it
    "make": (
        "methods/a_make.py",
        """
from .helper import scaled
import things
options = {{"k": 0, "files": []}}
def prepare(job):
    return job.datasetwriter(columns={{"n": "int64"}})
def analysis(sliceno, prepare_res, slices, job):
    for number, name in enumerate(options.files):
        if number % slices == sliceno:
            with job.open_input(name) as stream:
                prepare_res.write(scaled(int(stream.read())) + options.k + {0})
    return sliceno
def synthesis(analysis_res):
    return list(analysis_res), things.X
""",
    ),
    "helper": (
        "methods/helper.py",
        """
C = {0}
def scaled(n):
    import importlib
    return n * C * importlib.import_module("methods.deep").D
""",
    ),
    "deep": ("methods/deep.py", "D = {0}\n"),
    "things": ("methods/things.py", "X = {0}\n"),
    "use": (
        "methods/a_use.py",
        """
from . import one, two
datasets = ("source",)
jobs = ("maker",)
def synthesis():
    return sorted(datasets.source.iterate(None, "n")), jobs.maker.load()[1], one.N * 10 + two.N, {0}
""",
    ),
    "one": ("methods/one.py", "N = {0}\n"),
    "two": ("methods/two.py", "N = {0}\n"),
    "top": (
        "methods/a_top.py",
        """
from accelerator import build
def synthesis():
    return build("leaf", x={0}).load() + 1000
""",
    ),
    "leaf": (
        "methods/a_leaf.py",
        """
from pathlib import Path
depend_extra = ("extra.txt",)
options = {{"x": 0}}
def synthesis():
    return options.x * 100 + {0} * 10 + int(Path(__file__).with_name("extra.txt").read_text())
""",
    ),
    "extra": ("methods/extra.txt", "{0}"),
    "a.txt": ("inputs/a.txt", "{0}"),
    "b.txt": ("inputs/b.txt", "{0}"),
}
CODE = [name for name, (file, _) in SOURCES.items() if file.endswith(".py")]
INPUTS = ["a.txt", "b.txt"]
SCRIPT = """
import json
make = urd.build("make", k={k}, files=["a.txt", "b.txt"])
use = urd.build("use", source=make, maker=make)
print(json.dumps([make.load(), use.load(), urd.build("top").load()]))
"""


class Story(RuleBasedStateMachine):
    """Edits, builds and harm in one workspace, against what the numbers in its files say."""

    engine: LocalEngine
    origin: Path
    """A workspace that was built once, to begin each story with."""

    @initialize()
    def begin(self) -> None:
        self.scratch = Path(tempfile.mkdtemp(dir=self.origin.parent))
        root = self.scratch / "ws"
        shutil.copytree(self.origin, root, symlinks=True)
        self.bench = Bench(root, self.engine)
        self.numbers = dict.fromkeys(SOURCES, 1)
        self.missing: str | None = None
        self.shadow = 0
        self.k, self.slices = 0, 2
        self.steps = 0
        self.built: dict[str, Any] | None = None
        """What the last build that went well was built from; None after harm."""

    def teardown(self) -> None:
        if hasattr(self, "scratch"):
            _writable(self.scratch)
            shutil.rmtree(self.scratch)

    # -- what should come out

    def inputs(self) -> dict[str, Any]:
        """Everything that decides the result."""
        return {
            **self.numbers,
            "things": self.shadow or self.numbers["things"],
            "shadow": self.shadow,  # the same number from another file is another source
            "k": self.k,
            "slices": self.slices,
        }

    def expected(self) -> list[Any]:
        n = self.inputs()
        rows = [n[name] * n["helper"] * n["deep"] + n["k"] + n["make"] for name in INPUTS]
        return [
            [list(range(n["slices"])), n["things"]],
            [sorted(rows), n["things"], n["one"] * 10 + n["two"], n["use"]],
            n["top"] * 100 + n["leaf"] * 10 + n["extra"] + 1000,
        ]

    def run(self, bench: Bench) -> list[str] | None:
        """Build and compare; the methods that were run, or None where a source is missing."""
        result = bench.run(ok=False)
        if self.missing is not None:
            assert result.exit_code == 1
            assert self.missing in (result.error or "")
            return None
        assert result.exit_code == 0, result.error
        assert json.loads(bench.prints()) == self.expected()
        return [event.method for event in bench.seen if isinstance(event, events.JobStarted)]

    # -- builds

    @rule()
    def build(self) -> None:
        made = self.run(self.bench)
        if made is None:
            return
        if self.built == self.inputs():
            assert made == [], "nothing had changed"
        self.built = self.inputs()

    @invariant()
    def now_and_then(self) -> None:
        """Seldom are more than two things done without a build."""
        self.steps += 1
        if self.steps % 3 == 0:
            self.build()

    @rule()
    @precondition(lambda self: self.missing is None)
    def build_twice(self) -> None:
        self.build()
        assert self.run(self.bench) == []

    @rule()
    @precondition(lambda self: self.missing is None and self.slices != 2)
    def build_afresh(self) -> None:
        """Not by the model: in a workspace that never built anything."""
        root = self.scratch / "fresh"
        for name in ("methods", "inputs"):
            shutil.copytree(self.bench.root / name, root / name)
        for file in [self.bench.root / "axtui.toml", *self.bench.root.glob("*.py")]:
            shutil.copy(file, root)
        fresh = Bench(root, self.engine)
        shutil.copy(self.bench.root / "axtui.toml", root)
        assert sorted(set(self.run(fresh) or ())) == ["leaf", "make", "top", "use"]
        _writable(root)
        shutil.rmtree(root)

    # -- edits

    def put(self, name: str, how: Callable[[Path, str], object] = Path.write_text) -> None:
        file, text = SOURCES[name]
        how(self.bench.root / file, text.format(self.numbers[name]))

    @rule(name=st.sampled_from(list(SOURCES)), number=NUMBER)
    def edit(self, name: str, number: int) -> None:
        self.numbers[name] = number
        if name != self.missing:
            self.put(name)

    @rule(name=st.sampled_from(["leaf", "extra", "top", "deep"]))
    def edit_far_from_what_is_asked_for(self, name: str) -> None:
        """Subjobs, and helpers of helpers: always another number."""
        self.numbers[name] = self.numbers[name] % 3 + 1
        if name != self.missing:
            self.put(name)

    @rule(name=st.sampled_from(list(SOURCES)), number=NUMBER)
    def edit_and_set_the_time_back(self, name: str, number: int) -> None:
        """Same size, same mtime: `cp -p`, `rsync -t`."""
        self.numbers[name] = number
        if name != self.missing:
            self.put(name, _keeping_time)

    @rule(name=st.sampled_from(INPUTS + CODE), number=NUMBER)
    def replace_by_another_file(self, name: str, number: int) -> None:
        self.numbers[name] = number
        if name != self.missing:
            self.put(name, _renaming)

    @rule(name=st.sampled_from(CODE), remark=st.integers(0, 9))
    def comment(self, name: str, remark: int) -> None:
        if name != self.missing:
            path = self.bench.root / SOURCES[name][0]
            path.write_text(f"# {remark}\n\n{path.read_text()}\n\n# end\n")

    @rule(name=st.sampled_from(list(SOURCES)))
    def touch(self, name: str) -> None:
        if name != self.missing:
            os.utime(self.bench.root / SOURCES[name][0])

    @rule(pair=st.sampled_from([("one", "two"), ("a.txt", "b.txt"), ("deep", "things")]))
    def swap(self, pair: tuple[str, str]) -> None:
        one, two = pair
        self.numbers[one], self.numbers[two] = self.numbers[two], self.numbers[one]
        for name in pair:
            if name != self.missing:
                self.put(name)

    @rule(name=st.sampled_from(["helper", "deep", "one"]))
    @precondition(lambda self: self.missing is None)
    def delete(self, name: str) -> None:
        (self.bench.root / SOURCES[name][0]).unlink()
        self.missing = name

    @rule()
    @precondition(lambda self: self.missing is not None)
    def restore(self) -> None:
        assert self.missing is not None
        self.put(self.missing)
        self.missing = None

    @rule(number=st.integers(0, 2))
    def shadow_a_module(self, number: int) -> None:
        path = self.bench.root / "things.py"
        path.write_text(f"X = {number}\n") if number else path.unlink(missing_ok=True)
        self.shadow = number

    @rule(k=NUMBER)
    def option(self, k: int) -> None:
        self.k = k
        self.bench.script(SCRIPT.format(k=k))

    @rule(slices=NUMBER)
    def set_slices(self, slices: int) -> None:
        self.slices = slices
        self.bench.write("axtui.toml", f"slices = {slices}\n")

    # -- harm

    def jobs(self) -> list[Path]:
        return sorted(self.bench.path("").glob("dev-*"))

    def harm(self, which: int) -> Path | None:
        found = [path for path in self.jobs() if jobdir.state(path) == "complete"]
        if not found:
            return None
        self.built = None
        path = found[which % len(found)]
        _writable(path)
        return path

    @rule(which=st.integers(0, 99), file=st.integers(0, 99))
    def delete_a_file(self, which: int, file: int) -> None:
        if (path := self.harm(which)) is not None:
            found = _files(path)
            found[file % len(found)].unlink()

    @rule(which=st.integers(0, 99), file=st.integers(0, 99), at=st.integers(0, 1 << 20))
    def flip_a_bit(self, which: int, file: int, at: int) -> None:
        if (path := self.harm(which)) is not None:
            found = _files(path)
            _flip(found[file % len(found)], at)

    @rule(which=st.integers(0, 99), at=st.integers(0, 1 << 20))
    def flip_a_bit_of_the_record(self, which: int, at: int) -> None:
        if (path := self.harm(which)) is not None and (path / jobdir.POST).exists():
            _flip(path / jobdir.POST, at)

    @rule(which=st.integers(0, 99))
    def remove_a_job(self, which: int) -> None:
        if (path := self.harm(which)) is not None:
            shutil.rmtree(path)

    @rule()
    def remove_the_newest_jobs_and_the_number(self) -> None:
        """The numbers of jobs are given out again."""
        for path in sorted(self.jobs(), key=lambda path: jobdir.split_jobid(path.name)[1])[-3:]:
            _writable(path)
            shutil.rmtree(path)
        (self.bench.path("") / ".next").unlink(missing_ok=True)
        self.built = None

    @rule(name=st.sampled_from([".reuse", ".environments", "../../.axtui"]))
    def remove_what_can_be_made_anew(self, name: str) -> None:
        shutil.rmtree(self.bench.path("") / name, ignore_errors=True)

    @rule()
    def leave_a_lost_job(self) -> None:
        number = max((jobdir.split_jobid(path.name)[1] for path in self.jobs()), default=0) + 1
        lost = self.bench.path(f"dev-{number}")
        (lost / ".tmp").mkdir(parents=True)
        (lost / "setup.json").write_text('{"torn')


def _files(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())


def _flip(path: Path, at: int) -> None:
    """Flip one bit, keeping size and mtime."""
    data = bytearray(path.read_bytes())
    if data:
        data[at % len(data)] ^= 1 << at % 7
    _keeping_time(path, bytes(data))


def _keeping_time(path: Path, text: str | bytes) -> None:
    before = path.stat()
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _renaming(path: Path, text: str) -> None:
    other = path.with_name("other")
    other.write_text(text)
    other.replace(path)


def _writable(path: Path) -> None:
    for one in (path, *path.rglob("*")):
        if not one.is_symlink():
            one.chmod(0o755 if one.is_dir() else 0o644)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory, engine: LocalEngine) -> Path:
    """A workspace that was built once."""
    bench = Bench(tmp_path_factory.mktemp("story") / "origin", engine)
    for file, text in SOURCES.values():
        bench.write(file, text.format(1))
    bench.script(SCRIPT.format(k=0))
    assert bench.builds() == ["make", "use", "top", "leaf"]
    return bench.root


def test_what_is_served_is_what_a_fresh_build_would_give(origin: Path, engine: LocalEngine) -> None:
    Story.engine, Story.origin = engine, origin
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Story, settings=STORY)
