"""The head of the picture: the date, and the figures of all drives."""

from __future__ import annotations

from . import colours
from .canvas import Canvas
from .lettering import width, write
from .scene import Scene

FIGURES = ("drives running", "capacity", "failures so far")
# Left ends of the figures, from the right end of the picture, in the measures of Page.
_FIGURE_ENDS = (560, 262, 0)


def draw_fixed(canvas: Canvas, scene: Scene) -> None:
    """What stays the same: the captions of the figures."""
    page = scene.page
    small = page.face("Regular", 22)
    write(canvas, "Every square is a disk drive", small, page.left, page.px(134), colours.SOFT)
    for text, end in zip(FIGURES, _FIGURE_ENDS, strict=True):
        write(canvas, text, small, page.right - page.px(end), page.px(134), colours.SOFT, 1)


def draw_moving(canvas: Canvas, scene: Scene, frame: int) -> None:
    """What changes: the date and the figures."""
    page = scene.page
    base = page.px(98)
    today = scene.clock.date(frame)
    strong, light = page.face("Semibold", 68), page.face("Light", 68)
    x = write(canvas, f"{today.year}", strong, page.left, base, colours.INK) + page.px(22)
    # The day stands in a column of its own: nothing moves when it gets its second digit.
    x += width("00", light)
    write(canvas, f"{today.day}", light, x, base, colours.INK, 1)
    write(canvas, f"{today:%B}", light, x + page.px(16), base, colours.INK)

    now = scene.counts(frame)
    texts = (f"{now.running:,}", capacity_text(now.capacity), f"{now.failures:,}")
    figure = page.face("Semibold", 58)
    for text, end, name in zip(texts, _FIGURE_ENDS, FIGURES, strict=True):
        colour = colours.RED if name == FIGURES[-1] and now.failures else colours.INK
        write(canvas, text, figure, page.right - page.px(end), base, colour, 1)


def capacity_text(capacity: int) -> str:
    """Bytes as TB, PB or EB, with as many digits as do not flicker."""
    for size, unit in ((1e18, "EB"), (1e15, "PB")):
        if capacity >= size:
            return f"{capacity / size:.2f} {unit}"
    return f"{capacity / 1e12:.0f} TB"
