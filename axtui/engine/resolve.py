"""Where an import would find a module now, told from directory listings alone: nothing is executed.

This is what `importlib.machinery.PathFinder` does with ordinary folders, in ordinary order: in each
folder a package, then a module file, and a folder without `__init__` only if nothing else is found.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    BuiltinImporter,
    FrozenImporter,
    PathFinder,
)
from typing import Any, NamedTuple

from axtui.engine.looked import SETTLED_NS
from axtui.engine.places import OWN
from axtui.engine.source import SQL
from axtui.valueobject import value_object

SUFFIXES = (*EXTENSION_SUFFIXES, *SOURCE_SUFFIXES, *BYTECODE_SUFFIXES)
Stat = Callable[[str], os.stat_result]
"""`os.stat`, or what keeps its answers."""
_STANDARD_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)


@value_object
class Found:
    """A module's file (None for a namespace package) and where its submodules are looked for."""

    path: str | None
    locations: tuple[str, ...] = ()


class Listing(NamedTuple):
    """The names in a folder, and the module names that they might answer to."""

    files: frozenset[str]
    stems: frozenset[str]


NOTHING = Listing(frozenset(), frozenset())


class Listings:
    """Names in folders, listed again whenever a folder may have changed.

    A listing is trusted while the folder's inode and times stand still, provided that these times
    were well past when it was listed: a folder touched a moment ago may change again within the
    same tick of the file system's clock. The change time is looked at because tools set the
    modification time back (`rsync -t`).
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[tuple[int, int, int], Listing]] = {}

    def names(self, folder: str, stat: Stat = os.stat) -> Listing:
        """What is in a folder; nothing if it is not there or is no folder."""
        try:
            status = stat(folder)
        except OSError:
            return NOTHING
        seen = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
        held = self._held.get(folder)
        if held is not None and held[0] == seen:
            return held[1]
        now = time.time_ns()
        try:
            files = frozenset(os.listdir(folder))  # noqa: PTH208 - hot
        except OSError:
            return NOTHING
        listing = Listing(files, frozenset(name.partition(".")[0] for name in files))
        if now - max(seen[1:]) > SETTLED_NS:
            self._held[folder] = (seen, listing)
        else:
            self._held.pop(folder, None)
        return listing


class Resolver:
    """Resolves module names over a search path, for the length of one check.

    `packages` maps the names of method folders to these folders: such a name always means its
    folder, with or without `__init__.py`. Method folders never hide the standard library.
    `paths` gives the `__path__` of packages that change theirs while they run. `stat` is told every
    file and folder on whose state an answer rests; where that is not all it rests on,
    `asked_others` is true.
    """

    def __init__(
        self,
        search: Sequence[str],
        packages: Mapping[str, Sequence[str]],
        listings: Listings,
        paths: Mapping[str, Sequence[str]] | None = None,
        stat: Stat = os.stat,
    ) -> None:
        self.search = search
        self.asked_others = False
        self._stat = stat
        self._packages = packages
        self._listings = listings
        self._paths = paths or {}
        self._methods = frozenset(folder for folders in packages.values() for folder in folders)
        self._memo: dict[str, Found | None] = {}
        self._listed: dict[str, Listing] = {}
        self._finders = other_finders()

    def find(self, module: str) -> Found | None:
        """Where `module` is found, or None."""
        if module not in self._memo:
            self._memo[module] = self._find(module)
        return self._memo[module]

    def listing(self, folder: str) -> Listing:
        """What is in a folder, the same throughout one check."""
        listing = self._listed.get(folder)
        if listing is None:
            listing = self._listed[folder] = self._listings.names(folder, self._stat)
        return listing

    def candidates(self, folders: Iterable[str]) -> frozenset[str]:
        """Every top-level name that some file or folder in `folders` might answer to."""
        return frozenset().union(*(self.listing(folder).stems for folder in folders))

    def _find(self, module: str) -> Found | None:
        if module == "axtui":  # the program that runs, even in a workspace that holds another copy
            return Found(OWN + "__init__.py", (OWN.rstrip(os.sep),))
        if module in self._packages:
            return self._method_package(self._packages[module])
        parent, _, tail = module.rpartition(".")
        if parent:
            package = self.find(parent)
            if package is None:
                return None
            locations = self._paths.get(parent, package.locations)
            return self._locate(tail, locations) or self._sql_method(parent, tail)
        entries = self.search
        if module in sys.stdlib_module_names:
            entries = [entry for entry in entries if entry not in self._methods]
        return self._locate(module, entries) or self._by_other_finders(module)

    def _sql_method(self, package: str, name: str) -> Found | None:
        """The module `a_x` of a method folder may be the file `x.sql` there."""
        for folder in self._packages.get(package, ()) if name.startswith("a_") else ():
            if name[2:] + SQL in self.listing(folder).files:
                path = os.path.join(folder, name[2:] + SQL)  # noqa: PTH118 - hot
                if self._is(path, stat.S_ISREG):
                    return Found(path)
        return None

    def _method_package(self, folders: Sequence[str]) -> Found:
        for folder in folders:
            own = self._file(folder, "__init__")
            if own is not None:
                return Found(own, tuple(folders))
        return Found(None, tuple(folders))

    def _locate(self, name: str, entries: Iterable[str]) -> Found | None:
        portions = []
        for entry in entries:
            listing = self.listing(entry)
            if name not in listing.stems:
                continue
            if name in listing.files:
                folder = os.path.join(entry, name)  # noqa: PTH118 - hot
                own = self._file(folder, "__init__")
                if own is not None:
                    return Found(own, (folder,))
                if self._is(folder, stat.S_ISDIR):
                    portions.append(folder)
            path = self._file(entry, name)
            if path is not None:
                return Found(path)
        return Found(None, tuple(portions)) if portions else None

    def _file(self, folder: str, name: str) -> str | None:
        names = self.listing(folder).files
        for suffix in SUFFIXES:
            if name + suffix in names:
                path = os.path.join(folder, name + suffix)  # noqa: PTH118 - hot
                if self._is(path, stat.S_ISREG):
                    return path
        return None

    def _by_other_finders(self, module: str) -> Found | None:
        """Ask the finders that installers of editable packages put beside the search path."""
        for finder in self._finders:
            self.asked_others = True
            try:
                spec = finder.find_spec(module, None)
            except Exception:  # a foreign finder's trouble is not a reason to stop a build
                continue
            if spec is not None:
                path = spec.origin if spec.has_location else None
                return Found(path, tuple(spec.submodule_search_locations or ()))
        return None

    def _is(self, path: str, kind: Callable[[int], bool]) -> bool:
        try:
            return kind(self._stat(path).st_mode)
        except OSError:
            return False


def other_finders() -> list[Any]:
    """The finders that are not Python's own."""
    return [finder for finder in sys.meta_path if finder not in _STANDARD_FINDERS]
