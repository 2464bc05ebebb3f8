"""How a job failed, what it was doing, what it printed last, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from axtui.build import joboutput
from axtui.build.jobpage import JobPage
from axtui.tui.job import ansi, words
from axtui.tui.job.pane import Pane, TextPane

_LAST = 12
_MOST = 400


class ErrorPane(TextPane):
    """The error of a job that failed, was stopped, lost or damaged."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "culprit", "Failed job", id="error.culprit",
            tooltip="Open the job that it asked for and that failed",
        ),
    ]  # fmt: skip

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where it failed by itself, no key leads to another job."""
        if action == "culprit":
            return self.page is not None and self.page.culprit is not None
        return super().check_action(action, parameters)

    def action_culprit(self) -> None:
        """Go to the job of which it failed."""
        if self.page is not None and self.page.culprit is not None:
            self.post_message(Pane.Wanted("error", self.page.culprit))

    def fill(self, page: JobPage, again: bool) -> None:
        self.refresh_bindings()
        if not again:
            self.tell(_told(page, []))
        self.start(self._with_output)

    async def _with_output(self, page: JobPage) -> None:
        printed = await self.axtui.catalogue.call(_last_lines, page)
        if self.shows(page):
            self.tell(_told(page, printed), again=True)


def _last_lines(page: JobPage) -> list[str]:
    error = page.error or {}
    slice_ = error.get("sliceno")
    label = str(error.get("stage") or ("build" if page.is_build else ""))
    outputs = joboutput.printed(page.path, page.document)
    lines = joboutput.last_lines(outputs, label if slice_ is None else str(slice_), _MOST)
    return _before_traceback(lines)[-_LAST:]


def _before_traceback(lines: list[str]) -> list[str]:
    """What was printed without the traceback that ends it, which stands above already."""
    ends = [at for at, line in enumerate(lines) if line.startswith("Traceback (")]
    return lines[: ends[-1]] if ends else lines


def _told(page: JobPage, printed: list[str]) -> Content:
    lines: list[Content] = []
    for title, body in _sections(page, printed):
        found = list(body)
        if found:
            lines += [Content("")] if lines else []
            lines.append(Content.styled(title, "bold $text-accent"))
            lines += found
    return Content("\n").join(lines)


def _sections(page: JobPage, printed: list[str]) -> Iterator[tuple[str, Iterator[Content]]]:
    error = page.error
    if error is not None:
        where = words.place_of(error)
        title = str(error["kind"]) + (f" in {where}" if where else "")
        yield title, _indented(page.told(str(error["message"] or "")), "bold $text-error")
        yield "Traceback of your code", _traceback(page.told(str(error["traceback"] or "")))
        status = [line for line in page.told(str(error["status"] or "")).splitlines() if line]
        yield "What it was doing", (Content(f"  {'> ' * at}{one}") for at, one in enumerate(status))
        yield "The last it printed", (Content("  ") + ansi.painted(line) for line in printed)
    elif page.state in ("lost", "damaged"):
        yield (
            page.state.capitalize(),
            _indented(page.told(page.damage) or "its process was killed", "bold"),
        )
    yield "What to do", map(Content, _advice(page))


def _indented(text: str, style: str) -> Iterator[Content]:
    for line in text.splitlines():
        yield Content.styled(f"  {line}", style)


def _traceback(text: str) -> Iterator[Content]:
    for line in text.rstrip().splitlines():
        is_place = line.lstrip().startswith("File ")
        style = "$foreground-muted" if is_place else ("" if line.startswith(" ") else "$text-error")
        yield Content.styled(f"  {line}", style)


def _advice(page: JobPage) -> Iterator[str]:
    if page.state in ("lost", "damaged"):
        yield "  r  build again: what is whole is re-used, this job is made anew"
        return
    if (page.error or {}).get("kind") == "cancelled":
        yield "  r  build again: it begins from the start, what was finished before is re-used"
        return
    if page.culprit is not None:
        yield f"  ⏎  the job that failed, {page.culprit}: its error, what it printed, its source"
        yield "  r  build again now: what was finished is re-used"
        return
    yield "  e  edit the method; saving it builds again where the dashboard watches"
    yield "  r  build again now"
    yield "  U  all that it printed     S then d  what its source changed     T  its slices"
