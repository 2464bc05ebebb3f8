"""A picture in half cells: two points in each, which every terminal with colours can show."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import RenderResult
from textual.events import Resize
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from PIL import Image

_MOST_POINTS = 60_000_000
"""A picture of more points is not unpacked: it would take hundreds of megabytes."""
_SHADES = " .:-=+*#%@"


@dataclass(frozen=True)
class Points:
    """A picture scaled to cells: `rows[y][x]` are (red, green, blue), two rows to a line of cells."""

    width: int
    rows: tuple[tuple[tuple[int, int, int], ...], ...]


def can_be_drawn() -> bool:
    """Whether there is what reads pictures."""
    return find_spec("PIL") is not None


def points(path: Path, width: int, height: int) -> Points | str:
    """A picture scaled into `width` by `height` cells, or why it cannot be shown. Takes long."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > _MOST_POINTS:
                return "it is too large to be drawn here"
            picture.draft("RGB", (width * 2, height * 4))
            return _scaled(picture, width, height)
    except (
        OSError,
        UnidentifiedImageError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:
        return f"it cannot be drawn: {error}"


def _scaled(picture: Image.Image, width: int, height: int) -> Points:
    """Cells are twice as high as wide, so a half cell is a square."""
    scale = min(width / picture.width, height * 2 / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    flat = picture.convert("RGBA").resize(size)
    red, green, blue, alpha = flat.split()
    from PIL import Image

    ground = Image.new("RGBA", size, (24, 24, 24, 255))
    flat = Image.alpha_composite(ground, Image.merge("RGBA", (red, green, blue, alpha)))
    data = flat.convert("RGB").tobytes()
    across = size[0]
    rows = []
    for y in range(size[1]):
        line = data[y * across * 3 : (y + 1) * across * 3]
        rows.append(tuple((line[x], line[x + 1], line[x + 2]) for x in range(0, len(line), 3)))
    return Points(across, tuple(rows))


class HalfCells(Widget):
    """Draws points. Without colours they become letters of more or less ink."""

    class Resized(Message):
        """There is other room for the picture."""

    DEFAULT_CSS = "HalfCells { width: 1fr; height: 1fr; }"

    def __init__(self, *, unicode: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._unicode = unicode
        self._points: Points | None = None

    def on_resize(self, event: Resize) -> None:
        self.post_message(self.Resized())

    def show(self, found: Points | None) -> None:
        """Show a picture, or none."""
        self._points = found
        self.refresh()

    def render(self) -> RenderResult:
        return ""

    def render_line(self, y: int) -> Strip:
        width, base = self.size.width, self.rich_style
        found = self._points
        if found is None or y * 2 >= len(found.rows):
            return Strip.blank(width, base)
        upper = found.rows[y * 2]
        lower = found.rows[y * 2 + 1] if y * 2 + 1 < len(found.rows) else None
        margin = max(0, (width - found.width) // 2)
        segments = [Segment(" " * margin, base)]
        if self._unicode and not self.app.no_color:
            for x, top in enumerate(upper):
                bottom = Color.from_rgb(*lower[x]) if lower else base.bgcolor
                segments.append(Segment("▀", Style(color=Color.from_rgb(*top), bgcolor=bottom)))
        else:
            segments.append(Segment("".join(map(_shade, upper)), base))
        return Strip(segments).adjust_cell_length(width, base)


def _shade(point: tuple[int, int, int]) -> str:
    """A letter with as much ink as a point has light."""
    red, green, blue = point
    light = (299 * red + 587 * green + 114 * blue) // 1000
    return _SHADES[light * (len(_SHADES) - 1) // 255]
