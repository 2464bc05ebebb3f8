"""The pane beside the editor: saved queries, history, and what can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static, Tree
from textual.widgets.tree import TreeNode

from axtui import human
from axtui.build.sql.history import Asked
from axtui.build.sql.names import Column, DatasetName, Names, Relation
from axtui.build.sql.statements import without_heading
from axtui.tui import look
from catalog.saved import SavedQuery

_SHOWN = 300
"""Datasets, and questions, that the tree shows; the filter finds the others."""


@dataclass(frozen=True)
class Leaf:
    """What a line of the tree stands for: `insert` goes to the cursor, `query` or `asked` into a
    buffer; `about` is told below; its `columns` come when it
    opens, those of a `dataset` are looked up then."""

    about: str = ""
    insert: str = ""
    query: SavedQuery | None = None
    asked: Asked | None = None
    dataset: str = ""
    columns: tuple[Column, ...] = ()


class Schema(Tree[Leaf]):
    """The tree."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "Take", id="side.take"),
        Binding("j", "cursor_down", "Down", show=False, id="side.down"),
        Binding("k", "cursor_up", "Up", show=False, id="side.up"),
        Binding("g", "scroll_home", "First", show=False, id="side.first"),
        Binding("G", "scroll_end", "Last", show=False, id="side.last"),
        Binding("l,right", "open", "Open", show=False, id="side.open"),
        Binding("h,left", "shut", "Shut", show=False, id="side.shut"),
    ]

    def __init__(self) -> None:
        super().__init__("", id="schema")
        self.show_root = False
        self.guide_depth = 2
        self.auto_expand = False

    def render_label(self, node: TreeNode[Leaf], base_style: Style, style: Style) -> Text:
        """A line that is cut says so."""
        label = super().render_label(node, base_style, style)
        depth = 0
        while node.parent is not None:
            node, depth = node.parent, depth + 1
        label.truncate(max(1, self.size.width - self.guide_depth * depth), overflow="ellipsis")
        return label

    def action_open(self) -> None:
        """Open the line under the cursor, or go down into it."""
        node = self.cursor_node
        if node is not None and node.allow_expand and not node.is_expanded:
            node.expand()
        else:
            self.action_cursor_down()

    def action_shut(self) -> None:
        """Shut the line under the cursor, or go to what it is in."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None and not node.parent.is_root:
            self.move_cursor(node.parent)


class Side(Vertical):
    """Filter, tree, and a few lines about what is under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/", id="side.filter"),
    ]
    DEFAULT_CSS = """
    Side {
        & Input { border: none; height: 1; padding: 0; background: $surface; }
        & Tree { height: 1fr; background: $background; scrollbar-size-horizontal: 0; overflow-x: hidden; }
        & #about { height: auto; max-height: 6; color: $text-muted; border-top: solid $surface-lighten-2; }
    }
    """

    class Taken(Message):
        """Enter on a line: its text is wanted in the editor, or in a buffer."""

        def __init__(self, leaf: Leaf) -> None:
            super().__init__()
            self.leaf = leaf

    class ColumnsWanted(Message):
        """A dataset was opened, and its columns are not known yet."""

        def __init__(self, dataset: str, node: TreeNode[Leaf]) -> None:
            super().__init__()
            self.dataset, self.node = dataset, node

    def __init__(self, unicode: bool) -> None:
        super().__init__(id="side", classes="pane")
        self._unicode = unicode
        self._names: Names | None = None
        self._history: list[Asked] = []
        self._opened = {"saved"}
        self._filtered = False
        self.border_title = "Queries & tables"

    def compose(self) -> ComposeResult:
        yield Input(placeholder="/ filter", id="side-filter")
        yield Schema()
        yield Static("", id="about", markup=False)

    @property
    def tree_(self) -> Schema:
        """The tree."""
        return self.query_one(Schema)

    # -- what is shown

    def show_names(self, names: Names) -> None:
        """The names that can be asked for."""
        self._names = names
        self._fill()

    def show_history(self, history: list[Asked]) -> None:
        """The questions that were asked, newest first."""
        self._history = history
        branches = dict(self._branches())
        if "history" in branches and not self._filtered:
            branch = branches["history"]
            branch.set_label(self._label("History", len(history)))
            branch.remove_children()
            self._asked(branch, history)
        else:
            self._fill()

    def add_columns(self, node: TreeNode[Leaf], columns: tuple[Column, ...]) -> None:
        """The columns of a dataset that was opened."""
        node.remove_children()
        self._columns(node, columns)

    def _fill(self) -> None:
        typed = self.query_one("#side-filter", Input).value.strip().lower()
        tree = self.tree_
        line = tree.cursor_line
        if tree.root.children and not self._filtered:
            self._opened = {key for key, node in self._branches() if node.is_expanded}
        self._filtered = bool(typed)
        tree.clear()
        self._saved(typed)
        self._past(typed)
        self._tables(typed)
        self._datasets(typed)
        tree.cursor_line = max(0, min(line, tree.last_line))

    def _branches(self) -> list[tuple[str, TreeNode[Leaf]]]:
        keys = ("saved", "history", "tables", "datasets")
        return list(zip(keys, self.tree_.root.children, strict=False))

    def _label(self, title: str, count: int) -> Text:
        return Text.assemble((title, "bold"), (f" {count:,}", "dim"))

    def _branch(self, key: str, title: str, count: int, typed: str) -> TreeNode[Leaf]:
        is_open = bool(typed and count) or (not typed and key in self._opened)
        return self.tree_.root.add(self._label(title, count), Leaf(), expand=is_open)

    def _saved(self, typed: str) -> None:
        queries = list(self._names.queries.values()) if self._names else []
        found = [one for one in queries if typed in f"{one.name} {one.description}".lower()]
        branch = self._branch("saved", "Saved queries", len(found), typed)
        for one in found:
            about = one.description
            if one.parameters:
                about += "\nasks for " + ", ".join(f"${each.name}" for each in one.parameters)
            label = Text.assemble(one.name, (f"  {one.description}", "dim"))
            branch.add_leaf(label, Leaf(about, query=one))

    def _past(self, typed: str) -> None:
        found = [one for one in self._history if typed in one.sql.lower()]
        self._asked(self._branch("history", "History", len(found), typed), found)

    def _asked(self, branch: TreeNode[Leaf], found: list[Asked]) -> None:
        for one in found[:_SHOWN]:
            state = look.glyph("failed" if one.error else "complete", self._unicode)
            when = datetime.fromtimestamp(one.at).strftime("%H:%M")
            label = Text(f"{state} {when} {' '.join(without_heading(one.sql).split())[:60]}")
            branch.add_leaf(label, Leaf(_told(one), asked=one))

    def _tables(self, typed: str) -> None:
        relations = list(self._names.relations.values()) if self._names else []
        found = [
            one
            for one in relations
            if typed in one.name.lower() or any(typed in each.name.lower() for each in one.columns)
        ]
        branch = self._branch("tables", "Views and tables", len(found), typed)
        for one in found:
            self._relation(branch, one, typed)

    def _relation(self, branch: TreeNode[Leaf], one: Relation, typed: str) -> None:
        label = Text.assemble(one.name, (f" {one.kind}", "dim"))
        by_name = typed in one.name.lower()
        columns = tuple(each for each in one.columns if by_name or typed in each.name.lower())
        leaf = Leaf(one.about, insert=one.name, columns=columns)
        if typed and not by_name:
            self._columns(branch.add(label, leaf, expand=True), columns)
        else:
            branch.add(label, leaf)

    def _columns(self, node: TreeNode[Leaf], columns: tuple[Column, ...]) -> None:
        for column in columns:
            label = Text.assemble(column.name, (f" {column.type.lower()}", "dim"))
            leaf = Leaf(f"{column.type}\n{column.about}".strip(), insert=column.name)
            node.add_leaf(label, leaf)

    def _datasets(self, typed: str) -> None:
        datasets = list(self._names.datasets) if self._names else []
        found = [one for one in datasets if typed in f"{one.name} {one.method}".lower()]
        branch = self._branch("datasets", "Datasets", len(found), typed)
        for one in found[:_SHOWN]:
            self._dataset(branch, one)

    def _dataset(self, branch: TreeNode[Leaf], one: DatasetName) -> None:
        label = Text.assemble(one.name, (f" {one.method}", "dim"))
        about = f"{one.method}, {human.plural(one.rows, 'row')}, {one.columns} columns"
        if one.chained:
            about += f"; of a chain, chain('{one.name}') has the rows of all"
        leaf = Leaf(about, insert=f"dataset('{one.name}')", dataset=one.name)
        branch.add(label, leaf)
        if one.is_newest and one.chained:
            whole = f"chain('{one.name}')"
            about = f"all rows of the chain that ends with the newest {one.name}"
            label = Text.assemble(one.name, (" the whole chain", "dim"))
            branch.add(label, Leaf(about, insert=whole, dataset=one.name))

    # -- what is done

    def action_filter(self) -> None:
        """Show only what has a text."""
        self.query_one("#side-filter", Input).focus()

    @on(Input.Changed, "#side-filter")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    @on(Input.Submitted, "#side-filter")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.tree_.focus()

    @on(Tree.NodeSelected)
    def _selected(self, event: Tree.NodeSelected[Leaf]) -> None:
        event.stop()
        leaf = event.node.data
        if leaf is None or not (leaf.insert or leaf.query or leaf.asked):
            event.node.toggle()
        else:
            self.post_message(self.Taken(leaf))

    @on(Tree.NodeExpanded)
    def _expanded(self, event: Tree.NodeExpanded[Leaf]) -> None:
        event.stop()
        leaf = event.node.data
        if leaf is None or event.node.children:
            return
        if leaf.columns:
            self._columns(event.node, leaf.columns)
        elif leaf.dataset:
            self.post_message(self.ColumnsWanted(leaf.dataset, event.node))

    @on(Tree.NodeHighlighted)
    def _highlighted(self, event: Tree.NodeHighlighted[Leaf]) -> None:
        event.stop()
        leaf = event.node.data
        self.query_one("#about", Static).update(leaf.about if leaf else "")


def _told(one: Asked) -> str:
    """A question of the past: when, what came, and its text."""
    when = datetime.fromtimestamp(one.at).strftime("%Y-%m-%d %H:%M")
    if one.error:
        came = f"failed: {one.error}"
    else:
        came = f"{human.plural(one.rows, 'row')}{' of more' if one.more else ''}"
        came += f" in {human.seconds(one.seconds)}"
    return f"{when}, {came}\n{one.sql.strip()}"
