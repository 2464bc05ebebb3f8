"""The table of the dashboard: a million rows of Arrow, or pages of Parquet, without waiting."""

from axtui.tui.table.column import Column
from axtui.tui.table.order import Order
from axtui.tui.table.source import ArrowSource, PagedSource, Source
from axtui.tui.table.table import Table

__all__ = ["ArrowSource", "Column", "Order", "PagedSource", "Source", "Table"]
