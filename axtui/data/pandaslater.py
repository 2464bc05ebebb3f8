"""Arrow without pandas until somebody imports pandas.

Arrow imports pandas, where it is installed, with the first value that it converts, to know its values
from others. That takes a third of a second and 27 MB, which each process forked later has to copy the
page tables of; few jobs have a use for it.
"""

from __future__ import annotations

import contextlib
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any


def spare_pandas() -> None:
    """Keep Arrow from importing pandas by itself. When this process or one forked from it imports
    pandas, Arrow gets to know it then. Nothing happens where pandas is loaded."""
    if "pandas" in sys.modules or any(isinstance(one, _Later) for one in sys.meta_path):
        return
    import pyarrow

    without = _Without()
    sys.meta_path.insert(0, without)
    try:
        pyarrow.array([0])  # the first look; there is no second
    finally:
        sys.meta_path.remove(without)
    sys.meta_path.insert(0, _Later())


class _Without(MetaPathFinder):
    """Says that there is no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(f"no {fullname} here", name=fullname)


class _Later(MetaPathFinder):
    """Finds what the finders behind it find, and has Arrow told when pandas has been imported."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != "pandas":
            return None
        behind = sys.meta_path[sys.meta_path.index(self) + 1 :]
        specs = (finder.find_spec(fullname, path, target) for finder in behind)
        spec = next((spec for spec in specs if spec is not None), None)
        loader: Any = spec and spec.loader
        if loader is not None:
            run = loader.exec_module

            def exec_module(module: Any) -> None:
                run(module)
                _make_known()

            # on this one loader: who looks at specs meets one of the class that it expects
            with contextlib.suppress(AttributeError):
                loader.exec_module = exec_module
        return spec


def _make_known() -> None:
    """Have Arrow look for pandas anew, as it does where it cannot do without."""
    from pyarrow import lib

    with contextlib.suppress(Exception):
        _ = lib._pandas_api.pd
