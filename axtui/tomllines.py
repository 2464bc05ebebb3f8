"""On which line of a TOML file a key stands: tomllib tells the values but not where they are."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\[\[?\s*(?P<key>.*?)\s*\]\]?\s*(?:#.*)?$")
_PART = re.compile(
    r"""\s*(?:"(?P<basic>(?:[^"\\]|\\.)*)"|'(?P<literal>[^']*)'|(?P<bare>[\w-]+))\s*"""
)
_STRINGS = ('"""', "'''", '"', "'")


class KeyLines:
    """The lines of all keys and table headers of one file that tomllib has accepted."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, ...], int] = {}
        self._scan(text)

    def line(self, *path: str) -> int:
        """The line (from 1) of a key, or of the nearest table around it that has a line."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def _scan(self, text: str) -> None:
        table: tuple[str, ...] = ()
        position = 0
        line = 1
        while position < len(text):
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
            statement = text[position:end].strip()
            after = end
            if statement.startswith("["):
                header = _HEADER.match(statement)
                if header:
                    table, _ = _key(header["key"])
                    self._lines.setdefault(table, line)
            elif statement and not statement.startswith("#"):
                key, length = _key(text[position:end])
                self._record(table, key, line)
                after = _end_of_value(text, position + length)
            line += text.count("\n", position, after) + 1
            position = after + 1

    def _record(self, table: tuple[str, ...], key: tuple[str, ...], line: int) -> None:
        """Remember a key and, for a dotted one, the tables that it opens."""
        for depth in range(1, len(key) + 1):
            self._lines.setdefault(table + key[:depth], line)


def _key(text: str) -> tuple[tuple[str, ...], int]:
    """The parts of the dotted key that `text` starts with, and how much of `text` it takes."""
    parts: list[str] = []
    position = 0
    while match := _PART.match(text, position):
        parts.append(next(part for part in match.groups() if part is not None))
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return tuple(parts), position


def _end_of_value(text: str, position: int) -> int:
    """Where the line ends on which the value after `position` ends (arrays may span lines)."""
    depth = 0
    while position < len(text):
        char = text[position]
        if char == "\n" and depth == 0:
            return position
        if char == "#":
            position = _line_end(text, position)
            continue
        if char in "\"'":
            position = _end_of_string(text, position)
            continue
        depth += (char in "[{") - (char in "]}")
        position += 1
    return position


def _end_of_string(text: str, position: int) -> int:
    """The position just after the string that opens at `position`."""
    quote = next(quote for quote in _STRINGS if text.startswith(quote, position))
    position += len(quote)
    while position < len(text) and not text.startswith(quote, position):
        escaped = text[position] == "\\" and quote[0] == '"'
        position += 2 if escaped else 1
    position += len(quote)
    # A multi-line string may end in up to two quotes of its own before the closing three.
    while len(quote) == 3 and text[position : position + 1] == quote[0]:
        position += 1
    return position


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
