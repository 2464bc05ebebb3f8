"""The line at the bottom: the keys that count here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.content import Content
from textual.events import Click, MouseMove
from textual.screen import Screen
from textual.widget import Widget

_KEY = "bold $footer-key-foreground on $footer-key-background"
_WORDS = "$footer-description-foreground on $footer-description-background"


@dataclass(frozen=True)
class _Key:
    """A key with its words; `begin` and `end` are the cells where it stands."""

    key: str
    shown: str
    words: str
    tooltip: str
    enabled: bool
    begin: int = 0
    end: int = 0

    @property
    def content(self) -> Content:
        dim = "" if self.enabled else "dim "
        words = Content.styled(f"{self.words} " if self.words else "", dim + _WORDS)
        return Content.styled(f" {self.shown} ", dim + _KEY) + words


class Footer(Widget):
    """The keys of what has the focus, as far as there is room. A click is the key.

    One widget draws them all: they are others whenever the focus moves, and a widget for each, as in
    Textual's own footer, takes longer to come to be than what the key was pressed for.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Footer {
        dock: bottom; height: 1; text-wrap: nowrap;
        color: $footer-foreground; background: $footer-background;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[_Key] = []
        self._shown: list[_Key] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def render(self) -> Content:
        self._shown, parts, at = [], [], 0
        for one in self._keys:
            content = one.content
            begin, at = at, at + content.cell_length
            if at > self.size.width:
                break
            self._shown.append(replace(one, begin=begin, end=at))
            parts.append(content)
        return Content("").join(parts)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if screen.app.app_focus and self.is_attached and screen is self.screen:
            self.call_after_refresh(self._look)

    def _look(self) -> None:
        """Take in the keys that count now, one for each action."""
        found: dict[str, _Key] = {}
        for _, binding, enabled, tooltip in self.screen.active_bindings.values():
            if binding.show and binding.action not in found:
                shown = self.app.get_key_display(binding)
                words = binding.description
                found[binding.action] = _Key(binding.key, shown, words, tooltip, enabled)
        if list(found.values()) != self._keys:
            self._keys = list(found.values())
            self.refresh()

    def _at(self, x: int) -> _Key | None:
        return next((one for one in self._shown if one.begin <= x < one.end), None)

    def on_mouse_move(self, event: MouseMove) -> None:
        key = self._at(event.x)
        tooltip = key.tooltip if key is not None else ""
        if self.tooltip != (tooltip or None):
            self.tooltip = tooltip or None

    def on_click(self, event: Click) -> None:
        key = self._at(event.x)
        if key is None:
            return
        if key.enabled:
            self.app.simulate_key(key.key)
        else:
            self.app.bell()
