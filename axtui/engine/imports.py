"""Imports of a stage process: user code comes from frozen source, what is asked for is recorded.

`Recorder.install` is called in a freshly forked process before any user code is imported. From then
on a finder that comes first serves every module outside the installed places from the job's frozen
source, and hooks on importing see what user code asks for even when the fork server had it already.
"""

from __future__ import annotations

import builtins
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from axtui.data import digest
from axtui.engine.environ import EnvironWatch
from axtui.engine.places import Places, method_packages
from axtui.engine.source import FrozenLoader, FrozenSource, is_frozen

FORMAT = "axtui-imports-1"
ALIASES = {"accelerator": "axtui.accelerator"}
_STANDARD = "axtui.standard"
_KEPT = frozenset(("axtui", "__main__", "__mp_main__"))


class AliasLoader(Loader):
    """Gives an existing module a second name."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself, under its real name."""
        module = importlib.import_module(self._target)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has run already; the import system put the alias's spec on it, which must not stay."""
        module.__spec__ = self._spec


class Recorder(MetaPathFinder):
    """The finder, and the record of one process.

    `packages` and `elsewhere` are names; `modules` maps (module, key) to the digest of the bytes
    run.
    """

    def __init__(
        self,
        places: Places,
        method_folders: Sequence[Path | str],
        source: FrozenSource,
        *,
        note: Callable[..., None] = lambda kind, **facts: None,
        aliases: Mapping[str, str] = ALIASES,
        given: frozenset[str] = frozenset(),
    ) -> None:
        self.places = places
        self.environ = EnvironWatch(is_frozen, given)
        self._folders = method_packages(method_folders)
        self._roots = [folder for folders in self._folders.values() for folder in folders]
        self._source = source
        self._note = note
        self._aliases = aliases
        self._modules: dict[tuple[str, str], str] = {}
        self._packages: set[str] = set()
        self._namespaces: set[str] = set()
        self._elsewhere: set[str] = set()
        self._missing: set[str] = set()
        self._asked: set[str] = set()
        self._base: list[str] = []
        self._import = builtins.__import__
        self._import_module = importlib.import_module

    @classmethod
    def install(
        cls,
        workspace: Path | str,
        method_folders: Sequence[Path | str],
        source: Path | None,
        *,
        note: Callable[..., None] = lambda kind, **facts: None,
        aliases: Mapping[str, str] = ALIASES,
        given: frozenset[str] = frozenset(),
    ) -> Recorder:
        """Take over the imports of this process, for good.

        `source` is the job's `source/` folder; None keeps bytes in memory only (to describe a
        method). `note("input", path=...)` hears of data files read through a package. `given` names
        environment variables that the engine sets itself. Modules of the user's that are loaded
        already are dropped, as are those that a file of the workspace hides: what user code gets
        must not depend on what the fork server happened to import.
        """
        places = Places(workspace)
        frozen = FrozenSource(source, places)
        recorder = cls(places, method_folders, frozen, note=note, aliases=aliases, given=given)
        recorder.take_finder()
        recorder._hook()
        recorder.environ.install()
        return recorder

    def take_finder(self) -> None:
        """Come first among the finders, with the workspace first on the search path; forget user
        modules that were loaded before."""
        roots = [self.places.workspace, *self._roots]
        self._base = list(dict.fromkeys([*roots, *self.places.base_path()]))
        sys.path[:] = self._base
        for entry in list(sys.path_importer_cache):
            if self.places.outside(entry):
                del sys.path_importer_cache[entry]
        sys.meta_path.insert(0, self)
        self._drop_loaded(roots)

    # -- finding

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the import system asks. None for submodules of installed packages."""
        top, _, rest = fullname.partition(".")
        if top in self._aliases:
            real = self._aliases[top] + ("." + rest if rest else "")
            return ModuleSpec(fullname, AliasLoader(real), origin=real)
        parent = fullname.rpartition(".")[0]
        if parent and parent not in self._packages and fullname != _STANDARD:
            return None
        known = self._source.place_of(fullname)
        if known is not None:
            return self._frozen(fullname, known)
        return self._admit(fullname, self._search(fullname, path, target))

    def _search(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """What the import system would find, were this finder not there."""
        if path is None and name in self._folders:
            return self._method_package(name)
        for finder in sys.meta_path:
            if finder is self:
                continue
            if finder is PathFinder and path is None and name in sys.stdlib_module_names:
                # a method folder has modules of its own names; they must not break libraries
                entries = [entry for entry in sys.path if entry not in self._roots]
                spec = PathFinder.find_spec(name, entries, target)
            else:
                spec = finder.find_spec(name, path, target)
            if spec is not None:
                return spec
        return None

    def _method_package(self, name: str) -> ModuleSpec | None:
        folders = self._folders[name]
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
            self._missing.add(name)
            return None
        locations = list(spec.submodule_search_locations or ())
        origin = spec.origin if spec.has_location else None
        if origin is None and any(self.places.outside(place) for place in locations):
            self._namespaces.add(name)
            self._packages.add(name)
            return spec
        if origin is None or not self._is_users(name, origin):
            self._elsewhere.add(name)
            return spec
        if type(spec.loader) is SourceFileLoader and origin.endswith(".py"):
            return self._frozen(name, self._source.claim(name, origin))
        self._modules[name, self.places.key(origin)] = digest.of_file(_archive(spec, origin))
        if locations:
            self._packages.add(name)
        return spec

    def _is_users(self, name: str, origin: str) -> bool:
        """Outside the installed places, or linked from `site-packages` to a folder outside."""
        if self.places.outside(origin):
            return True
        if "." in name:
            return name.rpartition(".")[0] in self._packages
        return self.places.outside(os.path.realpath(origin))

    def _frozen(self, name: str, path: str) -> ModuleSpec | None:
        data = self._source.freeze(path)
        self._modules[name, self.places.key(path)] = digest.of_bytes(data)
        loader = FrozenLoader(name, path, data, lambda read: self._note("input", path=read))
        spec = spec_from_file_location(name, path, loader=loader)
        if spec is not None and spec.submodule_search_locations is not None:
            self._packages.add(name)
            if name in self._folders:
                spec.submodule_search_locations[:] = self._folders[name]
        return spec

    # -- taking over

    def _drop_loaded(self, roots: Sequence[str]) -> None:
        """Unload user modules, real packages behind an alias, and what the workspace hides."""
        hidden = self._hidden(roots) | self._aliases.keys()
        for name, module in list(sys.modules.items()):
            top = name.partition(".")[0]
            file = getattr(module, "__file__", None)
            users = isinstance(file, str) and self.places.outside(file)
            if name not in _KEPT and (users or top in hidden):
                del sys.modules[name]
        for found in (self._namespaces, self._elsewhere, self._missing, self._packages):
            found.clear()

    def _hidden(self, roots: Sequence[str]) -> set[str]:
        """Names of loaded modules that a file of the workspace now stands in front of."""
        stems = {name.partition(".")[0] for root in roots for name in _names(root)}
        hidden = set()
        for name in (stems & sys.modules.keys()) - _KEPT:
            spec = self._search(name, None, None)
            if spec is not None and spec.has_location and self.places.outside(str(spec.origin)):
                hidden.add(name)
        return hidden

    def _hook(self) -> None:
        original, asked, import_module = self._import, self._asked, self._import_module

        def hooked(
            name: str,
            globals: Mapping[str, object] | None = None,
            locals: Mapping[str, object] | None = None,
            fromlist: Sequence[str] | None = (),
            level: int = 0,
        ) -> ModuleType:
            if not level and globals is not None and is_frozen(globals):
                asked.add(name.partition(".")[0])
            return original(name, globals, locals, fromlist, level)

        def hooked_module(name: str, package: str | None = None) -> ModuleType:
            if is_frozen(sys._getframe(1).f_globals):
                asked.add(name.partition(".")[0])
            return import_module(name, package)

        builtins.__import__ = hooked
        importlib.import_module = hooked_module

    # -- the record

    def is_user(self, filename: str) -> bool:
        """Whether a file is the source of a recorded module."""
        key = self.places.key(filename)
        return any(key == path for _, path in self._modules)

    def record(self) -> dict[str, Any]:
        """What this process imported, in JSON's terms; see `axtui.build.recorded` for the whole.

        Everything is sorted. Records of several processes are merged before they are of use.
        """
        elsewhere, missing, imports = self._classify()
        return {
            "format": FORMAT,
            "modules": [
                {"module": module, "path": key, "raw": raw}
                for (module, key), raw in sorted(self._modules.items())
            ],
            "namespaces": sorted(self._namespaces),
            "files": self._loaded_by_path(),
            "elsewhere": sorted(elsewhere),
            "missing": sorted(missing),
            "imports": sorted(imports),
            "search": self._added_search(),
            "paths": self._changed_paths(),
            **self.environ.record(),
        }

    def _classify(self) -> tuple[set[str], set[str], set[str]]:
        """Names found elsewhere, names not found, and top-level names of packages used directly."""
        users = {module for module, _ in self._modules} | self._namespaces
        elsewhere, missing, imports = set(self._elsewhere), set(self._missing), set()
        for name in self._asked - users:
            if name in self._aliases:
                imports.add(self._aliases[name].partition(".")[0])
            elif name not in sys.modules:
                missing.add(name)
            else:
                elsewhere.add(name)
                if name not in sys.stdlib_module_names:
                    imports.add(name)
        missing = {name for name in missing - users if name and name not in sys.modules}
        return elsewhere - users, missing, imports

    def _loaded_by_path(self) -> list[dict[str, str]]:
        """User files that became modules without a look-up by name, with their present digests."""
        recorded = {path for _, path in self._modules}
        found = {}
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and name not in _KEPT and self.places.outside(file):
                key = self.places.key(os.path.abspath(file))  # noqa: PTH100 - links stay as written
                if key not in recorded and Path(file).is_file():
                    found[key] = digest.of_file(file)
        return [{"path": key, "raw": raw} for key, raw in sorted(found.items())]

    def _added_search(self) -> dict[str, list[str]]:
        """Entries that user code put into `sys.path`, before and behind what stood there."""
        added: dict[str, list[str]] = {"front": [], "back": []}
        side = "front"
        for entry in map(str, sys.path):
            if entry in self._base:
                side = "back"
            elif entry and self.places.outside(os.path.abspath(entry)):  # noqa: PTH100
                added[side].append(self.places.key(os.path.abspath(entry)))  # noqa: PTH100
        return added

    def _changed_paths(self) -> dict[str, list[str]]:
        """`__path__` of the packages that changed theirs."""
        changed = {}
        for name in self._packages - self._namespaces - self._folders.keys():
            module = sys.modules.get(name)
            file = getattr(module, "__file__", None)
            if file is not None:
                paths = [str(path) for path in getattr(module, "__path__", ())]
                if paths != [str(Path(file).parent)]:
                    changed[name] = [self.places.key(path) for path in paths]
        return changed


def _archive(spec: ModuleSpec, origin: str) -> str:
    """The file that holds a module: its own, or the archive that it is in."""
    archive = getattr(spec.loader, "archive", None)
    return archive if isinstance(archive, str) else origin


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []
