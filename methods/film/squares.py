"""The drives: squares that pop up, change colour with age, and go, in red if they failed."""

from __future__ import annotations

import numpy as np

from . import colours
from .canvas import Canvas
from .colours import Colour
from .scene import Scene

POP_SECONDS = 0.35
REMOVE_SECONDS = 0.6
# A failure in seconds since it happened: white, red, shrinking; then an ember is left to cool.
FLASH, HOLD, GONE, COLD = 0.12, 0.7, 1.3, 5.0
MOST_GLOWS = 150  # more at once would be a haze, and take long
DAYS_PER_YEAR = 365.25


class Squares:
    """Draws the drives of a scene, frame by frame."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        pitch = scene.pitch
        self.side = pitch - max(1, round(pitch * 0.16)) if pitch > 2 else pitch
        self.half_side = (self.side + 1) // 2
        self.empty = np.empty((3, int(scene.first_cells[-1])), np.uint8)
        self.empty[:] = _bytes(colours.PLACE)
        self.left, self.top = np.empty((2, self.empty.shape[1]), int)
        for block, first in zip(scene.blocks, scene.first_cells, strict=False):
            cells = np.arange(block.columns * block.rows)
            stop = first + len(cells)
            self.left[first:stop] = block.x + pitch * (cells % block.columns)
            self.top[first:stop] = block.y + pitch * (cells // block.columns)
            # The last row need not be full: what is behind its end is no place.
            self.empty[:, first + block.places : stop] = _bytes(colours.BACKGROUND)
        self.glow = _glow(max(scene.page.px(17), 2.2 * pitch))

    def draw(self, canvas: Canvas, frame: int) -> None:
        """Draw all drives as they are in a frame."""
        scene = self.scene
        here = (scene.comes <= frame) & (frame < scene.goes)
        since_come = (frame - scene.comes) / scene.fps
        since_gone = (frame - scene.goes) / scene.fps
        is_young = here & (since_come < POP_SECONDS)
        gone = (scene.goes <= frame) & (since_gone < COLD)
        removed = np.flatnonzero(gone & ~scene.failed & (since_gone < REMOVE_SECONDS))
        failed = np.flatnonzero(gone & scene.failed)

        cells = self.empty.copy()
        cells[:, scene.cell[failed]] = _embers(since_gone[failed])
        under = cells.copy()
        steady = here & ~is_young
        cells[:, scene.cell[steady]] = self._age_colours(steady, frame)
        self._draw_cells(canvas, cells)

        young = np.flatnonzero(is_young)
        self._draw_young(canvas, under, young, since_come[young] / POP_SECONDS, frame)
        self._draw_removed(canvas, under, removed, since_gone[removed] / REMOVE_SECONDS)
        fading = failed[(since_gone[failed] >= HOLD) & (since_gone[failed] < GONE)]
        self._draw_fading(canvas, under, fading, since_gone[fading])
        fresh = failed[since_gone[failed] < HOLD]
        fresh = fresh[np.argsort(-since_gone[fresh], kind="stable")]
        for life in fresh[-MOST_GLOWS:]:
            self._draw_glow(canvas, int(scene.cell[life]), float(since_gone[life]))
        for life in fresh:
            self._draw_failed(canvas, int(scene.cell[life]), float(since_gone[life]))

    def _age_colours(self, lives: np.ndarray, frame: float) -> np.ndarray:
        days = self.scene.clock.day(frame) - self.scene.born[lives]
        return colours.of_age(days / DAYS_PER_YEAR)

    def _draw_cells(self, canvas: Canvas, cells: np.ndarray) -> None:
        """Squares of full size: one colour for each place."""
        scene, pitch = self.scene, self.scene.pitch
        for block, first in zip(scene.blocks, scene.first_cells, strict=False):
            stop = first + block.columns * block.rows
            shape = (3, block.rows, block.columns)
            luma, blue, red = cells[:, first:stop].reshape(shape)
            _tile(canvas.luma, luma, block.x, block.y, pitch, self.side, colours.BACKGROUND.luma)
            half = (block.x // 2, block.y // 2, pitch // 2, self.half_side)
            _tile(canvas.blue, blue, *half, colours.BACKGROUND.blue)
            _tile(canvas.red, red, *half, colours.BACKGROUND.red)

    def _draw_young(
        self, canvas: Canvas, under: np.ndarray, lives: np.ndarray, age: np.ndarray, frame: float
    ) -> None:
        """Squares that grow out of their places, bright at first."""
        colour = self._age_colours(lives, frame).astype(np.float32)
        shine = (1 - age) ** 2
        colour += (_column(colours.INK) - colour) * shine.astype(np.float32)
        self._draw_sized(canvas, under, lives, colour, 1 - (1 - age) ** 3)

    def _draw_removed(
        self, canvas: Canvas, under: np.ndarray, lives: np.ndarray, gone: np.ndarray
    ) -> None:
        """Squares that turn grey and shrink into their places."""
        colour = np.repeat(_column(colours.REMOVED), len(lives), axis=1)
        self._draw_sized(canvas, under, lives, colour, (1 - gone) ** 1.5)

    def _draw_sized(
        self,
        canvas: Canvas,
        under: np.ndarray,
        lives: np.ndarray,
        colour: np.ndarray,
        scale: np.ndarray,
    ) -> None:
        """Squares of any size up to the full one, in the middle of their places, all at once."""
        if not len(lives):
            return
        cell = self.scene.cell[lives]
        sides = (self.side, self.half_side, self.half_side)
        planes = zip(canvas.planes, (1, 2, 2), sides, strict=True)
        for number, (plane, parts, side) in enumerate(planes):
            cover = _cover(scale, side)
            ground = under[number, cell].astype(np.float32)[:, None, None]
            paint = ground + (colour[number][:, None, None] - ground) * cover
            at = np.arange(side)
            rows = self.top[cell][:, None] // parts + at
            columns = self.left[cell][:, None] // parts + at
            plane[rows[:, :, None], columns[:, None, :]] = np.rint(paint)

    def _draw_fading(
        self, canvas: Canvas, under: np.ndarray, lives: np.ndarray, seconds: np.ndarray
    ) -> None:
        """Red squares that grow smaller and smaller."""
        colour = np.repeat(_column(colours.RED), len(lives), axis=1)
        scale = 1 - ((seconds - HOLD) / (GONE - HOLD)) ** 2
        self._draw_sized(canvas, under, lives, colour, scale)

    def _draw_glow(self, canvas: Canvas, cell: int, seconds: float) -> None:
        """The light that a failure throws on what is around it."""
        reach = self.glow.shape[0] // 2
        x = int(self.left[cell] + self.side / 2) - reach
        y = int(self.top[cell] + self.side / 2) - reach
        strength = np.float32(0.85 * (1 - seconds / HOLD) ** 2)
        canvas.stamp(self.glow * strength, x, y, colours.RED)

    def _draw_failed(self, canvas: Canvas, cell: int, seconds: float) -> None:
        """A drive that has just failed: a white flash larger than its place, then red."""
        side = self.side * _failing_scale(seconds)
        middle = self.side / 2
        x, y = self.left[cell] + middle - side / 2, self.top[cell] + middle - side / 2
        heat = min(seconds / (2.5 * FLASH), 1)
        canvas.fill(x, y, side, side, colours.mixed(colours.HOT, colours.RED, heat))


def _failing_scale(seconds: float) -> float:
    """The size of a failed drive's square until it fades: it starts up and settles."""
    if seconds < FLASH:
        return 1 + 0.6 * seconds / FLASH
    return 1 + 0.6 * (1 - (seconds - FLASH) / (HOLD - FLASH)) ** 3


