"""The modules that the fork server has loaded, so that its children need not look at each of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType


def folders(module: ModuleType) -> list[str]:
    """The folder that a module's file is in; those of a package without a file; none for others."""
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return [os.path.dirname(file)]  # noqa: PTH120 - links stay as written
    return [str(folder) for folder in getattr(module, "__path__", ())]


class Loaded:
    """Modules as they were at one moment, by the folders of their files and by the packages they are in.

    A thousand modules lie in a hundred folders, and to look at a module in a forked process copies the
    memory that it is in.
    """

    def __init__(self, modules: Mapping[str, ModuleType]) -> None:
        self._modules = dict(modules)
        self._folders: dict[str, list[str]] = {}
        self._tops: dict[str, list[str]] = {}
        for name, module in self._modules.items():
            self._tops.setdefault(name.partition(".")[0], []).append(name)
            for folder in folders(module):
                self._folders.setdefault(folder, []).append(name)

    def below(self, tops: Iterable[str]) -> set[str]:
        """Names of the modules in packages of these names."""
        return {name for top in tops for name in self._tops.get(top, ())}

    def within(self, wanted: Callable[[str], bool]) -> set[str]:
        """Names of the modules that are in folders that are wanted, see `folders`."""
        return {name for folder, names in self._folders.items() if wanted(folder) for name in names}

    def since(self) -> list[tuple[str, ModuleType]]:
        """The modules of this process that were not there then, or are others now."""
        before = self._modules
        return [
            (name, module)
            for name, module in list(sys.modules.items())
            if before.get(name) is not module
        ]
