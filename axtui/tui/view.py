"""A view: the base of the screens. It shows one place at a time, and is told when that has changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from axtui.tui.footer import Footer
from axtui.tui.places import Place
from axtui.tui.titlebar import TitleBar

if TYPE_CHECKING:
    from axtui.build.watch.told import WatchEvent
    from axtui.tui.app import Axtui
    from axtui.tui.live import Followed


class View(Screen[None]):
    """One of the screens.

    A screen gives its widgets in `body`, shows a place in `visit`, looks again in `refreshed` (the
    catalog has changed) and in `moved` (running builds got on); both come only while it is the one
    that is seen, and `refreshed` once when it is seen again. Its bindings, each with an id and a
    description, are its keys, its part of the palette and its help.
    """

    AUTO_FOCUS = "*"
    SCREEN: ClassVar[str] = ""
    """Its name among the places."""
    HELP: ClassVar[str] = ""
    """A few sentences for the help: what it shows and what one does here."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Place(self.SCREEN)
        self._behind = False

    @property
    def axtui(self) -> Axtui:
        """The app, by its type."""
        return cast("Axtui", self.app)

    def compose(self) -> ComposeResult:
        yield TitleBar(self.place, self.axtui.workspace.root.name)
        yield from self.body()
        yield Footer()

    def body(self) -> Iterable[Widget]:
        """The widgets between title and footer."""
        return ()

    async def visit(self, place: Place) -> None:
        """Show a place. It must return soon: what takes time is for workers."""

    def refreshed(self) -> None:
        """The catalog has changed."""

    def moved(self, builds: list[Followed]) -> None:
        """Running builds got on; at most five times a second."""

    def heard(self, event: WatchEvent) -> None:
        """The watcher told something, or a build that it started."""

    # -- for the screens

    def now_at(self, place: Place) -> None:
        """What is seen has changed by itself (another tab, another filter): so has its command."""
        self.place = place
        self.query_one(TitleBar).show(place)
        self.axtui.went_to(place)

    # -- for the app

    async def go(self, place: Place) -> None:
        """Show a place, and its command in the title."""
        self.place = place
        self.query_one(TitleBar).show(place)
        await self.visit(place)

    def catalog_changed(self) -> None:
        """Look again now if seen, else when it is seen the next time."""
        if self.is_current or self.axtui.screen_below is self:
            self.refreshed()
        else:
            self._behind = True

    def on_screen_resume(self) -> None:
        self.query_one(TitleBar).beat(self.axtui.pulse)
        if self._behind:
            self._behind = False
            self.refreshed()

    @on(TitleBar.ScreenChosen)
    def _screen_chosen(self, message: TitleBar.ScreenChosen) -> None:
        self.axtui.action_show(message.screen_name)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What a worker raised must be seen: Textual shows nothing of it."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.axtui.trouble(event.worker.error)
