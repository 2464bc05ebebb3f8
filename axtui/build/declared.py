"""What a source file says about itself, read without running it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from axtui.engine import syntax
from axtui.engine.source import SQL

WRONG = ("(broken:", "(cannot be read:")
"""How `first_line` begins where the file says nothing because it is wrong."""


def description(path: Path) -> str:
    """The file's `description = "..."`, else its docstring, else nothing.

    Raises SyntaxError (or OSError) where the file is no readable Python, or SQL.
    """
    if path.suffix == SQL:
        return _sql_description(path)
    tree = syntax.parse(path.read_bytes(), str(path))
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(_is_description(name) for name in node.targets):
            text = _constant(node.value)
            if text is not None:
                return inspect.cleandoc(text)
    return ast.get_docstring(tree) or ""


def _sql_description(path: Path) -> str:
    """The comments at the head of a SQL method, without its declarations."""
    from axtui.engine.sqlmethod import header, text

    try:
        return header.parse(text.decoded(path.read_bytes())).description
    except header.HeaderError as error:
        raise SyntaxError(str(error), (str(path), error.line, None, None)) from None


def first_line(path: Path) -> str:
    """The first line of the description, or what is wrong with the file."""
    try:
        return next(iter(description(path).splitlines()), "")
    except SyntaxError as error:
        return f"{WRONG[0]} line {error.lineno}: {error.msg})"
    except (OSError, ValueError) as error:
        return f"{WRONG[1]} {error})"


def flags_asked(path: Path) -> set[str]:
    """The flags that a build script looks for: the texts of its `"text" in urd.flags`.

    Raises SyntaxError (or OSError) where the file is no readable Python.
    """
    return {
        node.left.value
        for node in ast.walk(syntax.parse(path.read_bytes(), str(path)))
        if isinstance(node, ast.Compare)
        and isinstance(node.left, ast.Constant)
        and isinstance(node.left.value, str)
        and any(
            isinstance(right, ast.Attribute) and right.attr == "flags" for right in node.comparators
        )
    }


def _is_description(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "description"


def _constant(node: ast.expr) -> str | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        return None
    return value if isinstance(value, str) else None
