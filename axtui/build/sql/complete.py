"""Completion of SQL: what may stand where the cursor is, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from axtui.build.sql.names import Column, ColumnsOf, DatasetName, Function, Names, Relation
from axtui.build.sql.scope import Named, Scope, expects_relation, scope
from axtui.build.sql.statements import statement_at
from catalog.names import KINDS
from catalog.scan import Token, tokens

MOST = 200
"""Completions that are given; more are of no use to anybody."""
_NEAR = 10_000
"""Characters before and behind the cursor that are looked at: statements are not longer."""
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_BEGINS = ("SELECT", "FROM", "WITH", "DESCRIBE", "SUMMARIZE", "SHOW", "EXPLAIN", "PIVOT", "VALUES")
_COMMON_WORDS = """
select from where group by order having limit join left right inner full cross on using as and or not
in is null like between case when then else end distinct union all except intersect with desc asc
true false exists qualify over partition filter offset values exclude replace
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True)
class Completion:
    """`text` to put in place of what was typed; `shown` for the list; what kind of thing it is and
    something about it. `back` is how far the cursor stands before the end of `text`."""

    text: str
    kind: str
    about: str = ""
    shown: str = ""
    back: int = 0

    @property
    def label(self) -> str:
        """What the list shows."""
        return self.shown or self.text


@dataclass(frozen=True)
class Completions:
    """What may replace the text from `start` to `end`; `prefix` is what was typed of it."""

    start: int
    end: int
    prefix: str
    items: tuple[Completion, ...]

    @property
    def is_finished(self) -> bool:
        """Whether what was typed is one of them already: nothing needs to be offered unasked."""
        return any(item.label.lower() == self.prefix.lower() for item in self.items)


def complete(text: str, place: int, names: Names, columns_of: ColumnsOf) -> Completions:
    """What may stand at `place` of `text`. `columns_of` is asked for the columns of datasets that
    the statement names; it may take its time. Of a long text only what is near is looked at."""
    away = max(0, place - _NEAR)
    away = text.find("\n", away, place) + 1 if away else 0
    if away or len(text) > place + _NEAR:
        near = complete(text[away : place + _NEAR], place - away, names, columns_of)
        return replace(near, start=near.start + away, end=near.end + away)
    statement = statement_at(text, place)
    begin = statement.start if statement and statement.start <= place else 0
    if statement and place > statement.end and ";" in text[statement.end : place]:
        begin = text.index(";", statement.end) + 1
    end = statement.end if statement and begin == statement.start else place
    words = tokens(text[begin : max(end, place)], comments=True)
    at = place - begin
    held = next((one for one in words if one.start < at <= one.end and _holds(one, at)), None)
    before = [one for one in words if one.end <= at and one is not held and one.kind != "comment"]
    plain = [one for one in words if one.kind != "comment"]
    if held is not None and held.kind == "comment":
        return Completions(place, place, "", ())
    if held is not None and held.kind in ("string", "escaped"):
        return _datasets(text, begin + held.start + 1, place, before, names)
    typed = "" if held is None else held.value[: at - held.start]
    prefix = typed if typed != "." else ""
    if held is None and text[begin:place].endswith("$"):
        prefix = "$"
    if prefix.startswith("$"):
        items: Iterable[Completion] = _parameters(text, place)
    elif before and before[-1].value == "." and before[-1].kind == "sign":
        items = _members(before, scope(plain), names, columns_of)
    elif not before:
        items = _beginnings(names)
    elif expects_relation(before):
        items = _relations(scope(plain), names)
    else:
        rest = [one for one in plain if one is not held]
        items = _expressions(scope(rest), names, columns_of)
    found = _cased(_matching(items, prefix), prefix, text)
    return Completions(place - len(prefix), place, prefix, tuple(found[:MOST]))


def _holds(token: Token, at: int) -> bool:
    """Whether what is typed at `at` goes into the token."""
    if token.kind in ("word", "parameter"):
        return True
    if token.kind == "comment":
        return at < token.end or token.value.startswith("--") or not token.value.endswith("*/")
    return token.kind in ("string", "escaped") and (at < token.end or not _is_closed(token))


def _is_closed(token: Token) -> bool:
    return token.end - token.start >= len(token.value) + 2


def _matching(items: Iterable[Completion], prefix: str) -> list[Completion]:
    """Those that begin with what was typed, then those that have it elsewhere, each once."""
    typed = prefix.lower()
    begin: dict[str, Completion] = {}
    within: dict[str, Completion] = {}
    for item in items:
        label = item.label.lower()
        if label.startswith(typed):
            begin.setdefault(label, item)
        elif len(typed) > 1 and typed in label:
            within.setdefault(label, item)
    return [*begin.values(), *(item for label, item in within.items() if label not in begin)]


def _cased(items: list[Completion], prefix: str, text: str) -> list[Completion]:
    """Keywords in small letters for those who write them so."""
    small = prefix.islower() and re.search(r"\b(select|from|where)\b", text) is not None
    if not small:
        return items
    return [
        Completion(item.text.lower(), item.kind, item.about) if item.kind == "keyword" else item
        for item in items
    ]


