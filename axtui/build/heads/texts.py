"""How a text is told: JSON indented, a table aligned, a page without its tags, all else as it is."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Literal

from axtui import human
from axtui.texttable import Column, table_lines

_MOST_LINES = 2000
_MOST_ROWS = 200
_MOST_CELL = 40
_BLOCKS = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "section",
    "article",
    "header",
    "footer",
}
_TITLES = {"h1", "h2", "h3", "h4", "h5", "h6"}
_WITHIN = {"a", "b", "code", "em", "i", "kbd", "mark", "q", "s", "strong", "sub", "sup", "u", "wbr"}
"""What stands within words; all else does not touch its neighbour."""
_WIDTH = 96
Layout = Literal["table", "prose", "lines"]
"""Columns that are aligned; blocks of words, each in one line however long; or lines as they are."""
_SILENT = {"script", "style", "svg", "head", "noscript", "template"}

Told = tuple[tuple[str, ...], tuple[str, ...], bool, Layout]
"""(facts, lines, whether there are more, what the lines are)."""


def told(suffix: str, text: str, cut: bool) -> Told:
    """The first lines of a text by the ending of its file's name; `cut` says that the text has more."""
    if suffix in (".csv", ".tsv"):
        return _table(text, "\t" if suffix == ".tsv" else "", cut)
    if suffix == ".json" and not cut:
        text = _indented(text)
    if suffix in (".html", ".htm", ".xhtml"):
        return _lines(_page(text), "without its tags", layout="prose")
    return _lines(text)


def wrapped(lines: Iterable[str], width: int = _WIDTH) -> list[str]:
    """Prose in lines of no more than so many letters, but for longer words."""
    found: list[str] = []
    for line in lines:
        indent = "  " if line.startswith("- ") else ""
        parts = textwrap.wrap(line, max(8, width), subsequent_indent=indent, break_on_hyphens=False)
        found += parts or [""]
    return found


def _lines(text: str, *facts: str, layout: Layout = "lines") -> Told:
    lines = text.splitlines()
    return facts, tuple(lines[:_MOST_LINES]), len(lines) > _MOST_LINES, layout


def _indented(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _table(text: str, delimiter: str, cut: bool) -> Told:
    """The rows of a CSV file below their header; a text that is none stays as it is."""
    first = text.partition("\n")[0]
    delimiter = delimiter or max(",;\t|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return _lines(text)
    rows = [row for row in rows if row]
    if len(rows) < 2 or len(rows[0]) < 2:
        return _lines(text)
    names = rows[0]
    facts = [human.plural(len(names), "column")]
    if not cut:
        facts.append(human.plural(len(rows) - 1, "row"))
    body = rows[1 : _MOST_ROWS + 1]
    return tuple(facts), aligned(names, body), len(rows) - 1 > len(body), "table"


def aligned(names: list[str], rows: list[list[str]]) -> tuple[str, ...]:
    """Rows under their names; long cells are cut."""
    columns = [
        Column(str(at), lambda value: _short(str(value)), right=_numbers(rows, at))
        for at in range(len(names))
    ]
    keyed = [{str(at): value for at, value in enumerate(row)} for row in [names, *rows]]
    return tuple(table_lines(columns, keyed, None)[1:])


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_CELL else text[: _MOST_CELL - 1] + "…"


def _numbers(rows: list[list[str]], at: int) -> bool:
    """Whether a column holds numbers only."""
    values = [row[at] for row in rows if at < len(row) and row[at]]
    return bool(values) and all(_number(value) for value in values)


def _number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def _page(text: str) -> str:
    """The words of a page, a line for each of its blocks."""
    page = _Page()
    page.feed(text)
    page.close()
    lines = [" ".join(line.split()) for line in "".join(page.parts).splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()


class _Page(HTMLParser):
    """Gathers the text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag in _TITLES:
            self.parts.append("\n\n")
        elif tag not in _WITHIN:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _TITLES:
            self.parts.append("\n\n")
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag not in _WITHIN:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
