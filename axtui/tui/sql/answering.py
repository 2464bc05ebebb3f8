"""The part of the screen about answers: asking, cancelling, export, chart, copying."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path

from textual import on, work
from textual.worker import Worker

from axtui.build.sql import chart as charts
from axtui.build.sql.answer import ROWS, Answer, limits
from axtui.build.sql.history import Asked
from axtui.build.sql.parameters import parameters
from axtui.errors import AcceleratorError
from axtui.tui.places import Place
from axtui.tui.sql import forms, sent
from axtui.tui.sql.charting import Charting
from axtui.tui.sql.desk import Desk
from axtui.tui.sql.dialogs import Values
from axtui.tui.sql.results import rows_told
from axtui.tui.sql.sent import Exporting, Sent
from axtui.tui.table import messages
from catalog.errors import CatalogError
from catalog.scan import tokens

_BEAT_S = 0.2


class Answering(Desk):
    """One question at a time, and what is done with its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""
        self._given: dict[str, str] = {}
        self._sent: Sent | None = None
        self._answered: Sent | None = None
        self._asking: Worker[None] | None = None
        self._exporting: Exporting | None = None

    # -- asking

    def ask_for(self, sql: str, subject: str, start: int | None = None) -> None:
        """Ask, after the values of parameters were asked for; `subject` reopens it."""
        wanted = parameters(sql, self.editor.text)
        asking = Sent(sql, subject.strip(), start, wanted)
        if not wanted:
            self._ask(asking)
            return

        def given(values: Values | None) -> None:
            if values is not None:
                self._given.update(values)
                self._ask(Sent(sql, subject.strip(), start, wanted, values))

        self.app.push_screen(forms.parameters_form(wanted, self._given), given)

    def _ask(self, asking: Sent) -> None:
        self._sent = asking
        self.shown = asking.subject
        self.now_at(Place("sql", asking.subject))
        self.editor.unmark()
        self.editor.asking = True
        self.results.run()
        self._asking = self._answer(asking)

    @work(group="question", exclusive=True, exit_on_error=False)
    async def _answer(self, asking: Sent) -> None:
        workspace = self.axtui.workspace
        within = limits(self._limit)
        began = time.time()
        try:
            found = await self.axtui.catalogue.read(partial(sent.ask, workspace, asking, within))
        except (CatalogError, AcceleratorError) as error:
            self._came(asking)
            self._failed(asking, error)
            asked = Asked(began, asking.sql, time.time() - began, error=_first_line(error))
        else:
            self._came(asking)
            self._answered = asking
            self.results.show(found)
            rows = found.table.num_rows
            asked = Asked(began, asking.sql, found.seconds, rows, bool(found.cut))
        await self.axtui.catalogue.call(self.history.add, asked)
        self.look_at_history()

    def _came(self, asking: Sent) -> None:
        if self._sent is asking:
            self._sent = None
            self.editor.asking = False

    def _failed(self, asking: Sent, error: Exception) -> None:
        message, position = sent.problem(error)
        self.results.fail(message)
        if position is None or asking.start is None:
            return
        place = asking.start + position
        word = next((one for one in tokens(asking.sql) if one.start == position), None)
        self.editor.mark_error(place, word.end - word.start if word else 1)

    @property
    def _limit(self) -> int:
        limit: int = self.axtui.remembered.get("sql", "rows", ROWS)
        return limit

    def action_limit(self) -> None:
        """Ask how many rows are to be fetched at most."""

        def given(values: Values | None) -> None:
            if values is not None:
                self.axtui.remembered.set("sql", "rows", forms.number(values["rows"]))
                answer = self.results.answer
                if answer is not None and answer.cut == "rows" and self._answered is not None:
                    self._ask(self._answered)

        self.app.push_screen(forms.limit_form(self._limit), given)

    def action_cancel(self) -> None:
        """End what runs: the question, or an export; else go back from the chart to the rows."""
        if self._sent is not None and self._asking is not None:
            self._asking.cancel()
            self._came(self._sent)
            self.results.cancelled()
        elif self._exporting is not None:
            self._exporting.end()
        elif self.results.is_chart:
            self.results.show_rows()
        else:
            self.remove_class("-zoomed")

    # -- what is done with rows

    def _rows(self) -> Answer | None:
        """The answer that is there; says so if there is none."""
        answer = self.results.answer
        if answer is None:
            self.notify("There are no rows yet: F5 runs the query.")
        return answer

    def action_chart(self) -> None:
        """Draw the rows; again: the rows."""
        if self.results.is_chart:
            self.results.show_rows()
        elif (answer := self._rows()) is not None:
            self._chart(answer)

    @work(group="chart", exclusive=True, exit_on_error=False)
    async def _chart(self, answer: Answer) -> None:
        chosen = await asyncio.to_thread(charts.choose, answer.table)
        if chosen is None or not answer.table.num_rows:
            self.notify("There is nothing to draw: no numbers, times or texts in these rows.")
            return
        self.results.show_chart(answer.table, chosen)
        self.results.front.focus()

    @on(Charting.Failed)
    def _chart_failed(self, message: Charting.Failed) -> None:
        self.axtui.trouble(message.error)

    def action_copy_all(self) -> None:
        """Copy all rows, between tabs."""
        if (answer := self._rows()) is not None:
            self._copy(answer)

    @work(group="copy", exclusive=True, exit_on_error=False)
    async def _copy(self, answer: Answer) -> None:
        text, count = await asyncio.to_thread(sent.as_text, answer.table)
        whole = count == answer.table.num_rows
        what = f"all {count:,} rows" if whole else f"the first {count:,} rows; an export has all"
        self.axtui.copy(text, what)

    @on(messages.Copied)
    def _copied(self, message: messages.Copied) -> None:
        self.notify(f"Copied the {message.what}.", markup=False)

    @on(messages.ReadFailed)
    def _read_failed(self, message: messages.ReadFailed) -> None:
        self.axtui.trouble(message.error)

    # -- export

    def action_export(self) -> None:
        """Write all rows to a file."""
        answer = self._rows()
        asked = self._answered
        if answer is None or asked is None:
            return

        def given(values: Values | None) -> None:
            if values is not None:
                path = forms.export_path(self.axtui.workspace, values["path"])
                self._export(answer, asked, path)

        count = f"{answer.table.num_rows:,}"
        rows = f"all rows, not only the {count} that are shown" if answer.cut else rows_told(answer)
        form = forms.export_form(
            self.axtui.workspace, self.axtui.catalogue.call, self._file_name(asked), rows
        )
        self.app.push_screen(form, given)

    def _file_name(self, asked: Sent) -> str:
        plain = asked.subject if asked.subject.isidentifier() else "rows"
        return f"{plain}.csv"

    @work(group="export", exclusive=True, exit_on_error=False)
    async def _export(self, answer: Answer, asked: Sent, path: Path) -> None:
        exporting = self._exporting = Exporting(path)
        beat = self.set_interval(_BEAT_S, self._tell_export)
        catalogue, workspace = self.axtui.catalogue, self.axtui.workspace
        try:
            if answer.cut:
                within = limits(self._limit)
                rows = await catalogue.read(partial(exporting.all, workspace, asked, within))
            else:
                rows = await catalogue.call(exporting.table, answer.table)
        except (CatalogError, AcceleratorError) as error:
            self.notify(sent.problem(error)[0], title="Export", severity="error", markup=False)
        else:
            self.notify(f"Wrote {rows:,} rows to {path}", title="Export", markup=False, timeout=10)
        finally:
            beat.stop()
            exporting.end()
            self._exporting = None
            self.results.tell_rows()

    def _tell_export(self) -> None:
        if self._exporting is not None:
            self.results.tell_rows(f"writing {self._exporting.rows:,} rows · ctrl+x cancels")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
