"""Jobs, where the Accelerator keeps them."""

from axtui.data.job import CurrentJob, Job, JobWithFile, NoJob

__all__ = ["CurrentJob", "Job", "JobWithFile", "NoJob"]