def _embers(seconds: np.ndarray) -> np.ndarray:
    """The colours of places whose drives have failed so long ago: (3, n) bytes."""
    cold, hot = _column(colours.PLACE), _column(colours.EMBER)
    return np.rint(hot + (cold - hot) * (seconds / COLD)).astype(np.uint8)


def _cover(scale: np.ndarray, side: int) -> np.ndarray:
    """How much of each of side x side pixels a square in their middle covers: (n, side, side)."""
    at = np.arange(side)
    margin = (side * (1 - scale) / 2)[:, None]
    line = np.clip(np.minimum(at + 1, side - margin) - np.maximum(at, margin), 0, 1)
    return (line[:, :, None] * line[:, None, :]).astype(np.float32)


def _tile(
    plane: np.ndarray, grid: np.ndarray, x: int, y: int, pitch: int, side: int, ground: float
) -> None:
    """Lay a grid of values (rows, columns) over a plane, each value a square of `side` pixels."""
    rows, columns = grid.shape
    line = np.repeat(grid, pitch, axis=1)
    line.reshape(rows, columns, pitch)[:, :, side:] = round(ground)
    corners = line
    if side >= 8:
        # Corners are taken off a little.
        corners = line.copy()
        cut = corners.reshape(rows, columns, pitch)
        cut[:, :, 0 : side : side - 1] = (cut[:, :, 0 : side : side - 1] + ground) / 2 + 0.5
    right = x + columns * pitch
    for row in range(side):
        source = corners if row in (0, side - 1) else line
        plane[y + row : y + rows * pitch : pitch, x:right] = source


def _glow(radius: float) -> np.ndarray:
    """A round mask, 1 in the middle and nothing at the radius."""
    reach = int(np.ceil(radius))
    at = np.arange(-reach, reach + 1) / radius
    distance = np.minimum(np.hypot(at[:, None], at), 1)
    return ((1 - distance) ** 2).astype(np.float32)


def _column(colour: Colour) -> np.ndarray:
    return np.array(colour, np.float32)[:, None]


def _bytes(colour: Colour) -> np.ndarray:
    return np.rint(_column(colour)).astype(np.uint8)
