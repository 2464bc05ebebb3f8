"""`analysis_res`: what the slices of a job returned, once through, in slice order, or merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from axtui.data import jobdir
from axtui.errors import UserError

_NUMBERS = (int, float, complex)


def analysis_file(job_path: Path, sliceno: int) -> Path:
    """Where the return value of one slice's analysis waits for synthesis."""
    return job_path / jobdir.TMP / f"analysis.{sliceno}.pickle"


class ResultIter:
    """Return values of `analysis`, in slice order; each is loaded when it is asked for.

    It can be gone through once: asking again after the end is a UserError, as it would be mistaken
    for "no results".
    """

    def __init__(self, slices: int, load: Callable[[int], Any]) -> None:
        self._slices, self._load = slices, load
        self._next = 0
        self._ended = False

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self._next >= self._slices:
            if self._ended:
                raise UserError(
                    "analysis_res is an iterator and has been used up already; "
                    "keep list(analysis_res) to go through it more than once"
                )
            self._ended = True
            raise StopIteration
        self._next += 1
        return self._load(self._next - 1)

    def merge_auto(self, allow_overwrite: bool | None = None) -> Any:
        """All slices' values as one: numbers are added, lists joined, sets, Counters and dicts
        updated at the deepest level they share.

        A tuple is merged item by item, which gives an iterator over the merged items. The depth is
        that of the first value that is not empty, so all values should be built alike and not end
        in empty dicts. A key that two slices have at the deepest level is an error, except in sets
        and Counters; `allow_overwrite` allows it everywhere (the later slice wins) or nowhere.
        Raises UserError where values do not fit together, or if iteration has begun.
        """
        if self._next or self._ended:
            raise UserError("analysis_res cannot be merged: it has been used already")
        first = next(self)
        if not isinstance(first, tuple):
            whole = _Merge(allow_overwrite, "")
            whole.add(first, 0)
            for sliceno, part in enumerate(self, 1):
                whole.add(part, sliceno)
            return whole.result
        merges = [_Merge(allow_overwrite, f" (item {ix} of the tuple)") for ix in range(len(first))]
        for sliceno, parts in enumerate(chain([first], self)):
            if not isinstance(parts, tuple) or len(parts) != len(merges):
                raise UserError(
                    f"analysis_res cannot be merged: slice 0 returned a tuple of {len(merges)} "
                    f"items, slice {sliceno} {_what(parts)}"
                )
            for merge, part in zip(merges, parts, strict=True):
                merge.add(part, sliceno)
        return iter([merge.result for merge in merges])


class _Merge:
    """One merged value, slice by slice."""

    def __init__(self, allow_overwrite: bool | None, which: str) -> None:
        self.result: Any = None
        self._allow, self._which = allow_overwrite, which
        self._add: Callable[[Any, int], None] | None = None

    def add(self, part: Any, sliceno: int) -> None:
        """Merge one slice's value in."""
        if self._add is not None:
            self._add(part, sliceno)
            return
        self.result = part
        if isinstance(part, _NUMBERS):
            self._add = self._sum
        elif isinstance(part, list):
            self.result = list(part)
            self._add = self._extend
        elif hasattr(part, "to_batches"):
            self._add = self._append
        elif not _is_empty(part):
            self._depth = self._measure(part, sliceno)
            self._add = self._update

    def _sum(self, part: Any, sliceno: int) -> None:
        if not isinstance(part, _NUMBERS):
            raise self._misfit("a number", part, sliceno)
        self.result = self.result + part

    def _extend(self, part: Any, sliceno: int) -> None:
        if not isinstance(part, list):
            raise self._misfit("a list", part, sliceno)
        self.result.extend(part)

    def _append(self, part: Any, sliceno: int) -> None:
        """The rows of an Arrow table, below those of earlier slices."""
        if not hasattr(part, "to_batches"):
            raise self._misfit("an Arrow table", part, sliceno)
        import pyarrow as pa

        self.result = pa.concat_tables([self.result, part], promote_options="permissive")

    def _measure(self, sample: Any, sliceno: int) -> int:
        """How many levels down the values are merged."""
        depth, parent, value = 0, sample, sample
        while hasattr(value, "values"):
            if not value:
                raise UserError(
                    f"analysis_res cannot be merged{self._which}: slice {sliceno} has an empty "
                    f"{type(value).__name__} {depth} levels down, so the depth does not show"
                )
            parent, value = value, next(iter(value.values()))
            depth += 1
        depth += hasattr(value, "update")  # such as a set
        if not depth:
            raise UserError(
                f"analysis_res cannot be merged{self._which}: slice {sliceno} returned "
                f"{_what(sample)}; numbers, lists, sets, Counters, dicts and Arrow tables can be"
            )
        if self._allow is None:
            self._allow = isinstance(value, set) or isinstance(parent, Counter)
        return depth

    def _update(self, part: Any, sliceno: int) -> None:
        if _is_empty(part):
            return  # an empty slice has nothing to add, whatever its depth
        self._update_level(self.result, part, 1, sliceno)

    def _update_level(self, into: Any, part: Any, level: int, sliceno: int) -> None:
        if level == self._depth:
            if not isinstance(part, type(into)) and not hasattr(part, "update"):
                raise self._misfit(f"a {type(into).__name__}", part, sliceno)
            if not self._allow:
                self._refuse_duplicates(into, part, sliceno)
            into.update(part)
            return
        if not hasattr(part, "items"):
            raise self._misfit(f"a {type(into).__name__}", part, sliceno)
        for key, value in part.items():
            if key in into:
                self._update_level(into[key], value, level + 1, sliceno)
            else:
                into[key] = value

    def _refuse_duplicates(self, into: Any, part: Any, sliceno: int) -> None:
        for key in part:
            if key in into:
                raise UserError(
                    f"analysis_res cannot be merged{self._which}: Duplicate key {key!r}: slice "
                    f"{sliceno} has it, and an earlier slice too (allow_overwrite=True lets it win)"
                )

    def _misfit(self, expected: str, part: Any, sliceno: int) -> UserError:
        return UserError(
            f"analysis_res cannot be merged{self._which}: earlier slices returned {expected}, "
            f"slice {sliceno} {_what(part)}"
        )


def _is_empty(value: Any) -> bool:
    return value is None or (hasattr(value, "__len__") and len(value) == 0)


def _what(value: Any) -> str:
    if value is None:
        return "None"
    size = f" of {len(value)} items" if isinstance(value, tuple) else ""
    return f"a {type(value).__name__}{size}"
