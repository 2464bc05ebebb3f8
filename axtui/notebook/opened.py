"""A workspace that is open for reading: what all parts of the face share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from types import TracebackType
from typing import Any, TypeVar

from axtui.build.asking import asked, resolver
from axtui.build.specs import Specs
from axtui.data import context
from axtui.errors import AcceleratorError, StorageError, UserError
from axtui.workspace import Workspace
from catalog.aside import Aside
from catalog.errors import CatalogError, CatalogQueryError

T = TypeVar("T")

_RUNNING = "SELECT job FROM jobs WHERE state = 'running' LIMIT 1"


class Opened:
    """One workspace: names are looked up in it, the catalog is asked, and whatever is read is read
    with it as the active one of this thread alone, so that open workspaces do not mix."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.specs = Specs(workspace)
        self._settled = False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Opened) and other.workspace.config.path == self.workspace.config.path
        )

    def __hash__(self) -> int:
        return hash(self.workspace.config.path)

    def reading(self) -> AbstractContextManager[None]:
        """A block that reads. What goes wrong in it leaves it as one clear error of ours, without
        the frames of our insides."""
        return _Reading(self.workspace.context())

    def steps(self, items: Iterator[T]) -> Iterator[T]:
        """Go through an iterator of the data layer, each step in a block that reads."""
        while True:
            with self.reading():
                try:
                    item = next(items)
                except StopIteration:
                    return
            yield item

    @cached_property
    def _aside(self) -> Aside:
        return Aside(self.workspace.dot_axtui)

    def ask(self, query: str, params: Mapping[str, Any] | None = None) -> Any:
        """The answer (a pyarrow Table) to SQL, or to the saved query of that name.

        The catalog is that of this moment: what builds have told since is taken in, in a copy of our
        own. Raises UserError for a bad query, StorageError where the catalog cannot be read.
        """
        with self.reading():
            text, values = asked(self.workspace, query, params or {})
            self._bring_up_to_date()
            return self._run(text, values, resolver(self.workspace))

    def refuse_writing(self, query: str) -> None:
        """Raise UserError, as `ask` does, for SQL that is not one statement that only reads."""
        from catalog.guard import check_reads
        from catalog.names import Rewritten

        with self.reading():
            check_reads(Rewritten(query, query))

    def _bring_up_to_date(self) -> None:
        """Take in what is new. Jobs that run may have lost their builder since, which nobody tells:
        as long as there are such, it is looked after."""
        from axtui.build.refresh import refresh

        if self._aside.take() or not self._settled:
            refresh(self.workspace, wait=None, folder=self._aside.folder)
            self._settled = self._run(_RUNNING).num_rows == 0

    def _run(self, sql: str, values: Mapping[str, Any] | None = None, resolve: Any = None) -> Any:
        from catalog.read import query

        return query(self._aside.folder, sql, values, resolve=resolve)


class _Reading:
    def __init__(self, active: context.Context) -> None:
        self._block = context.within(active)

    def __enter__(self) -> None:
        self._block.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._block.__exit__(None, None, None)
        if isinstance(error, AcceleratorError):
            error.__cause__, error.__suppress_context__ = None, True
            error.__traceback__ = None  # it goes on from here, as if raised by the block itself
        if isinstance(error, CatalogQueryError):
            raise UserError(str(error)) from None
        if isinstance(error, CatalogError):
            raise StorageError(str(error)) from None
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise StorageError(f"cannot read {error.filename}: {error.strerror}") from None
