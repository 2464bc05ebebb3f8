"""The modules that the fork server has loaded, so that its children need not look at each of them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType

from axtui.engine.draws import Drawn
from axtui.engine.kept import Kept
from axtui.engine.places import Places


def folders(module: ModuleType) -> list[str]:
    """The folder that a module's file is in; those of a package without a file; none for others."""
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        return [file.rpartition(os.sep)[0] or os.sep]  # links stay as written
    return [str(folder) for folder in getattr(module, "__path__", ())]


@dataclass(frozen=True)
class Brought:
    """What the import of libraries would have done, in a process that has them already: the environment
    variables that they set, and what it would have drawn of random numbers."""

    environ: frozenset[str] = frozenset()
    drawn: Drawn = field(default_factory=Drawn)


class Loaded:
    """Modules as they were at one moment, by the folders of their files and by the packages they are in.

    A thousand modules lie in a hundred folders, and to look at a module in a forked process copies the
    memory that it is in. `frozen` says that all objects there are will be frozen (`gc.freeze`) now, so
    that those of later can be told from them. `kept` are standard modules that are not among the loaded
    ones, but need not be executed again. `brought` is told of libraries that were loaded for one method.
    """

    def __init__(
        self,
        modules: Mapping[str, ModuleType],
        frozen: bool = False,
        kept: Kept | None = None,
        brought: Brought | None = None,
    ) -> None:
        self.kept = kept or Kept()
        self.brought = brought or Brought()
        self._modules = dict(modules)
        self._frozen = frozen
        self._folders: dict[str, list[str]] = {}
        self._tops: dict[str, list[str]] = {}
        self._outside: dict[tuple[str, ...], set[str]] = {}
        for name, module in self._modules.items():
            self._tops.setdefault(name.partition(".")[0], []).append(name)
            for folder in folders(module):
                self._folders.setdefault(folder, []).append(name)

    @property
    def names(self) -> Collection[str]:
        """Names of all of them."""
        return self._modules.keys()

    def below(self, tops: Iterable[str]) -> set[str]:
        """Names of the modules in packages of these names."""
        return {name for top in tops for name in self._tops.get(top, ())}

    def within(self, wanted: Callable[[str], bool]) -> set[str]:
        """Names of the modules that are in folders that are wanted, see `folders`."""
        return {name for folder, names in self._folders.items() if wanted(folder) for name in names}

    def outside(self, places: Places) -> set[str]:
        """Names of the modules outside the installed places; found once by whoever forks for all."""
        known = self._outside.get(places.marks)
        if known is None:
            known = self._outside[places.marks] = self.within(places.outside)
        return known

    def since(self) -> list[tuple[str, ModuleType]]:
        """The modules of this process that were not there then, or are others now.

        Where what was there then is `frozen`, no module of then is looked at.
        """
        before = self._modules
        if not self._frozen:
            everything = list(sys.modules.items())
            return [(name, module) for name, module in everything if before.get(name) is not module]
        found = dict(self._put_last())
        for module in gc.get_objects():  # that is, what came to be since
            if issubclass(type(module), ModuleType):
                found.setdefault(str(vars(module).get("__name__")), module)
        return list(found.items())

    def _put_last(self) -> Iterator[tuple[str, ModuleType]]:
        """What was put among the modules since, without what took an earlier one's place."""
        for name, module in reversed(sys.modules.items()):
            if self._modules.get(name) is module:
                return
            yield name, module
