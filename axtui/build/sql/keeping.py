"""Saving a query as a file of the workspace: `queries/NAME.sql`."""

from __future__ import annotations

from pathlib import Path

from axtui.build.asking import QUERIES, is_saved
from axtui.build.sql.export import whole
from axtui.build.sql.parameters import ANY, parameters
from axtui.errors import StorageError, UserError
from axtui.workspace import Workspace
from catalog.errors import CatalogQueryError
from catalog.saved import described

_TEXT = "VARCHAR"


def query_path(workspace: Workspace, name: str) -> Path:
    """The file of a saved query of that name. Raises UserError where it cannot be one's name."""
    if not is_saved(name):
        raise UserError(f"{name!r} cannot be the name of a query: letters, digits, - and _ only")
    return workspace.root / QUERIES / f"{name}.sql"


def save_query(
    workspace: Workspace, name: str, description: str, sql: str, *, replace: bool = False
) -> Path:
    """Save a query; the file says in its first lines what it answers and which parameters it has,
    as `axtui sql` wants it. Returns the file.

    Raises UserError where there is a file of that name already and `replace` is not said, where
    there is no query, or the comment about a parameter is not formed; StorageError.
    """
    path = query_path(workspace, name)
    text = saved_text(description, sql)
    if path.exists() and not replace:
        raise UserError(f"there is {path.relative_to(workspace.root)} already")
    try:
        path.parent.mkdir(exist_ok=True)
        whole(path, lambda stream: stream.write(text.encode()))
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from None
    return path


def saved_text(description: str, sql: str) -> str:
    """The text of a saved query: what is told in its first comment lines is kept, the description
    put in place of the one there, and each parameter that nothing tells of added as text."""
    head, body = _split(sql)
    if not body.strip():
        raise UserError("there is no query to save")
    try:
        _, declared = described(sql)
    except CatalogQueryError as error:
        raise UserError(str(error)) from None
    told = [line for line in head if line[2:].lstrip().startswith("$")]
    known = {one.name for one in declared}
    for one in parameters(body, sql):
        if one.name not in known:
            kind = _TEXT if one.type == ANY else one.type
            told.append(f"-- ${one.name} {kind}: {one.text or one.name}")
    first = [f"-- {line}" for line in description.split("\n") if line.strip()]
    return "\n".join([*first, *told, body.strip().rstrip(";").rstrip()]) + "\n"


def _split(sql: str) -> tuple[list[str], str]:
    """The comment lines that a query begins with, and the rest."""
    lines = sql.strip().splitlines()
    count = 0
    while count < len(lines) and lines[count].startswith("--"):
        count += 1
    return lines[:count], "\n".join(lines[count:])
