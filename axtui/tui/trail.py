"""The trail: the places one has been at, as a browser keeps them."""

from __future__ import annotations

from axtui.tui.places import Place

_LONGEST = 200


class Trail:
    """Where one is, where Back and Forward lead, and how each screen was left."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1
        self._last: dict[str, Place] = {}
        self._moving = False

    def went(self, place: Place) -> None:
        """A place was gone to. Going to where Back or Forward just led keeps the rest of the trail."""
        self._last[place.screen] = place
        if self._moving:
            self._moving = False
            return
        if self._at >= 0 and self._places[self._at].whole == place.whole:
            self._places[self._at] = place
            return
        self._places = [*self._places[: self._at + 1], place][-_LONGEST:]
        self._at = len(self._places) - 1

    def replaced(self, place: Place) -> None:
        """A screen shows another place than it was told to: the present place has become that one, if it
        is of that screen."""
        self._last[place.screen] = place
        if self._at >= 0 and self._places[self._at].screen == place.screen:
            self._places[self._at] = place

    def back(self) -> Place | None:
        """The place before, which is then gone to; None at the begin."""
        return self._step(-1)

    def forward(self) -> Place | None:
        """The place that was left by Back; None at the end."""
        return self._step(1)

    def last_at(self, screen: str) -> Place:
        """How a screen was left; as it opens where it was not seen yet. The key of the jobs leads to
        their list, not to the job that was seen last; the key of the screen one is at leads to its
        beginning."""
        here = self._places[self._at] if self._at >= 0 else None
        if here is not None and here.screen == screen:
            return Place(screen)
        return self._last.get(screen, Place(screen))

    def _step(self, by: int) -> Place | None:
        if not 0 <= self._at + by < len(self._places):
            return None
        self._at += by
        self._moving = True
        return self._places[self._at]
