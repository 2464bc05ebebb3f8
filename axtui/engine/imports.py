"""Imports of a stage process: user code comes from frozen source, what is asked for is recorded.

`Recorder.install` is called in a freshly forked process before any user code is imported. From then
on a finder that comes first serves every module outside the installed places from the job's frozen
source, and hooks on importing see what user code asks for even when the fork server had it already.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from axtui.data import digest
from axtui.engine.environ import EnvironWatch
from axtui.engine.finder import ALIASES, KEPT, FrozenFinder, ignore
from axtui.engine.importhook import Namespace, listen
from axtui.engine.loaded import Loaded
from axtui.engine.places import MethodFolder, Places
from axtui.engine.source import FrozenSource, is_frozen


class Recorder(FrozenFinder):
    """What one process imports, and which environment variables its user code reads.

    `given` names environment variables that the engine sets itself.
    """

    def __init__(
        self,
        places: Places,
        method_folders: Sequence[MethodFolder],
        source: FrozenSource,
        *,
        note: Callable[..., None] = ignore,
        aliases: Mapping[str, str] = ALIASES,
        given: frozenset[str] = frozenset(),
        loaded: Loaded | None = None,
    ) -> None:
        super().__init__(places, method_folders, source, note=note, aliases=aliases, loaded=loaded)
        self.environ = EnvironWatch(is_frozen, given | self.loaded.brought.environ)
        self._asked: set[str] = set()

    @classmethod
    def install(
        cls,
        workspace: Path | str,
        method_folders: Sequence[MethodFolder],
        source: Path | None,
        *,
        note: Callable[..., None] = ignore,
        aliases: Mapping[str, str] = ALIASES,
        given: frozenset[str] = frozenset(),
        loaded: Loaded | None = None,
    ) -> Recorder:
        """Take over the imports of this process, for good.

        `source` is the job's `source/` folder; None keeps bytes in memory only (to describe a
        method). `note("input", path=...)` hears of data files read through a package. `given` names
        environment variables that the engine sets itself. Modules of the user's that are loaded
        already are dropped, as are those that a file of the workspace hides: what user code gets
        must not depend on what the fork server happened to import; `loaded` is what that was.
        """
        places = Places(workspace, method_folders)
        frozen = FrozenSource(source, places)
        recorder = cls(
            *(places, method_folders, frozen),
            note=note,
            aliases=aliases,
            given=given,
            loaded=loaded,
        )
        recorder.take_finder()
        recorder._hook()
        recorder.environ.install()
        return recorder

    def _hook(self) -> None:
        import_module, asked = importlib.import_module, self._asked

        def note(name: str, asking: Namespace, _: Sequence[str], level: int) -> None:
            if not level and is_frozen(asking):
                asked.add(name.partition(".")[0])

        def hooked_module(name: str, package: str | None = None) -> ModuleType:
            if is_frozen(sys._getframe(1).f_globals):
                asked.add(name.partition(".")[0])
            return import_module(name, package)

        listen(note)
        importlib.import_module = hooked_module

    # -- the record

    def is_user(self, filename: str) -> bool:
        """Whether a file is the source of a recorded module."""
        key = self.places.key(filename)
        return any(key == path for _, path in self.modules)

    def record(self) -> dict[str, Any]:
        """What this process imported, in JSON's terms; see `build.recorded` for the whole.

        Everything is sorted. Records of several processes are merged before they are of use.
        """
        elsewhere, missing, imports = self._classify()
        return {
            "modules": [
                {"module": module, "path": key, "raw": raw}
                for (module, key), raw in sorted(self.modules.items())
            ],
            "namespaces": sorted(self.namespaces),
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
        users = {module for module, _ in self.modules} | self.namespaces
        elsewhere, missing, imports = set(self.elsewhere), set(self.missing), set()
        for name in self._asked - users:
            if name in self.aliases:
                imports.add(self.aliases[name].partition(".")[0])
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
        recorded = {path for _, path in self.modules}
        found = {}
        for name, module in self.loaded.since():
            file = getattr(module, "__file__", None)
            if isinstance(file, str) and name not in KEPT and self.places.outside(file):
                key = self.places.key(os.path.abspath(file))  # noqa: PTH100 - links stay as written
                if key not in recorded and Path(file).is_file():
                    found[key] = digest.of_file(file)
        return [{"path": key, "raw": raw} for key, raw in sorted(found.items())]

    def _added_search(self) -> dict[str, list[str]]:
        """Entries that user code put into `sys.path`, before and behind what stood there."""
        added: dict[str, list[str]] = {"front": [], "back": []}
        side = "front"
        for entry in map(str, sys.path):
            if entry in self.base:
                side = "back"
            elif entry and self.places.outside(os.path.abspath(entry)):  # noqa: PTH100
                added[side].append(self.places.key(os.path.abspath(entry)))  # noqa: PTH100
        return added

    def _changed_paths(self) -> dict[str, list[str]]:
        """`__path__` of the packages that changed theirs."""
        changed = {}
        for name in self.packages - self.namespaces - self.folders.keys():
            module = sys.modules.get(name)
            file = getattr(module, "__file__", None)
            if file is not None:
                paths = [str(path) for path in getattr(module, "__path__", ())]
                if paths != [str(Path(file).parent)]:
                    changed[name] = [self.places.key(path) for path in paths]
        return changed
