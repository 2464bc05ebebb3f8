"""The dashboard's app: its screens and the way between them, and the services that they share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from threading import Event
from typing import TYPE_CHECKING

from textual.app import App, SystemCommand
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from axtui.errors import AcceleratorError
from axtui.tui import look, screens
from axtui.tui.bindings import KEYS
from axtui.tui.catalogue import Catalogue
from axtui.tui.live import LiveBuilds
from axtui.tui.notices import notice
from axtui.tui.places import Place
from axtui.tui.pulse import Pulse
from axtui.tui.question import Answer, Question
from axtui.tui.remembered import Remembered
from axtui.tui.terminal.contained import Contained
from axtui.tui.titlebar import TitleBar
from axtui.tui.trail import Trail
from axtui.tui.view import View
from axtui.tui.watching import Watching
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.build.watch.told import How, RunningScript, WatchEvent

_DOUBLE = 1.5
"""Seconds within which a second Ctrl-C means: quit."""


_LEAVE_OR_STOP = (Answer("l", "Leave it running", "leave"), Answer("s", "Stop it", "stop"))


class Axtui(Contained):
    """The app. `workspace`, `catalogue`, `live`, `watching`, `remembered` are for all screens.

    With `watch` off nothing is watched and nothing is built by itself. With `tour` on, who comes
    here the first time is shown around.
    """

    CSS_PATH = "app.tcss"
    TITLE = "axtui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = App.COMMANDS | {lambda: import_module("axtui.tui.palette").Subjects}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    BINDINGS = KEYS

    def __init__(
        self,
        workspace: Workspace,
        place: Place | None = None,
        *,
        watch: bool = True,
        tour: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.clock = clock
        self.unicode = look.speaks_unicode()
        self.remembered = Remembered(workspace.dot_axtui)
        self.catalogue = Catalogue(workspace, lambda: self._from_thread(self._catalog_changed))
        self.live = LiveBuilds(workspace, lambda: self._from_thread(self._builds_moved))
        self.watching = Watching(workspace, self._from_watcher)
        self.pulse = Pulse(unicode=self.unicode)
        self.trail = Trail()
        self._watch, self._tour = watch, tour
        self._first = place or Place()
        self._interrupted, self._settled = 0.0, False
        self._over = Event()
        theme = self.remembered.get("app", "theme", "")
        if theme in self.available_themes:
            self.theme = theme

    # -- coming and going

    async def on_mount(self) -> None:
        await self.go(self._first)
        self.call_after_refresh(self._start_services)

    def _start_services(self) -> None:
        """What takes time to import or to read begins after the first picture."""
        self.catalogue.start()
        self.live.start()
        if self._watch:
            self.run_worker(self.watching.start, thread=True, group="watching", exit_on_error=False)

        if self._tour and not self.remembered.get("app", "toured", False):
            self.tour(0)

    def _from_watcher(self, event: WatchEvent) -> None:
        self._from_thread(partial(self._heard, event))

    def _from_thread(self, function: Callable[[], None]) -> None:
        """Have the app call a function, from any thread; never wait for it."""
        loop = self._loop
        if loop is not None and self.is_running:
            loop.call_soon_threadsafe(self.call_later, function)

    async def on_unmount(self) -> None:
        self.remembered.set("app", "theme", self.theme)
        self.remembered.save()  # first: an end that takes too long is cut short
        self._over.set()
        self.catalogue.close()
        self.live.close()
        self.watching.close()

    async def action_quit(self) -> None:
        """Leave; should what was started here still run, ask what is to become of it."""
        running = self.watching.running
        if running:
            self.push_screen(Question("Quit", _still_runs(running), _LEAVE_OR_STOP), self._leave)
        else:
            self._leave("leave")

    def _leave(self, answer: str | None) -> None:
        """End watching in a thread, since it may take a moment, then the app."""
        if answer:
            self.run_worker(partial(self._close_watching, answer == "leave"), thread=True)

    def _close_watching(self, leave_running: bool) -> None:
        self.watching.close(leave_running)
        self.call_from_thread(self.exit, 0)

    def action_interrupt(self) -> None:
        """Ctrl-C copies what is selected; without a selection, twice quits."""
        selected = self.screen.get_selected_text() or getattr(self.focused, "selected_text", "")
        if selected:
            self.copy(selected, "what is selected")
            return
        moment = time.monotonic()
        if moment - self._interrupted < _DOUBLE:
            self.run_worker(self.action_quit(), exit_on_error=False)
            return
        self._interrupted = moment
        self.notify("Ctrl-C again quits; `q` does, too.", timeout=_DOUBLE)

    def parting_words(self) -> list[str]:
        from axtui.tui import parting

        running = [one for one in self.live.now() if one.build.alive]
        return parting.words(self.live.ended, running)

    # -- the way between places

    async def go(self, place: Place) -> None:
        """Show a place; the one before is where Back leads."""
        view = self._view(place.screen)
        if self.screen_below is None:
            await self.push_screen(place.screen)
        elif self.screen is not view:
            while not isinstance(self.screen, View):
                await self.pop_screen()
            await self.switch_screen(place.screen)
        self.trail.went(place)
        await view.go(place)

    def went_to(self, place: Place) -> None:
        """A screen shows another place than it was told to."""
        self.trail.replaced(place)

    def visit(self, place: Place) -> None:
        """`go`, for who does not wait: widgets, the palette."""
        self.call_later(self.go, place)

    def action_show(self, screen: str) -> None:
        """The screen of a key, as it was left."""
        self.visit(self.trail.last_at(screen))

    async def action_back(self) -> None:
        """Go to the place before this one."""
        place = self.trail.back()
        if place is not None:
            await self.go(place)

    async def action_close_place(self) -> None:
        """Go back from something that was opened; a screen itself is not left so."""
        view = self.screen_below
        if view is not None and view.place != Place(view.place.key_screen):
            await self.action_back()

    async def action_forward(self) -> None:
        """Go where Back came from."""
        place = self.trail.forward()
        if place is not None:
            await self.go(place)

    def _view(self, name: str) -> View:
        if not self.is_screen_installed(name):
            self.make_room()
            made = screens.made(name)
            for path in made.css_path:  # Textual would parse all others anew with it
                self.stylesheet.read(path)
            self.install_screen(made, name)
        view = self.get_screen(name)
        assert isinstance(view, View)
        return view

    def _views(self) -> list[View]:
        """The screens that were opened so far."""
        return [one for one in self._installed_screens.values() if isinstance(one, View)]

    @property
    def screen_below(self) -> View | None:
        """The view that is seen, perhaps below what lies over it (the palette, a question)."""
        return next((one for one in reversed(self.screen_stack) if isinstance(one, View)), None)

    def _sees(self, screen: str) -> bool:
        """Whether a screen is seen, with nothing over it."""
        return isinstance(self.screen, View) and self.screen.place.screen == screen

    # -- what the services tell

    def _catalog_changed(self) -> None:
        if not self._settled:
            self._settled = True
            self.make_room()  # for what reading it has imported
            importing = partial(screens.import_all, self._over)
            self.run_worker(importing, thread=True, group="importing", exit_on_error=False)
        for view in self._views():
            if view.is_mounted:
                view.catalog_changed()

    def _builds_moved(self) -> None:
        builds = self.live.now()
        running = sum(len(one.state.jobs) for one in builds)
        words = self.watching.words(self.unicode)
        self.beat(replace(self.pulse, running=running, watching=words))
        view = self.screen_below
        if view is not None and view.is_mounted:
            view.moved(builds)

    def _heard(self, event: WatchEvent) -> None:
        words = self.watching.words(self.unicode)
        self.beat(replace(self.pulse, watching=words))
        for view in self._views():
            if view.is_mounted:
                view.heard(event)
        found = notice(event)
        if found is not None and not self._sees("dashboard"):
            self.notify(found.text, title=found.title, severity=found.severity, markup=False)

    def beat(self, pulse: Pulse) -> None:
        """Show another pulse."""
        self.pulse = pulse
        view = self.screen_below
        if view is not None and view.is_mounted:
            view.query_one(TitleBar).beat(pulse)

    # -- for the screens

    def build(self, script: str, how: How | None = None) -> None:
        """Run a build script, in a process of its own; what comes of it is told as everything is."""
        try:
            self.watching.run(script, how)
        except AcceleratorError as error:
            self.trouble(error)
        else:
            self.notify(f"building {script} …", markup=False, timeout=2)

    def action_go(self) -> None:
        """Build what waits for a key."""
        if self.watching.waiting:
            self.watching.go()
        else:
            self.notify("Nothing waits to be built. Screen 7 runs any build script.")

    def tour(self, number: int | None) -> None:
        """Go to a stop of the tour, with its card over it; None ends it, and it was taken."""
        from axtui.tui.help.tour import STOPS, TourCard

        async def stop(at: int) -> None:
            await self.go(STOPS[at].place)
            self.push_screen(TourCard(at), self.tour)

        if number is None:
            self.remembered.set("app", "toured", True)
            self.remembered.save()  # another dashboard need not tell it again
        else:
            self.call_later(stop, number)

    def copy(self, text: str, what: str) -> None:
        """Put a text into the clipboard, also over ssh, and say so."""
        self.copy_to_clipboard(text)
        self.notify(f"Copied {what}.", markup=False)

    def action_copy_command(self) -> None:
        """Copy the command that opens this place."""
        view = self.screen_below
        if view is not None:
            self.copy(view.place.command, view.place.command)

    def trouble(self, error: BaseException) -> None:
        """Tell of something that went wrong; what is not ours to tell calmly goes into the log."""
        if not isinstance(error, AcceleratorError):
            self.note_error(error)
            text = f"{type(error).__name__}: {error}"
        else:
            text = str(error)
        self.notify(text, title="That did not work", severity="error", markup=False, timeout=10)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What a worker of the app's own raised must be seen."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.trouble(event.worker.error)

    def action_keys(self) -> None:
        """The keys of the screen that is seen."""
        from axtui.tui.help.keys import Keys

        if not isinstance(self.screen, Keys):
            self.push_screen(Keys(self.screen))

    def action_slices(self) -> None:
        """What every slice of every build is doing."""
        from axtui.tui.dashboard.slices import Slices

        if not isinstance(self.screen, Slices):
            self.push_screen(Slices())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette's commands: screens, what this screen can do, and themes."""
        from axtui.tui.palette import commands

        yield from commands(self, screen)


def _still_runs(running: Sequence[RunningScript]) -> str:
    names = ", ".join(f"{one.script} {one.build_job}".strip() for one in running)
    return (
        f"{names} is being built. It can go on without the dashboard: open that again, or type "
        "`axtui attach`, to see how it goes. What is stopped is recorded as cancelled."
    )
