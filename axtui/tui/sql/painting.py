"""Charts as text of so many cells."""

from __future__ import annotations

import math
from typing import Any

from rich.text import Text

from axtui.build.sql.chart import Drawn

Rgb = tuple[int, int, int]
_MARKERS = ("braille", "x", "o", "+")
"""What a series is drawn with: the second looks different without colours, too."""
_BAR_LABEL = 24


def prepare() -> None:
    """Import what draws, which takes long: in a thread, before somebody waits for it."""
    import pyarrow.compute  # noqa: F401
    import textual_plotext.plot  # noqa: F401


def picture(drawn: Drawn, width: int, height: int, colors: list[Rgb | None]) -> Text:
    """The chart as text of so many cells."""
    from textual_plotext.plot import Plot

    plot: Any = Plot()
    plot.theme("clear")
    plot.plotsize(width, height)
    if not drawn.series or not any(values for _, values in drawn.series):
        return Text("there are no numbers to draw", justify="center")
    if drawn.chart.kind == "bar":
        return _bars(drawn, width, colors[0])
    if drawn.chart.kind == "histogram":
        return _histogram(drawn, width, height, colors[0])
    several = len(drawn.series) > 1
    for number, (name, values) in enumerate(drawn.series):
        known = [(x, y) for x, y in zip(drawn.xs, values, strict=True) if not math.isnan(y)]
        if not known:
            continue
        xs, ys = (list(part) for part in zip(*known, strict=True))
        color = colors[number % len(colors)] or "default"
        marker = _MARKERS[number % len(_MARKERS)]
        label = name if several else None
        if drawn.chart.kind == "scatter":
            plot.scatter(xs, ys, color=color, marker=marker, label=label)
        else:
            plot.plot(xs, ys, color=color, marker=marker, label=label)
    if drawn.ticks:
        plot.xticks([place for place, _ in drawn.ticks], [text for _, text in drawn.ticks])
    plot.grid(False, False)
    plot.xlabel(drawn.chart.x)
    found: Text = Text.from_ansi(plot.build())
    found.no_wrap = True
    return found


def _histogram(drawn: Drawn, width: int, height: int, color: Rgb | None) -> Text:
    """Bars that stand, all of the same breadth, with the most at the left and values below."""
    values = drawn.series[0][1]
    most = max(values)
    label = _number(most)
    broad = max(1, (width - len(label) - 2) // len(values))
    rows = max(1, height - 2)
    style = _style(color)
    found = Text(no_wrap=True)
    for row in range(rows):
        left = label if row == 0 else "0" if row == rows - 1 else ""
        found.append(f"{left:>{len(label)}} ")
        for value in values:
            eighths = round(value / most * rows * 8) - (rows - 1 - row) * 8
            if row == rows - 1 and value:
                eighths = max(1, eighths)  # a few are not none
            found.append(" ▁▂▃▄▅▆▇█"[max(0, min(8, eighths))] * broad, style)
        found.append("\n")
    texts = [text for _, text in drawn.ticks]
    room = broad * len(values)
    if len(texts) == 3 and sum(map(len, texts)) + 4 < room:
        left, middle, right = texts
        space = room - len(left) - len(right)
        line = left + f"{middle:^{space}}" + right
    else:
        line = " … ".join(dict.fromkeys((texts[0], texts[-1])))
    found.append(" " * (len(label) + 1) + line)
    return found


def _style(color: Rgb | None) -> str:
    return "" if color is None else "rgb({},{},{})".format(*color)


def _bars(drawn: Drawn, width: int, color: Rgb | None) -> Text:
    """Bars that lie, each with its label in front and its number behind: the labels can be read."""
    style = _style(color)
    labels = [_cut(one) for one in drawn.labels]
    broad = max(map(len, labels), default=0)
    shown = [[_number(value) for value in values] for _, values in drawn.series]
    numbers = max((len(text) for column in shown for text in column), default=0)
    room = max(4, width - broad - numbers - 4)
    most = max((abs(value) for _, values in drawn.series for value in values), default=0) or 1
    found = Text(no_wrap=True)
    for row, label in enumerate(labels):
        for number, (_, values) in enumerate(drawn.series):
            found.append(f"{label if not number else '':>{broad}} ", "bold")
            found.append(_bar(abs(values[row]) / most * room), style)
            found.append(f" {shown[number][row]}\n")
    return found


def _bar(cells: float) -> str:
    """A bar of so many cells, to an eighth of one."""
    whole, part = divmod(round(cells * 8), 8)
    return "█" * whole + (" ▏▎▍▌▋▊▉"[part] if part else "")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _BAR_LABEL else text[: _BAR_LABEL - 1] + "…"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
