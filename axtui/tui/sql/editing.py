"""The part of the screen about texts: buffers, saving them, and $EDITOR."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import SuspendNotSupported
from textual.content import Content
from textual.timer import Timer
from textual.widgets import TextArea

from axtui.build.sql.keeping import save_query
from axtui.errors import AcceleratorError
from axtui.tui.sql import forms
from axtui.tui.sql.answering import Answering
from axtui.tui.sql.buffers import EXAMPLE, Buffer
from axtui.tui.sql.dialogs import Values
from axtui.tui.sql.editor import Editor, Undo
from axtui.tui.sql.tabs import Tabs
from catalog.errors import CatalogQueryError
from catalog.saved import described

_KEEP_S = 1.0
"""What was typed is kept on disk this long after the last key."""


class Editing(Answering):
    """Several texts, one of them in the editor. They are remembered between starts."""

    def __init__(self) -> None:
        super().__init__()
        self._undo: dict[int, Undo] = {}
        self._keeping: Timer | None = None

    # -- showing

    def show_buffer(self) -> None:
        """Put the current buffer into the editor."""
        buffer = self.buffers.current
        self.editor.show_text(buffer.text, buffer.cursor, self._undo.pop(id(buffer), None))
        self._told()
        self.show_outcome()

    def _leave_buffer(self) -> None:
        """Keep what only the editor knows of the current buffer."""
        buffer = self.buffers.current
        buffer.text, buffer.cursor = self.editor.text, self.editor.cursor_location
        self._undo[id(buffer)] = self.editor.taken_undo()

    def _told(self) -> None:
        tabs = self.query_one(Tabs)
        tabs.display = len(self.buffers.each) > 1
        tabs.refresh()
        self._tell_mode()
        self._keep()

    def _tell_mode(self) -> None:
        editor, buffer = self.editor, self.buffers.current
        editor.border_title = Content(f"{buffer.name} · read-only SQL")
        if editor.has_focus:
            editor.border_subtitle = Content(
                "EDIT · F5 runs · Tab completes · F7 selects all · Esc leaves"
            )
        else:
            editor.border_subtitle = Content("F5 runs · i edits")

    @on(Editor.Focused)
    def _focus_moved(self) -> None:
        self._tell_mode()

    @on(TextArea.Changed, "#editor")
    def _changed(self) -> None:
        self.buffers.current.text = self.editor.text
        self._keep()

    def _keep(self) -> None:
        """Remember the buffers, on disk a moment later."""
        self.buffers.current.cursor = self.editor.cursor_location
        self.axtui.remembered.set("sql", "buffers", self.buffers.as_json())
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(_KEEP_S, self._keep_on_disk)

    @work(group="keep", exit_on_error=False)
    async def _keep_on_disk(self) -> None:
        await self.axtui.catalogue.call(self.axtui.remembered.save)

    # -- opening

    def open_text(self, text: str, name: str = "", saved_as: str = "") -> None:
        """Show a text: in the buffer that has it, in place of a blank one, else in a new one."""
        self._leave_buffer()
        place = self.buffers.with_text(text)
        current = self.buffers.current
        if place is not None:
            self.buffers.at = place
        elif current.is_blank or current.text == EXAMPLE:
            self.buffers.each[self.buffers.at] = Buffer(name or current.name, text)
        else:
            self.buffers.new(text, name)
        if saved_as:
            self.buffers.current.saved_as = saved_as
        self.show_buffer()

    def action_new_buffer(self) -> None:
        """An empty buffer."""
        self._leave_buffer()
        self.buffers.new()
        self.show_buffer()
        self.remove_class("-zoomed")
        self.editor.focus()

    def action_close_buffer(self) -> None:
        """Close the buffer; it can come back."""
        self._leave_buffer()
        gone = self.buffers.close()
        self.show_buffer()
        if not gone.is_blank:
            self.notify(f"Closed {gone.name}; alt+t brings it back.", markup=False)

    def action_reopen(self) -> None:
        """Bring back what was closed last."""
        self._leave_buffer()
        if self.buffers.reopen() is None:
            self.notify("No query was closed.")
        self.show_buffer()

    def action_step(self, by: int) -> None:
        """Show the next buffer, or the one before."""
        self._leave_buffer()
        self.buffers.step(by)
        self.show_buffer()

    @on(Tabs.Chosen)
    def _tab_chosen(self, message: Tabs.Chosen) -> None:
        self._leave_buffer()
        self.buffers.at = message.at
        self.show_buffer()

    # -- saving

    def is_as_saved(self, name: str, text: str) -> bool:
        """Whether a saved query has just this text."""
        query = self.names.queries.get(name) if self.names else None
        return query is not None and query.sql.strip() == text.strip()

    def action_save(self) -> None:
        """Save the buffer as a query of the workspace."""
        buffer = self.buffers.current
        text = self.editor.text
        try:
            description, _ = described(text)
        except CatalogQueryError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if buffer.text == EXAMPLE:
            description = description.partition("?")[0] + "?"
        name = buffer.saved_as or ("" if buffer.name.startswith("query ") else buffer.name)
        form = forms.save_form(self.axtui.workspace, self.axtui.catalogue.call, name, description)
        self.app.push_screen(form, self._save)

    def _save(self, values: Values | None) -> None:
        if values is not None:
            self._saved(values)

    @work(group="save", exit_on_error=False)
    async def _saved(self, values: Values) -> None:
        name, text = values["name"], self.editor.text
        save = partial(
            save_query, self.axtui.workspace, name, values["description"], text, replace=True
        )
        try:
            path = await self.axtui.catalogue.call(save)
        except AcceleratorError as error:
            self.axtui.trouble(error)
            return
        buffer = self.buffers.current
        buffer.name = buffer.saved_as = name
        self._told()
        self.look_at_names()
        shown = path.relative_to(self.axtui.workspace.root)
        self.notify(f"Saved {shown}; `axtui sql {name}` runs it, too.", markup=False)

    # -- $EDITOR

    def action_edit_outside(self) -> None:
        """Edit the text in $VISUAL or $EDITOR."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        with tempfile.TemporaryDirectory(prefix="axtui-sql-") as folder:
            path = Path(folder, "query.sql")
            path.write_text(self.editor.text)
            try:
                with self.app.suspend():
                    subprocess.run([*shlex.split(editor), str(path)], check=True)
            except SuspendNotSupported:
                self.notify("This terminal cannot be lent to another program.", severity="warning")
                return
            except (OSError, subprocess.CalledProcessError) as error:
                text = f"{editor} did not work: {error}"
                self.notify(text, severity="error", markup=False)
            self._take(path.read_text())
        self.app.refresh(layout=True)

    def _take(self, text: str) -> None:
        """Take over a text from outside, so that undo brings back the one before."""
        editor = self.editor
        if text != editor.text:
            editor.replace(text, (0, 0), editor.document.end, maintain_selection_offset=False)
        editor.focus()
