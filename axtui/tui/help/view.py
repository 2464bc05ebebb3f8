"""The help: topics, the keys of every screen, and the tour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Markdown, OptionList, Static
from textual.widgets.option_list import Option

from axtui.tui.help.allkeys import keys_of_package
from axtui.tui.help.keys import Key, keys_of_app, lines, matching
from axtui.tui.help.topics import TOPICS, topic
from axtui.tui.places import SCREENS, Place
from axtui.tui.view import View

_KEYS = "keys"
"""Topics named 'keys.jobs' and so on are keys of a screen; 'keys' is those that work everywhere."""
_PACKAGES = {name: [f"axtui.tui.{name}"] for name in SCREENS} | {
    "jobs": ["axtui.tui.jobs", "axtui.tui.job"]
}


class HelpView(View):
    """Topics at the left, the text of the chosen one at the right; a search over all of it."""

    SCREEN = "help"
    HELP = "Choose a topic, or type / to search topics and the keys of all screens."
    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/", id="help.search"),
        Binding("t", "tour", "Take the tour", id="help.tour"),
        Binding("j", "move(1)", "Next topic", show=False, id="help.next"),
        Binding("k", "move(-1)", "Topic before", show=False, id="help.before"),
        Binding("escape", "leave", "End the search", show=False, id="help.leave"),
    ]

    def body(self) -> Iterable[Widget]:
        search = Input(placeholder="/ searches topics and keys", id="help-search", compact=True)
        yield search
        topics = [Option(one.title, one.name) for one in TOPICS]
        keys = [Option("Keys: everywhere", _KEYS)]
        keys += [Option(f"Keys: {title}", f"{_KEYS}.{name}") for name, title in SCREENS.items()]
        chooser = OptionList(*topics, None, *keys, id="help-topics", classes="pane")
        chooser.border_title = "Topics"
        text = VerticalScroll(
            Markdown(id="help-text"), Static(id="help-keys"), id="help-page", classes="pane"
        )
        yield Horizontal(Vertical(chooser), text)

    def on_mount(self) -> None:
        self.query_one("#help-topics").focus()

    async def visit(self, place: Place) -> None:
        name = place.subject or TOPICS[0].name
        chooser = self.query_one(OptionList)
        known = [option.id for option in chooser.options]
        if name not in known:
            self.notify(f"There is no help about {name!r}.", markup=False, severity="warning")
            name = TOPICS[0].name
        chooser.highlighted = known.index(name)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        name = event.option.id or ""
        self.now_at(Place("help", name))
        self._show(name)

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.query_one("#help-page").focus()

    @on(Input.Changed, "#help-search")
    def _typed(self, event: Input.Changed) -> None:
        if event.value.strip():
            self._search(event.value.strip())
        else:
            self._show(self.place.subject)

    @on(Input.Submitted, "#help-search")
    def _submitted(self) -> None:
        self.query_one("#help-page").focus()

    def action_search(self) -> None:
        """Go to the search line."""
        self.query_one("#help-search").focus()

    def action_leave(self) -> None:
        """Empty the search line and return to the topics."""
        self.query_one("#help-search", Input).value = ""
        self.query_one("#help-topics").focus()

    def action_move(self, by: int) -> None:
        """Another topic."""
        chooser = self.query_one(OptionList)
        if by > 0:
            chooser.action_cursor_down()
        else:
            chooser.action_cursor_up()

    def action_tour(self) -> None:
        """The tour of one minute."""
        self.axtui.tour(0)

    # -- what is shown

    def _show(self, name: str) -> None:
        found = topic(name)
        if found is not None:
            self._page(found.title, f"## {found.title}\n{found.text}", Content(""))
        else:
            self._keys(name.partition(".")[2])

    def _page(self, title: str, markdown: str, keys: Content) -> None:
        self.query_one("#help-page").border_title = title
        text = self.query_one("#help-text", Markdown)
        text.display = bool(markdown)
        if markdown:
            text.update(markdown)
        self.query_one("#help-keys", Static).update(keys)
        self.query_one("#help-page", VerticalScroll).scroll_home(animate=False)

    @work(thread=True, group="keys", exclusive=True, exit_on_error=False)
    def _keys(self, screen: str) -> None:
        keys = self._keys_of(screen)
        title = f"Keys: {SCREENS.get(screen, 'everywhere')}"
        self.app.call_from_thread(self._page, title, "", lines(keys))

    @work(thread=True, group="keys", exclusive=True, exit_on_error=False)
    def _search(self, typed: str) -> None:
        words = typed.lower().split()
        texts = [one for one in TOPICS if all(w in (one.title + one.text).lower() for w in words)]
        keys = []
        for screen in ("", *SCREENS):
            of = SCREENS.get(screen, "Everywhere")
            keys += [Key(k.keys, k.text, of) for k in matching(self._keys_of(screen), typed)]
        markdown = "\n".join(f"## {one.title}\n{one.text}" for one in texts)
        self.app.call_from_thread(self._page, f"Search: {typed}", markdown, lines(keys))

    def _keys_of(self, screen: str) -> list[Key]:
        if not screen:
            return keys_of_app(self.axtui)
        found = [key for package in _PACKAGES[screen] for key in keys_of_package(package)]
        return list(dict.fromkeys(found))
