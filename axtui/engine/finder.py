"""The finder that comes first: user modules are loaded from frozen source."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any

from axtui.data import digest
from axtui.engine.kept import STANDARD, Executed, KeptLoader
from axtui.engine.loaded import Loaded, folders
from axtui.engine.places import MethodFolder, Places, method_packages
from axtui.engine.source import ENDINGS, SQL, FrozenLoader, FrozenSource

ALIASES = {
    "accelerator": "axtui.accelerator",
    "accelerator.standard_methods": "axtui.standard",
    "accelerator.gzwrite": "axtui.accelerator.dsutil",
    "accelerator.status": "axtui.accelerator.statmsg",
}
"""Names that user code imports, and what they mean; the last two are names of before 2021."""
KEPT = frozenset(("axtui", "__main__", "__mp_main__"))
"""Modules that are never dropped and never the user's."""


def ignore(kind: str, **facts: Any) -> None:
    """A note that nobody takes."""


class AliasLoader:
    """Gives an existing module a second name, `alias`.

    Neither this nor the finder has a base in `importlib.abc`, which nobody asks for: it imports
    `importlib.resources` and all that takes, a fortieth of a run that finds every job.
    """

    def __init__(self, alias: str, target: str) -> None:
        self._alias, self._target = alias, target
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself, under its real name. Raises ModuleNotFoundError for one we have not."""
        try:
            module = importlib.import_module(self._target)
        except ModuleNotFoundError as error:
            if error.name != self._target:
                raise
            raise ModuleNotFoundError(
                f"there is no module {self._alias}: here `accelerator` means axtui, which has the "
                "modules that methods and build scripts use, not the Accelerator's own inside",
                name=self._alias,
            ) from None
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has run already; the import system put the alias's spec on it, which must not stay."""
        module.__spec__ = self._spec


