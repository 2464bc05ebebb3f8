"""Help for options, datasets and jobs: the comments beside and above them in a method's source."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass

from axtui.engine import syntax


@dataclass(eq=False, repr=False)
class _Item:
    name: str
    first: int
    last: int
    column: int


def comments(source: str, variable: str) -> dict[str, tuple[str, ...]]:
    """Comment lines per name in the assignment `variable = ...` of a method's source.

    Works for `{"name": ...}`, `dict(name=...)`, `("name", ["name"])`. A comment belongs to the item
    on its line; on a line of its own, to the item above if it is indented deeper than that, else to
    the item below. Source that cannot be parsed has no comments.
    """
    try:
        tree = syntax.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, ValueError, tokenize.TokenError):
        return {}
    value = _assigned(tree, variable)
    if value is None:
        return {}
    items = _items(value)
    found: dict[str, list[str]] = {item.name: [] for item in items}
    for token in tokens:
        if token.type != tokenize.COMMENT or not _within(value, token.start[0]):
            continue
        text = token.string.lstrip("#").strip()
        owner = _owner(items, *token.start, alone=token.line.lstrip().startswith("#"))
        if text and owner is not None:
            found[owner.name].append(text)
    return {name: tuple(lines) for name, lines in found.items()}


def _assigned(tree: ast.Module, variable: str) -> ast.expr | None:
    """The last thing assigned to a variable at the top level of a module."""
    found = None
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            targets: list[ast.expr] = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        else:
            continue
        if any(isinstance(target, ast.Name) and target.id == variable for target in targets):
            found = statement.value
    return found


def _within(value: ast.expr, line: int) -> bool:
    return value.lineno <= line <= (value.end_lineno or value.lineno)


def _items(value: ast.expr) -> list[_Item]:
    found = []
    if isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.append(_item(key.value, key, item))
    elif isinstance(value, ast.Call):
        found = [_item(word.arg, word, word.value) for word in value.keywords if word.arg]
    elif isinstance(value, (ast.Tuple, ast.List)):
        for element in value.elts:
            inner = element.elts[0] if isinstance(element, ast.List) and element.elts else element
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                found.append(_item(inner.value, element, element))
    return found


def _item(name: str, start: ast.expr | ast.keyword, end: ast.expr) -> _Item:
    return _Item(name, start.lineno, end.end_lineno or end.lineno, start.col_offset)


def _owner(items: list[_Item], line: int, column: int, alone: bool) -> _Item | None:
    before = [item for item in items if item.first <= line]
    after = [item for item in items if item.first > line]
    if before and (not alone or line <= before[-1].last or column > before[-1].column):
        return before[-1]
    return after[0] if after else (before[-1] if before else None)
