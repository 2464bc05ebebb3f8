"""The forms of the screen: values of parameters, a name to save by, a file to write, a number of rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from axtui.build.asking import QUERIES
from axtui.build.sql import export, keeping
from axtui.build.sql.parameters import ANY
from axtui.errors import AcceleratorError
from axtui.tui.sql.dialogs import Field, Form, Objection, Values
from axtui.workspace import Workspace
from catalog.saved import Parameter

T = TypeVar("T")
Call = Callable[..., Awaitable[T]]
"""Has a function called in a thread: `Catalogue.call`."""


def parameters_form(
    wanted: tuple[Parameter, ...], last: Mapping[str, str], title: str = "This query asks for"
) -> Form:
    """Asks for the values of parameters; what was given the last time stands there."""

    async def check(values: Values) -> Objection | None:
        for one in wanted:
            if not values[one.name] and one.default is None and one.type != "VARCHAR":
                return Objection(f"{one.name} has no value yet.")
        return None

    fields = [
        Field(
            one.name,
            f"${one.name}",
            last.get(one.name, one.default or ""),
            _about(one),
        )
        for one in wanted
    ]
    return Form(title, fields, "run", check)


def _about(one: Parameter) -> str:
    kind = "a number, or text" if one.type == ANY else one.type.lower()
    return f"{one.text} ({kind})" if one.text else f"({kind})"


def save_form(
    workspace: Workspace, call: Call[Objection | None], name: str, description: str
) -> Form:
    """Asks under which name a query is to be saved, and what it answers."""

    def look(values: Values) -> Objection | None:
        try:
            path = keeping.query_path(workspace, values["name"])
        except AcceleratorError as error:
            return Objection(str(error))
        if not values["description"]:
            return Objection("Say what it answers: the list of queries shows it.")
        if path.exists():
            return Objection(f"{path.relative_to(workspace.root)} is there already.", True)
        return None

    async def check(values: Values) -> Objection | None:
        return await call(look, values)

    fields = [
        Field("name", "Name", name, f"{QUERIES}/NAME.sql; `axtui sql NAME` runs it"),
        Field("description", "What it answers", description),
    ]
    return Form("Save this query", fields, "save", check)


def export_form(
    workspace: Workspace,
    call: Call[Objection | None],
    name: str,
    rows: str,
    written: frozenset[Path],
) -> Form:
    """Asks for the file to write; its ending chooses the format. Not one of those `written` now."""

    def look(values: Values) -> Objection | None:
        path = export_path(workspace, values["path"])
        if not values["path"] or path.is_dir():
            return Objection("Name a file.")
        try:
            export.format_of(path)
        except AcceleratorError as error:
            return Objection(str(error))
        if not path.parent.is_dir():
            return Objection(f"There is no folder {path.parent}.")
        if path in written:
            return Objection(f"{path.name} is being written now: take another name.")
        if path.exists():
            return Objection(f"{path} is there already.", True)
        return None

    async def check(values: Values) -> Objection | None:
        return await call(look, values)

    fields = [Field("path", "File", name, ".csv, .json or .parquet; from the workspace's folder")]
    return Form("Export", fields, "write", check, f"Writes {rows}.")


def export_path(workspace: Workspace, text: str) -> Path:
    """The file that was meant: from the workspace's folder, with ~ for home."""
    return workspace.root / Path(text).expanduser()


def limit_form(now: int) -> Form:
    """Asks how many rows are fetched at most."""

    async def check(values: Values) -> Objection | None:
        return None if number(values["rows"]) else Objection("A number of rows, such as 1,000,000.")

    about = "An export writes all rows, whatever the limit."
    field = Field("rows", "Rows at most", f"{now:,}")
    return Form("How many rows are fetched", [field], "keep", check, about)


def number(text: str) -> int:
    """A positive number with or without separators; 0 if it is none."""
    plain = text.replace(",", "").replace("_", "").replace(" ", "")
    return int(plain) if plain.isascii() and plain.isdigit() else 0
