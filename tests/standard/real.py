"""The same cases on axtui and on the real Accelerator, and what differs.

A `Case` says which datasets and input files there are (`Given`, `files`) and which jobs to build on
them (`Step`). `ours` runs many cases in a workspace of axtui, `Real.run` in a project of the real
Accelerator, both with the method and the build script of `tests/standard/project`, in one run each.
`differences` compares what came of them: rows by slice, types, min and max, lines, hash labels,
links, files, results, and which steps failed.

The real one is found by AXTUI_REAL_ACCELERATOR (the Python of an environment that has it), or where
`accelerator` is installed beside this Python; without it, tests that ask for `real` are skipped.
Several slices matter: all projects here have `SLICES`.
"""

from __future__ import annotations

import datetime
import gzip
import importlib.metadata
import math
import os
import pickle
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from axtui.engine.local import LocalEngine
from tests.build.conftest import Bench

SLICES = 3
_PROJECT = Path(__file__).with_name("project")
Outcome = dict[str, Any]


@dataclass
class Given:
    """A dataset to start from. `columns`: {name: type, or (type, none_support)}; `rows`: a list of
    rows per slice (where there is a hash label they are spread by it). `previous` and `parent` are
    names of datasets given before in the same case."""

    name: str
    columns: Mapping[str, Any]
    rows: Sequence[Sequence[Sequence[Any]]]
    hashlabel: str | None = None
    filename: str | None = None
    caption: str = "given"
    previous: str | None = None
    parent: str | None = None


@dataclass
class Step:
    """A job to build. Datasets are named: "x" was given, 0 is the default dataset of the first step,
    (0, "y") another of its datasets; or lists of those. `jobs`: numbers of steps. In options, a text
    "input:x.csv" is the input file x.csv of the case."""

    method: str
    options: Mapping[str, Any] = field(default_factory=dict)
    datasets: Mapping[str, Any] = field(default_factory=dict)
    jobs: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Case:
    """Datasets, input files {name: content}, and the jobs that are built of them, in order."""

    steps: Sequence[Step]
    given: Sequence[Given] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def examples(strategy: SearchStrategy[Any], count: int) -> list[Any]:
    """`count` values of a strategy (fewer where it has fewer), for a run of many cases at once."""
    found: list[Any] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


# -- running -----------------------------------------------------------------------------------------


