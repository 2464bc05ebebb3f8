"""Jobs, where the Accelerator keeps them."""

from axtui.data.currentjob import CurrentJob
from axtui.data.job import Job, NoJob
from axtui.data.jobwithfile import JobWithFile

__all__ = ["CurrentJob", "Job", "JobWithFile", "NoJob"]
