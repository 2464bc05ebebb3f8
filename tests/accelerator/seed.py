"""Runs the public project `exaxorg/backblaze_animation` on axtui with no edit, and checks what it says.

    python -m tests.accelerator.seed CLONE | --fetch [--keep DIR] [--zip FILE] [--days N] [--movie]

It copies a clone, makes the 25 zips that its script imports, builds `import`, `afr` and, where asked,
`movie`, compares the table of annual failure rates with one query of DuckDB over the CSV files,
and checks that a second run builds nothing. `--zip` puts a zip of real data in the place of ours.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from tests.accelerator import seedzips

ADDRESS = "https://github.com/exaxorg/backblaze_animation.git"
LAST_ZIP = "data_Q2_2021.zip"
OLD_MEANING: Mapping[str, str] = {"AXTUI_ACCELERATOR": "2021"}
Row = tuple[str, int, int, int, str]
"""Model (at most 20 letters), drives, days, failures, rate in percent, as the script prints them."""

_QUERY = """
    select replace(replace(model, '  ', ' '), ' ', '_') as cleanmodel,
           count(distinct serial_number) as drives, count(*) as days,
           sum(failure::integer)::integer as fails
    from read_csv($files, header = true, delim = ',', all_varchar = true, union_by_name = true)
    group by all having drives >= 60
"""


class Wrong(Exception):
    """The project did not do on axtui what it should."""


def fetch(folder: Path) -> Path:
    """Clone the project from GitHub."""
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", ADDRESS, str(folder)], check=True)
    return folder


def make_project(folder: Path, clone: Path, days: int, real: Sequence[Path] = ()) -> Path:
    """A copy of a clone with its zips in data/, some of them real ones."""
    shutil.copytree(clone, folder, ignore=shutil.ignore_patterns(".git", "workdirs", "data"))
    data = folder / "data"
    data.mkdir()
    for path in real:
        (data / path.name).symlink_to(path.resolve())
    seedzips.write(data, days)
    return folder


def axtui(
    project: Path, *args: str, environ: Mapping[str, str] = OLD_MEANING, timeout: float = 3600
) -> subprocess.CompletedProcess[str]:
    """Run one command in the project, its output and errors in one text."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("axtui")), *args],
        cwd=project,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=timeout,
    )


def built(project: Path, script: str) -> str:
    """Run a build script; what it told. Raises Wrong if it failed."""
    done = axtui(project, "run", script)
    if done.returncode:
        raise Wrong(f"`axtui run {script}` ended with {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def told_rates(output: str) -> list[Row]:
    """The table of the script `afr`, from what it printed."""
    found = re.findall(r"^(\S.{19})\s+(\d+)\s+(\d+)\s+(\d+)\s+([\d.]+)%$", output, re.MULTILINE)
    return sorted((model.strip(), int(a), int(b), int(c), rate) for model, a, b, c, rate in found)


def true_rates(archive: Path) -> list[Row]:
    """The same table, by one query over the CSV files of the zip."""
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if "__MACOSX" not in name and ".csv" in name]
        files = [opened.extract(name, scratch) for name in names]
        rows = duckdb.execute(_QUERY, {"files": files}).fetchall()
    return sorted(
        (model[:20], drives, days, fails, f"{100 * 365 * fails / days:.2f}")
        for model, drives, days, fails in rows
    )


def check_rates(project: Path) -> list[Row]:
    """Build `afr` and compare its table with DuckDB's. Raises Wrong if they differ."""
    told = told_rates(built(project, "afr"))
    true = true_rates(project / "data" / LAST_ZIP)
    if told != true or not true:
        raise Wrong(f"the script's rates are\n{told}\nand DuckDB's are\n{true}")
    return told


def check_reuse(project: Path, *scripts: str) -> None:
    """Raises Wrong if a second run of a script builds a job."""
    for script in scripts:
        if again := re.findall(r"^built: .*", built(project, script), re.MULTILINE):
            raise Wrong(f"the second run of {script} built {len(again)} jobs again: {again[:3]}")


def main() -> int:
    """Run it all and tell; 0 if all went well."""
    parser = argparse.ArgumentParser(description="Run backblaze_animation on axtui.")
    parser.add_argument("clone", nargs="?", type=Path, help="a clone of the project")
    parser.add_argument("--fetch", action="store_true", help="clone it from GitHub")
    parser.add_argument("--keep", type=Path, help="where the project is made, and stays")
    parser.add_argument("--zip", type=Path, action="append", default=[], help="a real zip to use")
    parser.add_argument("--days", type=int, default=4, help="days in each zip we make")
    parser.add_argument("--movie", action="store_true", help="make the movie too (some minutes)")
    given = parser.parse_args()
    if bool(given.clone) == given.fetch:
        parser.error("give the folder of a clone, or --fetch")
    with tempfile.TemporaryDirectory() as scratch:
        clone = fetch(Path(scratch) / "clone") if given.fetch else given.clone
        project = make_project(
            given.keep or Path(scratch) / "project", clone, given.days, given.zip
        )
        try:
            print(built(project, "import").splitlines()[-1], flush=True)
            for row in check_rates(project):
                print("{:20} {:8} {:8} {:8} {:>8}%".format(*row))
            check_reuse(project, "import", "afr")
            if given.movie:
                print(built(project, "movie").splitlines()[-1])
        except Wrong as wrong:
            print(wrong, file=sys.stderr)
            return 1
    print("the rates are those of DuckDB; a second run built nothing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
