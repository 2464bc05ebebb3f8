"""The example run for real, in a workspace of its own: its numbers are those of one DuckDB query."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from example_oracle import failure_rates, unpack

from tests.warm import Warm

REAL_DATA = "AXTUI_BACKBLAZE"


class Workspace:
    """A workspace with the example's methods, driven through the command line."""

    def __init__(self, folder: Path, root: Path, inputs: Path, warm: Warm) -> None:
        self.folder, self.inputs, self.programs = folder, inputs, folder.with_name("programs")
        folder.mkdir(parents=True)
        warm.write_programs(self.programs)
        shutil.copytree(root / "methods", folder / "methods", ignore=_no_caches)
        settings = f'inputs = "{inputs}"\nmethods = ["methods"]\nslices = 2\n'
        (folder / "axtui.toml").write_text(settings)

    def axtui(self, *words: str) -> str:
        """Run a command that must succeed; returns what it printed on standard output."""
        command = [str(self.programs / "axtui"), "--workspace", str(self.folder), *words]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, f"{words} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def methods_built(self) -> Counter[str]:
        """How many jobs of each method there are, build scripts left out."""
        found: Counter[str] = Counter()
        for path in (self.folder / "workdirs" / "dev").glob("dev-*/setup.json"):
            setup = json.loads(path.read_text())
            found[setup["method"]] += not setup.get("is_build")
        return +found

    def report(self) -> Path:
        return self.folder / "results" / "afr.html"

    def found(self) -> dict[str, Any]:
        """What the `afr` job behind the linked report found."""
        setup = json.loads((self.report().resolve().parent / "setup.json").read_text())
        path = self.folder / "workdirs" / "dev" / setup["jobs"]["afr"] / "afr.json"
        return dict(json.loads(path.read_text()))

    def rates(self) -> dict[tuple[str, int | None], dict[str, Any]]:
        """The rates in the form of the oracle's, without its count of rows."""
        names = ("drives", "drive_days", "failures", "afr")
        found = self.found()
        return {
            (row["model"], row["year"]): {name: row[name] for name in names}
            for row in found["models"] + found["years"]
        }


def _no_caches(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name == "__pycache__"}


def expected(zips: list[Path], folder: Path) -> dict[tuple[str, int | None], dict[str, Any]]:
    """What the oracle says, its rates made comparable."""
    rates = failure_rates(unpack(zips, folder))
    for row in rates.values():
        del row["rows"]
        row["afr"] = pytest.approx(row["afr"])
    return rates


LATE = "data_Q2_2016.zip"
"""Comes when all others are imported, from between two of them."""


@pytest.fixture(scope="module")
def new(example) -> Counter[str]:
    """How many jobs of each method were built for the zip that came late."""
    return example[2]


@pytest.fixture(scope="module")
def example(
    root: Path, tmp_path_factory: pytest.TempPathFactory, warm: Warm
) -> tuple[Workspace, str, Counter[str]]:
    """The whole example, run twice: without one of its zips, and when that has come. What the second
    run printed, and which jobs it built."""
    folder = tmp_path_factory.mktemp("example")
    inputs = folder / "inputs"
    inputs.mkdir()
    for path in (root / "inputs").glob("*.zip"):
        if path.name != LATE:
            shutil.copy(path, inputs)
    workspace = Workspace(folder / "ws", root, inputs, warm)
    workspace.axtui("run")
    before = workspace.methods_built()
    shutil.copy(root / "inputs" / LATE, inputs)
    printed = workspace.axtui("run")
    return workspace, printed, workspace.methods_built() - before


def test_the_numbers_are_those_of_one_query(example, tmp_path: Path):
    zips = sorted(example[0].inputs.glob("*.zip"))
    assert len(zips) == 7
    assert example[0].rates() == expected(zips, tmp_path / "csv")


