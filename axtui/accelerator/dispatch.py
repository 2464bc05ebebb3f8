"""A second place of `JobError`, from where some projects import it."""

from axtui.errors import JobError

__all__ = ["JobError"]
