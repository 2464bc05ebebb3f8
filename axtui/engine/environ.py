"""Which environment variables user code reads: their names and digests of their values, no values.

All ways through `os.environ` end in a few methods of its class, which are replaced in a stage
process. Who reads is told by the first frame above them that is neither `os` nor `collections.abc`:
only the user's own code counts, not libraries that it calls.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from axtui.data import digest

WHOLE = "its code lists or copies the whole environment, which is not part of what decides re-use"
_METHODS = ("__getitem__", "__iter__", "__setitem__", "__delitem__", "__repr__")
_PASSED_THROUGH = frozenset(("os", "collections.abc", __name__))


def value_digest(name: str, value: bytes) -> str:
    """The digest kept of a variable; the name is part of it, so equal secrets do not look alike."""
    return digest.of_list(["environ", name, value])


def present(environ: Mapping[str, str], name: str) -> str | None:
    """The digest of a variable's present value, None where it is not set."""
    value = environ.get(name)
    return None if value is None else value_digest(name, os.fsencode(value))


class EnvironWatch:
    """Notes the variables that code reads whose globals satisfy `is_user`.

    Variables that the process itself has set, and those `given` by the engine, say nothing about
    the world outside and are not noted. `changed` says that the code has set or removed any.
    """

    def __init__(
        self, is_user: Callable[[dict[str, Any]], bool], given: frozenset[str] = frozenset()
    ) -> None:
        self.reads: dict[str, str | None] = {}
        self.whole = self.changed = False
        self._is_user = is_user
        self._own = set(given)
        self._copying: tuple[object, int] | None = None
        self._before: dict[str, Any] = {}

    def install(self) -> None:
        """Watch from now on."""
        cls: Any = type(os.environ)
        get, iterate, put, remove, show = (
            cls.__getitem__,
            cls.__iter__,
            cls.__setitem__,
            cls.__delitem__,
            cls.__repr__,
        )

        def getitem(environ: Any, key: Any) -> Any:
            self._read(environ, key)
            return get(environ, key)

        def iter_(environ: Any) -> Iterator[Any]:
            self._list()
            found: Iterator[Any] = iterate(environ)
            return found

        def setitem(environ: Any, key: Any, value: Any) -> None:
            put(environ, key, value)
            self._set(key)

        def delitem(environ: Any, key: Any) -> None:
            remove(environ, key)
            self._set(key)

        def repr_(environ: Any) -> str:
            self._list()
            return str(show(environ))

        self._before = {name: vars(cls)[name] for name in _METHODS}
        cls.__getitem__, cls.__iter__, cls.__repr__ = getitem, iter_, repr_
        cls.__setitem__, cls.__delitem__ = setitem, delitem

    def uninstall(self) -> None:
        """Watch no more. To be called once, by whoever installed last."""
        for name, method in self._before.items():
            setattr(type(os.environ), name, method)

    @property
    def own(self) -> frozenset[str]:
        """Names of the variables that this process has set or removed, or was given."""
        return frozenset(self._own)

    def record(self) -> dict[str, Any]:
        """{"environ": {name: digest or None}, "unrecorded": [plain words]}.

        Code that reads each variable of the whole environment one by one has read the whole.
        """
        reads = self.reads
        if self.whole and reads.keys() >= {name for name in os.environ if name not in self._own}:
            reads = {}
        return {
            "environ": dict(sorted(reads.items())),
            "unrecorded": [WHOLE] if self.whole else [],
        }

    def _read(self, environ: Any, key: Any) -> None:
        if not isinstance(key, (str, bytes)):
            return
        name = os.fsdecode(key)
        if name in self.reads or name in self._own:
            return
        frame = self._reader()
        if frame is None or self._copying == (frame.f_code, frame.f_lasti):
            return  # a copy that is under way reads every variable at one and the same instruction
        value = environ._data.get(environ.encodekey(key))
        self.reads[name] = None if value is None else value_digest(name, value)

    def _set(self, key: Any) -> None:
        self._own.add(os.fsdecode(key))
        self.changed = self.changed or self._reader() is not None

    def _list(self) -> None:
        frame = self._reader()
        if frame is not None:
            self.whole = True
            self._copying = (frame.f_code, frame.f_lasti)

    def _reader(self) -> FrameType | None:
        """The frame of user code that reads, or None if it is a library that does."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_globals.get("__name__") in _PASSED_THROUGH:
            frame = frame.f_back
        return frame if frame is not None and self._is_user(frame.f_globals) else None