def _quoted(name: str, names: Names) -> str:
    """A name as SQL takes it."""
    if _PLAIN.fullmatch(name.lower()) and name.lower() not in names.reserved:
        return name
    return '"' + name.replace('"', '""') + '"'


def _column(column: Column, names: Names, of: str) -> Completion:
    about = " · ".join(part for part in (column.type, column.about, of) if part)
    return Completion(_quoted(column.name, names), "column", about, column.name)


def _columns(named: Named, names: Names, columns_of: ColumnsOf) -> tuple[Column, ...]:
    if named.columns:
        return tuple(Column(name) for name in named.columns)
    if named.dataset:
        return columns_of(named.dataset)
    relation = names.relations.get(named.name.lower())
    return relation.columns if relation else ()


def _members(
    before: list[Token], found: Scope, names: Names, columns_of: ColumnsOf
) -> Iterator[Completion]:
    """What stands behind `alias.`."""
    if len(before) < 2:
        return
    owner = before[-2].value.lower()
    named = [one for one in found.relations if one.alias.lower() == owner]
    if not named and owner in names.relations:
        named = [Named(owner, owner)]
    for one in named:
        for column in _columns(one, names, columns_of):
            yield _column(column, names, "")


def _expressions(found: Scope, names: Names, columns_of: ColumnsOf) -> Iterator[Completion]:
    """What stands in an expression: columns first, then what may be said of them."""
    for named in found.relations:
        for column in _columns(named, names, columns_of):
            yield _column(column, names, named.alias)
    for name in found.outputs:
        yield Completion(_quoted(name, names), "column", "named in this query", name)
    for named in found.relations:
        if named.alias:
            yield Completion(named.alias, "alias", named.name)
    yield from _keywords(names, common=True)
    yield from (_function(one) for one in names.functions if not one.gives_rows)
    yield from (_relation(one) for one in names.relations.values())
    yield from _sources()
    yield from _keywords(names, common=False)


def _relations(found: Scope, names: Names) -> Iterator[Completion]:
    """What stands behind FROM: views first, they are made to be asked."""
    relations = list(names.relations.values())
    for named in found.relations:
        if named.columns and named.name and named.name.lower() not in names.relations:
            yield Completion(named.name, "query", "named in this query")
    yield from (_relation(one) for one in relations if one.kind == "view")
    yield from _sources()
    rows = [one for one in names.functions if one.gives_rows]
    yield from (_function(one) for one in rows if one.own)
    yield from (_relation(one) for one in relations if one.kind != "view")
    yield from (_function(one) for one in rows if not one.own)


def _beginnings(names: Names) -> Iterator[Completion]:
    """What a statement begins with; a saved query may stand alone."""
    yield from (Completion(word, "keyword") for word in _BEGINS)
    for query in names.queries.values():
        yield Completion(query.name, "saved query", query.description)


def _keywords(names: Names, common: bool) -> Iterator[Completion]:
    for word in names.keywords:
        if (word in _COMMON) == common:
            yield Completion(word.upper(), "keyword")


def _sources() -> Iterator[Completion]:
    about = {"dataset": "the rows of a dataset", "chain": "the rows of a chain of datasets"}
    for kind in KINDS:
        yield Completion(f"{kind}('')", "rows", about[kind], kind, back=2)


def _relation(relation: Relation) -> Completion:
    return Completion(relation.name, relation.kind, relation.about)


def _function(function: Function) -> Completion:
    takes = ", ".join(function.parameters)
    back = 1 if function.parameters else 0
    about = f"({takes}) {function.about}".strip()
    return Completion(f"{function.name}()", "function", about, function.name, back)


def _parameters(text: str, place: int) -> Iterator[Completion]:
    for name in dict.fromkeys(
        token.value
        for token in tokens(text, comments=False)
        if token.kind == "parameter" and token.value.startswith("$") and token.end != place
    ):
        yield Completion(name, "parameter", "asked for when it runs")


def _datasets(text: str, start: int, place: int, before: list[Token], names: Names) -> Completions:
    """What stands in `dataset('…')`; other strings are not for us."""
    prefix = text[start:place]
    if len(before) < 2 or before[-1].value != "(" or before[-2].value.lower() not in KINDS:
        return Completions(place, place, "", ())
    end = place
    while end < len(text) and (text[end].isalnum() or text[end] in "-_/.~^+<>"):
        end += 1
    rest = text[end : end + 2]
    close = "" if rest.startswith("'") else "')"
    items = _matching((_dataset(one, close) for one in names.datasets), prefix)
    return Completions(start, end, prefix, tuple(items[:MOST]))


def _dataset(name: DatasetName, close: str) -> Completion:
    about = f"{name.method} · {name.rows:,} rows · {name.columns} columns"
    about += " · of a chain" if name.chained else ""
    return Completion(name.name + close, "dataset", about, name.name)
