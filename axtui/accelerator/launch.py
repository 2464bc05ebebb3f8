"""What ends a job early, where the Accelerator keeps it."""

from axtui.data.currentjob import FinishJob as _FinishJob

__all__ = ["_FinishJob"]
