"""Taking rows in an order that jumps about: short texts as values of one width.

Arrow looks up where each text begins and ends and copies it by itself, 160 ns a text. As values of 8 to
32 bytes, of which the lengths tell how much belongs to the text, it is half of that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from axtui.standard.arrays import Ints, byte_view

Take = Callable[[Ints], pa.Array]
"""Gives the values at some places, in their order."""
_WIDTHS = (8, 16, 24, 32)
_FEW = 4096


def taker(array: pa.Array) -> Take:
    """What takes values of an array."""
    width = _width(array)
    if width is None:
        return lambda places: array.take(pa.array(places))
    starts, lengths, data = byte_view(array)
    padded = np.concatenate([data[: starts[-1] + lengths[-1]], np.zeros(width, np.uint8)])
    whole = np.dtype((np.void, width))
    values = np.ndarray((len(padded) - width + 1,), whole, padded, strides=(1,))[starts]
    counts = lengths.astype(np.uint8)
    kept = (np.arange(width) < np.arange(width + 1)[:, None]).view(whole).ravel()

    def take(places: Ints) -> pa.Array:
        sizes = counts[places]
        ends = np.zeros(len(places) + 1, np.int32)
        np.cumsum(sizes, out=ends[1:])
        texts = values[places].view(np.uint8)[kept.take(sizes).view(bool)]
        parts = [None, pa.py_buffer(ends), pa.py_buffer(texts)]
        return pa.Array.from_buffers(array.type, len(places), parts)

    return take


def _width(array: pa.Array) -> int | None:
    """Into how many bytes all texts of an array fit without wasting most of them; None where that is
    not to be had, or does not pay."""
    kind = array.type
    if not (pa.types.is_string(kind) or pa.types.is_binary(kind)):
        return None
    if array.null_count or len(array) < _FEW:
        return None
    _, lengths, _ = byte_view(array)
    width = next((width for width in _WIDTHS if width >= lengths.max()), None)
    return width if width and width <= 2 * lengths.mean() + _WIDTHS[0] else None