class FrozenFinder:
    """Serves modules from outside the installed places, and keeps what it found.

    `modules` maps (module, key) to the digest of the bytes run; `packages` names packages whose
    submodules may be the user's, `namespaces` those without a file; `elsewhere` and `missing` are
    names found installed and not found. `note("input", path=...)` hears of data files that are read
    through a package. `loaded` is what the fork server had loaded before this process began.
    """

    def __init__(
        self,
        places: Places,
        method_folders: Sequence[MethodFolder],
        source: FrozenSource,
        *,
        note: Callable[..., None] = ignore,
        aliases: Mapping[str, str] = ALIASES,
        loaded: Loaded | None = None,
    ) -> None:
        self.places = places
        self.loaded = loaded or Loaded({})
        self.aliases = aliases
        self.modules: dict[tuple[str, str], str] = {}
        self.packages: set[str] = set()
        self.namespaces: set[str] = set()
        self.elsewhere: set[str] = set()
        self.missing: set[str] = set()
        self.base: list[str] = []
        self._take_kept = False
        self.folders = method_packages(method_folders)
        self.roots = [folder for folders in self.folders.values() for folder in folders]
        self._source = source
        self._note = note

    def take_finder(self) -> None:
        """Come first among the finders, with the workspace first on the search path; forget user
        modules that were loaded before."""
        roots = [self.places.workspace, *self.roots]
        self.base = list(dict.fromkeys([*roots, *self.places.base_path()]))
        sys.path[:] = self.base
        for entry in list(sys.path_importer_cache):
            if self.places.outside(entry):
                del sys.path_importer_cache[entry]
        sys.meta_path.insert(0, self)
        self._drop_loaded(roots)

    def had(self, elsewhere: Iterable[str], missing: Iterable[str]) -> None:
        """What the import of libraries that are loaded already would have found, and not found."""
        self.elsewhere.update(elsewhere)
        self.missing.update(missing)

    def frozen(self, key: str) -> bytes:
        """The bytes of a module's file, as they were frozen. Raises OSError and StorageError."""
        return self._source.freeze(self.places.path(key))

    # -- finding

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the import system asks. None for submodules of installed packages."""
        real = None if self._in_methods(fullname) else self._real_name(fullname)
        if real is not None:
            loader: Any = AliasLoader(fullname, real)
            return ModuleSpec(fullname, loader, origin=real)
        parent = fullname.rpartition(".")[0]
        inside = parent in self.packages or fullname in self.folders or fullname == STANDARD
        if parent and not inside:
            return None
        known = self._source.place_of(fullname)
        if known is not None and known.endswith(ENDINGS):
            return self._frozen(fullname, known)
        return self._admit(fullname, self._search(fullname, path, target))

    def _real_name(self, name: str) -> str | None:
        """What an alias stands for; None for a name that is none and lies in none."""
        known, rest = name, ""
        while known and known not in self.aliases:
            known, dot, last = known.rpartition(".")
            rest = f"{dot or '.'}{last}{rest}"
        return self.aliases[known] + rest if known else None

    def _search(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """What the import system would find, were this finder not there."""
        if name in self.folders:
            return self._method_package(name)
        for finder in sys.meta_path:
            if finder is self:
                continue
            if finder is PathFinder and path is None and name in sys.stdlib_module_names:
                # a method folder has modules of its own names; they must not break libraries
                entries = [entry for entry in sys.path if entry not in self.roots]
                spec = PathFinder.find_spec(name, entries, target)
            else:
                spec = finder.find_spec(name, path, target)
            if spec is not None:
                return spec
        return self._sql_method(name)

    def _sql_method(self, name: str) -> ModuleSpec | None:
        """The module `a_x` of a method folder may be the file `x.sql` there."""
        package, _, tail = name.rpartition(".")
        for folder in self.folders.get(package, ()) if tail.startswith("a_") else ():
            path = f"{folder}{os.sep}{tail[2:]}{SQL}"
            if os.path.isfile(path):  # noqa: PTH113 - hot
                return spec_from_file_location(name, path, loader=SourceFileLoader(name, path))
        return None

    def _in_methods(self, name: str) -> bool:
        """Whether it is a method package of more than one part, or lies in one."""
        return any(
            f"{name}.".startswith(f"{package}.") for package in self.folders if "." in package
        )

    def _method_package(self, name: str) -> ModuleSpec | None:
        folders = self.folders[name]
        for folder in folders:
            own = PathFinder.find_spec("__init__", [folder])
            if own is not None and own.origin is not None:
                return spec_from_file_location(
                    name, own.origin, submodule_search_locations=list(folders)
                )
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = list(folders)
        return spec

    def _admit(self, name: str, spec: ModuleSpec | None) -> ModuleSpec | None:
        """Record what was found; user source goes through the frozen copy."""
        if spec is None:
            self.missing.add(name)
            return None
        locations = list(spec.submodule_search_locations or ())
        origin = spec.origin if spec.has_location else None
        if origin is None and any(self.places.outside(place) for place in locations):
            self.namespaces.add(name)
            self.packages.add(name)
            return spec
        if origin is None or not self._is_users(name, origin):
            self.elsewhere.add(name)
            return spec
        if type(spec.loader) is SourceFileLoader and origin.endswith(ENDINGS):
            return self._frozen(name, self._source.claim(name, origin))
        self.modules[name, self.places.key(origin)] = digest.of_file(_archive(spec, origin))
        if locations:
            self.packages.add(name)
        return spec

    def _is_users(self, name: str, origin: str) -> bool:
        """Outside the installed places, or linked from `site-packages` to a folder outside."""
        if self.places.outside(origin):
            return True
        if "." in name:
            return name.rpartition(".")[0] in self.packages
        return self.places.outside(os.path.realpath(origin))

    def _frozen(self, name: str, path: str) -> ModuleSpec | None:
        data = self._source.freeze(path)
        self.modules[name, self.places.key(path)] = digest.of_bytes(data)
        kept = self.loaded.kept.get(name, self._source.freeze) if self._take_kept else None
        loader = _loader(name, path, data, kept, lambda read: self._note("input", path=read))
        spec = spec_from_file_location(name, path, loader=loader)
        if spec is not None and spec.submodule_search_locations is not None:
            self.packages.add(name)
            if name in self.folders:
                spec.submodule_search_locations[:] = self.folders[name]
        return spec

    # -- taking over

    def _drop_loaded(self, roots: Sequence[str]) -> None:
        """Unload user modules, real packages behind an alias, and what the workspace hides."""
        hidden = self._hidden(roots)
        self._take_kept = not hidden  # what is kept may have imported what the workspace hides
        hidden |= self.aliases.keys()
        gone = self.loaded.below(hidden) | self.loaded.outside(self.places)
        outside = functools.cache(self.places.outside)  # many modules lie in few folders
        for name, module in self.loaded.since():
            users = any(map(outside, folders(module)))
            if users or name.partition(".")[0] in hidden:
                gone.add(name)
        for name in gone - KEPT:
            sys.modules.pop(name, None)
        for found in (self.namespaces, self.elsewhere, self.missing, self.packages):
            found.clear()

    def _hidden(self, roots: Sequence[str]) -> set[str]:
        """Names of loaded modules that a file of the workspace now stands in front of."""
        stems = {name.partition(".")[0] for root in roots for name in _names(root)}
        hidden = set()
        for name in (stems & sys.modules.keys()) - KEPT:
            spec = self._search(name, None, None)
            if spec is not None and spec.has_location and self.places.outside(str(spec.origin)):
                hidden.add(name)
        return hidden


def _loader(
    name: str, path: str, data: bytes, kept: Executed | None, on_data: Callable[[str], None]
) -> FrozenLoader:
    if kept is not None and kept.source == (path, data):
        return KeptLoader(kept, on_data)
    if not path.endswith(SQL):
        return FrozenLoader(name, path, data, on_data)
    from axtui.engine.sqlmethod.module import SqlLoader

    return SqlLoader(name, path, data, on_data)


def _archive(spec: ModuleSpec, origin: str) -> str:
    """The file that holds a module: its own, or the archive that it is in."""
    archive = getattr(spec.loader, "archive", None)
    return archive if isinstance(archive, str) else origin


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []
