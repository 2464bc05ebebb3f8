"""Jobs, where the Accelerator keeps them."""

from __future__ import annotations

from axtui.data import context
from axtui.data.currentjob import CurrentJob
from axtui.data.job import Job, NoJob
from axtui.data.jobwithfile import JobWithFile
from axtui.errors import NoSuchJobError, NoSuchWorkdirError

__all__ = [
    "CurrentJob",
    "Job",
    "JobWithFile",
    "NoJob",
    "NoSuchJobError",
    "NoSuchWorkdirError",
]


def __getattr__(name: str) -> dict[str, str]:
    if name == "WORKDIRS":
        return {workdir: str(path) for workdir, path in context.active().workdirs.items()}
    raise AttributeError(f"module 'accelerator.job' has no attribute {name!r}")
