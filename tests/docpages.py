"""The documentation as data: fenced blocks with the marks above them, links, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
_FENCE = re.compile(
    r"^(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
_LINK = re.compile(r"(?<!!)\[[^\]\n]*(?:\n[^\]\n]*)?\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block; `mark` is what the comment right above it says."""

    kind: str
    text: str
    mark: str
    line: int

    @property
    def file(self) -> str | None:
        """The file of a workspace that it shows."""
        name, _, value = self.mark.partition(": ")
        return value if name == "file" else None


def blocks(page: Path) -> Iterator[Block]:
    """All fenced blocks of a page."""
    text = page.read_text()
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(found["kind"], found["text"], found["mark"] or "", line)


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text())


def links(page: Path) -> list[str]:
    """The targets of its links."""
    return [found["target"] for found in _LINK.finditer(prose(page))]


def anchors(page: Path) -> set[str]:
    """The names that a link into a page may have after the #."""
    titles = _HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def section(page: Path, title: str) -> str:
    """The text below a heading, up to the next one of any level."""
    parts = re.split(r"^#+ (.+)$", prose(page), flags=re.M)
    return parts[parts.index(title) + 1]


def first_cells(text: str) -> list[str]:
    """The first cell of each row of the tables in a text, without the head and without backquotes."""
    cells = []
    for row in re.findall(r"^\|([^|]+)\|", text, re.M):
        cells.append(row.strip())
    return [cell for cell in cells if cell.startswith("`")]