def test_a_zip_that_comes_late_is_all_that_is_imported(new: Counter[str]):
    for method in ("csvimport_zip", "dataset_type", "drive_days", "dataset_hashpart"):
        assert new[method] == 1, f"{method}: {new}"
    assert new["afr"] == new["afr_report"] == 1


def test_every_model_is_printed_with_its_drive_days(example):
    workspace, printed, _ = example
    for row in workspace.found()["models"]:
        (line,) = [line for line in printed.splitlines() if f"{row['drive_days']:,}" in line]
        assert line.startswith(row["model"])


def test_every_failure_and_drive_day_has_an_age_or_is_known_to_have_none(example):
    found = example[0].found()
    for name in ("failures", "drive_days"):
        assert sum(row[name] for row in found["ages"]) == found["total"][name]
    assert sum(map(sum, found["fleet"]["failures"].values())) == found["total"]["failures"]


def test_the_report_is_linked_and_names_every_input(example, root: Path):
    workspace = example[0]
    assert workspace.report().is_symlink()
    html = workspace.report().read_text()
    HTMLParser().feed(html)
    for path in (root / "inputs").glob("*.zip"):
        assert path.name in html


def test_running_it_again_builds_nothing(example):
    workspace, printed, _ = example
    before = workspace.methods_built()
    assert workspace.axtui("run") == printed
    assert workspace.methods_built() == before


def test_the_two_scripts_are_what_the_default_one_runs(example):
    workspace, printed, _ = example
    before = workspace.methods_built()
    by_themselves = workspace.axtui("run", "import") + "\n" + workspace.axtui("run", "afr")
    assert by_themselves == printed
    assert workspace.methods_built() == before


def test_one_method_in_three_forms_finds_the_same(example):
    workspace = example[0]
    printed = workspace.axtui("run", "forms").splitlines()
    models = len(workspace.found()["models"])
    for form in ("afr_loop", "afr_columnar", "afr_sql"):
        (line,) = [line for line in printed if line.split()[0] == form]
        assert f" {models} models," in line
    assert printed[-2:] == ["all three agree", "and so does the report"]


def test_the_commands_of_its_page_work(example, root: Path):
    workspace = example[0]
    page = (root / "docs" / "example.md").read_text()
    shown = re.findall(r"^axtui (.*?)(?: +#.*)?$", page, re.M)
    assert len(shown) >= 6
    for command in shown:
        if command.startswith("run movie"):
            continue  # test_movie_run.py makes one, a small one
        assert workspace.axtui(*shlex.split(command)).strip(), command


def test_a_zip_that_is_taken_away_no_longer_counts(example, tmp_path: Path):
    workspace = example[0]
    before = workspace.methods_built()
    gone = workspace.inputs / LATE
    kept = gone.rename(tmp_path / LATE)
    try:
        workspace.axtui("run")
        zips = sorted(workspace.inputs.glob("*.zip"))
        assert workspace.rates() == expected(zips, tmp_path / "csv")
        assert workspace.methods_built() == before, "it is what was there before the zip came"
    finally:
        kept.rename(gone)
        workspace.axtui("run")


def real_data(root: Path) -> Path | None:
    """Days that Backblaze published, where they are at hand."""
    folder = Path(os.environ.get(REAL_DATA, root.parent / "shared" / "data" / "backblaze"))
    return folder if list(folder.glob("*.zip")) else None


def test_real_days(root: Path, tmp_path: Path, warm: Warm):
    inputs = real_data(root)
    if inputs is None:
        pytest.skip(f"no published days here; name their folder in {REAL_DATA}")
    workspace = Workspace(tmp_path / "ws", root, inputs, warm)
    printed = workspace.axtui("run")
    rates = expected(sorted(inputs.glob("*.zip")), tmp_path / "csv")
    assert workspace.rates() == rates
    assert all(model in printed for model, year in rates if year is None)
    days = workspace.found()["fleet"]["days"]
    assert len(days) == sum(period["days"] for period in workspace.found()["periods"])
