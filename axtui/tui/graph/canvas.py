"""Layers of boxes placed on a canvas of cells, with the lines between them. Free of any widget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from axtui.build.graph.layers import Bend, Box, Layered
from axtui.texttable import cell_width

HEIGHT = 4
"""Rows of a box: two lines of text in a frame."""
_GAP_ROWS = 1
_LEAST, _MOST = 12, 30
"""Cells that the text of a box takes."""
_MARGIN = 2
_MOST_TRACKS = 10

_NORTH, _EAST, _SOUTH, _WEST = 1, 2, 4, 8
_LINES = {
    _EAST | _WEST: "─-",
    _NORTH | _SOUTH: "│|",
    _EAST | _SOUTH: "╭.",
    _WEST | _SOUTH: "╮.",
    _NORTH | _EAST: "╰`",
    _NORTH | _WEST: "╯'",
    _NORTH | _SOUTH | _EAST: "├+",
    _NORTH | _SOUTH | _WEST: "┤+",
    _EAST | _WEST | _SOUTH: "┬+",
    _EAST | _WEST | _NORTH: "┴+",
    _NORTH | _EAST | _SOUTH | _WEST: "┼+",
    _EAST: "─-",
    _WEST: "─-",
    _NORTH: "│|",
    _SOUTH: "│|",
}
_FRAMES = {
    True: (("╭", "─", "╮"), ("│", " ", "│"), ("╰", "─", "╯")),
    False: ((".", "-", "."), ("|", " ", "|"), ("'", "-", "'")),
}
_HERE = {
    True: (("┏", "━", "┓"), ("┃", " ", "┃"), ("┗", "━", "┛")),
    False: (("#", "=", "#"), ("#", " ", "#"), ("#", "=", "#")),
}


@dataclass(frozen=True)
class Placed:
    """A box with its place: `x`, `y` of its upper left corner, `width` with the frame."""

    box: Box
    layer: int
    x: int
    y: int
    width: int

    @property
    def middle(self) -> int:
        """The row at which lines come in and go out."""
        return self.y + HEIGHT // 2 - 1


@dataclass
class Canvas:
    """Boxes by key, and the cells of lines: (x, y) -> (character, the edges that pass there)."""

    width: int = 0
    height: int = 0
    boxes: dict[str, Placed] = field(default_factory=dict)
    cells: dict[tuple[int, int], tuple[str, frozenset[tuple[str, str]]]] = field(
        default_factory=dict
    )


def place(layers: Layered, texts: Mapping[str, tuple[str, str]], unicode: bool = True) -> Canvas:
    """Put the boxes and lines of a graph on a canvas; `texts` are the two lines of each box."""
    rows = _rows(layers)
    columns, tracks = _columns(layers, texts, rows)
    canvas = Canvas()
    ports: dict[tuple[int, str], tuple[int, int, int]] = {}
    for number, layer in enumerate(layers.layers):
        x, width = columns[number]
        for one, y in zip(layer, rows[number], strict=True):
            if isinstance(one, Box):
                placed = Placed(one, number, x, y, width)
                canvas.boxes[one.key] = placed
                ports[number, one.key] = (x - 1, x + width, placed.middle)
            else:
                ports[number, _bend(one)] = (x - 1, x + width, y)
    masks: dict[tuple[int, int], int] = defaultdict(int)
    passing: dict[tuple[int, int], set[tuple[str, str]]] = defaultdict(set)
    for edge, steps in _steps(layers):
        for number, (begin, end) in steps:
            start, stop = ports[number, begin], ports[number + 1, end]
            track = tracks[number][begin] if start[2] != stop[2] else None
            for cell, mask in _line(start, stop, track):
                masks[cell] |= mask
                passing[cell].add(edge)
        for number, (begin, _) in steps[1:]:
            left, right, y = ports[number, begin]
            for x in range(left + 1, right):
                masks[x, y] |= _EAST | _WEST
                passing[x, y].add(edge)
    for cell, mask in masks.items():
        char = _LINES[mask][0 if unicode else 1]
        canvas.cells[cell] = (char, frozenset(passing[cell]))
    ends = [one.x + one.width for one in canvas.boxes.values()]
    canvas.width = max(ends, default=0) + _MARGIN
    canvas.height = max((one.y + HEIGHT for one in canvas.boxes.values()), default=0)
    return canvas


def _bend(bend: Bend) -> str:
    return f"{bend.source}>{bend.target}"


def _rows(layers: Layered) -> list[list[int]]:
    """The uppermost row of everything, each layer in the middle of the tallest."""
    heights = [[HEIGHT if isinstance(one, Box) else 1 for one in layer] for layer in layers.layers]
    totals = [sum(each) + _GAP_ROWS * max(0, len(each) - 1) for each in heights]
    tallest = max(totals, default=0)
    found = []
    for each, total in zip(heights, totals, strict=True):
        y = (tallest - total) // 2
        rows = []
        for height in each:
            rows.append(y)
            y += height + _GAP_ROWS
        found.append(rows)
    return found


def _columns(
    layers: Layered, texts: Mapping[str, tuple[str, str]], rows: list[list[int]]
) -> tuple[list[tuple[int, int]], list[dict[str, int]]]:
    """(x, width) of each layer, and behind it the column in which each line turns."""
    columns: list[tuple[int, int]] = []
    tracks: list[dict[str, int]] = []
    turning = _turning(layers)
    x = _MARGIN
    for number, layer in enumerate(layers.layers):
        boxes = [one for one in layer if isinstance(one, Box)]
        widest = max((cell_width(text) for one in boxes for text in texts[one.key]), default=0)
        width = min(max(widest, _LEAST), _MOST) + 4
        columns.append((x, width))
        begins = turning.get(number, [])
        used = min(len(begins), _MOST_TRACKS)
        x += width
        tracks.append({name: x + 1 + at % max(1, used) for at, name in enumerate(begins)})
        x += used + 3
    return columns, tracks


def _turning(layers: Layered) -> dict[int, list[str]]:
    """For each layer what sends lines to the next one, top to bottom."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for _, steps in _steps(layers):
        for number, (begin, _) in steps:
            found[number][begin] = None
    order = {
        (number, one.key if isinstance(one, Box) else _bend(one)): row
        for number, layer in enumerate(layers.layers)
        for row, one in enumerate(layer)
    }
    return {
        number: sorted(names, key=lambda name: -order[number, name])
        for number, names in found.items()
    }


