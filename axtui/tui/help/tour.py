"""The tour: one minute through the screens, a card over each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Markdown

from axtui.tui.places import Place


@dataclass(frozen=True)
class Stop:
    """A stop: the place it is at, and what it tells."""

    place: Place
    title: str
    text: str


STOPS = (
    Stop(
        Place("dashboard"),
        "Welcome",
        "This is what runs, what was saved and what came of it. **Save any file** of your methods while this "
        "is open: what it affects is built again, all else is re-used.",
    ),
    Stop(
        Place("methods"),
        "Run something",
        "Screen **7** has your build scripts and methods. **r** runs the one under the cursor.",
    ),
    Stop(
        Place("jobs"),
        "Every job is kept",
        "Screen **2** lists all jobs. **/** filters as you type: `afr state:failed since:2h`. **Enter** "
        "opens one: options, source, prints, timings, its error, and **why** it was built.",
    ),
    Stop(
        Place("results"),
        "From a result to the raw data",
        "Screen **6** has the results. **Enter** opens the job behind one; **p** (or screen **3**) shows "
        "where it comes from, up to the input files.",
    ),
    Stop(
        Place("sql"),
        "Ask anything",
        "Screen **5** asks the catalog and every dataset in SQL. **F5** runs the statement, **c** draws a "
        "chart, **e** exports. It can only read.",
    ),
    Stop(
        Place("dashboard"),
        "That is all",
        "**?** shows the keys of any screen, **:** the palette, **Backspace** goes back, **q** quits. "
        "The line at the top is the command that opens the same place from a shell.",
    ),
)


class TourCard(ModalScreen[int | None]):
    """A card at the foot of the screen; dismissed with the number of the stop to go to, None to end."""

    DEFAULT_CSS = """
    TourCard {
        align: center bottom;
        background: $background 0%;
        & > Vertical {
            width: 78; max-width: 98%; height: auto; margin: 0 0 1 0;
            border: round $accent; background: $surface; padding: 0 1;
        }
        & Markdown { height: auto; padding: 0; margin: 0; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space,l,n", "step(1)", "Next", id="tour.next"),
        Binding("left,h,p,backspace", "step(-1)", "Before", id="tour.before"),
        Binding("escape,q", "end", "End the tour", id="tour.end"),
    ]

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def compose(self) -> ComposeResult:
        stop = STOPS[self._number]
        with Vertical() as box:
            box.border_title = f"{stop.title}  {self._number + 1}/{len(STOPS)}"
            box.border_subtitle = "enter next · ← before · esc ends the tour"
            yield Markdown(stop.text)

    def action_step(self, by: int) -> None:
        """The next stop, or the one before."""
        number = self._number + by
        self.dismiss(max(0, number) if number < len(STOPS) else None)

    def action_end(self) -> None:
        """End the tour."""
        self.dismiss(None)
