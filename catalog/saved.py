"""Saved queries: `.sql` files that say in their first comment lines what they answer.

    -- Which jobs used a package below a version?
    -- $package VARCHAR = 'pandas': the package, as it is installed
    -- $version VARCHAR = '3': the first version that is new enough
    SELECT ...

The name of the file is the name of the query. A parameter without a default must be given. Its type
is one of SQL, or says what the text names: a JOB, a METHOD, a RESULT, a RUN, or an INPUT of a job. Beside
the queries of this package a workspace can have a folder of its own, whose queries come first.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.errors import CatalogQueryError
from catalog.schema import HERE

_PARAMETER = re.compile(
    r"^\$(?P<name>\w+) (?P<type>\w+)(?: = (?P<default>'(?:[^']|'')*'|[^:']+))?: (?P<text>.+)$"
)
Names = Callable[[str, str], str]
"""What a text names, as the catalog has it: a function of (type of the parameter, text)."""

_TRUTH = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


@dataclass(frozen=True)
class Parameter:
    """A `$name` of a saved query; `default` is the value as text, None if it must be given."""

    name: str
    type: str
    default: str | None
    text: str

    def value(self, given: object, names: Names | None = None) -> Any:
        """`given`, if text, as a value of the parameter's type. Raises CatalogQueryError.

        What names something is asked of `names`, and what that raises goes through.
        """
        if self.type in NAMING:
            text = str(given)
            return text if names is None or text == self.default else names(self.type, text)
        if not isinstance(given, str):
            return given
        try:
            return _READERS[self.type](given)
        except (ValueError, KeyError):
            raise CatalogQueryError(f"${self.name}: {given!r} is no {self.type}") from None


@dataclass(frozen=True)
class SavedQuery:
    """A saved query: what it answers, its parameters, its SQL and where it stands."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    sql: str
    path: Path

    def values(self, given: Mapping[str, object], names: Names | None = None) -> dict[str, Any]:
        """Values for all parameters, from `given` (text is converted) and the defaults.

        `names` turns what names a job and so on into what the catalog has; see `Parameter.value`.

        Raises CatalogQueryError if one is missing, unknown or not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        if unknown := sorted(given.keys() - known.keys()):
            there = ", ".join(known) or "none"
            raise CatalogQueryError(f"{self.name} has no parameter {unknown[0]} (it has: {there})")
        found = {}
        for name, parameter in known.items():
            value = given.get(name, parameter.default)
            if value is None:
                raise CatalogQueryError(f"{self.name} needs {name}: {parameter.text}")
            found[name] = parameter.value(value, names)
        return found


def saved_queries(
    folders: Iterable[Path | str] = (), tell: Callable[[CatalogQueryError], None] | None = None
) -> dict[str, SavedQuery]:
    """All saved queries by name: those in `folders`, the first before the others, then ours.

    A file that is not formed is left out, and `tell` is called with what is wrong in it.
    """
    found: dict[str, SavedQuery] = {}
    bad: set[str] = set()
    for folder in [*map(Path, folders), HERE / "queries"]:
        for path in sorted(folder.glob("*.sql")):
            if path.stem in found or path.stem in bad:
                continue
            try:
                found[path.stem] = read_query(path)
            except CatalogQueryError as error:
                bad.add(path.stem)
                if tell is not None:
                    tell(error)
    return dict(sorted(found.items()))


def load_query(name: str, folders: Iterable[Path | str] = ()) -> SavedQuery:
    """The saved query of that name. Raises CatalogQueryError, naming near ones, if none is."""
    for folder in [*map(Path, folders), HERE / "queries"]:
        path = folder / f"{name}.sql"
        if path.parent == folder and path.is_file():
            return read_query(path)
    known = list(saved_queries(folders))
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
    raise CatalogQueryError(f"no saved query {name!r}: {hint}", candidates=tuple(near))


def read_query(path: Path) -> SavedQuery:
    """Read a saved query. Raises CatalogQueryError if the file cannot be read or is not formed."""
    try:
        sql = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogQueryError(f"cannot read the saved query {path}: {error}") from error
    try:
        description, parameters = described(sql)
    except CatalogQueryError as error:
        raise CatalogQueryError(f"{path}, {error}") from None
    return SavedQuery(path.stem, description, parameters, sql, path)


def described(sql: str) -> tuple[str, tuple[Parameter, ...]]:
    """(what it answers, its parameters) as the first comment lines of a query tell.

    Raises CatalogQueryError, naming the line, for a parameter that is not formed.
    """
    description: list[str] = []
    parameters: list[Parameter] = []
    for number, line in enumerate(sql.splitlines(), 1):
        if not line.startswith("--"):
            break
        text = line[2:].strip()
        if text.startswith("$"):
            parameters.append(_parameter(number, text))
        elif text:
            description.append(text)
    return " ".join(description), tuple(parameters)


def _parameter(number: int, text: str) -> Parameter:
    found = _PARAMETER.match(text)
    if found is None or found["type"].upper() not in TYPES:
        raise CatalogQueryError(
            f"line {number}: expected `$name TYPE = default: what it is` with a type of "
            f"{', '.join(TYPES)}, found {text!r}"
        )
    default = found["default"]
    if default is not None:
        default = default.strip()
        if default.startswith("'"):
            default = default[1:-1].replace("''", "'")
    return Parameter(found["name"], found["type"].upper(), default, found["text"])


def _truth(text: str) -> bool:
    return _TRUTH[text.lower()]


_READERS: dict[str, Callable[[str], Any]] = {
    "VARCHAR": str,
    "BIGINT": int,
    "DOUBLE": float,
    "BOOLEAN": _truth,
    "DATE": datetime.date.fromisoformat,
    "TIMESTAMP": datetime.datetime.fromisoformat,
}

NAMING = ("JOB", "METHOD", "RESULT", "RUN", "INPUT")
"""Types of parameters that are texts which name something."""

TYPES = (*_READERS, *NAMING)
"""The types that a parameter can have."""
