"""A catalog that begins as a copy of an empty one is the catalog that the program makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import catalog.fold
from catalog import schema
from catalog.fold import fold
from catalog.layout import database_path
from catalog.store import connection


def _definitions(folder: Path) -> list[Any]:
    """All that DuckDB lists of a catalog, but for its own numbers."""
    found = []
    with connection(database_path(folder), read_only=True) as con:
        for kind in ("tables", "columns", "constraints", "indexes", "views", "functions"):
            found += con.execute(
                f"SELECT COLUMNS(lambda name: NOT name LIKE '%\\_oid' ESCAPE '\\') FROM duckdb_{kind}() "
                "WHERE database_name = current_database() ORDER BY ALL"
            ).fetchall()
        found += con.execute("SELECT * EXCLUDE (made) FROM catalog_version").fetchall()
    return found


@pytest.mark.parametrize("complete", [False, True])
def test_a_copy_is_as_what_it_stands_for(
    complete: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild = (lambda: ()) if complete else None
    for name in ("copy", "made"):
        (tmp_path / name).mkdir()
    assert catalog.fold.create != schema.create
    fold(tmp_path / "copy", rebuild)
    monkeypatch.setattr(catalog.fold, "create", schema.create)
    fold(tmp_path / "made", rebuild)
    made = _definitions(tmp_path / "made")
    assert _definitions(tmp_path / "copy") == made and len(made) > 600
