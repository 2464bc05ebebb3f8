"""The part of the screen about answers: asking, cancelling, chart, copying."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial

from textual import on, work
from textual.worker import Worker

from axtui import human
from axtui.build.sql import chart as charts
from axtui.build.sql.answer import Answer, limits
from axtui.build.sql.chains import chains_of
from axtui.build.sql.history import Asked
from axtui.build.sql.parameters import parameters
from axtui.errors import AcceleratorError
from axtui.tui.places import Place
from axtui.tui.sql import forms, sent
from axtui.tui.sql.buffers import Buffer
from axtui.tui.sql.charting import Charting
from axtui.tui.sql.desk import Desk
from axtui.tui.sql.dialogs import Values
from axtui.tui.sql.outcome import Outcome
from axtui.tui.sql.painting import prepare
from axtui.tui.sql.sent import Sent
from axtui.tui.table import messages
from catalog.errors import CatalogError
from catalog.scan import tokens

_HELD = 512 << 20
"""Bytes that answers of texts which are not seen may take together."""


@dataclass
class _Running:
    """A question that is being answered: of which text, and since when (a monotonic clock)."""

    asking: Sent
    buffer: Buffer
    began: float
    worker: Worker[None] | None = None


class Answering(Desk):
    """One question at a time, and what is done with its answer."""

    def __init__(self) -> None:
        super().__init__()
        self._given: dict[str, str] = {}
        self._question: _Running | None = None

    # -- asking

    def ask_for(
        self, sql: str, subject: str, start: int | None = None, to_rows: bool = False
    ) -> None:
        """Ask, after the values of parameters were asked for; `subject` reopens it. With `to_rows`
        the keys are for the rows once it is asked."""
        wanted = parameters(sql, self.editor.text)
        asking = Sent(sql, subject.strip(), start, wanted)
        if not wanted:
            self._ask(asking, to_rows)
            return

        def given(values: Values | None) -> None:
            if values is not None:
                self._given.update(values)
                self._ask(Sent(sql, subject.strip(), start, wanted, values), to_rows)

        self.app.push_screen(forms.parameters_form(wanted, self._given), given)

    def _ask(self, asking: Sent, to_rows: bool = False) -> None:
        self._end("another query was run")
        buffer = self.buffers.current
        buffer.outcome = replace(buffer.outcome, subject=asking.subject, note="")
        running = self._question = _Running(asking, buffer, time.monotonic())
        self.editor.unmark()
        self.show_outcome()
        running.worker = self._answer(running)
        if to_rows:
            self.results.front.focus()

    @work(group="question", exclusive=True, exit_on_error=False)
    async def _answer(self, running: _Running) -> None:
        workspace, asking = self.axtui.workspace, running.asking
        within = limits(self.row_limit)
        began = time.time()
        try:
            found = await self.axtui.catalogue.read(partial(sent.ask, workspace, asking, within))
        except (CatalogError, AcceleratorError) as error:
            message, position = sent.problem(error)
            outcome = Outcome(asking.subject, error=message)
            asked = Asked(began, asking.sql, time.time() - began, error=_first_line(error))
        else:
            position = None
            outcome = Outcome(asking.subject, asking, found)
            rows = found.table.num_rows
            asked = Asked(began, asking.sql, found.seconds, rows, bool(found.cut))
        self._came(running, outcome)
        if position is not None and running.buffer is self.buffers.current:
            self._mark(asking, position)
        await self.axtui.catalogue.call(self.history.add, asked)
        self.look_at_history()
        await asyncio.to_thread(prepare)

    def _came(self, running: _Running, outcome: Outcome) -> None:
        if self._question is running:
            self._question = None
        running.buffer.outcome = outcome
        self.buffers.hold(_HELD)
        if running.buffer is self.buffers.current:
            self.show_outcome()

    def show_outcome(self) -> None:
        """Show what came of the question of the text in the editor, or that it was not asked yet."""
        outcome, running = self.buffers.current.outcome, self._question
        runs = running is not None and running.buffer is self.buffers.current
        self.editor.asking = runs
        self.results.show_outcome(outcome, self.chain_hint(outcome))
        if running is not None and runs:
            self.results.run(running.began)
        if self.place.subject != outcome.subject:
            self.now_at(Place("sql", outcome.subject))

    def chain_hint(self, outcome: Outcome) -> str:
        """Where one dataset of a chain was asked: how all of it is."""
        if outcome.sent is None or self.names is None:
            return ""
        found = chains_of(outcome.sent.sql, self.names)
        return f"one of a chain: chain('{found[0]}') has all its rows" if found else ""

    def _mark(self, asking: Sent, position: int) -> None:
        if asking.start is None:
            return
        word = next((one for one in tokens(asking.sql) if one.start == position), None)
        length = word.end - word.start if word else 1
        self.editor.mark_error(asking.start + position, length)

    def action_limit(self) -> None:
        """Ask how many rows are to be fetched at most."""

        def given(values: Values | None) -> None:
            if values is not None:
                self.axtui.remembered.set("sql", "rows", forms.number(values["rows"]))
                outcome = self.buffers.current.outcome
                cut = outcome.answer is not None and outcome.answer.cut == "rows"
                if cut and outcome.sent is not None:
                    self._ask(outcome.sent)

        self.app.push_screen(forms.limit_form(self.row_limit), given)

    def action_cancel(self) -> None:
        """End the question that runs."""
        self._end("")

    def action_settle(self) -> None:
        """End the question that is seen to run; else back from the chart to the rows, and to all."""
        if self.editor.asking:
            self._end("")
        elif self.results.is_chart:
            self.results.show_rows()
        else:
            self.remove_class("-zoomed")

    def _end(self, reason: str) -> None:
        """End the question that runs, if there is one. What was there before it stays."""
        running, self._question = self._question, None
        if running is None:
            return
        if running.worker is not None:
            running.worker.cancel()
        note = f"cancelled after {human.seconds(time.monotonic() - running.began)}"
        note += f": {reason}" if reason else ""
        running.buffer.outcome = replace(running.buffer.outcome, note=note)
        if running.buffer is self.buffers.current:
            self.show_outcome()
        else:
            self.notify(f"{running.buffer.name}: {note}", markup=False)

    # -- what is done with rows

    def action_chart(self) -> None:
        """Draw the rows; again: the rows."""
        if self.results.is_chart:
            self.results.show_rows()
        elif (found := self.rows_there()) is not None:
            self._chart(found[1])

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
        if (found := self.rows_there()) is not None:
            self._copy(found[1])

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


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
