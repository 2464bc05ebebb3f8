"""Errors of the catalog. The package stands alone, so it has its own and not axtui's."""

from __future__ import annotations


class CatalogError(Exception):
    """The catalog cannot be read or folded; the message says what to do."""


class CatalogNewerError(CatalogError):
    """The catalog was written by a newer program (or DuckDB) than this one."""


class CatalogQueryError(CatalogError):
    """A query was refused or failed.

    Attributes: `position` (0-based character in the query as the user wrote it, or None) and
    `candidates` (names DuckDB found near to an unknown one).
    """

    def __init__(
        self, message: str, position: int | None = None, candidates: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.position = position
        self.candidates = candidates
