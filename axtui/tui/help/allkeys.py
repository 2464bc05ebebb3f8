"""The keys of all screens, read from what the screens declare: none is listed that does not work."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from textual.binding import Binding
from textual.dom import DOMNode

from axtui.tui.help.keys import Key, words_of


def keys_of_package(package: str) -> list[Key]:
    """All keys that the screen and the widgets of a package (`axtui.tui.jobs`) declare. It imports
    the package, so it is for threads."""
    found: dict[tuple[str, str], list[str]] = {}
    for cls in _classes(package):
        for binding in Binding.make_bindings(vars(cls).get("BINDINGS", ())):
            if binding.id and binding.description:
                text = binding.tooltip or binding.description
                found.setdefault((_part(cls), text), []).append(binding.key_display or binding.key)
    return [Key(" ".join(dict.fromkeys(keys)), text, of) for (of, text), keys in found.items()]


def _classes(package: str) -> Iterator[type[DOMNode]]:
    seen = set()
    for module in _modules(package):
        for cls in vars(module).values():
            if isinstance(cls, type) and issubclass(cls, DOMNode) and cls not in seen:
                seen.add(cls)
                if cls.__module__.startswith(package):
                    yield cls


def _modules(package: str) -> Iterator[ModuleType]:
    root = import_module(package)
    for info in pkgutil.iter_modules(root.__path__, package + "."):
        yield import_module(info.name)


def _part(cls: type[DOMNode]) -> str:
    """'JobsView' is the screen itself; other widgets are called by their names."""
    name = cls.__name__
    return "This screen" if name.endswith("View") else words_of(name)
