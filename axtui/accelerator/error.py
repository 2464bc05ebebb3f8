"""The errors of the API, where the Accelerator keeps them."""

from axtui.errors import (
    AcceleratorError,
    BuildError,
    ColourError,
    DatasetError,
    DatasetUsageError,
    JobError,
    NoSuchDatasetError,
    NoSuchJobError,
    NoSuchWhateverError,
    NoSuchWorkdirError,
    ServerError,
    UrdConflictError,
    UrdError,
    UrdPermissionError,
    UserError,
)

__all__ = [
    "AcceleratorError",
    "BuildError",
    "ColourError",
    "DatasetError",
    "DatasetUsageError",
    "JobError",
    "NoSuchDatasetError",
    "NoSuchJobError",
    "NoSuchWhateverError",
    "NoSuchWorkdirError",
    "ServerError",
    "UrdConflictError",
    "UrdError",
    "UrdPermissionError",
    "UserError",
]
