"""The documentation as data: fenced blocks with the marks above them, links, headings, tables.

A mark is an HTML comment in a line of its own right above a fence. `tests/docrun.py` says which there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md"]

_COMMENT = re.compile(r"^<!-- (.*) -->$", re.M)
_FENCE = re.compile(
    r"^(?P<marks>(?:<!-- [^\n]* -->\n)*)"
    r"(?P<indent> *)```(?P<kind>[\w-]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.M | re.S,
)
_INCLUDED = re.compile(r'^--8<-- "(?P<file>[^":]+)(?::(?P<part>\w+))?"$', re.M)
_LINK = re.compile(r"(?<!!)\[[^\]\n]*(?:\n[^\]\n]*)?\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block; `marks` are what the comments right above it say."""

    kind: str
    text: str
    marks: tuple[str, ...]
    line: int

    def mark(self, name: str) -> str | None:
        """What stands behind `NAME:` in its mark of that name; "" if nothing; None without one."""
        for mark in self.marks:
            if mark == name:
                return ""
            if mark.startswith(f"{name}: "):
                return mark.removeprefix(f"{name}: ")
        return None

    @property
    def file(self) -> str | None:
        """The file of a workspace that it shows."""
        return self.mark("file")


def name(page: Path) -> str:
    """A page as tests name it: its path below the repository."""
    return page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name


def blocks(page: Path) -> Iterator[Block]:
    """All fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start("indent")) + 1
        marks = tuple(_COMMENT.findall(found["marks"]))
        yield Block(found["kind"], found["text"], marks, line)


def page_mark(page: Path, wanted: str) -> str | None:
    """What a comment `NAME: TEXT` that stands anywhere in a page says; None if there is none."""
    for comment in _COMMENT.findall(page.read_text(encoding="utf-8")):
        key, _, value = comment.partition(": ")
        if key == wanted:
            return str(value)
    return None


def prose(page: Path) -> str:
    """A page without its fenced blocks, with the parts of other files that it includes."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return _INCLUDED.sub(lambda found: _part(found["file"], found["part"]), text)


def _part(file: str, part: str | None) -> str:
    text = (ROOT / file).read_text(encoding="utf-8")
    if part is not None:
        text = text.partition(f"[start:{part}]")[2].partition(f"[end:{part}]")[0]
        assert text, f"{file} has no part {part}"
    return _FENCE.sub("", text)


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
