"""Eight builders, two folders and readers of both kinds at once: no row is lost, none half seen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from test_catalog_fold import ask

from catalog.fold import fold
from catalog.layout import journal_paths

WRITERS = 8
JOBS = 300


def start(folder: Path, *what: str) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("busy_process.py")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), *what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out


def test_all_at_once(tmp_path: Path) -> None:
    fold(tmp_path)
    folding = [start(tmp_path, "fold") for _ in range(2)]
    reading = [start(tmp_path, role) for role in ("read", "plain")]
    writing = [start(tmp_path, "write", f"w{n}", str(JOBS)) for n in range(WRITERS - 1)]
    dying = start(tmp_path, "write", "last", str(JOBS), "die")
    for process in writing:
        finish(process)
    assert dying.wait(timeout=120) == -9
    dying.communicate()
    (tmp_path / "stop").touch()
    for process in folding:
        finish(process)
    for process in reading:
        seen = [tuple(map(int, line.split())) for line in finish(process).splitlines()]
        assert seen, "a reader was kept out all the time"
        assert seen == sorted(seen), "a reader saw the catalog go back"
        assert all(rows == jobs == options for rows, jobs, options in seen)
    fold(tmp_path, wait=60)
    found = ask(tmp_path, "SELECT workdir, count(*), count(DISTINCT number) FROM jobs GROUP BY 1")
    names = [*(f"w{n}" for n in range(WRITERS - 1)), "last"]
    assert sorted(found) == sorted((name, JOBS, JOBS) for name in names)
    assert ask(tmp_path, "SELECT DISTINCT state FROM jobs") == [("complete",)]
    assert ask(tmp_path, "SELECT count(*) FROM journal_event") == [(2 * WRITERS * JOBS,)]
    problems = ask(tmp_path, "SELECT text FROM journal_problem")
    assert [text.split(" (")[0] for (text,) in problems] == ["the torn last line"]
    fold(tmp_path, wait=60)
    assert journal_paths(tmp_path) == []
