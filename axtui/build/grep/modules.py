"""The user's own modules, for values of their classes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from axtui.build.grep.plan import Search
from axtui.workspace import Workspace


@contextmanager
def user_modules(workspace: Workspace, plan: Search) -> Iterator[None]:
    """While the block runs, pickled values of the search can be made again, whatever module of the
    workspace their class is in."""
    if not any(_has_pickles(plan, number) for number in range(len(plan.parts))):
        yield
        return
    from axtui.engine.scriptimports import script_imports

    config = workspace.config
    with script_imports(config.root, config.method_packages, None):
        yield


def _has_pickles(plan: Search, number: int) -> bool:
    part = plan.parts[number]
    columns = part.dataset.meta.columns
    return any(columns[name].type == "pickle" for name in (*part.shown, *part.searched))
