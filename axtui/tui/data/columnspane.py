"""The columns of a dataset: a table of them with what each holds, and the one under the cursor drawn."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, cast

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from axtui import human
from axtui.data import profile
from axtui.data.profile import Profiler, Shape, Summary
from axtui.errors import AcceleratorError
from axtui.tui.data.plot import plot, spark
from axtui.tui.data.reading import Page
from axtui.tui.table import ArrowSource, Column, Table
from axtui.tui.table.messages import RowHighlighted

if TYPE_CHECKING:
    from axtui.tui.app import Axtui

_STEP = 8
"""Shapes that are drawn at once while a profile is made: each redraws the table."""

_WIDE = 96
"""Cells from which all is told of each column; below, averages and counts make room for min and max."""


class ColumnsPane(Vertical):
    """Columns, types, nulls, least and greatest values, shapes. What has to be counted comes in as
    it is known; it ends when another dataset is shown."""

    DEFAULT_CSS = """
    ColumnsPane {
        height: 1fr;
        & > Table { height: 1fr; min-height: 5; }
        & > VerticalScroll { height: auto; max-height: 50%; border-top: solid $surface-lighten-2; }
        & > VerticalScroll > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="data-columns")
        self._page: Page | None = None
        self._summaries: dict[str, Summary] = {}
        self._shapes: dict[str, Shape] = {}
        self._looked = 0
        self._note = ""
        self._highlighted = ""
        self._wide = True

    @property
    def axtui(self) -> Axtui:
        """The app, by its type."""
        return cast("Axtui", self.app)

    def compose(self) -> ComposeResult:
        yield Table(
            columns=_columns(wide=True),
            key="column",
            pinned=1,
            empty="It has no columns.",
            id="data-columns-table",
        )
        with VerticalScroll(can_focus=False):
            yield Static(id="data-plot", markup=False)

    def show(self, page: Page, everything: bool = False) -> None:
        """Show a dataset; with `everything` all of its rows are counted, however many."""
        known = self._page is not None and self._page.meta.content == page.meta.content
        if known and not everything:
            self._page = page
            return
        self._page, self._summaries, self._shapes = page, {}, {}
        self._note = "counting …"
        self._highlighted = next(iter(page.meta.columns), "")
        self._draw()
        self._profile(page, everything)

    @on(RowHighlighted, "#data-columns-table")
    def _moved(self, event: RowHighlighted) -> None:
        self._highlighted = str(event.key)
        self._draw_plot()

    def on_resize(self) -> None:
        wide = self.size.width >= _WIDE
        if wide != self._wide:
            self._wide = wide
            self.query_one(Table).columns = _columns(wide)
            self._draw()
        else:
            self._draw_plot()

    # -- counting

    @work(group="profile", exclusive=True, exit_on_error=False)
    async def _profile(self, page: Page, everything: bool) -> None:
        """Count in a thread; leaving it ends the query that runs."""
        profiling = _Profiling(page, everything)
        call = self.axtui.catalogue.call
        try:
            self._summaries = await call(profiling.summaries)
            self._looked = profiling.rows
            self._note = profiling.note
            self._draw()
            for number, name in enumerate(page.meta.columns, 1):
                self._shapes[name] = await call(profiling.shape, name)
                if number % _STEP == 0 or number == len(page.meta.columns):
                    self._draw()
                elif name == self._highlighted:
                    self._draw_plot()
        except asyncio.CancelledError:
            profiling.stop()
            raise
        except AcceleratorError as error:
            self._note = str(error)
            self._draw_plot()
        finally:
            await asyncio.shield(call(profiling.close))

    # -- drawing

    def _draw(self) -> None:
        if self._page is None or not self.is_attached:
            return
        self._fill(self._page)
        self._draw_plot()

    @work(group="columns", exclusive=True, exit_on_error=False)
    async def _fill(self, page: Page) -> None:
        unicode = self.axtui.unicode
        rows = [self._row(name, page, unicode) for name in page.meta.columns]
        source = await asyncio.to_thread(_source, rows)
        if self._page is page:
            self.query_one(Table).show(source)

    def _row(self, name: str, page: Page, unicode: bool) -> dict[str, Any]:
        column = page.meta.columns[name]
        summary, shape = self._summaries.get(name), self._shapes.get(name)
        row: dict[str, Any] = {
            "column": name,
            "type": column.type,
            "min": None if column.min is None else profile.shown(column.min),
            "max": None if column.max is None else profile.shown(column.max),
            "shape": spark(shape, unicode, 1 if self._wide else 2) if shape else None,
        }
        if summary is not None:
            row["nulls"] = human.count(summary.nulls)
            if summary.distinct is not None:
                row["distinct"] = human.count(summary.distinct)
            if summary.mean is not None:
                row["mean"] = profile.shown(summary.mean)
        return row

    def _draw_plot(self) -> None:
        shape = self._shapes.get(self._highlighted)
        head = Content.styled(f" {self._highlighted}  ", "bold")
        head += Content.styled(self._words(shape), "$foreground-muted")
        if shape is None:
            self.query_one("#data-plot", Static).update(head)
            return
        drawn = plot(shape, max(30, self.size.width - 2), self.axtui.unicode)
        self.query_one("#data-plot", Static).update(Content("\n").join([head, drawn]))

    def _words(self, shape: Shape | None) -> str:
        summary = self._summaries.get(self._highlighted)
        if shape is None or summary is None:
            return self._note or "counting …"
        kind = "most frequent values" if shape.kind == "values" else "from least to greatest"
        nulls = f", {human.plural(summary.nulls, 'null')}" if summary.nulls else ""
        note = f"; {self._note}" if self._note else ""
        return f"{kind}{nulls}{note}"


