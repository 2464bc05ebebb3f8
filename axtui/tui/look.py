"""How states look: a glyph and a word for each, and a colour that only repeats what they say."""

from __future__ import annotations

import locale
from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """One state: its glyph, the one for terminals without Unicode, its word, and the tone that repeats it:
    a colour of the theme, or `muted`."""

    glyph: str
    plain: str
    word: str
    color: str

    @property
    def style(self) -> str:
        """The style of text that tells it, in Textual's words."""
        return "$foreground-muted" if self.color == "muted" else f"$text-{self.color}"


LOOKS = {
    "running": Look("●", "*", "running", "primary"),
    "queued": Look("◌", ".", "queued", "muted"),
    "complete": Look("✔", "+", "complete", "success"),
    "reused": Look("=", "=", "re-used", "secondary"),
    "stale": Look("~", "~", "stale", "warning"),
    "failed": Look("✖", "X", "failed", "error"),
    "cancelled": Look("⊘", "-", "cancelled", "warning"),
    "lost": Look("?", "?", "lost", "warning"),
    "damaged": Look("!", "!", "damaged", "error"),
    "collected": Look("∅", "0", "collected", "muted"),
    "gone": Look("✖", "X", "gone", "error"),
    "input": Look("▤", "i", "input", "accent"),
    "result": Look("★", "r", "result", "accent"),
}
"""Every state that the dashboard tells, jobs' own among them."""

_UNKNOWN = Look("·", ".", "unknown", "muted")


def look(state: str) -> Look:
    """How a state looks."""
    return LOOKS.get(state, _UNKNOWN)


def glyph(state: str, unicode: bool = True) -> str:
    """The glyph of a state, one cell wide."""
    found = look(state)
    return found.glyph if unicode else found.plain


def told(state: str, unicode: bool = True) -> str:
    """Glyph and word: '✔ complete'."""
    return f"{glyph(state, unicode)} {look(state).word}"


def speaks_unicode() -> bool:
    """Whether the terminal's locale can show the glyphs."""
    return locale.getpreferredencoding(False).lower().replace("-", "") == "utf8"
