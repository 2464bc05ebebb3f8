"""The part of the screen about files: exports, which go on whatever else is done."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from textual import work

from axtui import human
from axtui.build.sql.answer import Answer, limits
from axtui.errors import AcceleratorError
from axtui.tui.sql import forms, sent
from axtui.tui.sql.desk import Desk
from axtui.tui.sql.dialogs import Values
from axtui.tui.sql.results import rows_told
from axtui.tui.sql.sent import CancelledError, Exporting, Sent
from catalog.errors import CatalogError

_BEAT_S = 0.2


class Writing(Desk):
    """Rows into files. What is being written has nothing to do any more with what is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._exports: list[Exporting] = []

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is an export to end only while one is written."""
        if action == "end_exports":
            return bool(self._exports)
        return super().check_action(action, parameters)

    def action_export(self) -> None:
        """Write all rows to a file."""
        if (found := self.rows_there()) is None:
            return
        asked, answer = found

        def given(values: Values | None) -> None:
            if values is not None:
                path = forms.export_path(self.axtui.workspace, values["path"])
                self._export(answer, asked, path)

        count = f"{answer.table.num_rows:,}"
        rows = f"all rows, not only the {count} that are shown" if answer.cut else rows_told(answer)
        form = forms.export_form(
            self.axtui.workspace,
            self.axtui.catalogue.call,
            _file_name(asked),
            rows,
            frozenset(one.path for one in self._exports),
        )
        self.app.push_screen(form, given)

    def action_end_exports(self) -> None:
        """End what is being written; nothing of it stays."""
        for one in self._exports:
            one.end()

    @work(group="export", exit_on_error=False)
    async def _export(self, answer: Answer, asked: Sent, path: Path) -> None:
        exporting = Exporting(path)
        self._exports.append(exporting)
        self.refresh_bindings()
        beat = self.set_interval(_BEAT_S, self._tell_exports)
        self._tell_exports()
        try:
            rows = await self._written(exporting, answer, asked)
        except CancelledError as error:
            self.notify(str(error), title="Export", severity="warning", markup=False)
        except (CatalogError, AcceleratorError) as error:
            told = f"{path.name} was not written: {sent.problem(error)[0]}"
            self.notify(told, title="Export", severity="error", markup=False, timeout=20)
        else:
            told = f"Wrote {human.plural(rows, 'row')} to {path}"
            self.notify(told, title="Export", markup=False, timeout=10)
        finally:
            exporting.end()
            beat.stop()
            self._exports.remove(exporting)
            self._tell_exports()
            self.refresh_bindings()

    async def _written(self, exporting: Exporting, answer: Answer, asked: Sent) -> int:
        if not answer.cut:
            return await asyncio.to_thread(exporting.table, answer.table)
        within = limits(self.row_limit)
        return await self.axtui.catalogue.read(
            partial(exporting.all, self.axtui.workspace, asked, within)
        )

    def _tell_exports(self) -> None:
        """How far all of them are, beside whatever is told of a question."""
        told = ""
        if self._exports:
            one = self._exports[0]
            what = one.path.name if len(self._exports) == 1 else f"{len(self._exports)} files"
            rows = sum(each.rows for each in self._exports)
            told = f"writing {what}: {human.plural(rows, 'row')} · X cancels"
        self.results.tell_beside(told)


def _file_name(asked: Sent) -> str:
    plain = asked.subject if asked.subject.isidentifier() else "rows"
    return f"{plain}.csv"
