"""The panes of the first screen: each keeps what it shows, and makes lines of it for its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from axtui.tui.dashboard.columns import Room
from axtui.tui.dashboard.failures import failure_lines
from axtui.tui.dashboard.feed import Feed, feed_lines
from axtui.tui.dashboard.lanes import lane_lines
from axtui.tui.dashboard.line import Key, Line, line
from axtui.tui.dashboard.linelist import LineList
from axtui.tui.dashboard.machine import History
from axtui.tui.dashboard.queries import Failure, LinkedResult
from axtui.tui.dashboard.resultlist import result_lines
from axtui.tui.dashboard.scripts import LastRun, first_lines, script_lines, separator
from axtui.tui.live import Followed

_SCRIPT_ROOM = 6
"""Lines that running builds leave to the scripts below them."""


class Pane(LineList):
    """A pane; `now` and `ours` are those of `Room`."""

    TITLE: ClassVar[str] = ""

    def __init__(self, *, unicode: bool, id: str, ours: str = "") -> None:
        super().__init__(unicode=unicode, id=id, classes="pane")
        self._ours = ours
        self.now = 0.0
        self.say(self.TITLE)

    def lines_for(self, room: Room) -> Sequence[Line]:
        """What it shows."""
        raise NotImplementedError

    def say(self, title: str, subtitle: str = "") -> None:
        """Change what its border says; setting it paints all of the pane."""
        if (self.border_title, self.border_subtitle) != (title, subtitle):
            self.border_title, self.border_subtitle = title, subtitle

    def draw(self, now: float) -> None:
        """Show what it keeps, as of a moment (seconds since 1970)."""
        self.now = now
        width, height = self.room
        if width > 0 and height > 0:
            self.show(self.lines_for(Room(width, height, now, self.unicode, self._ours)))

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        self.draw(self.now)


class Builds(Pane):
    """The running builds with their lanes, and the scripts that do not run."""

    TITLE = "Builds"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space", "fold", "Fold", show=False, id="builds.fold",
            tooltip="Fold or unfold a build, or the slices of a job",
        ),
    ]  # fmt: skip

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(self, *, unicode: bool, id: str, ours: str = "") -> None:
        super().__init__(unicode=unicode, id=id, ours=ours)
        self.builds: list[Followed] = []
        self.runs: list[LastRun] = []
        self.waits: dict[str, str] = {}
        self.complete = False
        """Whether the scripts are all that there are, and not only what is remembered."""
        self.watched = False
        """Whether somebody looks for saves, and builds."""
        self._folds: dict[Key, bool] = {}
        self._jobs: dict[str, str] = {}
        """The scripts of the builds that ran when it was drawn last, by their jobs."""

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        super().watch_cursor(before, now)
        self.post_message(self.Moved())

    def draw(self, now: float) -> None:
        """The cursor stays with a script when it begins to run, and when that ends."""
        before = self.chosen.key if self.chosen else ()
        super().draw(now)
        here = self.chosen.key if self.chosen else ()
        if before and before != here and self._chosen_by_hand:
            self.choose(self._successor(before))
        self._jobs = {one.build.build_job: one.build.script for one in self.builds} or self._jobs
        # From here on `b` and `x` are about what somebody sees the cursor on, wherever that goes.
        self._chosen_by_hand = self._chosen_by_hand or self.complete

    def _successor(self, key: Key) -> Key:
        if key[0] == "script":
            jobs = [one.build.build_job for one in self.builds if one.build.script == key[1]]
            return ("build", jobs[-1]) if jobs else ()
        return ("script", self._jobs.get(key[1], ""))

    def lines_for(self, room: Room) -> Sequence[Line]:
        running = [build.build.script for build in self.builds]
        if not self.builds:
            return self._scripts(room, running)
        reserved = min(_SCRIPT_ROOM, len(self.runs) + 1, room.height // 3)
        lanes_room = Room(room.width, room.height - reserved, room.now, room.unicode, room.ours)
        lines = lane_lines(self.builds, lanes_room, self._folds)
        others = script_lines(self.runs, room, running, self.waits, self.watched)
        if others:
            lines += [separator("not running", room), *others]
        return lines

    def _scripts(self, room: Room, running: Sequence[str]) -> Sequence[Line]:
        if not self.runs and not self.complete:
            return [line([("looking for build scripts …", "muted")], room.width)]
        never = all(not run.state for run in self.runs)
        first = first_lines(self.runs, room) if never and self.complete else []
        return [*first, *script_lines(self.runs, room, running, self.waits, self.watched)]

    def action_fold(self) -> None:
        """Fold or unfold what the cursor is on."""
        key = self.chosen.key if self.chosen else ()
        if key[:1] in (("slice",), ("slices",)):
            key = ("job", *key[1:3])
        if key[:1] not in (("job",), ("build",)):
            return
        self._folds[key] = not self._is_folded(key)
        self.draw(self.now)
        self.choose(key)

    def _is_folded(self, key: Key) -> bool:
        """Whether it is seen folded, by hand or for want of room."""
        if key in self._folds or key[0] == "build":
            return self._folds.get(key, False)
        return not any(one.key[:1] == ("slice",) and one.key[1:3] == key[1:] for one in self.lines)


class Activity(Pane):
    """The feed. It follows its end until one goes up."""

    TITLE = "Activity"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "Follow", id="activity.follow", tooltip="Follow the end, or pause"),
    ]

    def __init__(self, *, unicode: bool, id: str, ours: str = "") -> None:
        super().__init__(unicode=unicode, id=id, ours=ours)
        self.feed = Feed()
        self.follows = True
        self._read = 0

    def lines_for(self, room: Room) -> Sequence[Line]:
        return feed_lines(self.feed.lines, room.width, room.unicode) or [
            Line((("Saves and builds are told here.", "muted"),))
        ]

    def draw(self, now: float) -> None:
        super().draw(now)
        if self.follows:
            self._to_end()
        self._title()

    def _to_end(self) -> None:
        self._read = self.feed.version
        super().action_last()

    def _title(self) -> None:
        new = self.feed.version - self._read
        told = "" if self.follows else f" · paused, {new} new" if new else " · paused"
        self.say(self.TITLE + told)

    def action_follow(self) -> None:
        """Follow the end, or pause."""
        self.follows = not self.follows
        self.draw(self.now)

    def action_move(self, by: int) -> None:
        super().action_move(by)
        self._moved()

    def action_page(self, by: int) -> None:
        super().action_page(by)
        self._moved()

    def action_first(self) -> None:
        super().action_first()
        self._moved()

    def action_last(self) -> None:
        super().action_last()
        self._moved()

    def on_mouse_scroll_up(self) -> None:
        self.follows = False
        self._title()

    def on_mouse_scroll_down(self) -> None:
        self.follows = self.scroll_offset.y >= self.max_scroll_y - 1
        self._title()

    def _moved(self) -> None:
        """At the last line it follows, elsewhere not."""
        self.follows = self.cursor is None or self.cursor == len(self.lines) - 1
        if self.follows:
            self._read = self.feed.version
        self._title()


class FailuresPane(Pane):
    """The failures that nobody has looked at."""

    TITLE = "New failures"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "x,delete", "screen.seen", "Seen", id="failures.seen",
            tooltip="Take a failure off the list",
        ),
    ]  # fmt: skip

    def __init__(self, *, unicode: bool, id: str, ours: str = "") -> None:
        super().__init__(unicode=unicode, id=id, ours=ours)
        self.failures: list[Failure] = []
        self.wrong: Sequence[tuple[str, str]] = ()
        self.complete = False

    def lines_for(self, room: Room) -> Sequence[Line]:
        self.say(f"{self.TITLE} · {len(self.failures)}" if self.failures else self.TITLE)
        if not self.failures and not self.wrong and not self.complete:
            return _reading(room)
        return failure_lines(self.failures, room, self.wrong)

    def draw(self, now: float) -> None:
        self.set_class(not self.failures and not self.wrong, "-none")
        super().draw(now)


class ResultsPane(Pane):
    """The newest results."""

    TITLE = "Results"

    def __init__(self, *, unicode: bool, id: str, ours: str = "") -> None:
        super().__init__(unicode=unicode, id=id, ours=ours)
        self.results: Sequence[LinkedResult] = ()
        self.complete = False

    def lines_for(self, room: Room) -> Sequence[Line]:
        if not self.results and not self.complete:
            return _reading(room)
        return result_lines(self.results, room)


class Machine(Pane, can_focus=False):
    """What the machine and the builds use."""

    TITLE = "Machine"

    def __init__(self, *, unicode: bool, id: str, ours: str = "") -> None:
        super().__init__(unicode=unicode, id=id, ours=ours)
        self.history = History()
        self.builds: list[tuple[str, str]] = []
        self.slots = (0, 0)

    def lines_for(self, room: Room) -> Sequence[Line]:
        return self.history.lines(room, self.builds, self.slots)


def _reading(room: Room) -> list[Line]:
    """What is told until the catalog has answered."""
    return [line([("reading the catalog …", "muted")], room.width)]
