"""The `$name` parameters of SQL in an editor: what they are, and values from what was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from axtui.workspace import Workspace
from catalog.errors import CatalogQueryError
from catalog.saved import Parameter, described
from catalog.scan import tokens

ANY = "ANY"
"""The type of a parameter that no comment tells of: a number, true, false or null, else text."""


def parameters(statement: str, text: str) -> tuple[Parameter, ...]:
    """The parameters that a statement names, in order, as the comments of `text` declare them
    (`-- $days BIGINT = 7: how many days`)."""
    declared = {one.name: one for one in _declared(statement) + _declared(text)}
    names = dict.fromkeys(
        token.value[1:]
        for token in tokens(statement)
        if token.kind == "parameter" and len(token.value) > 1 and token.value[0] == "$"
    )
    return tuple(declared.get(name) or Parameter(name, ANY, None, "") for name in names)


def values(
    workspace: Workspace, wanted: tuple[Parameter, ...], given: Mapping[str, str]
) -> dict[str, Any]:
    """What the parameters stand for, from what was typed. May look into folders of jobs.

    Raises CatalogQueryError for a value that is not of its type, NoSuchWhateverError for a name of
    nothing.
    """
    from axtui.build.named import Named

    found = {}
    for one in wanted:
        text = given.get(one.name, one.default)
        if text is None:
            raise CatalogQueryError(f"${one.name} has no value")
        found[one.name] = (
            plain_value(text) if one.type == ANY else one.value(text, Named(workspace).find)
        )
    return found


def plain_value(text: str) -> Any:
    """A number, true, false, null or a quoted text as JSON has them; anything else is text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return text if isinstance(value, (list, dict)) else value


def _declared(text: str) -> tuple[Parameter, ...]:
    """What the comments declare; one that is not formed declares nothing."""
    found: tuple[Parameter, ...] = ()
    for line in text.splitlines():
        if line.startswith("--") and line[2:].lstrip().startswith("$"):
            try:
                found += described(line)[1]
            except CatalogQueryError:
                continue
    return found
