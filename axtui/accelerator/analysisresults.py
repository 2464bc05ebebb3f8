"""What the slices of the running job returned, for code that asks for it by the Accelerator's class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axtui.data.files import load_pickle
from axtui.data.job import running_place
from axtui.data.results import analysis_file

__all__ = ["ResultIter"]


class ResultIter:
    """Return values of `analysis` of the first `slices` slices, in order; each is loaded when it is asked
    for. `analysis_res` is one that can be merged, too. Raises UserError where no job runs."""

    def __init__(self, slices: int) -> None:
        path = running_place().job_path
        files = (analysis_file(path, sliceno) for sliceno in range(slices))
        self._values = (load_pickle(file, default=None) for file in files)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._values)
