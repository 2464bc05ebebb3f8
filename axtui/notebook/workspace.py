"""The workspace as notebooks and scripts see it: what `axtui.open` gives."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axtui import human
from axtui.build.linked import result_name
from axtui.config import FILE_NAME
from axtui.data import context, dsmeta
from axtui.errors import AcceleratorError, ConfigError, UserError
from axtui.notebook.dataset import Dataset
from axtui.notebook.files import Result, results_of
from axtui.notebook.grid import MOST_ROWS, pairs_html, pairs_text
from axtui.notebook.job import Job
from axtui.notebook.jobs import Jobs
from axtui.notebook.listing import Listing
from axtui.notebook.opened import Opened
from axtui.notebook.table import Table
from axtui.notebook.urd import Urd
from axtui.texttable import Column
from axtui.workspace import find_config
from axtui.workspace import open_workspace as open_settings

_QUERIES = (Column("query"), Column("answers"), Column("parameters"))


class Workspace:
    """A workspace to read from. Whatever is asked of it is looked up when it is asked, so it stays
    true while builds run elsewhere. Nothing is ever built or written."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    @property
    def root(self) -> Path:
        """The folder that holds `axtui.toml`."""
        return self._opened.workspace.root

    # -- jobs and datasets

    @property
    def jobs(self) -> Jobs:
        """All jobs, newest first; `jobs.where(method="csvimport")` chooses."""
        return Jobs(self._opened)

    def job(self, spec: object) -> Job:
        """A job: by its id ('dev-12'), or the newest complete one of a method or build script.

        Everything that `axtui job` takes works: 'csvimport~1', 'dev-LATEST', a job's folder.
        Raises NoSuchJobError, saying what was near.
        """
        with self._opened.reading():
            return Job(self._opened, self._opened.specs.job(str(spec)))

    def dataset(self, spec: object, name: str | None = None) -> Dataset:
        """A dataset: 'dev-3', 'dev-3/name', or a method, whose newest job it is of.

        Everything that `axtui ds` takes works: 'dev-3~1' is the one before in its chain. Raises
        NoSuchDatasetError or NoSuchJobError, saying what was near.
        """
        text = str(spec) if name is None else dsmeta.join_ref(str(spec), name)
        with self._opened.reading():
            return Dataset(self._opened, *self._opened.specs.dataset(text))

    # -- results, urd, questions

    @property
    def results(self) -> Listing[Result]:
        """What is linked in the results folder, by name."""
        return results_of(self._opened)

    def result(self, name: str) -> Result:
        """A result by name; at the end of a cell it is shown.

        What `axtui open` takes works: the name without its ending, if it is the only one. Raises
        NoSuchWhateverError, saying what was near.
        """
        return self.results[result_name(self._opened.workspace, name) or name]

    @property
    def urd(self) -> Urd:
        """The log of finished builds."""
        return Urd(self._opened)

    def sql(self, query: str, params: Mapping[str, Any] | None = None, **values: Any) -> Table:
        """The answer to SQL, or to a saved query by its name.

        The namespace is that of `axtui sql`: the catalog's tables and views (`jobs`, `results`,
        ...), `dataset('dev-3')` and `chain('dev-3')`. `$name` in the query takes its value from
        `params` or a keyword. Raises UserError for a bad query.
        """
        return Table(self._opened.ask(query, {**(params or {}), **values}))

    @property
    def queries(self) -> Listing[str]:
        """The saved queries by name, as SQL, with what each answers."""
        from axtui.build.asking import query_folders
        from catalog.saved import saved_queries

        with self._opened.reading():
            found = saved_queries(
                query_folders(self._opened.workspace),
                lambda error: warnings.warn(str(error), stacklevel=2),
            )

        def row(name: str, _: str) -> dict[str, Any]:
            return {"query": name, "answers": found[name].description, "parameters": takes(name)}

        def takes(name: str) -> str:
            return " ".join(parameter.name for parameter in found[name].parameters)

        return Listing({n: query.sql for n, query in found.items()}, "queries", _QUERIES, row)

    # -- shown

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Workspace) and other._opened == self._opened

    def __hash__(self) -> int:
        return hash(self._opened)

    def _shown(self) -> tuple[str, list[tuple[str, str]]]:
        title = f"axtui workspace {self.root}"
        try:
            return title, [(name, value) for name, value in self._facts() if value]
        except AcceleratorError as error:
            return title, [("error", str(error))]

    def _facts(self) -> list[tuple[str, str]]:
        states = self.sql("SELECT state, count(*) FROM jobs GROUP BY state ORDER BY 2 DESC").rows
        states = [(state, n) for state, n in states if state != "collected"]
        results = self.results.names
        shown = results[:MOST_ROWS]
        more = [f"… {len(results):,} in all"] if len(shown) < len(results) else []
        return [
            ("jobs", ", ".join(f"{human.count(n)} {state}" for state, n in states) or "none yet"),
            ("results", "\n".join([*shown, *more])),
            ("urd", ", ".join(self.urd.lists)),
        ]

    def __repr__(self) -> str:
        return pairs_text(*self._shown())

    def _repr_html_(self) -> str:
        return pairs_html(*self._shown())


def open_workspace(
    path: str | os.PathLike[str] = ".", config: str | os.PathLike[str] | None = None
) -> Workspace:
    """See `axtui.open`."""
    place = context.running()
    if place is not None and place.stage != "build":
        raise UserError(
            "axtui.open is for notebooks and scripts; a method is given what it reads: name it in "
            "`datasets` or `jobs`, so that a change of it makes a new job"
        )
    if config is not None:
        return Workspace(Opened(open_settings(config_file=Path(config).expanduser())))
    folder = Path(path).expanduser().resolve()
    if folder.name == FILE_NAME and folder.is_file():
        folder = folder.parent
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}; axtui.open takes that of a workspace")
    try:
        found = find_config(folder)
    except ConfigError:
        raise ConfigError(
            f"{folder} is in no workspace: there is no {FILE_NAME} in it or above it; name one, as "
            'in axtui.open("DIR"), or make one with: axtui init DIR'
        ) from None
    return Workspace(Opened(open_settings(config_file=found)))
