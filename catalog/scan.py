"""A small scanner of SQL text: words, strings, comments and signs, with their places.

It knows what the rest of this package must not be fooled by (quotes, dollar quotes, nested
comments) and nothing of grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DOLLAR = re.compile(r"\$([^\W\d]\w*)?\$")
_WORD = re.compile(r"[^\W\d][\w$]*")
_NUMBER = re.compile(r"\d[\w.]*")
_PARAMETER = re.compile(r"\$\w+|\?\d*")
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Token:
    """`kind` is word, name (quoted), string, number, parameter, sign or comment.

    `value` is the text of a string without its quotes, otherwise the token as written.
    """

    kind: str
    value: str
    start: int
    end: int


def tokens(sql: str, comments: bool = False) -> list[Token]:
    """The tokens of `sql`; comments only if asked for."""
    return [token for token in _scan(sql) if comments or token.kind != "comment"]


def _scan(sql: str) -> Iterator[Token]:
    place = 0
    while place < len(sql):
        if sql[place].isspace():
            place += 1
            continue
        token = _next(sql, place)
        yield token
        place = token.end


def _next(sql: str, start: int) -> Token:
    sign, pair = sql[start], sql[start : start + 2]
    if pair == "--":
        end = _find(sql, "\n", start)
        return Token("comment", sql[start:end], start, end)
    if pair == "/*":
        end = _comment_end(sql, start)
        return Token("comment", sql[start:end], start, end)
    if sign == "'":
        return _quoted(sql, start, start, "string")
    if sign == '"':
        return _quoted(sql, start, start, "name")
    if pair in ("e'", "E'"):
        return _escaped(sql, start)
    if dollar := _DOLLAR.match(sql, start):
        end = _find(sql, dollar[0], dollar.end())
        return Token("string", sql[dollar.end() : end], start, min(len(sql), end + len(dollar[0])))
    for kind, pattern in (("word", _WORD), ("number", _NUMBER), ("parameter", _PARAMETER)):
        if found := pattern.match(sql, start):
            return Token(kind, found[0], start, found.end())
    return Token("sign", sign, start, start + 1)


def _find(sql: str, text: str, start: int) -> int:
    """Where `text` begins, from `start` on; the end of `sql` if nowhere."""
    found = sql.find(text, start)
    return len(sql) if found < 0 else found


def _quoted(sql: str, start: int, quote_at: int, kind: str) -> Token:
    quote, place, parts = sql[quote_at], quote_at + 1, []
    while True:
        end = _find(sql, quote, place)
        parts.append(sql[place:end])
        if sql[end + 1 : end + 2] != quote:
            break
        parts.append(quote)
        place = end + 2
    value = "".join(parts)
    return Token(kind, value, start, min(len(sql), end + 1))


def _escaped(sql: str, start: int) -> Token:
    """A string such as e'it\\'s': a backslash takes the next sign with it."""
    place = start + 2
    while place < len(sql) and (sql[place] != "'" or sql[place + 1 : place + 2] == "'"):
        place += 2 if sql[place] in "\\'" else 1
    end = min(len(sql), place + 1)
    return Token("escaped", sql[start + 2 : place], start, end)


def _comment_end(sql: str, start: int) -> int:
    depth, place = 0, start
    while edge := _COMMENT_EDGE.search(sql, place):
        depth += 1 if edge[0] == "/*" else -1
        place = edge.end()
        if depth == 0:
            return place
    return len(sql)
