"""A build that makes nothing but noise: `python -m benchmarks.fakebuild FOLDER UPDATES_A_SECOND`.

It tells what a build of 4 jobs with 5 slices each tells while it runs, with the writing side of
`axtui.build.live`: so many updates of progress a second, ten lines of output, until it is ended.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
from pathlib import Path

from axtui.build import events
from axtui.build.live.broadcast import broadcast
from axtui.build.session import Session
from axtui.workspace import open_workspace

_SCRIPT, _JOB = "noise", "dev-900000"
_JOBS, _SLICES, _TOTAL = 4, 5, 1_000_000
_LINES = 10


def main(root: Path, rate: float) -> None:
    """Tell until SIGTERM comes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    session = Session(open_workspace(root))
    jobs = [f"dev-{900001 + number}" for number in range(_JOBS)]
    slices = list(itertools.product(jobs, range(_SLICES)))
    with broadcast(session):
        session.observe(events.ScriptStarted(_SCRIPT, _JOB, os.getpid()))
        for number, job in enumerate(jobs):
            method = f"noisy_{number}"
            session.observe(
                events.JobStarted(job, method, method, "first time", ["analysis"], 5, 60.0, 0)
            )
        for job, sliceno in slices:
            session.observe(events.StageStarted(job, "analysis", sliceno))
        began = time.monotonic()
        for number in itertools.count():
            job, sliceno = slices[number % len(slices)]
            rows = number * 997 % _TOTAL
            status = (f"analysis({sliceno})", f"at row {rows}")
            session.observe(
                events.Progress(job, "analysis", sliceno, rows, _TOTAL, status, f"line {rows}")
            )
            if number % max(1, int(rate / _LINES)) == 0:
                session.observe(events.Output(job, "analysis", sliceno, f"line {rows}\n"))
            time.sleep(max(0.0, began + number / rate - time.monotonic()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
