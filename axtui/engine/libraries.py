"""Which installed libraries the import of a method loads, as the first process to import it found them.

It is known of a method as a mapping, JSON-able, that goes from there through the coordinator to the fork
server and on (`laden`):

    method      the module of the method
    modules     the installed modules that were loaded, in the order in which their import began
    state       a digest of their files' stamps
    elsewhere   top-level names that were found installed, and
    missing     such that were not found: both are recorded of a job
    sources     {module: [key, digest]} of the user's modules, as far as they decide what is imported
"""

from __future__ import annotations

import ast
import functools
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import PathFinder
from typing import Any

from axtui.data import digest
from axtui.data.filestamp import Stamp, stamp
from axtui.engine import syntax
from axtui.engine.finder import ALIASES
from axtui.engine.imports import Recorder
from axtui.engine.loaded import folders
from axtui.engine.notes import Notes
from axtui.engine.places import Places, in_site
from axtui.engine.plain import FUNCTIONS, is_plain, last_import
from axtui.engine.source import ENDINGS

_WORTH = 0.03
"""Seconds of processor time that an import takes at least for which a process is forked and kept."""

_OURS = frozenset(("axtui", *ALIASES))
Libraries = Mapping[str, Any]


class Trial:
    """The import of a method in a process that had not loaded its libraries; `found` is what it tells."""

    def __init__(self, recorder: Recorder, notes: Notes) -> None:
        self._recorder, self._notes = recorder, notes
        self.found: Libraries | None = None

    @contextmanager
    def of(self, method: str) -> Iterator[None]:
        """The block imports the method's module. Nothing is found where that was quick, or where it
        did what later imports would not find done: noted files, set environment variables, or anything
        else that comes between imports (`plain`)."""
        noted, began = len(self._notes.inputs), time.process_time()
        yield
        if time.process_time() - began < _WORTH or sys.platform != "linux":
            return
        if self._recorder.environ.changed or len(self._notes.inputs) > noted:
            return
        modules = installed(self._recorder.loaded.names, self._recorder.places)
        if modules and all(
            self._is_plain(name == method, key) for name, key in self._recorder.modules
        ):
            self.found = {
                "method": method,
                "modules": modules,
                "state": state(stamps(files(modules))),
                "elsewhere": sorted(self._recorder.elsewhere),
                "missing": sorted(self._recorder.missing),
                "sources": self._sources(method),
            }

    def _is_plain(self, of_method: bool, key: str) -> bool:
        return key.endswith(ENDINGS) and is_plain(self._recorder.frozen(key), of_method)

    def _sources(self, method: str) -> dict[str, list[str]]:
        return {
            name: [key, deciding(self._recorder.frozen(key), name == method)]
            for name, key in self._recorder.modules
        }


def installed(before: Collection[str], places: Places) -> list[str]:
    """The modules of `site-packages` that are loaded and were not before, in the order of their imports;
    axtui's own are none of them."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name not in before
        and name.partition(".")[0] not in _OURS
        and any(in_site(folder + os.sep) for folder in folders(module))
        and not any(map(places.outside, folders(module)))
    ]


def files(modules: Iterable[str]) -> list[str]:
    """The files that modules were loaded from, as far as they have one."""
    found = (getattr(sys.modules.get(name), "__file__", None) for name in modules)
    return sorted({file for file in found if isinstance(file, str)})


def stamps(paths: Iterable[str]) -> dict[str, Stamp | None]:
    """What tells of each file whether it is as it was; None where there is none."""
    found: dict[str, Stamp | None] = {}
    for path in paths:
        try:
            found[path] = stamp(os.stat(path))  # noqa: PTH116 - a thousand
        except OSError:
            found[path] = None
    return found


def state(found: Mapping[str, Stamp | None]) -> str:
    """A digest of stamps."""
    return digest.of_mapping((path, str(one)) for path, one in found.items())


@functools.lru_cache(maxsize=256)  # asked at each stage
def deciding(data: bytes, of_method: bool) -> str:
    """Digest of what a source executes until all its imports are done.

    A method's module imports last and is imported by none: what follows its last import counts only as
    far as it is executed at once, and functions are not. Of other modules everything counts.
    """
    if not of_method:
        return digest.of_bytes(data)
    try:
        body = syntax.parse(data).body
    except (SyntaxError, ValueError, RecursionError):
        return digest.of_bytes(data)
    last = last_import(body)
    counts = [part for n, part in enumerate(body) if n <= last or not isinstance(part, FUNCTIONS)]
    return digest.of_list(ast.dump(part) for part in counts)


def fits(libraries: Libraries, roots: Iterable[str], read: Callable[[str], bytes | None]) -> bool:
    """Whether the import of a method would load the same: its sources, which `read` gives by their keys,
    say the same until all is imported, no file in `roots` has a name that was looked for elsewhere, and what
    was missing still is: a library may do without it."""
    names = {*libraries["elsewhere"], *libraries["missing"]}
    try:
        if any(name.partition(".")[0] in names for root in roots for name in os.listdir(root)):  # noqa: PTH208
            return False
        for name, (key, was) in libraries["sources"].items():
            data = read(key)
            if data is None or deciding(data, name == libraries["method"]) != was:
                return False
    except OSError:
        return False
    return not any(map(_installed_by_now, libraries["missing"]))


def _installed_by_now(name: str) -> bool:
    spec = PathFinder.find_spec(name)
    return spec is not None and spec.has_location
