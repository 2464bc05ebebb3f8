"""`dataset('dev-12')` and `chain('dev-12')` in SQL: views for the length of a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.errors import CatalogQueryError
from catalog.scan import Token, tokens

KINDS = ("dataset", "chain")


@dataclass
class Rewritten:
    """`sql` to run for the text `written`; `views` names each view it needs with (kind, spec).

    `edits` are the places changed: (start, end, length), where it was and its length now.
    """

    sql: str
    written: str
    views: dict[str, tuple[str, str]] = field(default_factory=dict)
    edits: list[tuple[int, int, int]] = field(default_factory=list)

    def place_of(self, place: int) -> int:
        """The place in the text as written that a place in `sql` comes from."""
        shift = 0
        for start, end, length in self.edits:
            begin = start + shift
            if place < begin:
                break
            if place < begin + length:
                return start
            shift += length - (end - start)
        return place - shift


def rewrite(sql: str, params: Mapping[str, Any] | None = None) -> Rewritten:
    """Put view names in the place of calls such as `dataset('dev-12/name')`.

    The argument is a string or a parameter (`$job`) of `params`. Raises CatalogQueryError if a
    parameter is missing or is not text. A table or function of another kind is left alone.
    """
    words = tokens(sql)
    result = Rewritten(sql, sql)
    text, last = [], 0
    for place in range(len(words) - 3):
        name, opened, argument, closed = words[place : place + 4]
        if not _is_call(words, place, name, opened, closed):
            continue
        spec = _spec(argument, params or {})
        if spec is None:
            continue
        kind = name.value.lower()
        view = f"{kind} {spec}"
        quoted = '"' + view.replace('"', '""') + '"'
        result.views[view] = (kind, spec)
        result.edits.append((name.start, closed.end, len(quoted)))
        text += [sql[last : name.start], quoted]
        last = closed.end
    result.sql = "".join([*text, sql[last:]])
    return result


def _is_call(words: list[Token], place: int, name: Token, opened: Token, closed: Token) -> bool:
    if name.kind != "word" or name.value.lower() not in KINDS:
        return False
    if place and words[place - 1].value == "." and words[place - 1].kind == "sign":
        return False
    return opened.value == "(" and closed.value == ")" and closed.kind == "sign"


def _spec(argument: Token, params: Mapping[str, Any]) -> str | None:
    if argument.kind == "string":
        return argument.value
    if argument.kind != "parameter":
        return None
    name = argument.value[1:]
    if not isinstance(params.get(name), str):
        raise CatalogQueryError(f"${name} must be given, as text", argument.start)
    return str(params[name])
