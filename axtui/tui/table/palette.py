"""The styles a table is painted with, from the theme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.style import Style
from textual.style import Style as ContentStyle
from textual.widget import Widget

COMPONENTS = {
    "table--header",
    "table--current",
    "table--odd",
    "table--null",
    "table--waiting",
    "table--empty",
    "table--cursor",
    "table--resting",
}
"""What style sheets can style, as `Table > .table--header`."""

STYLES = """
Grid {
    height: 1fr;
    width: 1fr;
    color: $foreground;
    scrollbar-size-vertical: 1;
    scrollbar-size-horizontal: 1;
    & > .table--header { color: $text-muted; text-style: bold; }
    & > .table--current { color: $primary; text-style: bold underline; }
    & > .table--null { color: $text-muted; text-style: italic; }
    & > .table--waiting { color: $text-muted; }
    & > .table--empty { color: $text-muted; }
    & > .table--cursor { color: $primary; text-style: bold reverse; }
    & > .table--resting { background: $panel; text-style: bold; }
}
"""
"""How a table looks where no style sheet says otherwise: one accent, the cursor reversed."""


@dataclass(frozen=True)
class Palette:
    """The styles that a table is painted with, and what reads styles given in words."""

    base: Style
    odd: Style
    header: Style
    current: Style
    null: Style
    waiting: Style
    empty: Style
    cursor: Style
    parse: Callable[[str | ContentStyle], ContentStyle]
    _known: dict[tuple[Style, str | ContentStyle], Style] = field(default_factory=dict)

    def over(self, ground: Style, words: str | ContentStyle) -> Style:
        """A style given in words on a ground, its shades blended with it."""
        style = self._known.get((ground, words))
        if style is None:
            whole = ContentStyle.from_rich_style(ground) + self.parse(words)
            style = whole.rich_style
            if whole.background is not None and whole.foreground is not None:
                ink = whole.background + whole.foreground  # "auto" becomes black or white ...
                style += Style(color=(whole.background + ink).rich_color)  # ... and its shade
            self._known[ground, words] = style
        return style


def palette_of(table: Widget, zebra: bool) -> Palette:
    """The styles of a table as its style sheet and the theme have them now."""

    def own(name: str) -> Style:
        """What a component adds to the ground it stands on; shades as they are on the table's."""
        whole = table.get_component_rich_style(name)
        return table.get_component_rich_style(name, partial=True) + Style(color=whole.color)

    base = table.rich_style
    return Palette(
        base=base,
        odd=base + own("table--odd") if zebra else base,
        header=base + own("table--header"),
        current=own("table--current"),
        null=own("table--null"),
        waiting=own("table--waiting"),
        empty=base + own("table--empty"),
        cursor=own("table--cursor" if table.has_focus else "table--resting"),
        parse=table.app.stylesheet.parse_style,
    )
