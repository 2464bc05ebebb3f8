"""The editor of SQL: text, its completion, and a mark where an error is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from rich.text import Text
from textual import events, work
from textual.binding import Binding, BindingType
from textual.document._history import EditHistory
from textual.geometry import Offset
from textual.message import Message
from textual.theme import Theme
from textual.widgets.text_area import Edit, EditResult, Location

from axtui.build.sql.complete import Completion, Completions
from axtui.tui.sql import colors
from axtui.tui.sql.inorder import is_command, pressed
from axtui.tui.sql.popup import Popup
from axtui.tui.sql.sheet import Sheet

Undo = EditHistory
"""What an editor can undo of a text."""
Complete = Callable[[str, int], Awaitable[Completions]]
_INDENT = " " * 4
_ERROR = "bold underline reverse red"


class Editor(Sheet):
    """Text of SQL. `complete` is asked for what may stand at a place of it; `popup` shows that."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", id="sql.leave", tooltip="Leave the editor"),
        Binding("ctrl+s", "screen.save", "Save", id="sql.editor.save"),
        Binding("ctrl+n", "screen.new_buffer", "New", id="sql.editor.new"),
        Binding("ctrl+b", "screen.side", "Tables", id="sql.editor.side"),
        Binding("ctrl+home", "edge(False)", "To the start", show=False, id="sql.editor.home"),
        Binding("ctrl+end", "edge(True)", "To the end", show=False, id="sql.editor.end"),
        Binding(
            "ctrl+space,ctrl+@", "complete", "Complete", show=False, key_display="ctrl+space",
            id="sql.complete", tooltip="What may stand here; Tab behind a word does it, too",
        ),
        Binding(
            "ctrl+underscore,ctrl+slash", "toggle_comment", "Comment", show=False,
            key_display="ctrl+/", id="sql.comment", tooltip="Make the lines comments, or not",
        ),
        Binding("f7", "select_all", "Select all", show=False, id="sql.all",
                tooltip="All of the text; Backspace then clears it"),
        Binding("ctrl+w", "screen.close_buffer", "Close", show=False, id="sql.editor.close"),
        Binding("f4", "screen.edit_outside", "In $EDITOR", show=False, id="sql.editor.out"),
        Binding("ctrl+x", "cut_or_cancel", "Cut, or cancel the query", show=False, id="sql.cut"),
    ]  # fmt: skip

    class Left(Message):
        """Escape: what is typed from now on is for the screen."""

    class Focused(Message):
        """The keys are for the editor now, or not any more."""

    class CancelWanted(Message):
        """The running query is to end."""

    def __init__(self, complete: Complete, popup: Popup) -> None:
        super().__init__(
            language="sql",
            show_line_numbers=True,
            soft_wrap=False,
            tab_behavior="focus",
            id="editor",
        )
        self._complete, self.popup = complete, popup
        self._marked: tuple[Location, int] | None = None
        self.asking = False

    def on_mount(self) -> None:
        self._take_theme(self.app.current_theme)
        self.app.theme_changed_signal.subscribe(self, self._take_theme)
        self.indent_width = len(_INDENT)

    def _take_theme(self, _: Theme) -> None:
        self.register_theme(colors.editor_theme(self.app.theme_variables))
        self.theme = colors.NAME

    # -- texts

    def show_text(self, text: str, cursor: Location, undo: Undo | None) -> None:
        """Show another text, with what can be undone of it."""
        self.popup.close()
        self._marked = None
        # Not load_text: it compiles the highlighting of SQL anew, which takes longer than a key may.
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
        self.taken_undo()
        if undo is not None:
            self.history = undo
        self.move_cursor(cursor)

    def taken_undo(self) -> Undo:
        """What can be undone, for when this text is shown again."""
        taken = self.history
        self.history = EditHistory(
            taken.max_checkpoints, taken.checkpoint_timer, taken.checkpoint_max_characters
        )
        return taken

    def insert_name(self, name: str) -> None:
        """Put a name to the cursor, apart from what stands before it."""
        line, column = self.cursor_location
        before = self.document.get_line(line)[:column]
        apart = " " if before and (before[-1].isalnum() or before[-1] in "_,)'") else ""
        self.replace(apart + name, *self.selection, maintain_selection_offset=False)

    # -- where the cursor is

    @property
    def place(self) -> int:
        """The character that the cursor stands before."""
        return self.place_of(self.cursor_location)

    def select_none_at(self, place: int) -> None:
        """Put the cursor before a character."""
        self.move_cursor(self._location(place))

    def place_of(self, location: Location) -> int:
        """The character at a line and column."""
        line, column = location
        return sum(len(self.document.get_line(n)) + 1 for n in range(line)) + column

    def _location(self, place: int) -> Location:
        before = self.text[:place]
        return before.count("\n"), place - (before.rfind("\n") + 1)

    # -- the mark of an error

    def mark_error(self, start: int, length: int) -> None:
        """Mark a place until the text changes, and bring it into view."""
        start = max(0, min(start, len(self.text)))
        location = self._location(start)
        self._marked = (location, max(1, length))
        self.move_cursor(location)
        self._repaint()

    def unmark(self) -> None:
        """No mark any more."""
        if self._marked is not None:
            self._marked = None
            self._repaint()

    def _repaint(self) -> None:
        self._line_cache.clear()
        self.refresh()

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        if self._marked is not None and self._marked[0][0] == line_index:
            column = self._marked[0][1]
            if column >= len(line.plain):
                line.append(" ")
                column = len(line.plain) - 1
            line.stylize(_ERROR, column, column + self._marked[1])
        return line

    def edit(self, edit: Edit) -> EditResult:
        self._marked = None
        return super().edit(edit)

    # -- keys

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Letters are for the text, but not with Alt."""
        return not key.startswith("alt+") and super().check_consume_key(key, character)

    async def on_key(self, event: events.Key) -> None:
        if self.popup.is_open and self._for_popup(event.key):
            event.stop()
            event.prevent_default()
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            self._tab()
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self._new_line()
        elif event.is_printable and not is_command(event):
            self.call_after_refresh(self._typed, event.character or "")
        else:
            if event.key == "backspace":
                self.call_after_refresh(self._typed, "")
            elif event.key not in ("ctrl+space", "ctrl+@"):
                self.popup.close()
            await pressed(self, event)

    def _for_popup(self, key: str) -> bool:
        """Whether the list of completions has dealt with a key."""
        moves = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}
        if key in moves:
            self.popup.move(moves[key])
        elif key in ("tab", "enter"):
            self.take_completion()
        elif key == "escape":
            self.popup.close()
        else:
            return False
        return True

    def take_completion(self) -> None:
        """Put the marked completion in the place of what was typed."""
        chosen, given = self.popup.chosen, self.popup.given
        self.popup.close()
        if chosen is not None and given is not None:
            self._put(chosen, given)

    def _put(self, chosen: Completion, given: Completions) -> None:
        """Put a completion in the place of what was typed."""
        text = chosen.text
        following = self.text[given.end : given.end + 1]
        if text.endswith("()") and following == "(":
            text = text[:-2]
        start = self._location(given.start)
        end = self._location(given.end)
        self.replace(text, start, end, maintain_selection_offset=False)
        back = chosen.back if text == chosen.text else 0
        self.select_none_at(given.start + len(text) - back)

    def _tab(self) -> None:
        line, column = self.cursor_location
        before = self.document.get_line(line)[:column]
        if before.strip() and (before[-1].isalnum() or before[-1] in "_.$'"):
            self.action_complete()
        else:
            self.insert(_INDENT[: len(_INDENT) - column % len(_INDENT)])

    def _new_line(self) -> None:
        """A new line that begins where this one does."""
        line, column = self.cursor_location
        before = self.document.get_line(line)[:column]
        indent = before[: len(before) - len(before.lstrip())]
        self.replace("\n" + indent, *self.selection, maintain_selection_offset=False)
        self.scroll_cursor_visible()

    async def on_paste(self, event: events.Paste) -> None:
        self.popup.close()

    def on_blur(self) -> None:
        self.popup.close()
        self.post_message(self.Focused())

    def on_focus(self) -> None:
        self.post_message(self.Focused())

    def on_mouse_down(self) -> None:
        self.popup.close()

    # -- completion

    def _typed(self, character: str) -> None:
        """Something was typed: what may follow is shown where a word or a name goes on."""
        goes_on = character.isalnum() or character in ("_", ".", "$", "'", "/", "-", "")
        if goes_on and self.selection.is_empty:
            self._ask(unasked=True)
        else:
            self.popup.close()

    def action_complete(self) -> None:
        """Show what may stand at the cursor."""
        self._ask(unasked=False)

    def _ask(self, unasked: bool) -> None:
        self._offer(unasked)

    @work(group="complete", exclusive=True, exit_on_error=False)
    async def _offer(self, unasked: bool) -> None:
        text, place = self.text, self.place
        found = await self._complete(text, place)
        if (self.text, self.place) != (text, place) or not self.has_focus:
            return
        behind_sign = text[place - 1 : place] in (".", "'", "$")
        if not found.items or (
            unasked and (found.is_finished or not (found.prefix or behind_sign))
        ):
            self.popup.close()
        elif not unasked and len(found.items) == 1:
            self.popup.close()
            self._put(found.items[0], found)
        else:
            x, y = self.cursor_screen_offset
            start = Offset(max(0, x - len(found.prefix) - 1), y + 1)
            self.popup.open(found, start, self.screen.size.width)

    # -- actions

    def action_leave(self) -> None:
        """Let the screen have the keys."""
        self.post_message(self.CancelWanted() if self.asking else self.Left())

    def action_cut_or_cancel(self) -> None:
        """Ctrl-X ends a running query; else it cuts."""
        if self.asking:
            self.post_message(self.CancelWanted())
        else:
            self.action_cut()

    def action_edge(self, end: bool) -> None:
        """Go to the start of the text, or to its end."""
        self.move_cursor(self.document.end if end else (0, 0))

    def action_toggle_comment(self) -> None:
        """Make the lines of the selection comments, or lines again where all are."""
        start, end = sorted((self.selection.start, self.selection.end))
        last = end[0] - (1 if end[1] == 0 and end[0] > start[0] else 0)
        lines = [self.document.get_line(n) for n in range(start[0], last + 1)]
        if all(line.lstrip().startswith("--") for line in lines if line.strip()):
            changed = [_bare(line) for line in lines]
        else:
            changed = [f"-- {line}" if line.strip() else line for line in lines]
        self.replace("\n".join(changed), (start[0], 0), (last, len(lines[-1])))


def _bare(line: str) -> str:
    """A line without its comment sign."""
    head, sign, rest = line.partition("--")
    return head + rest.removeprefix(" ") if sign else line
