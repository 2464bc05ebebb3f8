"""The wheel, installed into an empty environment: it brings the example, and the example runs."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(folder), str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("axtui-*.whl")
    return built


def test_the_wheel_holds_what_the_program_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    for needed in (
        "axtui/standard/a_csvimport.py",
        "axtui/example/methods/build_afr.py",
        "axtui/example/methods/film/encode.py",
        "catalog/schema/1_content.sql",
        "catalog/queries/inputs_of_result.sql",
    ):
        assert needed in names
    assert [name for name in names if name.startswith("axtui/example/inputs/data_")]
    assert not [name for name in names if name.startswith("tests/")]


def test_the_example_runs_from_the_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "-q",
            "--no-deps",
            "--no-compile",  # of all that it brings; what is run is compiled then
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    # the dependencies are those of this environment: the test needs no network
    (site,) = home.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    axtui, folder = str(home / "bin" / "axtui"), tmp_path / "ws"

    def run(*command: str) -> str:
        done = subprocess.run([axtui, *command], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("init", str(folder), "--example")
    (folder / "axtui").symlink_to(ROOT / "axtui")  # a checkout, as in this repository's root
    for path in sorted((folder / "inputs").glob("data_*.zip"))[1:]:
        path.unlink()  # one period is enough here
    table = run("--workspace", str(folder), "run", "import", "afr")
    assert "Annual failure rates" in table
    assert (folder / "results" / "afr.html").read_text().startswith("<!")
    again = subprocess.run(
        [axtui, "--workspace", str(folder), "run", "import", "afr"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "import: nothing to build" in again.stderr
    assert "afr: nothing to build" in again.stderr
    where = [str(python), "-c", "import axtui; print(axtui.__file__)"]
    assert str(site) in subprocess.check_output(where, text=True, cwd=tmp_path)
