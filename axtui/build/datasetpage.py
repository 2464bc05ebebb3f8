"""What a page about a dataset tells beside its rows: facts, chain, slices."""

from __future__ import annotations

from dataclasses import dataclass

from axtui import human
from axtui.data import dsmeta
from axtui.data.dsmeta import Meta
from axtui.errors import AcceleratorError

_MOST_LINKS = 10_000
"""Datasets of a chain that are followed; a longer one is cut."""


@dataclass(frozen=True)
class Link:
    """One dataset of a chain, the first one being number 1; `rows` of its own, `before` of all
    earlier ones."""

    number: int
    dataset: str
    rows: int
    before: int
    caption: str


@dataclass(frozen=True)
class SliceFact:
    """One slice: its rows, the bytes of its file, and the file (None: empty, or held elsewhere)."""

    sliceno: int
    rows: int
    bytes: int
    path: str | None


def chain(meta: Meta) -> tuple[list[Link], str]:
    """The chain that ends in a dataset, oldest first, and what is wrong with it ('' if nothing)."""
    metas, wrong = [meta], ""
    while metas[-1].previous and len(metas) < _MOST_LINKS:
        try:
            metas.append(dsmeta.load(metas[-1].previous))
        except AcceleratorError as error:
            wrong = f"the chain is broken: {error}"
            break
    links, before = [], 0
    for number, one in enumerate(reversed(metas), 1):
        links.append(Link(number, one.ref, one.rows, before, one.caption or one.filename or ""))
        before += one.rows
    return links, wrong


def slices(meta: Meta) -> list[SliceFact]:
    """The slices, as they were written."""
    found = []
    for sliceno, rows in enumerate(meta.lines):
        path = meta.file(sliceno)
        try:
            size = path.stat().st_size if path else 0
        except OSError:
            size = 0
        found.append(SliceFact(sliceno, rows, size, str(path) if path else None))
    return found


def facts(meta: Meta) -> list[tuple[str, str]]:
    """(what, text) of all that is known of it as a whole; what is not known is left out."""
    parents = ", ".join(meta.parent) if isinstance(meta.parent, list) else meta.parent
    counts = (
        f"{human.plural(meta.rows, 'row')}, {human.plural(len(meta.raw['columns']), 'column')}, "
        f"{human.plural(len(meta.lines), 'slice')}"
    )
    all_ = [
        ("holds", counts),
        ("caption", meta.caption),
        ("made from", meta.filename),
        ("hashed on", meta.hashlabel),
        ("columns of", parents),
        ("follows", meta.previous),
    ]
    return [(what, text) for what, text in all_ if text]
