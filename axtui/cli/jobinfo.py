"""What a job directory says about a job; it lives below the faces."""

from axtui.build.jobinfo import everything, row, sources

__all__ = ["everything", "row", "sources"]
