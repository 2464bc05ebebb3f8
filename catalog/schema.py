"""The SQL files of this package: making a catalog, bringing an old one up to date."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from catalog.errors import CatalogError, CatalogNewerError

HERE = Path(__file__).parent
# The oldest DuckDB to read a catalog is 1.5; without this a newer one writes what it cannot read.
STORAGE_VERSION = "v1.5.0"
# Folding copies the file, most columns of most tables are short: small blocks keep it small.
BLOCK_SIZE = 16384


def sql_files(folder: str) -> list[Path]:
    """The .sql files of one folder of this package, in order."""
    return sorted((HERE / folder).glob("*.sql"))


def migration_files(folder: Path | None = None) -> dict[int, Path]:
    """Migrations by the version they lead to: `0002_what.sql` leads from version 1 to 2."""
    files = sorted((folder or HERE / "migrations").glob("[0-9]*.sql"))
    found = {int(path.name.split("_")[0]): path for path in files}
    if sorted(found) != list(range(2, 2 + len(found))):
        raise CatalogError(f"migrations are not numbered 2, 3, ...: {sorted(found)}")
    return found


def newest_version(migrations: Path | None = None) -> int:
    """The version of the tables that this program works with."""
    return 1 + len(migration_files(migrations))


@functools.cache
def definitions_digest() -> str:
    """Digest of all views and macros."""
    texts = [path.read_bytes() for path in sql_files("views")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def attach(con: Any, path: Path, *, read_only: bool) -> None:
    """Attach a catalog file to an in-memory DuckDB as `catalog` and make it the default.

    Opening the file itself would share DuckDB's instance of that path within this process, and
    with it, as long as any connection is open, the state of a file that was replaced since.
    """
    quoted = str(path).replace("'", "''")
    options = f"STORAGE_VERSION '{STORAGE_VERSION}', BLOCK_SIZE {BLOCK_SIZE}"
    if read_only:
        options = "READ_ONLY"
    con.execute(f"ATTACH '{quoted}' AS catalog ({options})")
    con.execute("USE catalog")


def create(con: Any, *, complete: bool, migrations: Path | None = None) -> None:
    """Make all tables, views and macros in the empty catalog that is attached."""
    for path in sql_files("schema"):
        con.execute(path.read_text(encoding="utf-8"))
    con.execute(
        "INSERT INTO catalog_version VALUES ($version, '', now(), $complete)",
        {"version": newest_version(migrations), "complete": complete},
    )
    _add_definitions(con)


def define(con: Any) -> None:
    """Replace all views and macros by those of this program."""
    for kind, name in con.execute(
        "SELECT 'VIEW', view_name FROM duckdb_views() "
        "WHERE database_name = current_database() AND NOT internal "
        "UNION ALL SELECT DISTINCT if(function_type = 'macro', 'MACRO', 'MACRO TABLE'), "
        "function_name FROM duckdb_functions() "
        "WHERE database_name = current_database() AND NOT internal"
    ).fetchall():
        con.execute(f'DROP {kind} "{name}"')
    _add_definitions(con)


def _add_definitions(con: Any) -> None:
    for path in sql_files("views"):
        con.execute(path.read_text(encoding="utf-8"))
    con.execute("UPDATE catalog_version SET definitions = $1", [definitions_digest()])


def version_of(con: Any) -> tuple[int, str, bool]:
    """Version, digest of definitions and completeness of the attached catalog.

    Raises duckdb.Error or CatalogError if it is not a catalog.
    """
    rows = con.execute("SELECT version, definitions, complete FROM catalog_version").fetchall()
    if len(rows) != 1:
        raise CatalogError("catalog_version does not hold one row")
    version, definitions, complete = rows[0]
    return int(version), str(definitions), bool(complete)


def refuse_newer(version: int, path: Path, migrations: Path | None = None) -> None:
    """Raise CatalogNewerError if the catalog is of a version this program does not know."""
    known = newest_version(migrations)
    if version > known:
        raise CatalogNewerError(
            f"{path} is of version {version}, written by a newer axtui (this one knows {known}): "
            "use that one, or run `axtui reindex` to rebuild the catalog for this one"
        )


def migrate(con: Any, version: int, migrations: Path | None = None) -> None:
    """Bring the tables from `version` to the newest, and views and macros with them."""
    for number, path in migration_files(migrations).items():
        if number > version:
            con.execute(path.read_text(encoding="utf-8"))
            con.execute("UPDATE catalog_version SET version = $1", [number])
    define(con)
