"""Files of one column: values of one type, checked as a dataset's writer checks them, and compressed."""

from __future__ import annotations

import gzip
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

from axtui.data import types
from axtui.data.files import Name
from axtui.data.hashing import hash_value

_NONE: Any = object()
Share = tuple[int, int] | tuple[int, int, bool]
"""Which values to take: those of slice `[0]` of `[1]`; `[2]`: None in turn, not all in slice 0."""


class _Shared:
    """Tells which values belong to a slice."""

    def __init__(self, share: Share | None) -> None:
        self.share = share
        self._nones = 0

    def takes(self, value: Any) -> bool:
        """Whether a value belongs to the slice."""
        if self.share is None:
            return True
        sliceno, slices = self.share[:2]
        if value is None and len(self.share) > 2 and self.share[2]:
            self._nones += 1
            return (self._nones - 1) % slices == sliceno
        return hash_value(value) % slices == sliceno


class ColumnWriter:
    """Writes values of one type to a file; `with` closes it.

    default: stands for values that do not convert. hashfilter: (slice, slices), only values of that
    slice are written. none_support: whether None is a value. `write` tells whether it wrote. `count`,
    `min` and `max` are of what was written.
    """

    typename: ClassVar[str]

    def __init__(
        self,
        name: Name,
        compression: str = "gzip",
        default: Any = _NONE,
        hashfilter: Share | None = None,
        none_support: bool = False,
        error_extra: str = "",
    ) -> None:
        self.name, self.compression, self.hashfilter = name, compression, hashfilter
        self._extra = error_extra
        given = () if default is _NONE else (default,)
        self._fix = types.fixer(self.typename, none_support, *given)
        self._kind = types.lookup(self.typename)[0]
        self._shared = _Shared(hashfilter)
        self.count = 0
        self.min: Any = None
        self.max: Any = None
        self._stream = gzip.GzipFile(Path(name), "wb", compresslevel=6)

    @classmethod
    def hash(cls, value: Any) -> int:
        """The hash by which datasets are sliced; of None it is 0."""
        return hash_value(types.fixer(cls.typename, True)(value))

    def hashcheck(self, value: Any) -> bool:
        """Whether the value belongs to the slice of `hashfilter`."""
        if self.hashfilter is None:
            raise ValueError(f"no hashfilter was given{self._extra}")
        return self.hash(value) % self.hashfilter[1] == self.hashfilter[0]

    def write(self, value: Any) -> bool:
        """Write a value, if it is of the slice. Raises TypeError, ValueError or OverflowError for one
        that is not of the type."""
        try:
            fixed = self._fix(value)
        except (TypeError, ValueError, OverflowError) as error:
            if not self._extra:
                raise
            raise type(error)(f"{error}{self._extra}") from None
        if not self._shared.takes(fixed):
            return False
        pickle.dump(fixed, self._stream, pickle.HIGHEST_PROTOCOL)
        self.count += 1
        if self._kind.ordered and fixed is not None:
            self.min = types.merge_extreme(min, [self.min, fixed])
            self.max = types.merge_extreme(max, [self.max, fixed])
        return True

    def flush(self) -> None:
        """Write out what waits."""
        self._stream.flush()

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ColumnReader:
    """Iterates over the values of a file that a `ColumnWriter` wrote.

    hashfilter: (slice, slices), only values of that slice; max_count: not more than so many are read.
    """

    typename: ClassVar[str]

    def __init__(
        self, name: Name, max_count: int = -1, hashfilter: Share | None = None, **_: Any
    ) -> None:
        self.name, self.hashfilter = name, hashfilter
        self.count = 0
        self._most = max_count
        self._shared = _Shared(hashfilter)
        self._kind = types.lookup(self.typename)[0]
        self._stream = gzip.GzipFile(Path(name), "rb")

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        while self.count != self._most:
            try:
                value = pickle.load(self._stream)
            except EOFError:
                break
            self.count += 1
            if self._shared.takes(value):
                return _thawed(self._kind.name, value)
        raise StopIteration

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _thawed(typename: str, value: Any) -> Any:
    """The value that was written, where that was serialised."""
    if value is None:
        return None
    if typename == "json":
        import json

        return json.loads(value)
    return pickle.loads(value) if typename == "pickle" else value


def writer_of(typename: str) -> type[ColumnWriter]:
    """The writer class of a column type, which may be a `parsed:` one."""
    return type(f"Write_{typename}", (ColumnWriter,), {"typename": typename})


def reader_of(typename: str) -> type[ColumnReader]:
    """The reader class of a column type."""
    return type(f"Read_{typename}", (ColumnReader,), {"typename": typename})
