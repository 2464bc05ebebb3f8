"""What a statement has named so far: its relations with their aliases, and where the cursor is."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.names import KINDS
from catalog.scan import Token

_CLAUSE_WORDS = """
select from where group order having on using limit qualify window set values join
"""
_OTHER_WORDS = """
inner left right full outer cross natural lateral asof positional anti semi union intersect except as
offset sample tablesample pivot unpivot with by desc asc and or
"""
_CLAUSES = frozenset(_CLAUSE_WORDS.split())
_NOT_ALIASES = _CLAUSES | frozenset(_OTHER_WORDS.split())


@dataclass(frozen=True)
class Named:
    """A relation in a statement: a name, a dataset ('dataset' or 'chain' with its spec) or a
    subquery with the columns it gives; `alias` is how the rest of the statement calls it."""

    name: str
    alias: str
    dataset: str = ""
    columns: tuple[str, ...] = ()


@dataclass
class Scope:
    """`relations` in order, names of WITH among them; `outputs` the AS-names of all select lists."""

    relations: list[Named] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


def scope(words: list[Token]) -> Scope:
    """What the tokens of one statement (without comments) name, wherever in it."""
    found = Scope()
    for place, token in enumerate(words):
        if _is(token, "from", "join"):
            _relations(words, place + 1, found)
        elif _is(token, "as") and place + 1 < len(words):
            _output(words, place, found)
    return found


def expects_relation(words: list[Token]) -> bool:
    """Whether a relation is to be named behind these tokens."""
    if not words:
        return False
    if _is(words[-1], "from", "join"):
        return True
    return words[-1].value == "," and clause(words) == "from"


def clause(words: list[Token]) -> str:
    """The clause that the place behind these tokens is in: 'select', 'from', ...; '' for none."""
    open_: list[str] = [""]
    for token in words:
        if token.kind == "sign" and token.value == "(":
            open_.append("")
        elif token.kind == "sign" and token.value == ")":
            if len(open_) > 1:
                open_.pop()
        elif token.kind == "word" and token.value.lower() in _CLAUSES:
            word = token.value.lower()
            open_[-1] = "from" if word == "join" else word
    return open_[-1]


def _relations(words: list[Token], place: int, found: Scope) -> None:
    """The relations of a FROM, between commas."""
    while place < len(words):
        name, dataset, columns, place = _relation(words, place)
        alias = name
        if place < len(words) and _is(words[place], "as"):
            place += 1
        if place < len(words) and _is_alias(words[place]):
            alias = words[place].value
            place += 1
        if name or columns:
            found.relations.append(Named(name, alias, dataset, columns))
        if place >= len(words) or words[place].value != ",":
            return
        place += 1


def _relation(words: list[Token], place: int) -> tuple[str, str, tuple[str, ...], int]:
    """(name, spec of a dataset, columns of a subquery, the place behind it)."""
    first = words[place]
    if first.value == "(" and first.kind == "sign":
        end = _closed(words, place)
        return "", "", _select_list(words[place + 1 : end]), end + 1
    if first.kind not in ("word", "name"):
        return "", "", (), place + 1
    name = first.value
    place += 1
    while place + 1 < len(words) and words[place].value == "." and words[place].kind == "sign":
        name = words[place + 1].value
        place += 2
    if place < len(words) and words[place].value == "(" and words[place].kind == "sign":
        end = _closed(words, place)
        inner = words[place + 1 : end]
        if name.lower() in KINDS and len(inner) == 1 and inner[0].kind == "string":
            return name.lower(), inner[0].value, (), end + 1
        return name, "", (), end + 1
    return name, "", (), place


def _output(words: list[Token], place: int, found: Scope) -> None:
    """What stands at an AS: the name of a column, or of a query in WITH."""
    following = words[place + 1]
    if following.value == "(" and place and words[place - 1].kind in ("word", "name"):
        inner = words[place + 2 : _closed(words, place + 1)]
        name = words[place - 1].value
        found.relations.append(Named(name, name, "", _select_list(inner)))
    elif following.kind in ("word", "name"):
        found.outputs.append(following.value)


def _select_list(words: list[Token]) -> tuple[str, ...]:
    """The names of the columns that a query gives, where its select list tells them."""
    if not words or not _is(words[0], "select"):
        return ()
    found, depth, last = [], 0, words[0]
    for token in words[1:]:
        depth += {"(": 1, ")": -1}.get(token.value, 0) if token.kind == "sign" else 0
        if depth == 0 and (_is(token, "from") or token.value == ","):
            if last.kind in ("word", "name") and not _is(last, "select", "distinct"):
                found.append(last.value)
            if token.value != ",":
                return tuple(found)
        last = token
    if last.kind in ("word", "name"):
        found.append(last.value)
    return tuple(found)


def _closed(words: list[Token], place: int) -> int:
    """Where the parenthesis closes that opens at `place`; the end if it does not."""
    depth = 0
    for at in range(place, len(words)):
        if words[at].kind == "sign":
            depth += {"(": 1, ")": -1}.get(words[at].value, 0)
        if depth == 0:
            return at
    return len(words)


def _is(token: Token, *values: str) -> bool:
    return token.kind == "word" and token.value.lower() in values


def _is_alias(token: Token) -> bool:
    return token.kind == "name" or (
        token.kind == "word" and token.value.lower() not in _NOT_ALIASES
    )
