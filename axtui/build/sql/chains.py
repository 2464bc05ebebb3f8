"""Datasets of a chain that a query asks for alone: who wants all rows wants the chain."""

from __future__ import annotations

from axtui.build.sql.names import Names
from catalog.scan import tokens

_ALONE = "dataset"


def chains_of(sql: str, names: Names) -> tuple[str, ...]:
    """What stands in `dataset('…')` of a query and is one of a chain, as written, each once."""
    chained = {one.name for one in names.datasets if one.chained}
    words = tokens(sql)
    found = [
        spec.value
        for word, open_, spec in zip(words, words[1:], words[2:], strict=False)
        if word.kind == "word" and word.value.lower() == _ALONE
        and open_.value == "(" and spec.kind == "string"
        and spec.value.removesuffix("/default") in chained
    ]  # fmt: skip
    return tuple(dict.fromkeys(found))
