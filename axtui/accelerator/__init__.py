"""What user code imports: `from accelerator import ...` in methods and build scripts means this.

The alias exists only inside axtui's own processes; the package `accelerator` of that name is neither
needed nor touched. Names are loaded when they are asked for, so that a script which only builds does
not wait for the data libraries.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

__version__ = "2025.11.11"
"""The release of the Accelerator whose meaning these names have."""

_HOMES = {
    "AcceleratorError": "axtui.errors",
    "BuildError": "axtui.errors",
    "ColourError": "axtui.errors",
    "DatasetError": "axtui.errors",
    "DatasetUsageError": "axtui.errors",
    "JobError": "axtui.errors",
    "NoSuchDatasetError": "axtui.errors",
    "NoSuchJobError": "axtui.errors",
    "NoSuchWhateverError": "axtui.errors",
    "NoSuchWorkdirError": "axtui.errors",
    "ServerError": "axtui.errors",
    "UrdConflictError": "axtui.errors",
    "UrdError": "axtui.errors",
    "UrdPermissionError": "axtui.errors",
    "UserError": "axtui.errors",
    "Dataset": "axtui.data.dataset",
    "NoDataset": "axtui.data.dataset",
    "DatasetChain": "axtui.data.chain",
    "DatasetList": "axtui.data.chain",
    "DatasetWriter": "axtui.data.writer",
    "SkipDataset": "axtui.data.dataset",
    "SkipSlice": "axtui.data.dataset",
    "DotDict": "axtui.data.dotdict",
    "CurrentJob": "axtui.data.currentjob",
    "Job": "axtui.data.job",
    "JobWithFile": "axtui.data.jobwithfile",
    "NoJob": "axtui.data.job",
    "JobList": "axtui.data.joblist",
    "Neutral": "axtui.engine.options",
    "OptionDefault": "axtui.engine.options",
    "OptionEnum": "axtui.engine.options",
    "OptionString": "axtui.engine.options",
    "RequiredOption": "axtui.engine.options",
    "build": "axtui.accelerator.subjobs",
    "colour": "axtui.accelerator.colourwrapper",
    "dummy_status": "axtui.data.status",
    "status": "axtui.data.status",
}
_MODULES = (
    "autoflush",
    "blob",
    "colourwrapper",
    "compat",
    "dataset",
    "dispatch",
    "dsutil",
    "error",
    "extras",
    "g",
    "job",
    "launch",
    "mp",
    "setupfile",
    "shell",
    "statmsg",
    "subjobs",
    "workarounds",
)
_ALSO_MODULES = frozenset(("build", "colour", "status"))
"""Modules whose name here is something else: a function, an object to call."""

__all__ = sorted([*_HOMES, *_MODULES])


class _Surface(ModuleType):
    """This package: importing `accelerator.build` leaves `accelerator.build` what it is."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _ALSO_MODULES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'accelerator' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


sys.modules[__name__].__class__ = _Surface
