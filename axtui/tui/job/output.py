"""What a job printed, by stage and slice: its end first, followed while the job runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from axtui import human
from axtui.build import joboutput
from axtui.build.joboutput import Part, Printed
from axtui.build.jobpage import JobPage
from axtui.tui.job import ansi
from axtui.tui.job.lines import Lines
from axtui.tui.job.pane import Pane
from axtui.tui.table.filterline import FilterLine

if TYPE_CHECKING:
    from axtui.tui.live import Followed

_LOOK = 0.5
"""Seconds between two looks at what a running job printed."""
_NOTHING = "It printed nothing."


class OutputPane(Pane):
    """The stages at the left, where several printed; `/` keeps the lines that have a word."""

    DEFAULT_CSS = """
    OutputPane {
        & #output-parts {
            width: 24; height: 1fr; border: none; padding: 0; background: $background;
            border-right: vkey $surface-lighten-2;
        }
        & #output-head { height: 1; padding: 0 1; color: $text-muted; }
        &.-single #output-parts { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="output.filter"),
        Binding("f", "follow", "Follow", id="output.follow", tooltip="Stay at the end as it grows"),
        Binding("comma", "part(-1)", "Stage before", show=False, id="output.before"),
        Binding("full_stop", "part(1)", "Next stage", show=False, id="output.next"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.following = True
        self._parts: list[Printed] = []
        self._chosen = ""
        self._shown: Part | None = None
        self._word = ""
        self._from_begin = False
        """Whether it was read from its begin, and not from its end."""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield OptionList(id="output-parts")
            with Vertical():
                yield Static("", id="output-head", markup=False)
                yield Lines(ansi.painted, empty=_NOTHING)
                yield FilterLine("lines with")

    def on_mount(self) -> None:
        self.set_interval(_LOOK, self._look)

    # -- filling

    def fill(self, page: JobPage, again: bool) -> None:
        if not again:
            self._parts, self._chosen, self._shown, self._from_begin = [], "", None, False
            self.query_one(Lines).show([])
            self.add_class("-single")
            self.following = page.running
        self.start(self._list)

    async def _list(self, page: JobPage) -> None:
        """See what printed; then show the chosen part, at first that which failed or came last."""
        parts = await self.axtui.catalogue.call(joboutput.printed, page.path, page.document)
        if not self.shows(page):
            return
        labels = [one.label for one in parts]
        if labels != [one.label for one in self._parts]:
            self._parts = parts
            self._choose(labels, page)
            self._fill_list()
        for old, new in zip(self._parts, parts, strict=True):
            if old.size != new.size:
                listed = self.query_one("#output-parts", OptionList)
                listed.replace_option_prompt(f"part-{new.label}", _titled(new))
        self._parts = parts
        if self._shown is None:
            await self._show(page)
        elif self.following and not self._word:
            await self._more(page)

    def _choose(self, labels: list[str], page: JobPage) -> None:
        if self._chosen in labels:
            return
        error = page.error or {}
        slice_ = error.get("sliceno")
        failed = str(error.get("stage") if slice_ is None else slice_)
        self._chosen = failed if failed in labels else (labels[-1] if labels else "")

    def _fill_list(self) -> None:
        parts = self.query_one("#output-parts", OptionList)
        parts.clear_options()
        for one in self._parts:
            parts.add_option(Option(_titled(one), id=f"part-{one.label}"))
        labels = [one.label for one in self._parts]
        if self._chosen in labels:
            parts.highlighted = labels.index(self._chosen)
        self.set_class(len(labels) < 2, "-single")

    @property
    def _part(self) -> Printed | None:
        return next((one for one in self._parts if one.label == self._chosen), None)

    async def _show(self, page: JobPage) -> None:
        """Show the end of the chosen part, or its lines with the word."""
        part, word = self._part, self._word
        if part is None:
            self._head()
            return
        call = self.axtui.catalogue.call
        if word:
            lines, more = await call(joboutput.matching, part, word)
            if self.shows(page) and (self._chosen, self._word) == (part.label, word):
                shown = f"{human.plural(len(lines), 'line')} with it"
                self.query_one(Lines).empty = "No line has it."
                self.query_one(Lines).show(lines)
                self.query_one(Lines).action_end()
                self.query_one(FilterLine).note(f"the last {shown}" if more else shown, not lines)
            return
        begin = self._from_begin
        if begin and part.path is not None:
            found = await call(partial(joboutput.after, part.path, 0, ended=not page.running))
        else:
            found = await call(joboutput.end_of, part)
        if self.shows(page) and (self._chosen, self._word) == (part.label, ""):
            self._shown = found
            lines_view = self.query_one(Lines)
            lines_view.empty = _NOTHING
            lines_view.show(found.lines)
            if not begin and (found.start or page.running or self.following):
                self.call_after_refresh(partial(lines_view.scroll_end, animate=False))
            self._head()

    async def _more(self, page: JobPage) -> None:
        """Show what came since."""
        part, shown = self._part, self._shown
        if part is None or part.path is None or shown is None or part.size <= shown.end:
            return
        read = partial(joboutput.after, part.path, shown.end, ended=not page.running)
        found = await self.axtui.catalogue.call(read)
        if self.shows(page) and self._shown is shown and found.end > shown.end:
            self._shown = Part([], shown.start, found.end)
            self.query_one(Lines).add(found.lines, follow=self.following)
            self._head()

    async def _earlier(self, page: JobPage) -> None:
        """Show what was printed before the first line that is shown."""
        part, shown = self._part, self._shown
        if part is None or part.path is None or shown is None or not shown.start or self._word:
            return
        found = await self.axtui.catalogue.call(joboutput.before, part.path, shown.start)
        if self.shows(page) and self._shown is shown:
            self._shown = Part([], found.start, shown.end)
            self.query_one(Lines).add_before(found.lines)
            self._head()

    def _head(self) -> None:
        page, part, shown = self.page, self._part, self._shown
        words = []
        if part is not None and shown is not None:
            words = [part.title, human.size(max(part.size, shown.end))]
            if shown.start:
                words.append(f"{human.size(shown.start)} before the first line: g goes there")
            if part.size > shown.end and not (page and page.running and self.following):
                words.append(f"{human.size(part.size - shown.end)} behind the last: G goes there")
        if page is not None and page.running:
            words.append("following" if self.following else "f follows")
        self.query_one("#output-head", Static).update(" · ".join(words))

    # -- while it runs

    def _look(self) -> None:
        """See whether a running job printed more."""
        page = self.page
        if page is not None and page.running and self.display and self.axtui.screen is self.screen:
            self.start(self._list)

    def moved(self, builds: list[Followed]) -> None:
        pass  # its files tell more

    # -- keys

    def take_focus(self) -> None:
        self.query_one(Lines).focus()

    def action_filter(self) -> None:
        """Show only lines with a word."""
        self.query_one(FilterLine).open()

    def action_follow(self) -> None:
        """Stay at the end while it grows, or stay where one is."""
        self.following = not self.following
        if self.following:
            self.query_one(Lines).action_end()  # also where what is shown is not the end of all
        self._head()

    def action_part(self, step: int) -> None:
        """Show the stage or slice after or before."""
        parts = self.query_one("#output-parts", OptionList)
        if parts.option_count:
            parts.highlighted = ((parts.highlighted or 0) + step) % parts.option_count

    @on(Lines.Scrolled)
    def _scrolled(self, message: Lines.Scrolled) -> None:
        message.stop()
        part, shown = self._part, self._shown
        if part is None or shown is None:
            return
        if message.at_top and shown.start:
            self.start(self._earlier)
        elif message.at_end and part.size > shown.end:
            self.start(self._more)

    @on(Lines.EdgeWanted)
    def _edge_wanted(self, message: Lines.EdgeWanted) -> None:
        message.stop()
        part, shown = self._part, self._shown
        if part is None or shown is None:
            return
        if part.size > shown.end if message.end else shown.start > 0:
            self.following = message.end and self.following
            self._from_begin, self._shown = not message.end, None
            self.start(self._show)

    @on(OptionList.OptionHighlighted)
    def _part_chosen(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        label = (message.option_id or "").removeprefix("part-")
        if label and label != self._chosen:
            self._chosen, self._shown, self._from_begin = label, None, False
            self.start(self._show)

    @on(OptionList.OptionSelected)
    def _part_opened(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.take_focus()

    @on(FilterLine.Changed)
    @on(FilterLine.Closed)
    def _filtered(self, message: FilterLine.Changed) -> None:
        message.stop()
        if message.text != self._word:
            self._word = message.text
            self._shown = None
            self.start(self._show)

    @on(FilterLine.Kept)
    def _kept(self, message: FilterLine.Kept) -> None:
        message.stop()
        self.take_focus()


def _titled(part: Printed) -> Content:
    """A part and how much it is."""
    return Content(part.title) + Content.styled(f"  {human.size(part.size)}", "$foreground-muted")