class _Profiling:
    """The profiler of one dataset, opened in the thread that uses it first."""

    def __init__(self, page: Page, everything: bool) -> None:
        self._page, self._everything = page, everything
        self._profiler: Profiler | None = None
        self._stopped = False
        self.rows = 0
        self.note = ""

    def _open(self) -> Profiler:
        from axtui.data.dataset import Dataset
        from axtui.errors import UserError

        if self._stopped:
            raise UserError("the profile was stopped")
        if self._profiler is None:
            self._profiler = Profiler(Dataset(self._page.dataset), self._everything)
            self.rows = self._profiler.rows
            if self._profiler.sampled:
                rows = human.count(self.rows)
                self.note = f"of a sample of {rows} rows; A counts all of them"
        return self._profiler

    def summaries(self) -> dict[str, Summary]:
        return self._open().summaries()

    def shape(self, name: str) -> Shape:
        return self._open().shape(name)

    def stop(self) -> None:
        self._stopped = True
        if self._profiler is not None:
            self._profiler.stop()

    def close(self) -> None:
        profiler, self._profiler = self._profiler, None
        if profiler is not None:
            with contextlib.suppress(AcceleratorError):
                profiler.__exit__(None, None, None)


def _source(rows: list[dict[str, Any]]) -> ArrowSource:
    import pyarrow as pa

    names = ("column", "type", "nulls", "distinct", "min", "max", "mean", "shape")
    arrays = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    return ArrowSource(pa.table(arrays))


def _columns(wide: bool) -> tuple[Column, ...]:
    told = (
        Column("column", min=10, max=32, style="bold"),
        Column("type", min=5, max=10, style="$foreground-muted"),
        Column("nulls", align="right", null="…"),
        Column("shape", width=profile.BINS // (1 if wide else 2), style="$primary", null=""),
        Column("min", min=7, max=24, null=""),
        Column("max", min=7, max=24, null=""),
    )
    if not wide:
        return told
    counted = Column("distinct", "≈distinct", align="right", null="")
    return (*told, Column("mean", align="right", null=""), counted)
