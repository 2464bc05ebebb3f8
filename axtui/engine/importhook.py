"""A hook on import statements: somebody hears of each before it is done."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

Namespace = Mapping[str, object]
Hear = Callable[[str, Namespace, Sequence[str], int], object]
"""Takes the name, the globals of who imports ({} for none), what is wanted from it, and the level."""


def listen(hear: Hear) -> Callable[[], None]:
    """Have `hear` told of each import statement from now on; what is returned takes it back."""
    original = builtins.__import__

    def hooked(
        name: str,
        globals: Namespace | None = None,
        locals: Namespace | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        hear(name, {} if globals is None else globals, fromlist or (), level)
        return original(name, globals, locals, fromlist, level)

    def undo() -> None:
        builtins.__import__ = original

    builtins.__import__ = hooked
    return undo
