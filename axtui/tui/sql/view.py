"""Questions in SQL: an editor with completion, answers as rows and charts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from axtui.build.asking import is_saved, query_folders
from axtui.build.sql.statements import statement_at, without_heading
from axtui.tui.places import Place
from axtui.tui.sql.editing import Editing
from axtui.tui.sql.editor import Editor
from axtui.tui.sql.outcome import Outcome
from axtui.tui.sql.popup import Popup
from axtui.tui.sql.results import Results, Rows
from axtui.tui.sql.side import Leaf, Side
from axtui.tui.sql.tabs import Tabs
from axtui.tui.sql.writing import Writing

_NARROW = 100
"""Columns of the terminal below which there is no room for the pane beside the editor."""


class SqlView(Editing, Writing):
    """Saved queries and names at the left; the editor, and below it what came of a question."""

    SCREEN = "sql"
    CSS_PATH = "sql.tcss"
    AUTO_FOCUS = "Told"
    HELP = (
        "Ask the catalog (`SELECT * FROM jobs`) and datasets (`FROM dataset('dev-12')`) in SQL. "
        "Questions only read. F5 runs the query that the cursor is in, or what is selected. In the "
        "editor all letters are text; Escape leaves it, i goes back in."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+j,alt+enter,ctrl+enter", "run", "Run", key_display="F5", id="sql.run",
                tooltip="Run the query that the cursor is in, or what is selected"),
        Binding("i", "edit", "Edit", id="sql.edit",
                tooltip="Go into the editor; Escape leaves it"),
        Binding("enter", "edit", "Edit", show=False, id="sql.edit.enter",
                tooltip="Go into the editor; Escape leaves it"),
        Binding("t", "side", "Tables", id="sql.side",
                tooltip="Saved queries, history, tables and datasets, or not"),
        Binding("ctrl+b", "side", "Tables", show=False, id="sql.side.editor",
                tooltip="Saved queries, history, tables and datasets, or not"),
        Binding("c", "chart", "Chart", id="sql.chart", tooltip="Draw the rows; again: the rows"),
        Binding("e", "export", "Export", id="sql.export",
                tooltip="Write the rows to a file: CSV, JSON or Parquet"),
        Binding("ctrl+s", "save", "Save", show=False, id="sql.save",
                tooltip="Save the query in the workspace, for `axtui sql NAME`"),
        Binding("z", "zoom", "Zoom", show=False, id="sql.zoom", tooltip="Only the rows, or all"),
        Binding("ctrl+n", "new_buffer", "New", show=False, id="sql.new", tooltip="A new query"),
        Binding("ctrl+w", "close_buffer", "Close", show=False, id="sql.close",
                tooltip="Close this query; alt+t brings it back"),
        Binding("ctrl+shift+t,alt+t", "reopen", "Bring back", show=False, key_display="alt+t",
                id="sql.reopen", tooltip="Bring back the query that was closed last"),
        Binding("alt+n,ctrl+pagedown,right_square_bracket", "step(1)", "Next query",
                show=False, key_display="]", id="sql.next", tooltip="The next query (alt+n, too)"),
        Binding("alt+p,ctrl+pageup,left_square_bracket", "step(-1)", "Query before",
                show=False, key_display="[", id="sql.before",
                tooltip="The query before (alt+p, too)"),
        Binding("f4", "edit_outside", "In $EDITOR", show=False, id="sql.outside",
                tooltip="Edit the text in $EDITOR"),
        Binding("X", "end_exports", "Cancel export", id="sql.export.end",
                tooltip="End what is being written to files; nothing of it stays"),
        Binding("ctrl+x", "cancel", "Cancel", show=False, id="sql.cancel",
                tooltip="End the query that runs"),
        Binding("escape", "settle", "Cancel, or back", show=False, id="sql.settle",
                tooltip="End the query that runs; else back to the rows. Exports go on"),
        Binding("C,ctrl+shift+c", "copy_all", "Copy all rows", show=False, id="sql.copy",
                tooltip="Copy all rows between tabs, as spreadsheets take them"),
        Binding("L", "limit", "Row limit", show=False, id="sql.limit",
                tooltip="How many rows are fetched at most"),
    ]  # fmt: skip

    def body(self) -> Iterable[Widget]:
        popup = Popup()
        yield Horizontal(
            Side(self.axtui.unicode),
            Vertical(
                Tabs(self.buffers),
                Editor(self.complete, popup),
                Results(self.axtui.unicode),
                id="question",
            ),
        )
        yield popup

    async def on_mount(self) -> None:
        self.show_buffer()
        self.set_class(not self.axtui.remembered.get("sql", "side", True), "-no-side")
        self.look_at_names()
        self.look_at_history()

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Beside the editor there is no room for the pane in a narrow terminal."""
        narrow = self.app.size.width < _NARROW
        wanted = self.axtui.remembered.get("sql", "side", True)
        self.set_class(narrow or not wanted, "-no-side")
        if not narrow:
            self.remove_class("-side-alone")

    async def visit(self, place: Place) -> None:
        text = place.subject
        if not text or text == self.buffers.current.outcome.subject:
            self.show_outcome()
        elif is_saved(text):
            self._open_saved(text)
        else:
            self.open_text(text)
            if text != self.buffers.current.outcome.subject:
                self.ask_for(text, text, start=0)

    def refreshed(self) -> None:
        self.look_at_names(calm=True)

    @work(group="saved", exclusive=True, exit_on_error=False)
    async def _open_saved(self, name: str) -> None:
        """Open a saved query by its name, and run it."""
        from catalog.errors import CatalogQueryError
        from catalog.saved import load_query

        folders = query_folders(self.axtui.workspace)
        try:
            query = await self.axtui.catalogue.call(load_query, name, folders)
        except CatalogQueryError as error:
            self._refuse(str(error))
            return
        self.open_text(query.sql, query.name, query.name)
        self.ask_for(query.sql, name, start=0)

    # -- asking

    def action_run(self) -> None:
        """Run what is selected, or the statement that the cursor is in."""
        editor = self.editor
        editor.popup.close()
        if editor.selected_text.strip():
            start = min(editor.selection.start, editor.selection.end)
            self.ask_for(editor.selected_text, editor.selected_text, editor.place_of(start))
            return
        found = statement_at(editor.text, editor.place)
        if found is None:
            self._refuse("there is no query here: write one, or take one from the left (t)")
        elif is_saved(found.text.strip()):
            self._open_saved(found.text.strip())
        else:
            saved = self.buffers.current.saved_as
            whole = editor.text.strip().rstrip(";").strip() == found.text.strip()
            unchanged = saved and whole and self.is_as_saved(saved, editor.text)
            self.ask_for(
                found.text, saved if unchanged else without_heading(found.text), found.start
            )

    def _refuse(self, message: str) -> None:
        """Nothing can be asked of the text in the editor."""
        self.buffers.current.outcome = Outcome(error=message)
        self.show_outcome()

    # -- moving

    def action_edit(self) -> None:
        """Go into the editor."""
        self.remove_class("-zoomed", "-side-alone")
        self.editor.focus()

    @on(Editor.Left)
    def _left(self) -> None:
        self.results.front.focus()

    @on(Popup.Taken)
    def _completion_taken(self) -> None:
        self.editor.take_completion()
        self.editor.focus()

    @on(Editor.CancelWanted)
    def _cancel_wanted(self) -> None:
        self.action_settle()

    def action_side(self) -> None:
        """Show the pane at the left, go to it, or hide it."""
        side = self.side
        seen = side.display and not self.has_class("-zoomed")
        focused = self.focused is not None and side in self.focused.ancestors
        if seen and not focused:
            side.tree_.focus()
            return
        narrow = self.app.size.width < _NARROW
        self.remove_class("-zoomed")
        if narrow:
            self.set_class(not focused, "-side-alone")
            self.set_class(focused, "-no-side")
        else:
            self.axtui.remembered.set("sql", "side", not focused)
            self.set_class(focused, "-no-side")
        (self.results.front if focused else side.tree_).focus()

    def action_zoom(self) -> None:
        """Only the rows, or all again."""
        self.toggle_class("-zoomed")
        self.results.front.focus()

    @on(Rows.Led)
    def _led(self, message: Rows.Led) -> None:
        self.axtui.visit(message.place)

    # -- the pane at the left

    @on(Side.Taken)
    def _taken(self, message: Side.Taken) -> None:
        leaf = message.leaf
        self.remove_class("-side-alone")
        self._arrange()
        if leaf.query is not None:
            self.open_text(leaf.query.sql, leaf.query.name, leaf.query.name)
            narrow = self.app.size.width < _NARROW  # then the pane is gone, and its keys with it
            self.ask_for(leaf.query.sql, leaf.query.name, start=0, to_rows=narrow)
        elif leaf.asked is not None:
            self.open_text(leaf.asked.sql)
            self.editor.focus()
        else:
            self._insert(leaf)

    def _insert(self, leaf: Leaf) -> None:
        editor = self.editor
        editor.insert_name(leaf.insert)
        editor.focus()

    @on(Side.ColumnsWanted)
    @work(group="columns", exit_on_error=False)
    async def _columns_wanted(self, message: Side.ColumnsWanted) -> None:
        columns = await self.axtui.catalogue.call(self.columns_of, message.dataset)
        self.side.add_columns(message.node, columns)
