"""A picture in the encoder's own form (YUV 4:2:0), so that no frame has to be converted."""

from __future__ import annotations

import numpy as np

from .colours import Colour


class Canvas:
    """A picture of `width` x `height` pixels (multiples of 4): a luma plane, two of half the size.

    `data` is the whole of it, (height * 3 / 2, width) bytes; the planes are views into it.
    """

    def __init__(self, width: int, height: int, background: Colour) -> None:
        if width % 4 or height % 4:
            raise ValueError(f"width and height must be multiples of 4, not {width} x {height}")
        self.width, self.height = width, height
        self.data = np.empty((height * 3 // 2, width), np.uint8)
        quarter = height // 4
        half = (height // 2, width // 2)
        self.luma = self.data[:height]
        self.blue = self.data[height : height + quarter].reshape(half)
        self.red = self.data[height + quarter :].reshape(half)
        for plane, value in zip(self.planes, background, strict=True):
            plane[:] = round(value)

    @property
    def planes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Luma, blue, red."""
        return self.luma, self.blue, self.red

    def start_from(self, other: Canvas) -> None:
        """Become a copy of another canvas of the same size."""
        np.copyto(self.data, other.data)

    def stamp(self, mask: np.ndarray, x: int, y: int, colour: Colour) -> None:
        """Lay a colour over the picture through a mask (height, width) of 0 to 1 at (x, y).

        What lies outside the picture is cut off.
        """
        left, top = max(-x, 0), max(-y, 0)
        mask = mask[top : max(self.height - y, 0), left : max(self.width - x, 0)]
        if not mask.size:
            return
        x, y = x + left, y + top
        height, width = mask.shape
        _blend(self.luma[y : y + height, x : x + width], mask, colour.luma)
        half = _halved(mask, x, y)
        rows = slice(y // 2, y // 2 + half.shape[0])
        columns = slice(x // 2, x // 2 + half.shape[1])
        _blend(self.blue[rows, columns], half, colour.blue)
        _blend(self.red[rows, columns], half, colour.red)

    def clear(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """Nothing but a colour, in a rectangle that is widened to whole pixels of colour."""
        left, top = x // 2, y // 2
        right, bottom = (x + width + 1) // 2, (y + height + 1) // 2
        self.luma[2 * top : 2 * bottom, 2 * left : 2 * right] = round(colour.luma)
        self.blue[top:bottom, left:right] = round(colour.blue)
        self.red[top:bottom, left:right] = round(colour.red)

    def fill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A rectangle; edges that do not lie between pixels are blended."""
        left, top = int(np.floor(x)), int(np.floor(y))
        columns = edge_cover(x - left, x - left + width, int(np.ceil(x + width)) - left)
        rows = edge_cover(y - top, y - top + height, int(np.ceil(y + height)) - top)
        self.stamp(rows[:, None] * columns, left, top, colour)


def edge_cover(start: float, stop: float, size: int) -> np.ndarray:
    """How much of each of `size` pixels lies between start and stop."""
    at = np.arange(size)
    return np.clip(np.minimum(at + 1, stop) - np.maximum(at, start), 0, 1).astype(np.float32)


def _blend(region: np.ndarray, mask: np.ndarray, value: float) -> None:
    # Truncated after a half is added: the values are above 0, and rounding takes longer.
    region[:] = region + (np.float32(value) - region) * mask + np.float32(0.5)


def _halved(mask: np.ndarray, x: int, y: int) -> np.ndarray:
    """The mask at half the size: the mean of each two by two pixels of the picture."""
    height, width = mask.shape
    top, left = y % 2, x % 2
    whole = np.zeros((top + height + (top + height) % 2, left + width + (left + width) % 2), "f4")
    whole[top : top + height, left : left + width] = mask
    pairs = whole[0::2] + whole[1::2]
    return (pairs[:, 0::2] + pairs[:, 1::2]) * np.float32(0.25)
