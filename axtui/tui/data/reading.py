"""Reading a dataset for its screen: all in threads, with the workspace as the one that is read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from axtui import human
from axtui.build import datasetpage
from axtui.build.specs import Specs
from axtui.data import context, dsmeta
from axtui.data.dataset import Dataset
from axtui.data.declare import distinct_names
from axtui.data.dsmeta import Meta
from axtui.data.sqlview import quoted
from axtui.errors import UserError
from axtui.tui.table.order import Order
from axtui.tui.table.source import ArrowSource, PagedSource, Source
from axtui.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

_IN_MEMORY = 4_000_000
"""Cells of a dataset that is read whole, so that it is sorted and searched at once."""
_LONG_SORT = 20_000_000
"""Rows of a dataset beyond which it is not sorted: a page of it would take seconds."""


@dataclass(frozen=True)
class Page:
    """All that is told of a dataset without reading its rows."""

    meta: Meta
    facts: list[tuple[str, str]]
    chain: list[datasetpage.Link]
    wrong: str
    slices: list[datasetpage.SliceFact]

    @property
    def dataset(self) -> str:
        """Its reference in full."""
        return self.meta.ref


def page(workspace: Workspace, spec: str) -> Page:
    """The page of a dataset, however it is named. Raises what `axtui ds` would tell."""
    meta = dsmeta.load(dsmeta.join_ref(*Specs(workspace).dataset(spec)))
    links, wrong = datasetpage.chain(meta)
    return Page(meta, datasetpage.facts(meta), links, wrong, datasetpage.slices(meta))


def rows(workspace: Workspace, dataset: str) -> Source:
    """All rows: in memory where they are few, else in pages."""
    from axtui.data import columnar

    found = Dataset(dataset)
    meta = found.meta
    if not meta.columns:
        import pyarrow as pa

        return ArrowSource(pa.table({}))
    if meta.rows * len(meta.columns) <= _IN_MEMORY:
        return ArrowSource(columnar.to_arrow(found))
    return PagedSource(partial(_fetched, workspace, dataset), meta.rows)


def _fetched(workspace: Workspace, dataset: str, offset: int, limit: int, order: Order) -> pa.Table:
    from axtui.data import columnar

    with context.within(workspace.context()):
        found = Dataset(dataset)
        if not order:
            return columnar.window(found, offset, limit)
        if found.meta.rows > _LONG_SORT:
            raise UserError(
                f"{dataset} has {human.count(found.meta.rows)} rows, too many to sort here; ask for "
                "the first ones in SQL (a)"
            )
        sorted_ = columnar.sql(found, _sorted(found, order, offset, limit))
        return sorted_.rename_columns(list(found.meta.columns))


def _sorted(dataset: Dataset, order: Order, offset: int, limit: int) -> str:
    """SQL for a page in an order; rows that are equal in it keep one order, by their place."""
    names = distinct_names(dataset.meta.columns)
    ways = {"ascending": "ASC", "descending": "DESC"}
    by = ", ".join(f"{quoted(names[name])} {ways[way]} NULLS LAST" for name, way in order)
    numbered = "SELECT *, row_number() OVER () AS axtui_place FROM this"
    page = f"ORDER BY {by}, axtui_place LIMIT {limit} OFFSET {offset}"
    return f"SELECT * EXCLUDE (axtui_place) FROM ({numbered}) {page}"
