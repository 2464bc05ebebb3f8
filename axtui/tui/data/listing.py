"""The list of datasets: a line for each job, which unfolds to all the datasets that it made."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from axtui.tui.table import ArrowSource, Column, Table
from axtui.tui.table.filterline import FilterLine

if TYPE_CHECKING:
    import pyarrow as pa

_EMPTY = (
    "No datasets yet.\nA method makes one with job.datasetwriter();\nscreen 7 runs build scripts."
)


class _Table(Table):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "unfold", "Unfold", id="data.unfold",
                tooltip="Show all datasets of the job, or one line for them"),
    ]  # fmt: skip

    class Unfolded(Message):
        """The line of a job is to be unfolded, or folded."""

    def action_unfold(self) -> None:
        """Show all datasets of the job, or one line for them."""
        self.post_message(self.Unfolded())


class Listing(Vertical):
    """The list, with its filter."""

    class Shown(Message):
        """Other datasets are listed; `rows` of them."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows

    def __init__(self, *, unicode: bool, id: str) -> None:
        super().__init__(id=id)
        self._unicode = unicode
        self._all: Any = None
        self._typed = ""
        self._opened: set[str] = set()

    def compose(self) -> ComposeResult:
        yield FilterLine("dataset, method or caption")
        yield _Table(
            columns=(
                Column("label", "dataset", min=17, max=30, style="$text-accent", sort="dataset"),
                Column("more", "", max=7, style="$foreground-muted", null="", sort="others"),
                Column("method", min=6, max=24, style="bold"),
                Column("rows", max=14),
            ),
            key="dataset",
            empty=_EMPTY,
            id="data-list",
        )

    @property
    def table(self) -> Table:
        """Its lines."""
        return self.query_one("#data-list", Table)

    async def take(self, found: pa.Table) -> None:
        """List these datasets, the answer to `queries.LIST`."""
        self._all = found
        await self._show()

    async def _show(self) -> None:
        if self._all is not None:
            rows = await asyncio.to_thread(
                folded, self._all, self._typed, frozenset(self._opened), self._unicode
            )
            self.table.show(ArrowSource(rows))
            self.post_message(self.Shown(rows.num_rows))

    @on(_Table.Unfolded)
    async def _unfolded(self) -> None:
        at, row = self.table.cursor_row, self.table.cursor_values
        if row is None or not row["others"]:
            return
        while at and row is not None and not row["leads"]:  # to the line that stays
            at -= 1
            row = self.table.values(at)
        self.table.move_cursor(at)
        self._opened ^= {row["job"]} if row is not None else set()
        await self._show()

    @on(FilterLine.Changed)
    @on(FilterLine.Closed)
    async def _filtered(self, event: FilterLine.Changed) -> None:
        self._typed = event.text
        self.table.empty = "No dataset has these words." if event.text else _EMPTY
        await self._show()


def folded(found: pa.Table, typed: str, opened: frozenset[str], unicode: bool) -> pa.Table:
    """The lines: of datasets that have all typed words in their name, method or caption, the one that
    leads stands for its job, unless the job is `opened`; where it is not found, the others stand for
    themselves. `label` and `more` are how a line is told."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for word in typed.split():
        has = [
            pc.match_substring(pc.fill_null(found[name], ""), word, ignore_case=True)
            for name in ("dataset", "method", "caption")
        ]
        found = found.filter(pc.or_(pc.or_(has[0], has[1]), has[2]))
    leading = found["job"].filter(found["leads"]).combine_chunks()
    below = pc.and_(pc.invert(found["leads"]), pc.is_in(found["job"], leading))
    is_open = pc.is_in(found["job"], pa.array(sorted(opened), pa.string()))
    shown = pc.or_(pc.invert(below), is_open)
    found, below, is_open = (each.filter(shown) for each in (found, below, is_open))
    heads = pc.and_(found["leads"], pc.greater(found["others"], 0))
    closed, open_ = ("▸ +", "▾ +") if unicode else ("> +", "v +")
    count = pc.cast(found["others"], pa.string())
    marks = pc.binary_join_element_wise(pc.if_else(is_open, open_, closed), count, "")
    indent = pc.if_else(below, "  ", "")
    label = pc.binary_join_element_wise(indent, found["dataset"], "")
    found = found.append_column("label", label)
    return found.append_column("more", pc.if_else(heads, marks, pa.scalar(None, pa.string())))
