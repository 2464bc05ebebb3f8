"""Histograms as text: a small one for a cell, a large one with its numbers for a pane."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from axtui import human
from axtui.data.profile import Shape, shown

_LEVELS = " ▁▂▃▄▅▆▇█"
_PLAIN_LEVELS = " .:-=+*#@"
_PARTS = " ▏▎▍▌▋▊▉█"
_WIDEST_LABEL = 28
"""Cells of the labels at most, or a third of the width if that is more."""
_OTHERS = "all others"


def spark(shape: Shape, unicode: bool = True, together: int = 1) -> str:
    """One cell for so many bars; what is there at all is never blank. Of the most frequent values: how
    many rows each has, in their order."""
    levels = _LEVELS if unicode else _PLAIN_LEVELS
    bars = [bar.rows for bar in shape.bars]
    rows = [sum(bars[at : at + together]) for at in range(0, len(bars), together)]
    most = max(rows, default=0)
    steps = len(levels) - 1
    return "".join(levels[max(1, round(one / most * steps)) if one else 0] for one in rows)


def plot(shape: Shape, width: int, unicode: bool = True) -> Content:
    """A line per bar: its values, the bar, its rows and their share."""
    rows = [(_label(bar.low, bar.high), bar.rows) for bar in shape.bars]
    if shape.rest:
        rows.append((_OTHERS, shape.rest))
    if not rows:
        return Content.styled(
            "Nothing to draw: no values that can be counted.", "$foreground-muted"
        )
    total = sum(count for _, count in rows)
    most = max(count for label, count in rows if label != _OTHERS or len(rows) == 1) or 1
    labels = min(max(_WIDEST_LABEL, width // 3), max(cell_len(label) for label, _ in rows))
    counts = max(len(human.count(count)) for _, count in rows)
    room = max(4, width - labels - counts - 12)
    numeric = shape.kind == "histogram"
    lines = []
    for label, count in rows:
        fitted = _fitted(label, labels, numeric)
        bar = _bar(min(1.0, count / most), room, unicode)
        share = f"{100 * count / total:5.1f} %" if total else ""
        color = "$foreground-muted" if label == _OTHERS else "$primary"
        lines.append(
            Content(f" {fitted} ")
            + Content.styled(bar, color)
            + Content(f" {human.count(count):>{counts}} ")
            + Content.styled(share, "$foreground-muted")
        )
    return Content("\n").join(lines)


def _label(low: object, high: object) -> str:
    first, last = shown(low), shown(high)
    return _printable(first if first == last else f"{first} … {last}")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "·" for letter in text) or "''"


def _fitted(text: str, width: int, right: bool) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    gap = " " * (width - cell_len(text))
    return gap + text if right else text + gap


def _bar(share: float, width: int, unicode: bool) -> str:
    if not unicode:
        return ("#" * (max(1, round(share * width)) if share else 0)).ljust(width)
    whole, part = divmod(round(share * width * 8), 8)
    bar = "█" * whole + (_PARTS[part] if part else "")
    return (bar or ("▏" if share else "")).ljust(width)