def _write(cases: Sequence[Case], folder: Path, inputs: Path) -> None:
    """What the build script and the method read: the given datasets, the steps, the input files."""

    def mine(number: int, name: str | None) -> str | None:
        return None if name is None else f"{number}.{name}"

    def option(number: int, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("input:"):
            return f"{number}/{value.removeprefix('input:')}"
        return value

    datasets = [
        {
            **vars(one),
            "name": mine(number, one.name),
            "previous": mine(number, one.previous),
            "parent": mine(number, one.parent),
        }
        for number, case in enumerate(cases)
        for one in case.given
    ]
    steps = [
        [
            (
                step.method,
                {key: option(number, value) for key, value in step.options.items()},
                dict(step.datasets),
                dict(step.jobs),
            )
            for step in case.steps
        ]
        for number, case in enumerate(cases)
    ]
    folder.mkdir()
    inputs.mkdir(exist_ok=True)
    (folder / "given.pickle").write_bytes(pickle.dumps(datasets))
    (folder / "cases.pickle").write_bytes(pickle.dumps(steps))
    for number, case in enumerate(cases):
        for name, content in case.files.items():
            path = inputs / str(number) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def ours(
    cases: Sequence[Case],
    root: Path,
    engine: LocalEngine,
    methods: Mapping[str, str] | None = None,
) -> list[list[Outcome]]:
    """What comes of each step of each case on axtui. `methods`: more methods {name: source}."""
    bench = Bench(root, engine)
    bench.write("axtui.toml", f"slices = {SLICES}\n")
    _write(cases, root / "paired", root / "inputs")
    shutil.copytree(_PROJECT, root / "methods", ignore=shutil.ignore_patterns("__pycache__"))
    for name, source in (methods or {}).items():
        bench.method(name, source)
    before = os.environ.get("PAIRED_FOLDER")
    os.environ["PAIRED_FOLDER"] = str(root / "paired")
    try:
        bench.run("cases")
    finally:
        del os.environ["PAIRED_FOLDER"]
        if before is not None:
            os.environ["PAIRED_FOLDER"] = before
    found: list[list[Outcome]] = pickle.loads((root / "paired" / "outcomes.pickle").read_bytes())
    return found


class Real:
    """A project of the real Accelerator, with its server running until `end`."""

    def __init__(self, python: Path, root: Path, methods: Mapping[str, str] | None = None) -> None:
        """`python` is one that has it installed; `methods`: more methods {name: source}."""
        self._root = root
        self._ax = [str(python), "-c", "from accelerator.shell import main; main()"]
        self._runs = 0
        self._sockets = tempfile.TemporaryDirectory(prefix="ax")  # their paths must be short
        (root / "workdirs" / "dev").mkdir(parents=True)
        (root / "inputs").mkdir()
        shutil.copytree(_PROJECT, root / "dev", ignore=shutil.ignore_patterns("__pycache__"))
        (root / "dev" / "__init__.py").write_text("")
        for name, source in (methods or {}).items():
            (root / "dev" / f"a_{name}.py").write_text(source)
        (root / "accelerator.conf").write_text(
            f"slices: {SLICES}\n"
            "workdirs:\n\tdev workdirs/dev\n"
            "method packages:\n\tdev auto-discover\n\taccelerator.standard_methods\n"
            f"listen: {self._sockets.name}/server\nboard listen: {self._sockets.name}/board\n"
            f"urd: local {self._sockets.name}/urd\n"
            "input directory: inputs\n"
        )
        self._log = (root / "server.log").open("wb")
        self._server = subprocess.Popen(
            [*self._ax, "server"],
            cwd=root,
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while b"Serving on" not in (root / "server.log").read_bytes():
            alive = self._server.poll() is None and time.monotonic() < deadline
            assert alive, (root / "server.log").read_text()
            time.sleep(0.05)

    def _environ(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BD_", "PYTHON"))}
        return {**kept, "ACCELERATOR_IGNORE_ETC": "1", "NO_COLOR": "1", "USER": "x", **more}

    def run(self, cases: Sequence[Case]) -> list[list[Outcome]]:
        """What comes of each step of each case."""
        self._runs += 1
        folder = self._root / f"paired{self._runs}"
        shutil.rmtree(self._root / "inputs", ignore_errors=True)
        _write(cases, folder, self._root / "inputs")
        done = subprocess.run(
            [*self._ax, "run", "cases"],
            cwd=self._root,
            env=self._environ(PAIRED_FOLDER=str(folder)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        # its exit code is 0 whatever happens in a build script
        assert (folder / "outcomes.pickle").exists(), done.stdout[-4000:]
        found: list[list[Outcome]] = pickle.loads((folder / "outcomes.pickle").read_bytes())
        return found

    def end(self) -> None:
        """Stop the server."""
        self._server.terminate()
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._log.close()
        self._sockets.cleanup()


def real_python() -> Path | None:
    """The Python that has the real Accelerator installed; None where there is none."""
    told = os.environ.get("AXTUI_REAL_ACCELERATOR")
    if told:
        return Path(told)
    try:
        importlib.metadata.distribution("accelerator")
    except importlib.metadata.PackageNotFoundError:
        return None
    return Path(sys.executable)


def real_accelerator(
    root: Path, methods: Mapping[str, str] | None = None
) -> Iterator[Real]:  # the body of a fixture
    """A running real Accelerator, ended afterwards; skips the test where it is not installed."""
    python = real_python()
    if python is None:
        pytest.skip("the real Accelerator is not installed (see AXTUI_REAL_ACCELERATOR)")
    real = Real(python, root, methods)
    try:
        yield real
    finally:
        real.end()


# -- comparing ---------------------------------------------------------------------------------------


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same to the last bit: type, sign of zero, fold and zone; NaN is NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return struct.pack("d", one) == struct.pack("d", other)
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, (datetime.datetime, datetime.time)):
        return bool(repr(one) == repr(other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _differs(ours: Any, theirs: Any, where: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}, key=repr):
            if key not in ours or key not in theirs:
                yield f"{where}[{key!r}] is only {'ours' if key in ours else 'theirs'}"
            else:
                yield from _differs(ours[key], theirs[key], f"{where}[{key!r}]")
    elif isinstance(ours, bytes) and isinstance(theirs, bytes):
        if _unpacked(ours) != _unpacked(theirs):
            yield f"{where}: ours {_unpacked(ours)!r}\n        theirs {_unpacked(theirs)!r}"
    elif not same(ours, theirs):
        yield f"{where}: ours {ours!r}\n        theirs {theirs!r}"


def _unpacked(content: bytes) -> bytes:
    """The content of a file; of a gzip file what is in it, as levels and times are not compared."""
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def differences(
    cases: Sequence[Case],
    ours: Sequence[Sequence[Outcome]],
    theirs: Sequence[Sequence[Outcome]],
    ignore: Sequence[str] = (),
) -> str:
    """What differs in the smallest case in which something does; "" where nothing does.

    Of steps that failed in both only that is compared. `ignore`: parts of an outcome or of its
    datasets that are not compared ("caption", "result", ...)."""
    found: list[tuple[int, str]] = []
    for case, mine, real in zip(cases, ours, theirs, strict=True):
        told = [
            line
            for index, (one, other) in enumerate(zip(mine, real, strict=True))
            for line in _step(one, other, f"step {index}", ignore)
        ]
        if told:
            text = "\n    ".join([repr(case), *told])
            found.append((len(repr(case)), text))
    if not found:
        return ""
    return f"{len(found)} of {len(cases)} cases differ. The smallest:\n{min(found)[1]}"


def assert_same(
    cases: Sequence[Case],
    ours: Sequence[Sequence[Outcome]],
    theirs: Sequence[Sequence[Outcome]],
    ignore: Sequence[str] = (),
) -> None:
    """Fail with the smallest case that differs; see `differences`."""
    found = differences(cases, ours, theirs, ignore)
    if found:
        pytest.fail(found, pytrace=False)


def _step(mine: Outcome, real: Outcome, where: str, ignore: Sequence[str]) -> Iterator[str]:
    if mine["error"] or real["error"]:
        if not (mine["error"] and real["error"]):
            yield f"{where}: ours {mine['error'] or 'works'}\n        theirs {real['error'] or 'works'}"
        return
    yield from _differs(_without(mine, ignore), _without(real, ignore), where)


def _without(outcome: Outcome, ignore: Sequence[str]) -> Outcome:
    kept = {key: value for key, value in outcome.items() if key not in ignore}
    if "datasets" in kept:
        kept["datasets"] = {
            name: {key: value for key, value in facts.items() if key not in ignore}
            for name, facts in kept["datasets"].items()
        }
    return kept


def with_plain_extremes(outcomes: list[list[Outcome]]) -> list[list[Outcome]]:
    """The outcomes, with min and max that tell nothing of which of equal values was met first: 0 and
    -0.0, 1 and 1.0, the same clock in UTC and naive."""

    def plain(value: Any) -> Any:
        if isinstance(value, (datetime.datetime, datetime.time)):
            return value.replace(tzinfo=None, fold=0)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value

    for outcome in (step for case in outcomes for step in case):
        for facts in outcome.get("datasets", {}).values():
            facts["columns"] = {
                name: (kind, none, plain(low), plain(high))
                for name, (kind, none, low, high) in facts["columns"].items()
            }
    return outcomes