def _steps(
    layers: Layered,
) -> Iterator[tuple[tuple[str, str], list[tuple[int, tuple[str, str]]]]]:
    """Each edge with its steps from layer to layer: (layer, (from, to))."""
    at = {
        one.key: number
        for number, layer in enumerate(layers.layers)
        for one in layer
        if isinstance(one, Box)
    }
    for source, target in sorted(layers.edges):
        begin, end = at[source], at[target]
        bend = f"{source}>{target}"
        names = [source, *[bend] * (end - begin - 1), target]
        yield (
            (source, target),
            [(begin + i, (names[i], names[i + 1])) for i in range(len(names) - 1)],
        )


def _line(
    start: tuple[int, int, int], stop: tuple[int, int, int], track: int | None
) -> Iterator[tuple[tuple[int, int], int]]:
    """The cells from the right of one to the left of the next, turning in the column `track`."""
    x, end = start[1], stop[0]
    y, to = start[2], stop[2]
    if track is None:
        for at in range(x, end + 1):
            yield (at, y), _EAST | _WEST
        return
    for at in range(x, track):
        yield (at, y), _EAST | _WEST
    down = to > y
    yield (track, y), _WEST | (_SOUTH if down else _NORTH)
    for row in range(min(y, to) + 1, max(y, to)):
        yield (track, row), _NORTH | _SOUTH
    yield (track, to), (_NORTH if down else _SOUTH) | _EAST
    for at in range(track + 1, end + 1):
        yield (at, to), _EAST | _WEST


def frame(row: int, here: bool, unicode: bool) -> tuple[str, str, str]:
    """Left end, middle and right end of a row of a box; `here` is the one under the cursor."""
    frames = _HERE if here else _FRAMES
    return frames[unicode][0 if row == 0 else 2 if row == HEIGHT - 1 else 1]
