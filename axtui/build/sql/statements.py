"""The statements of a text, and the one that a cursor is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.scan import Token, tokens


@dataclass(frozen=True)
class Statement:
    """One statement: `text` without its semicolon, and where it stands (characters, end excluded)."""

    text: str
    start: int
    end: int


def statements(sql: str) -> list[Statement]:
    """The statements in order. Comments alone are none; those in front belong to what follows."""
    return [Statement(sql[start:end], start, end) for start, end in _spans(sql)]


def statement_at(sql: str, place: int) -> Statement | None:
    """The statement that a cursor at `place` means: the one it is in; between two the one before,
    before all the first; None where there is none."""
    found = statements(sql)
    begun = [one for one in found if one.start <= place]
    return begun[-1] if begun else found[0] if found else None


def without_heading(sql: str) -> str:
    """A statement without the comment lines that it begins with, but for those that declare a
    parameter."""
    lines = sql.strip().splitlines()
    head = 0
    while head < len(lines) and (lines[head].startswith("--") or not lines[head].strip()):
        head += 1
    told = [line for line in lines[:head] if line[2:].lstrip().startswith("$")]
    return "\n".join([*told, *lines[head:]])


def _spans(sql: str) -> Iterator[tuple[int, int]]:
    start: int | None = None
    words = False
    end = 0
    for token in tokens(sql, comments=True):
        if _is_end(token):
            if words and start is not None:
                yield start, token.start
            start, words = None, False
            continue
        start = token.start if start is None else start
        if token.kind != "comment":
            words, end = True, token.end
    if words and start is not None:
        yield start, end


def _is_end(token: Token) -> bool:
    return token.kind == "sign" and token.value == ";"
