"""What the parts of the screen share: its widgets by their type, and the names that SQL may use."""

from __future__ import annotations

from functools import partial

from textual import work

from axtui.build.sql.answer import ROWS, Answer
from axtui.build.sql.complete import Completions, complete
from axtui.build.sql.history import History
from axtui.build.sql.names import Column, Names, dataset_columns, read_names
from axtui.errors import AcceleratorError
from axtui.tui.sql.buffers import EXAMPLE, Buffers, remembered
from axtui.tui.sql.editor import Editor
from axtui.tui.sql.results import Results
from axtui.tui.sql.sent import Sent
from axtui.tui.sql.side import Side
from axtui.tui.view import View
from catalog.errors import CatalogError

_CALM_S = 2.0
"""While a build runs, names are read again this long after it told something."""


class Desk(View):
    """The screen's widgets, names and history."""

    def __init__(self) -> None:
        super().__init__()
        self.names: Names | None = None
        self._columns: dict[str, tuple[Column, ...]] = {}
        self._buffers: Buffers | None = None

    @property
    def buffers(self) -> Buffers:
        """The texts, each with what came of its question."""
        if self._buffers is None:
            self._buffers = remembered(self.axtui.remembered.get("sql", "buffers", {}))
            if not self._buffers.each:
                self._buffers.new(EXAMPLE, "example")
        return self._buffers

    @property
    def row_limit(self) -> int:
        """How many rows are fetched at most."""
        limit: int = self.axtui.remembered.get("sql", "rows", ROWS)
        return limit

    def rows_there(self) -> tuple[Sent, Answer] | None:
        """The answer that is seen, and what was asked for it; says so if there is none."""
        outcome = self.buffers.current.outcome
        if outcome.answer is None or outcome.sent is None:
            self.notify("There are no rows yet: F5 runs the query.")
            return None
        return outcome.sent, outcome.answer

    @property
    def results(self) -> Results:
        """The lower part."""
        return self.query_one(Results)

    @property
    def editor(self) -> Editor:
        """The upper part."""
        return self.query_one(Editor)

    @property
    def side(self) -> Side:
        """The pane at the left."""
        return self.query_one(Side)

    @property
    def history(self) -> History:
        """The questions of before."""
        return History(self.axtui.workspace.dot_axtui)

    # -- names

    def look_at_names(self, calm: bool = False) -> None:
        """Read the names; with `calm` only once it has been quiet for a moment."""
        if calm:
            self.set_timer(_CALM_S, self._read_names)
        else:
            self._read_names()

    @work(group="names", exclusive=True, exit_on_error=False)
    async def _read_names(self) -> None:
        try:
            names = await self.axtui.catalogue.read(partial(read_names, self.axtui.workspace))
        except (CatalogError, AcceleratorError):
            return  # there is no catalog yet; a question will say so
        self._columns = {}
        if names != self.names:
            self.names = names
            self.side.show_names(names)

    async def complete(self, text: str, place: int) -> Completions:
        """What may stand at a place of a text."""
        names = self.names or Names()
        return await self.axtui.catalogue.call(complete, text, place, names, self.columns_of)

    def columns_of(self, spec: str) -> tuple[Column, ...]:
        """The columns of a dataset, () if there is none. Called in threads; reads it once."""
        known = self._columns
        if spec not in known:
            try:
                known[spec] = dataset_columns(self.axtui.workspace, spec)
            except (AcceleratorError, OSError, ValueError):
                known[spec] = ()
        return known[spec]

    # -- history

    @work(group="history", exclusive=True, exit_on_error=False)
    async def look_at_history(self) -> None:
        """Read the history, and show it."""
        self.side.show_history(await self.axtui.catalogue.call(self.history.read))
