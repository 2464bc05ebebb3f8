"""One engine for several sessions, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.engine.protocol import Engine


class OneEngine:
    """The engine of a workspace, made when it is first called for: a run that finds every job needs none."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._engine: Engine | None = None

    def __call__(self) -> Engine:
        from axtui.build.session import new_engine

        if self._engine is None:
            self._engine = new_engine(self._workspace)
        return self._engine

    def close(self) -> None:
        """End the engine, if there is one."""
        if self._engine is not None:
            self._engine.shutdown()
            self._engine = None
