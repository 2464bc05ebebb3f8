"""What jobs were given and how they ended, by job id, as the Accelerator's functions of that time give it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import PosixPath, PurePosixPath
from typing import Any

from axtui.data.dotdict import DotDict
from axtui.data.job import Job, running_place
from axtui.data.jobwithfile import JobWithFile

__all__ = ["job_params", "job_post", "load_setup", "typing_conv"]


def job_params(jobid: Any = None, default_empty: bool = False) -> DotDict:
    """The typed setup of a job (`job.params`): of the running one where none is named.

    With `default_empty` the empty job has empty options, datasets and jobs.
    """
    if default_empty and not jobid:
        return DotDict(options=DotDict(), datasets=DotDict(), jobs=DotDict())
    return Job(jobid or running_place().jobid).params


def load_setup(jobid: Any) -> DotDict:
    """The setup of a job (`job.params`)."""
    return job_params(jobid)


def job_post(jobid: Any) -> DotDict:
    """How a job ended (`job.post`)."""
    return Job(jobid).post


typing_conv: dict[str, Callable[[Any], Any]] = {
    "set": set,
    "JobWithFile": lambda given: JobWithFile(*given),
    "datetime": lambda given: dt.datetime(*given),
    "date": lambda given: dt.date(*given[:3]),
    "time": lambda given: dt.time(*given[3:]),
    "timedelta": lambda given: dt.timedelta(seconds=given),
    "Path": PosixPath,
    "PurePath": PurePosixPath,
}
"""From what JSON holds of a value to the value, by the name of its type."""
