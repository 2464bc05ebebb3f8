"""Where the models stand: blocks of places under their names, on shelves that fill the picture.

Models come by size, the largest first, and are set on shelves like lines of text. All places have
the same size, the largest with which everything fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

LARGEST_PITCH = 32


@dataclass(frozen=True)
class Wanted:
    """A block to be placed: its name, how many places it needs, the width its label needs.

    `note` is written behind the name: what its drives have in common.
    """

    name: str
    note: str
    places: int
    label_width: float


@dataclass(frozen=True)
class Block:
    """A block that has its place: left upper corner of its first place, columns and rows."""

    name: str
    note: str
    places: int
    x: int
    y: int
    columns: int
    rows: int

    def as_dict(self) -> dict[str, int | str]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Field:
    """The part of the picture for the blocks, in pixels, and the room that they leave."""

    x: float
    y: float
    width: float
    height: float
    label_height: float
    gap_x: float
    gap_y: float


@dataclass(frozen=True)
class _Shelf:
    first: int
    stop: int
    rows: int


def arrange(wanted: Sequence[Wanted], field: Field) -> tuple[int, list[Block]] | None:
    """The distance from place to place (even, in pixels) and the blocks; None if they do not fit.

    `wanted` is in the order in which the blocks shall stand, the largest first.
    """
    best = None
    low, high = 1, LARGEST_PITCH // 2
    while low <= high:
        half = (low + high) // 2
        shelves = _shelves(wanted, field, 2 * half)
        if shelves is None:
            high = half - 1
        else:
            best = 2 * half, shelves
            low = half + 1
    if best is None:
        return None
    pitch, shelves = best
    return pitch, _set_on(shelves, wanted, field, pitch)


def _shelves(wanted: Sequence[Wanted], field: Field, pitch: int) -> list[_Shelf] | None:
    """The shelves of the least height together; None if that is more than there is."""
    extra = field.label_height + field.gap_y
    height = [0.0] + [math.inf] * len(wanted)
    last: list[_Shelf | None] = [None] * (len(wanted) + 1)
    for first in range(len(wanted)):
        if height[first] == math.inf:
            continue
        for stop in range(first + 1, len(wanted) + 1):
            rows = _rows(wanted[first:stop], field, pitch)
            if rows is None:
                break
            total = height[first] + rows * pitch + extra
            if total < height[stop]:
                height[stop], last[stop] = total, _Shelf(first, stop, rows)
    if height[-1] > field.height + field.gap_y:
        return None
    shelves: list[_Shelf] = []
    at = len(wanted)
    while at and (shelf := last[at]) is not None:
        shelves.insert(0, shelf)
        at = shelf.first
    return shelves


def _rows(models: Sequence[Wanted], field: Field, pitch: int) -> int | None:
    """The fewest rows with which blocks fit beside each other; None if there are none."""
    low, high = 1, max(model.places for model in models)
    if _width(models, field, pitch, high) > field.width:
        return None
    while low < high:
        rows = (low + high) // 2
        if _width(models, field, pitch, rows) > field.width:
            low = rows + 1
        else:
            high = rows
    return low


def _width(models: Sequence[Wanted], field: Field, pitch: int, rows: int) -> float:
    widths = [max(math.ceil(m.places / rows) * pitch, m.label_width) for m in models]
    return sum(widths) + field.gap_x * (len(models) - 1)


def _set_on(
    shelves: Sequence[_Shelf], wanted: Sequence[Wanted], field: Field, pitch: int
) -> list[Block]:
    """The blocks on their shelves; room that is left over goes between them."""
    used = sum(shelf.rows * pitch + field.label_height for shelf in shelves)
    gap_y = field.gap_y
    if len(shelves) > 1:
        gap_y = min((field.height - used) / (len(shelves) - 1), 2 * field.gap_y)
    blocks = []
    y = field.y
    for shelf in shelves:
        models = wanted[shelf.first : shelf.stop]
        spare = field.width - _width(models, field, pitch, shelf.rows)
        gap_x = field.gap_x
        if len(models) > 1:
            gap_x += min(spare / (len(models) - 1), field.gap_x)
        x = field.x
        for model in models:
            fewest = math.ceil(model.places / shelf.rows)
            columns = max(fewest, min(int(model.label_width // pitch), model.places))
            rows = math.ceil(model.places / columns)
            top = y + field.label_height
            blocks.append(
                Block(model.name, model.note, model.places, _even(x), _even(top), columns, rows)
            )
            x += max(fewest * pitch, model.label_width) + gap_x
        y += shelf.rows * pitch + field.label_height + gap_y
    return blocks


def _even(position: float) -> int:
    """The nearest pixel at which a pixel of colour begins."""
    return 2 * round(position / 2)
