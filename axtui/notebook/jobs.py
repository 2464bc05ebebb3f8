"""The jobs of a workspace, newest first, looked up in the catalog each time they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from axtui import human
from axtui.errors import NoSuchWhateverError
from axtui.notebook.grid import MOST_ROWS, Grid
from axtui.notebook.job import Job
from axtui.notebook.opened import Opened
from axtui.notebook.table import Table
from axtui.suggest import did_you_mean
from axtui.texttable import Column

if TYPE_CHECKING:
    import pyarrow as pa

_MINUTES = len("2026-01-31 12:00")
_GRID = (
    Column("job", firm=True),
    Column("method"),
    Column("state", firm=True),
    Column("started", lambda moment: human.when(moment.timestamp())[:_MINUTES], firm=True),
    Column("wall_s", human.seconds, right=True),
    Column("why"),
)
_FACTS = (
    *("job", "method", "name", "script", "workdir", "state", "started", "ended", "wall_s", "cpu_s"),
    *("peak_rss", "rows", "bytes", "why", "caption", "error", "build_job", "parent", "slices"),
    *("is_build", "host", "user_name", "python"),
)
_THERE = "state <> 'collected'"
"""The catalog still tells of jobs that gc removed; who wants those asks for that state."""
_ORDER = "ORDER BY started DESC NULLS LAST, workdir, number DESC"


class Jobs(Sequence[Job]):
    """Jobs that fit all conditions given so far. Nothing is held: each use looks anew.

    Jobs that `axtui gc` removed are only among those `where(state="collected")`.
    """

    def __init__(self, opened: Opened, conditions: dict[str, Any] | None = None) -> None:
        self._opened = opened
        self._conditions = conditions or {}

    def where(self, **conditions: Any) -> Jobs:
        """Those of them that fit: `where(method="csvimport", state="complete")`.

        The names are the columns of the catalog's view `jobs`. A list means any of its values, None
        that there is no value, a text with `*` or `?` in it all that look so. For more, ask in SQL.
        Raises NoSuchWhateverError for an unknown name.
        """
        for name in conditions:
            if name not in _FACTS:
                raise NoSuchWhateverError(
                    f"jobs have no {name!r}; they have: {', '.join(_FACTS)}."
                    + did_you_mean(name, _FACTS)
                )
        return Jobs(self._opened, {**self._conditions, **conditions})

    def __len__(self) -> int:
        (count,) = self._ask("count(*) AS n", "")["n"]
        return int(count)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __iter__(self) -> Iterator[Job]:
        return iter([Job(self._opened, jobid) for jobid in self._ids()])

    @overload
    def __getitem__(self, key: int | str) -> Job: ...

    @overload
    def __getitem__(self, key: slice) -> list[Job]: ...

    def __getitem__(self, key: int | str | slice) -> Job | list[Job]:
        if isinstance(key, str):
            with self._opened.reading():
                return Job(self._opened, self._opened.specs.job(key))
        if isinstance(key, slice):
            return [Job(self._opened, jobid) for jobid in self._ids()[key]]
        if key >= 0:
            found = self._ids(f"LIMIT 1 OFFSET {int(key)}")
            if not found:
                raise IndexError(f"there are only {len(self)} such jobs")
            return Job(self._opened, found[0])
        return Job(self._opened, self._ids()[key])

    def __contains__(self, job: object) -> bool:
        return str(job) in self._ids()

    def to_arrow(self) -> pa.Table:
        """What the catalog knows of them, as a pyarrow Table."""
        return self._ask(", ".join(_FACTS), _ORDER).to_arrow()

    def to_polars(self) -> Any:
        """The same as a polars DataFrame. Raises UserError where polars is not installed."""
        return Table(self.to_arrow()).to_polars()

    def to_pandas(self) -> Any:
        """The same as a pandas DataFrame. Raises UserError where pandas is not installed."""
        return Table(self.to_arrow()).to_pandas()

    def _ipython_key_completions_(self) -> list[str]:
        return self._ids()

    def _ids(self, limit: str = "") -> list[str]:
        return [str(jobid) for jobid in self._ask("job", f"{_ORDER} {limit}")["job"]]

    def _ask(self, what: str, rest: str) -> Table:
        values: dict[str, Any] = {}
        tests = [] if "state" in self._conditions else [_THERE]
        for place, (name, wanted) in enumerate(self._conditions.items()):
            test, value = _test(name, wanted, f"v{place}")
            tests.append(test)
            values.update(value)
        chosen = f"WHERE {' AND '.join(tests)}" if tests else ""
        return Table(self._opened.ask(f"SELECT {what} FROM jobs {chosen} {rest}", values))

    def _grid(self) -> Grid:
        names = ", ".join(column.name for column in _GRID)
        found = self._ask(f"{names}, count(*) OVER () AS total", f"{_ORDER} LIMIT {MOST_ROWS}")
        rows = found.dicts
        words = [f"{name} {_words(wanted)}" for name, wanted in self._conditions.items()]
        with_ = f" with {' and '.join(words)}" if words else ""
        total = rows[0]["total"] if rows else 0
        return Grid(_GRID, rows, total, f"{human.plural(total, 'job')}{with_}")

    def __repr__(self) -> str:
        return self._grid().text()

    def _repr_html_(self) -> str:
        return self._grid().html()


def _test(name: str, wanted: Any, parameter: str) -> tuple[str, dict[str, Any]]:
    """A condition in SQL, with the values of its parameters."""
    if wanted is None:
        return f"{name} IS NULL", {}
    if isinstance(wanted, str) and ("*" in wanted or "?" in wanted):
        return f"{name} GLOB ${parameter}", {parameter: wanted}
    if isinstance(wanted, list | tuple | set | frozenset):
        return f"list_contains(${parameter}, {name})", {parameter: list(wanted)}
    if isinstance(wanted, Job):
        wanted = wanted.id
    return f"{name} = ${parameter}", {parameter: wanted}


def _words(wanted: Any) -> str:
    return ", ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
