"""Catalogs begin as copies of an empty one.

Making the tables, views and comments of a catalog takes longer than all else in most tests that have
one. So here it is done once for many; what comes of it is the same, which
`tests/catalog/test_blankcatalog.py` checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import catalog.fold
from catalog import schema
from catalog.store import transaction


def make(path: Path) -> None:
    """Make an empty catalog, as a fold does."""
    with transaction(path) as con:
        schema.create(con, complete=False)


@contextmanager
def copied(blank: Path) -> Iterator[None]:
    """While the block runs, folds of this process that make a catalog copy that one."""

    def create(con: Any, *, complete: bool, migrations: Path | None = None) -> None:
        if migrations is not None:  # one of another version
            schema.create(con, complete=complete, migrations=migrations)
            return
        con.execute(f"ATTACH '{blank}' AS blank (READ_ONLY)")
        con.execute("COPY FROM DATABASE blank TO catalog")
        con.execute("UPDATE catalog_version SET made = now(), complete = $1", [complete])

    original = catalog.fold.create
    catalog.fold.create = create
    try:
        yield
    finally:
        catalog.fold.create = original
