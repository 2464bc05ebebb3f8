"""Every error axtui raises on purpose: one clear message of what, where, and what to do."""

from __future__ import annotations


class AcceleratorError(Exception):
    """Base of all errors raised by axtui; the name is the one user code catches."""


class UserError(AcceleratorError):
    """The user asked for something that cannot be; the message says what to change."""


class MisuseError(UserError, AssertionError):
    """The API was called as it must not be. An AssertionError too: there the Accelerator raises one."""


class ConfigError(UserError):
    """`axtui.toml` (or a command-line value) is wrong; the message names file and line."""


class NoWorkspaceError(ConfigError):
    """There is no `axtui.toml` where one was looked for."""


class ServerError(AcceleratorError):
    """axtui itself could not do its part (an engine process died, a disk refused)."""


class OptionError(UserError, ServerError):
    """A method was given an option it does not have, or a value that the option cannot have. A
    ServerError too: with that the Accelerator answers."""


class StorageError(ServerError):
    """A file of the workspace could not be written or read (full disk, permissions)."""


class UrdError(AcceleratorError):
    """A build-script session or urd look-up was used wrongly."""


class UrdUsageError(UrdError, AssertionError):
    """A session was used in the wrong order; also an AssertionError, as the Accelerator's is."""


class UrdPermissionError(UrdError):
    """The list belongs to another user."""


class UrdConflictError(UrdError):
    """The entry exists with other contents and `update=True` was not given."""


class NoSuchWhateverError(UserError):
    """Something that was named does not exist."""


class NoSuchJobError(NoSuchWhateverError):
    """No job of that id (or it is not finished)."""


class NoSuchFileError(NoSuchWhateverError, FileNotFoundError):
    """The job has no file of that name. A FileNotFoundError too, as user code expects of `job.load`."""


class NoSuchWorkdirError(NoSuchWhateverError):
    """No workdir of that name."""


class NoSuchMethodError(NoSuchWhateverError):
    """No method of that name; the message suggests near ones."""


class DatasetError(AcceleratorError):
    """A dataset cannot be read or written as asked."""


class NoSuchDatasetError(DatasetError, NoSuchWhateverError):
    """The job has no dataset of that name."""


class DatasetUsageError(DatasetError, UserError):
    """The dataset API was used wrongly (wrong slice, wrong column, wrong order)."""


class BuildError(AcceleratorError):
    """A build was asked for in a way that cannot be carried out."""


class DamagedJobError(AcceleratorError):
    """A job directory no longer holds what its completion record says."""


class ColourError(AcceleratorError):
    """An unknown colour name."""


class Stages(dict[str, str]):
    """Texts by stage, which are attributes too: `error.status.synthesis`."""

    def __getattr__(self, name: str) -> str:
        if name in self:
            return self[name]
        raise AttributeError(name)


class JobError(BuildError):
    """A job ran and failed.

    Attributes: `job` (its id), `method`, `status` ({stage: text with the user's traceback}, also by
    attribute).
    """

    def __init__(self, job: str, method: str, status: dict[str, str]) -> None:
        super().__init__(job, method, status)
        self.job = job
        self.method = method
        self.status = Stages(status)

    def __str__(self) -> str:
        return f"{self.method} ({self.job}) failed:\n{self.format_msg()}".rstrip()

    def format_msg(self) -> str:
        """All stages that failed, with their text, whole lines."""
        return "".join(f"{stage}:\n{text}\n" for stage, text in self.status.items())


class DashboardError(AcceleratorError):
    """The dashboard failed or was killed; `exit_code` is how a program should end that showed it."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code
