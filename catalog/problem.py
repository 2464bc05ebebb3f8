"""DuckDB's errors, told of the query as the user wrote it."""

from __future__ import annotations

import difflib
import json
import re

from catalog.errors import CatalogQueryError
from catalog.names import KINDS, Rewritten

_LINE = re.compile(r"\n\nLINE (\d+): (.*)\n( *)\^", re.DOTALL)
_EXTENSION = "installing and loading the"
_NO_FUNCTION = re.compile(
    r'^Table Function with name "?(\w+)"? does not exist!(?:\s*Did you mean "(\w+)"\?)?'
)
_KIND = re.compile(r"^[A-Z][A-Za-z ]* Error: ")


def query_error(error: Exception, query: Rewritten) -> CatalogQueryError:
    """The error with message, place in the text as written and near names, as far as known."""
    text = str(error)
    message = _KIND.sub("", text)
    position: int | None = None
    candidates: tuple[str, ...] = ()
    if (facts := _as_json(text)) is not None:
        message = str(facts.get("exception_message", message))
        position = _position(facts, query.sql)
        candidates = _candidates(facts)
    elif found := _LINE.search(text):
        message = _KIND.sub("", text[: found.start()])
        position = _from_caret(query.sql, int(found[1]), found[2], len(found[3]))
    elif "\n\nLINE " in message:
        message = message.split("\n\nLINE ")[0]
    message, candidates = _with_ours(message, candidates)
    if _EXTENSION in message:
        message = f"{message.splitlines()[0]}; extensions are never fetched here"
    if position is not None:
        position = min(query.place_of(position), len(query.written))
        message += _shown(query.written, position)
    return CatalogQueryError(message, position, candidates)


def _with_ours(message: str, candidates: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """DuckDB does not know `dataset` and `chain`, and for want of them suggests what is far off."""
    found = _NO_FUNCTION.match(message)
    if found is None:
        return message, candidates
    name, theirs = found[1], found[2]
    near = difflib.get_close_matches(name.lower(), [*KINDS, *([theirs] if theirs else [])], n=1)
    hint = f'\nDid you mean "{near[0]}"?' if near else ""
    said = f"Table Function with name {name} does not exist!{hint}"
    return said + message[found.end() :], tuple(near)


def _as_json(text: str) -> dict[str, object] | None:
    start = text.find('{"exception_type"')
    if start < 0:
        return None
    try:
        facts = json.loads(text[start:], strict=False)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None


def _position(facts: dict[str, object], sql: str) -> int | None:
    """DuckDB counts bytes of UTF-8; Python counts characters."""
    found = re.match(r"\[?(\d+)", str(facts.get("location", facts.get("position", ""))))
    return len(sql.encode()[: int(found[1])].decode(errors="ignore")) if found else None


def _candidates(facts: dict[str, object]) -> tuple[str, ...]:
    names = str(facts.get("candidates", "") or facts.get("candidate_bindings", ""))
    return tuple(part for name in re.split(r",| or ", names) if (part := name.strip().strip('"')))


def _from_caret(sql: str, number: int, shown: str, column: int) -> int | None:
    """The place a caret points to; DuckDB may cut long lines and then puts dots in front."""
    lines = sql.split("\n")
    if not 0 < number <= len(lines):
        return None
    at = column - len(f"LINE {number}: ")
    if shown.startswith("..."):
        piece = shown.strip(".")
        at += lines[number - 1].find(piece) - 3
    return sum(len(line) + 1 for line in lines[: number - 1]) + max(0, at)


def _shown(sql: str, position: int) -> str:
    begin = sql.rfind("\n", 0, position) + 1
    line = sql[begin:].split("\n", 1)[0]
    number = sql.count("\n", 0, position) + 1
    head = f"line {number}: "
    return f"\n{head}{line}\n{' ' * (len(head) + position - begin)}^"
