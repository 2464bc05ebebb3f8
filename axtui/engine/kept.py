"""Standard modules that the fork server has executed, for stages whose job has frozen the same bytes.

A standard method is up to thirty modules, whose execution took each stage up to 60 ms. A stage that
finds one here takes it as if it had executed it: it looks for all that the module imported, in turn, so
that what is recorded is the same. The user's modules are not kept: what they do when they are imported
may be of the job.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import ModuleType

from axtui.engine.environ import EnvironWatch
from axtui.engine.importhook import Namespace, listen
from axtui.engine.source import FrozenLoader, is_frozen

STANDARD = "axtui.standard"
Source = tuple[str, bytes]
"""The path of a module, and the bytes there."""
Import = tuple[str, tuple[str, ...], int]
"""What an import statement asks for: a name, names in it, and how many packages above."""


@dataclass
class Executed:
    """A module as its execution left it, what it was made from, and what it imported, in order."""

    module: ModuleType
    source: Source
    imports: list[Import]

    def asked(self) -> set[str]:
        """The names of modules that it may have imported."""
        found = {STANDARD}
        for name, wanted, _ in self.imports:
            found |= {name, *(f"{name}.{one}" for one in wanted)}
        return found


class KeptLoader(FrozenLoader):
    """Gives a process the module that was executed before that was forked."""

    def __init__(self, kept: Executed, on_data: Callable[[str], None]) -> None:
        super().__init__(kept.module.__name__, *kept.source, on_data)
        self._kept = kept

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module itself, as if this loader had made it."""
        self._kept.module.__loader__ = self
        return self._kept.module

    def exec_module(self, module: ModuleType) -> None:
        """Import again what it imported when it was executed, for that is recorded."""
        for name, wanted, level in self._kept.imports:
            builtins.__import__(name, vars(module), None, wanted, level)


class Kept:
    """The modules that were executed, by name. They are not among those that are loaded."""

    def __init__(self) -> None:
        self._modules: dict[str, Executed] = {}

    def has(self, method: str, sources: Mapping[str, Source]) -> bool:
        """Whether a standard method is here that was executed from these sources, by module."""
        return method in self._modules and self._agrees(sources)

    def _agrees(self, sources: Mapping[str, Source]) -> bool:
        found = self._modules.items()
        return all(sources.get(name, kept.source) == kept.source for name, kept in found)

    def get(self, name: str, frozen: Callable[[str], bytes]) -> Executed | None:
        """A module, if it and all it imported are of the bytes that `frozen` gives for their paths."""
        kept = self._modules.get(name)
        if kept is None:
            return None
        with contextlib.suppress(OSError):  # importing it will tell
            if all(frozen(one.source[0]) == one.source[1] for one in self._all_below(kept)):
                return kept
        return None

    def _all_below(self, kept: Executed) -> Iterator[Executed]:
        names = [kept.module.__name__]
        for name in names:  # which grows
            yield self._modules[name]
            more = self._modules[name].asked() & self._modules.keys()
            names += sorted(more.difference(names))

    def execute(self, method: str, sources: Mapping[str, Source]) -> None:
        """Execute a standard method and what it imports of these sources. Where that fails, or reads
        environment variables, nothing is kept of it: stages will find out for themselves."""
        if not self._agrees(sources):
            self._modules.clear()
        modules = dict(self._modules)
        with _put_aside(), _Finder(modules, sources).at_work() as environ:
            try:
                importlib.import_module(method)
            except BaseException:  # of whatever kind: the fork server goes on
                return
        for name in modules:  # else nobody would look for what the package has already
            vars(modules[STANDARD].module).pop(name.rpartition(".")[2], None)
        if not (environ.reads or environ.whole):
            self._modules = modules


@contextmanager
def _put_aside() -> Iterator[None]:
    """Have no standard module loaded while the block runs, and those of before after it."""
    package, _, attribute = STANDARD.partition(".")
    above = vars(importlib.import_module(package))
    present = above.get(attribute)
    before = _take_out()
    try:
        yield
    finally:
        _take_out()
        sys.modules.update(before)
        above.pop(attribute, None)
        if present is not None:
            above[attribute] = present


def _take_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if f"{name}.".startswith(f"{STANDARD}.")]
    return {name: sys.modules.pop(name) for name in names}


class _Finder:
    """Serves modules from sources, puts them into `modules`, and notes what they import."""

    def __init__(self, modules: dict[str, Executed], sources: Mapping[str, Source]) -> None:
        self._modules, self._sources = modules, sources

    @contextmanager
    def at_work(self) -> Iterator[EnvironWatch]:
        """Come first among the finders while the block runs; hears of environment variables."""

        def note(name: str, asking: Namespace, wanted: Sequence[str], level: int) -> None:
            loader = asking.get("__loader__")
            if isinstance(loader, _Keeping):
                loader.imports.append((name, tuple(wanted), level))

        watch = EnvironWatch(is_frozen)
        sys.meta_path.insert(0, self)
        stop_listening = listen(note)
        watch.install()
        try:
            yield watch
        finally:
            watch.uninstall()
            stop_listening()
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the import system asks."""
        kept = self._modules.get(fullname)
        source = self._sources.get(fullname) if kept is None else kept.source
        if source is None:
            return None
        loader = KeptLoader(kept, _unheard) if kept else _Keeping(fullname, source, self._modules)
        return spec_from_file_location(fullname, source[0], loader=loader)


class _Keeping(FrozenLoader):
    """Executes a module that is to be kept among `modules`."""

    def __init__(self, name: str, source: Source, modules: dict[str, Executed]) -> None:
        super().__init__(name, *source, _unheard)
        self._modules = modules
        self.imports: list[Import] = []

    def exec_module(self, module: ModuleType) -> None:
        """Execute it."""
        self._modules[module.__name__] = Executed(module, (self.path, self.data), self.imports)
        super().exec_module(module)


def _unheard(path: str) -> None:
    """Nobody hears of data that is read."""
