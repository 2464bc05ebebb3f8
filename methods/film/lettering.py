"""Text as masks, in a typeface that comes by pip. Its digits are all of one width."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .canvas import Canvas
from .colours import Colour

_FILES = files("font_source_sans_pro") / "files"


class Face(NamedTuple):
    """A weight (`Light`, `Regular`, `Semibold`) in a size in pixels."""

    weight: str
    size: int


@cache
def _font(face: Face) -> ImageFont.FreeTypeFont:
    # The basic layout is the one that every build of Pillow has.
    name = str(_FILES / f"SourceSansPro-{face.weight}.ttf")
    return ImageFont.truetype(name, face.size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _mask(text: str, face: Face) -> tuple[np.ndarray, int, int]:
    """The mask of a text, and where it begins from the left end of its base line."""
    left, top, right, bottom = (int(edge) for edge in _font(face).getbbox(text, anchor="ls"))
    picture = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
    draw = ImageDraw.Draw(picture)
    draw.text((-left, -top), text, fill=255, font=_font(face), anchor="ls")
    return np.asarray(picture, np.float32) / 255, left, top


@lru_cache(maxsize=4096)
def width(text: str, face: Face) -> float:
    """How far a text reaches, in pixels."""
    return float(_font(face).getlength(text))


def write(
    canvas: Canvas, text: str, face: Face, x: float, base: float, colour: Colour, align: float = 0
) -> float:
    """Write on a base line at x; `align` 0 begins there, 1 ends there. The x where it ends."""
    wide = width(text, face)
    start = round(x - align * wide)
    if text:
        mask, left, top = _mask(text, face)
        canvas.stamp(mask, start + left, round(base) + top, colour)
    return start + wide


def shortened(text: str, face: Face, room: float) -> str:
    """The text, or as much of it as there is room for with an ellipsis behind."""
    if width(text, face) <= room:
        return text
    while text and width(text.rstrip() + "\u2026", face) > room:
        text = text[:-1]
    return text.rstrip() + "\u2026"
