"""Runs what the PyPI package `accelerator` ships, its test methods and its examples, on axtui, and counts.

The package is fetched by pip and unpacked into two projects, each with an `accelerator.conf`; it is
not installed, and nothing of it is changed. Its build script of tests is run statement by statement,
so that one that fails does not hide those after it.

    python -m tests.accelerator.shipped [--package DIR] [--keep DIR] [--part]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

VERSION = "2025.11.11"
SLICES = 3

_CONF = """\
slices: {slices}
workdirs:
\tdev ./workdirs/dev
method packages:
{packages}
\taccelerator.standard_methods
listen: .socket.dir/server
board listen: .socket.dir/board
urd: local .socket.dir/urd
result directory: ./results
input directory: /
"""
_EACH = Path(__file__).with_name("each_statement.py")
DEAR = frozenset(
    {
        "test_csvexport_chains",
        "test_csvexport_quoting",
        "test_csvexport_separators",
        "test_csvimport_corner_cases",
        "test_csvimport_separators",
        "test_csvimport_zip",
        "test_dataset_concat",
        "test_dataset_fanout",
        "test_dataset_type_chaining",
        "test_dataset_type_hashing",
        "test_dataset_type_corner_cases",
        "test_dataset_type_minmax",
        "test_hashlabel",
        "test_hashpart",
        "test_shell_grep",
        "test_sort_chaining",
        "test_sort_trigger",
        "test_sorting",
        "test_sorting_gendata",
    }
)
"""The test methods that a part leaves out: by far the most of the processor time is theirs, since they
build hundreds of jobs, or run as many commands (`dearest` measures it), or build a dozen jobs for what
tests of axtui's own show with one: chains in `tests/standard/test_csvexport.py`, sorting and hashing in
`tests/standard/test_moving_rows.py` and `test_sorting.py`, `tests/data`; and what only they build."""

COMMANDS = frozenset(
    {
        "test_board_metadata",
        "test_shell_commands",
        "test_shell_config",
        "test_shell_data",
        "test_shell_ds",
        "test_shell_grep",
        "test_shell_job",
        "test_urd",
    }
)
"""The test methods that run commands, and what they alone need."""
_IN_BOTH = frozenset({"test_build_kws", "test_summary"})

_COSTS = """
    WITH RECURSIVE under AS (
        SELECT job AS top, method AS top_method, job, cpu_s FROM jobs WHERE method LIKE 'test!_%' ESCAPE '!'
        UNION ALL
        SELECT top, top_method, jobs.job, jobs.cpu_s FROM jobs JOIN under ON jobs.parent = under.job
    )
    SELECT top_method, round(sum(cpu_s), 1) AS cpu_s, count(*) - count(DISTINCT top) AS subjobs
    FROM under GROUP BY top_method ORDER BY cpu_s DESC LIMIT 20
"""


@dataclass
class Outcome:
    """Which went well, and why the others did not."""

    passed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)
    """What failed between them: lines of the package's build script."""

    def counted(self, what: str) -> str:
        """The count."""
        return f"{what}: {len(self.passed)} of {len(self.passed) + len(self.failed)}"

    def told(self, what: str) -> str:
        """The count, and a line for each that failed."""
        lines = [self.counted(what)]
        lines += [f"  {name}: {why}" for name, why in sorted(self.failed.items())]
        lines += [f"  {where}: {why}" for where, why in self.elsewhere.items()]
        return "\n".join(lines)


def fetch(folder: Path, version: str = VERSION) -> Path:
    """Download the package with pip and unpack it; the folder `accelerator` of it."""
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--retries=1"]
    subprocess.run([*pip, "--dest", str(folder), f"accelerator=={version}"], check=True)
    archive = next(path for path in folder.iterdir() if path.suffix in (".whl", ".gz"))
    if archive.suffix == ".whl":
        zipfile.ZipFile(archive).extractall(folder / "unpacked")
        return folder / "unpacked" / "accelerator"
    shutil.unpack_archive(archive, folder / "unpacked", filter="data")
    return next((folder / "unpacked").glob("*/accelerator"))


