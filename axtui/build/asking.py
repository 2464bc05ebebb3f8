"""Questions in SQL: what they may name beside the tables of the catalog."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from axtui.workspace import Workspace

QUERIES = "queries"
"""The folder of a workspace's own saved queries."""

_NAME = re.compile(r"[\w-]+")


def query_folders(workspace: Workspace) -> list[Path]:
    """Where a workspace keeps saved queries of its own; [] if it has none."""
    folder = workspace.root / QUERIES
    return [folder] if folder.is_dir() else []


def is_saved(query: str) -> bool:
    """Whether a query is the name of a saved one, not SQL: one word."""
    return _NAME.fullmatch(query) is not None


def asked(workspace: Workspace, query: str, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(SQL, values of its parameters) for SQL or for the name of a saved query.

    What a parameter names is looked up as everywhere else: a method stands for its newest job. Raises
    CatalogQueryError where there is no such saved query or the values do not fit its parameters,
    NoSuchWhateverError where there is nothing of that name.
    """
    if not is_saved(query):
        return query, dict(given)
    from catalog.saved import load_query

    saved = load_query(query, query_folders(workspace))
    from axtui.build.named import Named

    return saved.sql, saved.values(given, Named(workspace).find)


def resolver(workspace: Workspace) -> Callable[[str, str], str]:
    """What `dataset('spec')` and `chain('spec')` stand for: a function of (kind, spec) to SQL.

    It reads metadata of datasets, so the workspace must be the active one when it is called.
    """

    def resolve(kind: str, spec: str) -> str:
        from axtui.build.specs import Specs
        from axtui.data.dataset import Dataset
        from axtui.data.dsmeta import join_ref
        from axtui.data.sqlview import chain_view_sql, view_sql

        dataset = Dataset(join_ref(*Specs(workspace).dataset(spec)))
        return chain_view_sql(dataset) if kind == "chain" else view_sql(dataset)

    return resolve
