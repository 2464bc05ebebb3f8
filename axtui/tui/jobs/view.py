"""The list of all jobs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static

from axtui import human
from axtui.build.filtervalues import FilterError
from axtui.build.joblisting import KNOWN, Listing, known_values, listing
from axtui.errors import AcceleratorError
from axtui.tui.jobs.chosen import ChosenJob
from axtui.tui.jobs.columns import columns, narrow, rows, ticked
from axtui.tui.jobs.completion import FilterSuggester
from axtui.tui.jobs.preview import Preview
from axtui.tui.jobs.table import JobTable
from axtui.tui.places import Place
from axtui.tui.table import ArrowSource
from axtui.tui.table.filterline import FilterLine
from axtui.tui.table.messages import RowHighlighted, Sorted

if TYPE_CHECKING:
    import pyarrow as pa

    from axtui.tui.live import Followed

_BESIDE = 120
"""Cells from which on there is room for the preview."""
_NO_JOBS = "There are no jobs yet.\n\nScreen 7 lists build scripts; r there runs one.\nIn a shell: axtui run"
_NONE_FOUND = "No job is like that.\n\nesc clears the filter; c shows collected jobs, too"
_TICK = 1.0


class JobsView(ChosenJob):
    """All jobs, the newest first, filtered as one types. The subject of its place is the filter."""

    SCREEN = "jobs"
    HELP = (
        "All jobs, the newest first. / filters as you type: words, or state:failed method:NAME "
        "since:2h option:limit=5 rows>1000 time>5s -word. Enter opens a job; Space marks jobs, D "
        "compares two of them."
    )
    AUTO_FOCUS = "JobTable"
    DEFAULT_CSS = """
    JobsView {
        & #jobs-status { height: 1; width: 1fr; padding: 0 1; color: $text-muted; }
        & #jobs-wrong { height: auto; width: 1fr; padding: 0 2; color: $text-error; display: none; }
        & #jobs-wrong.-shown { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="jobs.filter"),
        Binding(
            "a", "builds", "Only builds", show=False, id="jobs.builds",
            tooltip="Jobs of build scripts only, or all",
        ),
        Binding(
            "c", "collected", "Collected", show=False, id="jobs.collected",
            tooltip="Also jobs that gc removed",
        ),
        Binding("escape", "clear", "Clear filter", show=False, id="jobs.clear"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._collected = self._only_builds = False
        self._all = 0
        self._rows: pa.Table | None = None
        self._any_running = False
        self._ticked = 0.0
        self._previewed = True

    def body(self) -> Iterable[Widget]:
        remembered = self.axtui.remembered
        self._collected = remembered.get("jobs", "collected", False)
        self._previewed = remembered.get("jobs", "preview", True)
        history = [str(one) for one in remembered.get("jobs", "filters", [])]
        yield FilterLine("words, state:failed method:NAME since:2h option:limit=5", history=history)
        yield Static("", id="jobs-wrong", markup=False)
        yield Static("", id="jobs-status", markup=False)
        with Horizontal():
            yield JobTable(columns=self._columns(), key="job", pinned=2, empty="")
            yield Preview()

    def on_mount(self) -> None:
        self.query_one(FilterLine).query_one(Input).suggester = FilterSuggester(self._known)
        self._arrange()

    @property
    def preview(self) -> Preview:
        """The pane beside it."""
        return self.query_one(Preview)

    # -- what is listed

    async def visit(self, place: Place) -> None:
        line = self.query_one(FilterLine)
        if place.subject and place.subject != line.text:
            line.open(place.subject)
            self.table.focus()
        elif not place.subject and line.text:
            line.close()
        self.text = place.subject
        self._load(keep=place.subject == self.text)

    def refreshed(self) -> None:
        self._load(keep=True)

    def _load(self, keep: bool) -> None:
        """Ask for the jobs of the filter; the rows of before stay until they come."""
        try:
            asked = self._listing()
        except FilterError as error:
            self._wrong(str(error))
            return
        self._wrong("")
        self._ask(self.text, asked, keep)

    def _listing(self) -> Listing:
        text = f"{self.text} is:build" if self._only_builds else self.text
        now = datetime.fromtimestamp(self.axtui.clock()).astimezone()
        return listing(text, now, collected=self._collected)

    @work(group="jobs", exclusive=True, exit_on_error=False)
    async def _ask(self, text: str, asked: Listing, keep: bool) -> None:
        try:
            found = await self.axtui.catalogue.query(asked.sql, asked.params)
            count = await self.axtui.catalogue.query(asked.count)
        except AcceleratorError as error:
            self._wrong(str(error))
            return
        if text == self.text:
            self._all = count.to_pylist()[0]["jobs"]
            self._show(rows(found), keep)

    def _show(self, found: pa.Table, keep: bool) -> None:
        import pyarrow.compute as pc

        self._rows = found
        self._any_running = bool(pc.any(pc.equal(found["state"], "running")).as_py())
        self.table.empty = _NONE_FOUND if self._all else _NO_JOBS
        self.table.show(ArrowSource(found), keep_cursor=keep)
        note = human.plural(found.num_rows, "job") if self.text else ""
        self.query_one(FilterLine).note(note, wrong=bool(self.text) and not found.num_rows)
        self.status()
        if not found.num_rows:
            self.preview.show("")

    def _wrong(self, text: str) -> None:
        wrong = self.query_one("#jobs-wrong", Static)
        wrong.update(text)
        wrong.set_class(bool(text), "-shown")

    def moved(self, builds: list[Followed]) -> None:
        """Once a second the times of jobs that run get on."""
        now = self.axtui.clock()
        if self._any_running and self._rows is not None and now - self._ticked >= _TICK:
            self._ticked = now
            self.table.show(ArrowSource(ticked(self._rows, now)))

    # -- the lines above

    def status(self) -> None:
        """Tell where the cursor is, and in what order and which jobs are listed."""
        parts = [self.table.position if self.table.row_count else "no jobs"]
        if self.text or self._only_builds:
            parts[0] += f" (of {self._all:,})"
        order = self.table.order
        if order:
            names = {"number": "job", "wall_s": "time", "bytes": "size", "told": "why"}
            parts.append("by " + ", ".join(names.get(name, name) for name, _ in order))
        else:
            parts.append("newest first")
        if self._only_builds:
            parts.append("build scripts only (a: all)")
        if self._collected:
            parts.append("with collected ones (c: without)")
        if self.marked:
            parts.append(f"{len(self.marked)} marked" + (": D compares" if self.pair else ""))
        self.query_one("#jobs-status", Static).update(" · ".join(parts))

    @on(RowHighlighted)
    def _highlighted(self, message: RowHighlighted) -> None:
        self.status()
        self.preview.show(str(message.key))

    @on(Sorted)
    def _sorted(self) -> None:
        self.status()

    # -- the filter

    async def _known(self) -> dict[str, list[str]]:
        """The values that fields have, for completing."""
        return known_values((await self.axtui.catalogue.query(KNOWN)).to_pylist())

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterLine).open()

    def action_clear(self) -> None:
        """Show all jobs again."""
        if self.query_one(FilterLine).is_open:
            self.query_one(FilterLine).close()
        elif self.marked:
            self.marked.clear()
            self.marks_changed()

    @on(FilterLine.Changed)
    @on(FilterLine.Closed)
    def _filtered(self, message: FilterLine.Changed) -> None:
        message.stop()
        if message.text != self.text:
            self.text = message.text
            self._load(keep=False)

    @on(FilterLine.Kept)
    @on(FilterLine.Closed)
    def _kept(self, message: FilterLine.Changed) -> None:
        message.stop()
        self.axtui.remembered.set("jobs", "filters", message.line.history)
        self.now_at(Place("jobs", self.text))
        self.table.focus()

    # -- how it looks

    def _columns(self) -> tuple[Any, ...]:
        width = self.app.size.width
        if self._beside:
            width = round(width * 0.58)
        return narrow(columns(self.axtui.unicode, self.marked), width)

    @property
    def _beside(self) -> bool:
        return self._previewed and self.app.size.width >= _BESIDE

    def _arrange(self) -> None:
        """Show the preview where it is wanted and there is room, and the columns that fit."""
        self.preview.display = self._beside
        if self._rows is not None:
            self.table.show(ArrowSource(self._rows), columns=self._columns())
        else:
            self.table.columns = self._columns()

    def on_resize(self, event: events.Resize) -> None:
        if self.is_mounted:
            self._arrange()

    def action_preview(self) -> None:
        """Show or hide what is beside the list."""
        self._previewed = not self._previewed
        self.axtui.remembered.set("jobs", "preview", self._previewed)
        if self._previewed and self.app.size.width < _BESIDE:
            self.notify(f"The preview needs a terminal of {_BESIDE} columns.")
        self._arrange()
        self.preview.show(self.table.cursor_key or "")

    def action_builds(self) -> None:
        """Show only the jobs of build scripts, or all."""
        self._only_builds = not self._only_builds
        self._load(keep=True)

    def action_collected(self) -> None:
        """Show jobs that gc removed, too, or leave them out."""
        self._collected = not self._collected
        self.axtui.remembered.set("jobs", "collected", self._collected)
        self._load(keep=True)
