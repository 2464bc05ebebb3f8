"""Catalogs are opened in DuckDB instances that are kept for the next.

To start an instance takes longer than all else in most queries. So here one that is done with goes on,
with the catalog detached and nothing else in it; what comes of it is the same, which
`tests/catalog/test_keptinstances.py` checks. No two that are open at a time share one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import catalog.document
import catalog.read
import catalog.store
from catalog.schema import attach

_SETTINGS = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_ATTACHED = "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND path IS NOT NULL"
_USERS: tuple[Any, ...] = (catalog.store, catalog.read, catalog.document)


class Instances:
    """Those of this process that nobody uses. A process that is forked begins without."""

    def __init__(self) -> None:
        self._idle: list[Any] = []
        self._inherited: list[Any] = []
        self._pid = os.getpid()

    @contextmanager
    def connection(self, path: Path, *, read_only: bool) -> Iterator[Any]:
        """What `catalog.store.connection` gives, in an instance that may have been used before."""
        instance = self._take()
        session = instance.cursor()
        try:
            attach(session, path, read_only=read_only)
            yield session
            session.close()
            for (name,) in instance.execute(_ATTACHED).fetchall():
                instance.execute(f"DETACH {name}")
        except BaseException:  # who knows what is left in it
            session.close()
            instance.close()
            raise
        self._idle.append(instance)

    def _take(self) -> Any:
        import duckdb

        if self._pid != os.getpid():
            self._inherited += self._idle  # to end one waits for its threads, which are not here
            self._idle, self._pid = [], os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return duckdb.connect(config=_SETTINGS)

    def close(self) -> None:
        """End them."""
        while self._idle:
            self._idle.pop().close()


@contextmanager
def kept() -> Iterator[Instances]:
    """While the block runs, catalogs of this process are opened in kept instances."""
    instances = Instances()
    originals = [module.connection for module in _USERS]
    for module in _USERS:
        module.connection = instances.connection
    try:
        yield instances
    finally:
        for module, original in zip(_USERS, originals, strict=True):
            module.connection = original
        instances.close()
