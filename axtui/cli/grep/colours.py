"""The colours of the lines that are shown, or none."""

from __future__ import annotations

from axtui import userconfig
from axtui.accelerator.colourwrapper import Colour, colours_of


class Colours:
    """Puts texts between the escape codes that the user has for a use, such as `grep/highlight`. With
    `lined` the use on lines that are coloured themselves, `lined/...`, goes first."""

    def __init__(self, enabled: bool, lined: bool = False) -> None:
        self.enabled = enabled
        self._prefix = "lined/" if lined else ""
        self._colour = Colour(colours_of(userconfig.read().colours))

    def __call__(self, text: str, use: str) -> str:
        """A text in the colours of a use."""
        before, after = self.around(use)
        return f"{before}{text}{after}"

    def around(self, use: str) -> tuple[str, str]:
        """What stands before and after a text. Raises ColourError where the user's colours are none."""
        if not self.enabled:
            return "", ""
        return self._colour.pre_post(self._prefix + use)
