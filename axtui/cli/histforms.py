"""How `axtui hist` writes a histogram."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from axtui.build.histogram.bins import number_text
from axtui.cli.grep.colours import Colours

_SEPARATORS = {"csv": ",", "ssv": ";", "tsv": "\t"}
FORMATS = sorted(("aligned", "bars", *_SEPARATORS))
_BLOCKS = ("", *"▏▎▍▌▋▊▉█")
_HASHES = ("", "", "", "", "", "#", "#", "#", "#")
_LEAST_BAR = 2
Rows = Sequence[tuple[Any, int]]


def lines(rows: Rows, form: str, colours: Colours) -> Iterator[str]:
    """The lines of a histogram."""
    if form in _SEPARATORS:
        separator = _SEPARATORS[form]
        for value, times in rows:
            yield f"{_quoted(str(value), separator)}{separator}{times}"
        return
    aligned = [(_text(value), number_text(times)) for value, times in rows]
    width = max(len(value) for value, _ in aligned) + max(len(text) for _, text in aligned) + 2
    most = shutil.get_terminal_size().columns - width - 2 - 1
    bars = (
        _bars([times for _, times in rows], most) if form == "bars" and most >= _LEAST_BAR else None
    )
    for index, ((value, text), (_, times)) in enumerate(zip(aligned, rows, strict=True)):
        gap = " " * (width - len(value) - len(text))
        names = ("hist/range", "hist/count") if times else ("hist/empty", "hist/empty")
        line = colours(value, names[0]) + gap + colours(text, names[1])
        yield line if bars is None else f"{line}  {colours(bars[index], 'hist/bar')}"


def _text(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return number_text(value) if is_number else str(value).expandtabs()


def _quoted(text: str, separator: str) -> str:
    if separator in text or text.startswith('"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _bars(counts: Sequence[int], most: int) -> list[str]:
    """A bar for each; the longest `most` long, unless all are short."""
    encoding = (sys.stdout.encoding or "").lower()
    parts = _BLOCKS if encoding.startswith("utf-8") else _HASHES
    greatest = max(counts)
    if greatest <= most:
        return [parts[-1] * times for times in counts]
    sizes = [times * most / greatest for times in counts]
    return [parts[-1] * int(size) + parts[round((size - int(size)) * 8)] for size in sizes]