def make_project(folder: Path, package: Path, names: Sequence[str], own: str = "") -> Path:
    """A project with some packages of `accelerator`, as they are; and one of ours, where it is named."""
    for name in names:
        target = folder / "accelerator" / name
        shutil.copytree(package / name, target, ignore=shutil.ignore_patterns("__pycache__"))
    packages = [
        f"\taccelerator.{name}" for name in names if (package / name / "methods.conf").exists()
    ]
    packages += [
        f"\taccelerator.{name} auto-discover"
        for name in names
        if not (package / name / "methods.conf").exists()
    ]
    if own:
        packages.append(f"\t{own} auto-discover")
        (folder / own).mkdir()
    conf = _CONF.format(slices=SLICES, packages="\n".join(packages))
    (folder / "accelerator.conf").write_text(conf)
    return folder


PROGRAM = Path(sys.executable).with_name("axtui")


def axtui(
    project: Path,
    *args: str,
    program: Path = PROGRAM,
    timeout: float = 3600,
    environ: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[str]:
    """Run one command in a project, with more in its environment; `program` is axtui."""
    return subprocess.run(
        [str(program), *args],
        cwd=project,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environ},
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
    )


def run_methods(project: Path, left_out: Collection[str] = (), program: Path = PROGRAM) -> Outcome:
    """Run the test methods of a project; a method passed if all that its test does went well.

    Those of `left_out` are not run, and not counted. The commands that they run are `program`, too.
    """
    shutil.copy(_EACH, project / "each" / "build_each.py")
    asked = {"AXTUI_LEFT_OUT": " ".join(left_out), "AXTUI_PROGRAM": str(program)}
    done = axtui(project, "run", "each", program=program, environ=asked)
    told = project / "results" / "outcome.json"
    if not told.exists():
        raise RuntimeError(f"the tests could not be run at all:\n{done.stdout}{done.stderr}")
    found = json.loads(told.read_text())
    outcome = Outcome()
    for method in names_of_methods(project / "accelerator"):
        if method in left_out:
            continue
        if method in found["failed"]:
            outcome.failed[method] = found["failed"].pop(method)
        elif method in found["built"]:
            outcome.passed.append(method)
        else:
            outcome.failed[method] = "not reached"
    outcome.elsewhere = found["failed"]
    return outcome


def halves(package: Path) -> dict[str, set[str]]:
    """What is left out to run the test methods in two halves, each of which can be run by itself."""
    others = set(names_of_methods(package)) - COMMANDS
    return {"commands": others - _IN_BOTH, "others": set(COMMANDS)}


def names_of_methods(package: Path) -> list[str]:
    """The names of all test methods that the package ships."""
    return sorted(path.stem[2:] for path in (package / "test_methods").glob("a_*.py"))


def dearest(project: Path) -> str:
    """The test methods that took most processor time, with that of their subjobs: a table."""
    return axtui(project, "sql", _COSTS).stdout


def run_examples(project: Path, program: Path = PROGRAM) -> Outcome:
    """Run every build script of the examples, in the order of their names."""
    outcome = Outcome()
    for script in _scripts(project / "accelerator" / "examples"):
        done = axtui(project, "run", script, program=program)
        if done.returncode == 0:
            outcome.passed.append(script)
        else:
            outcome.failed[script] = (done.stderr.strip() or done.stdout.strip())[-2000:]
    return outcome


def _scripts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("build_*.py")):
        yield path.stem.removeprefix("build_")


def main() -> int:
    """Fetch, run and tell; 0 if all went well."""
    parser = argparse.ArgumentParser(description="Run what the package accelerator ships.")
    parser.add_argument("--package", type=Path, help="an unpacked accelerator, instead of pip's")
    parser.add_argument("--keep", type=Path, help="where the projects are made, and stay")
    parser.add_argument("--part", action="store_true", help="without those that take longest")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        package = given.package or fetch(Path(scratch))
        base = given.keep or Path(scratch)
        base.mkdir(parents=True, exist_ok=True)
        project = make_project(base / "tests", package, ["test_methods"], "each")
        methods = run_methods(project, DEAR if given.part else ())
        print(methods.told("test methods that pass"), flush=True)
        print(dearest(project), flush=True)
        examples = run_examples(make_project(base / "examples", package, ["examples"]))
        print(examples.told("examples that run"))
    return 1 if methods.failed or methods.elsewhere or examples.failed else 0


if __name__ == "__main__":
    sys.exit(main())
