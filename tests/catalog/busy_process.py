"""One of the processes of test_catalog_processes: writes, folds or reads, as it is told.

python busy_process.py FOLDER write NAME COUNT [die]
python busy_process.py FOLDER fold            until FOLDER/stop is there
python busy_process.py FOLDER read|plain      the same; prints the counts it saw
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from catalog.fold import fold
from catalog.journal import JournalWriter
from catalog.layout import database_path
from catalog.read import query

COUNT = "SELECT count(*), count(DISTINCT job), (SELECT count(*) FROM job_option) FROM job"


def write(folder: Path, name: str, count: int, dies: bool) -> None:
    """Two events per job: running, then complete. Who `dies` leaves half a line behind."""
    writer = JournalWriter(folder)
    for n in range(count):
        doc = {"jobid": f"{name}-{n}", "workdir": name, "number": n, "started": 1000.0 + n}
        options = [{"name": "text", "value": "x" * (n % 1000)}]
        for state in ("running", "complete"):
            warning = writer.append("job", {**doc, "state": state, "options": options})
            assert warning is None, warning
    if dies:
        assert writer.path is not None
        with writer.path.open("ab") as stream:
            stream.write(b'0badc0de {"v":1,"kind":"job"')
        os.kill(os.getpid(), signal.SIGKILL)


def counts(folder: Path, plain: bool) -> tuple[int, int, int]:
    """Rows of job, distinct jobs and options, through our reader or as any DuckDB would."""
    if not plain:
        (row,) = query(folder, COUNT).to_pylist()
        return tuple(row.values())
    import duckdb

    with duckdb.connect(str(database_path(folder)), read_only=True) as con:
        rows: list[tuple[int, int, int]] = con.execute(COUNT).fetchall()
        return rows[0]


def main(folder: Path, role: str, *more: str) -> None:
    """Do what `role` says."""
    if role == "write":
        write(folder, more[0], int(more[1]), "die" in more)
        return
    while not (folder / "stop").exists():
        if role == "fold":
            assert fold(folder).status in ("busy", "current", "folded", "rebuilt")
        else:
            print(*counts(folder, role == "plain"), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
