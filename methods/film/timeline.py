"""The foot of the picture: all the days as a line, failures as they come, and what colours mean."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from . import colours
from .canvas import Canvas, edge_cover
from .colours import Colour
from .lettering import width, write
from .scene import Scene

BAR, BAR_GAP, TALLEST = 5, 2, 44
LEGEND_WIDTH = 560
AGE_SAMPLES = 9


class Timeline:
    """Draws the line of days and the legend beside it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        page = scene.page
        self.left, self.right = page.left, page.right - page.px(LEGEND_WIDTH)
        self.base = scene.page.height - page.px(62)
        clock = scene.clock
        self.first, self.last = clock.frames[0], max(clock.frames[-1], clock.frames[0] + 1)
        step = max(page.px(BAR + BAR_GAP), 2)
        edges = np.linspace(self.first, self.last, max(int((self.right - self.left) / step), 1) + 1)
        counts, _ = np.histogram(scene.failures, edges)
        self.bar_ends = edges[1:]
        self.bar_step = (self.right - self.left) / len(counts)
        self.bars = self._bar_mask(counts)

    def _bar_mask(self, counts: np.ndarray) -> np.ndarray:
        """A bar for each count, the highest as high as may be."""
        page = self.scene.page
        tallest = page.px(TALLEST)
        mask = np.zeros((int(np.ceil(tallest)), int(np.ceil(self.right - self.left))), np.float32)
        for number, high in enumerate(tallest * counts / max(counts.max(initial=0), 1)):
            start = number * self.bar_step
            across = edge_cover(start, start + max(page.px(BAR), 1), mask.shape[1])
            upwards = edge_cover(mask.shape[0] - high, mask.shape[0], mask.shape[0])
            mask += upwards[:, None] * across
        return mask

    def _x(self, frame: float) -> float:
        share = (frame - self.first) / (self.last - self.first)
        return self.left + min(max(share, 0), 1) * (self.right - self.left)

    def draw_fixed(self, canvas: Canvas) -> None:
        """The line, its years (or months, or days), and the legend."""
        page = self.scene.page
        line = max(page.px(2), 1)
        canvas.fill(self.left, self.base, self.right - self.left, line, colours.FAINT)
        face = page.face("Regular", 19)
        end = -1.0
        for day, text in _marks(self.scene):
            x = self._x(float(self.scene.clock.frame(np.array(float(day)))))
            if x >= end and x + width(text, face) <= self.right:
                canvas.fill(x, self.base, line, page.px(8), colours.FAINT)
                end = write(canvas, text, face, x, self.base + page.px(28), colours.SOFT)
                end += page.px(18)
        self._draw_legend(canvas)

    def draw_moving(self, canvas: Canvas, frame: int) -> None:
        """The failures up to this frame, and where it is on the line."""
        page = self.scene.page
        done = int(np.searchsorted(self.bar_ends, frame, side="right") * self.bar_step)
        bars = self.bars[:, :done]
        top = round(self.base - page.px(3)) - bars.shape[0]
        canvas.stamp(bars, round(self.left), top, colours.RED)
        x = self._x(frame)
        thick = max(page.px(4), 1)
        canvas.fill(self.left, self.base - thick / 4, x - self.left, thick, colours.SOFT)
        radius = page.px(7)
        mask = _disc(radius)
        corner = round(x) - mask.shape[0] // 2, round(self.base + thick / 4) - mask.shape[0] // 2
        canvas.stamp(mask, *corner, colours.INK)

    def _draw_legend(self, canvas: Canvas) -> None:
        """From the right end of the picture: what is taken out, what fails, how old is what."""
        page = self.scene.page
        face = page.face("Regular", 19)
        side, gap = page.px(18), page.px(44)
        top, base = self.base - page.px(34), self.base + page.px(9)

        x = page.right - width("taken out", face)
        self._sample(canvas, x, top, side, colours.PLACE)
        inset = side * 0.22
        self._sample(canvas, x + inset, top + inset, side - 2 * inset, colours.REMOVED)
        write(canvas, "taken out", face, x, base, colours.SOFT)
        x -= gap + width("fails", face)
        self._sample(canvas, x, top, side, colours.RED)
        write(canvas, "fails", face, x, base, colours.SOFT)
        end = x - gap
        x = end - side
        for years in np.linspace(colours.OLDEST_YEARS, 0, AGE_SAMPLES):
            self._sample(canvas, x, top, side, _of(years))
            x -= page.px(21)
        write(canvas, "new", face, x + page.px(21), base, colours.SOFT)
        oldest = f"{colours.OLDEST_YEARS:.0f} years old"
        write(canvas, oldest, face, end, base, colours.SOFT, 1)

    def _sample(self, canvas: Canvas, x: float, y: float, side: float, colour: Colour) -> None:
        canvas.fill(x, y, side, side, colour)


def _of(years: float) -> Colour:
    return Colour(*(float(value) for value in colours.of_age(np.array([years]))[:, 0]))


def _marks(scene: Scene) -> list[tuple[int, str]]:
    """Days to be marked and their labels: years if there are some, else months, else days."""
    numbers = [int(day) for day in scene.clock.days]
    days = [date.fromordinal(number) for number in range(numbers[0], numbers[-1] + 1)]
    years = [(day.toordinal(), f"{day.year}") for day in days if (day.month, day.day) == (1, 1)]
    if len(years) > 1:
        return [(numbers[0], f"{days[0].year}"), *years]
    months = [(day.toordinal(), f"{day:%b %Y}") for day in days if day.day == 1]
    if len(months) > 1:
        return [(numbers[0], f"{days[0]:%b %Y}"), *months]
    return [(number, f"{date.fromordinal(number):%-d %b}") for number in numbers]


@lru_cache(maxsize=4)
def _disc(radius: float) -> np.ndarray:
    """A round mask with a soft edge."""
    reach = int(np.ceil(radius)) + 1
    at = np.arange(-reach, reach + 1)
    distance = np.hypot(at[:, None], at)
    return np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)
