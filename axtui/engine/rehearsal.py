"""What nearly every stage does, done once in the fork server.

The first time costs: patterns and write functions are compiled, abstract classes asked for each type,
libraries bound, pages of the program brought in. Every stage is the copy of a process that has all that
behind it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from axtui.data import context, writer
from axtui.data.context import Context, Place
from axtui.data.currentjob import CurrentJob
from axtui.data.job import typed_setup

_NAME = "rehearsal"
_COLUMNS = {"number": "int64", "real": "float64", "text": "unicode", "raw": "bytes", "day": "date"}


def rehearse() -> None:
    """Write a dataset of a few columns without rows into a folder that is removed, as a job that is none.

    No thread is started, no file but those is opened, and no context is left.
    """
    jobid = f"{_NAME}-1"
    setup = {"jobid": jobid, "options": {"number": 1}, "datasets": {}, "jobs": {}}
    with tempfile.TemporaryDirectory(prefix="axtui-") as folder:
        path = Path(folder, jobid)
        path.mkdir()
        here = Context(
            workdirs={_NAME: Path(folder)},
            slices=1,
            input_directory=Path(folder),
            result_directory=Path(folder),
            place=Place(jobid, path, path, "synthesis", None),
        )
        with context.use(here):
            typed_setup(setup)
            written = CurrentJob(jobid).datasetwriter(columns=_COLUMNS)
            written.set_slice(0)
            writer.end_of_stage()
