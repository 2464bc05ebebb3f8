"""Profiles: what the columns of a dataset hold, counted by DuckDB on its Parquet files.

Least and greatest values are in the metadata already. What a profile adds is nulls, how many
different values, and the shape: a histogram of what has an order, else the most frequent values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from axtui.data import columnar
from axtui.data.declare import distinct_names
from axtui.data.sqlview import quoted
from axtui.errors import UserError

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset

BINS = 16
"""Bins of a histogram, and the most values that are listed."""
_SAMPLED = 5_000_000
"""Rows from which on a sample is looked at, unless all are asked for."""
_SAMPLE = 1_000_000
_MEMORY = "1GB"

Kind = Literal["histogram", "values", "none"]
_EPOCH = datetime(1970, 1, 1)
_NUMERIC = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "FLOAT", "DOUBLE"}
_MOMENTS = {"DATE", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "TIME"}


@dataclass(frozen=True)
class Summary:
    """One column: how many of the rows that were looked at are null, about how many different values
    there are (None: of a kind that is not counted), and the average of numbers."""

    name: str
    nulls: int
    distinct: int | None
    mean: float | None


@dataclass(frozen=True)
class Bar:
    """A bar: the values from `low` to `high` (the same: one value), and how many rows have them."""

    low: Any
    high: Any
    rows: int


@dataclass(frozen=True)
class Shape:
    """How the values of a column are spread.

    A histogram goes from the least value to the greatest: bins of equal width, or each value where
    there are few. Else `values` are the most frequent ones, the most frequent first, and `rest` the
    rows that have others.
    """

    kind: Kind
    bars: tuple[Bar, ...] = ()
    rest: int = 0


class Profiler:
    """Looks at one dataset, for one thread; another one may `stop` it. Use it in a `with`.

    `rows` are those that are looked at: all, or a sample where there are very many and not
    `everything` is asked for. Raises UserError where DuckDB cannot read them.
    """

    def __init__(self, dataset: Dataset, everything: bool = False) -> None:
        import duckdb

        self._names = distinct_names(dataset.meta.columns)
        self._con = duckdb.connect()
        self._con.execute(f"SET memory_limit = '{_MEMORY}'")
        self._con.execute("SET enable_progress_bar = false")
        columnar.relation(dataset, self._con).create_view("everything")
        total = dataset.meta.rows
        self.sampled = total > _SAMPLED and not everything
        self.rows = _SAMPLE if self.sampled else total
        percent = 100 * _SAMPLE / max(1, total)
        chosen = f"FROM everything USING SAMPLE {percent:.6f} PERCENT (bernoulli)"
        self._table = "everything"
        if self.sampled:
            self._table = "sampled"
            self._con.execute(f"CREATE TEMP TABLE sampled AS {chosen}")
            self.rows = self._one("SELECT count(*) FROM sampled")[0]
        described = self._con.sql(f"DESCRIBE {self._table}").fetchall()
        self._types = {row[0]: str(row[1]) for row in described}

    def __enter__(self) -> Profiler:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._con.close()

    def stop(self) -> None:
        """End the query that runs in another thread; it raises UserError there."""
        self._con.interrupt()

    def summaries(self) -> dict[str, Summary]:
        """All columns, in one pass, by their names."""
        asked = ["count(*)"]
        for shown in self._names.values():
            column = quoted(shown)
            asked.append(f"count({column})")
            asked.append(f"approx_count_distinct({column})" if self._counted(shown) else "NULL")
            asked.append(f"avg({_finite(column, self._types[shown])})")
        found = self._one(f"SELECT {', '.join(asked)} FROM {self._table}")
        rows = found[0]
        return {
            name: Summary(name, rows - there, None if d is None else min(d, there), mean)
            for name, there, d, mean in zip(
                self._names, found[1::3], found[2::3], found[3::3], strict=True
            )
        }

    def shape(self, name: str) -> Shape:
        """How the values of one column are spread."""
        column, type_ = quoted(self._names[name]), self._types[self._names[name]]
        if not self._counted(self._names[name]):
            return Shape("none")
        if type_ not in _NUMERIC | _MOMENTS:
            return self._values(column, f"n DESC, {column}")
        there, different = self._one(
            f"SELECT count({column}), approx_count_distinct({column}) FROM {self._table}"
        )
        if not there:
            return Shape("none")
        axis = _axis(column, type_)
        if axis.whole and different <= BINS:
            few = self._values(column, column)
            if not few.rest:
                return Shape("histogram", few.bars)
        return self._histogram(axis)

    # -- parts

    def _histogram(self, axis: _Axis) -> Shape:
        low, high = self._one(f"SELECT min({axis.sql}), max({axis.sql}) FROM {self._table}")
        if low is None:
            return Shape("none")
        if axis.whole:
            step = -(-(high - low + 1) // BINS)
            bins = -(-(high - low + 1) // step)
        else:
            step, bins = (high - low) / BINS or 1.0, BINS
        number = f"least({bins - 1}, floor(({axis.sql} - {low!r}) / {step!r}))::INTEGER"
        counted = dict(
            self._all(f"SELECT {number} AS b, count({axis.sql}) FROM {self._table} GROUP BY b")
        )
        bars = []
        for n in range(bins):
            end = low + step * (n + 1) - (1 if axis.whole else 0)
            bars.append(Bar(axis.back(low + step * n), axis.back(end), counted.get(n, 0)))
        return Shape("histogram", tuple(bars))

    def _values(self, column: str, order: str) -> Shape:
        found = self._all(
            f"SELECT {column}, count(*) AS n FROM {self._table} WHERE {column} IS NOT NULL "
            f"GROUP BY {column} ORDER BY {order} LIMIT {BINS}"
        )
        there = self._one(f"SELECT count({column}) FROM {self._table}")[0]
        bars = tuple(Bar(value, value, rows) for value, rows in found)
        return Shape("values", bars, there - sum(bar.rows for bar in bars))

    def _counted(self, shown: str) -> bool:
        type_ = self._types[shown]
        return type_ in _NUMERIC | _MOMENTS | {"VARCHAR", "BOOLEAN"}

    def _one(self, sql: str) -> tuple[Any, ...]:
        return self._all(sql)[0]

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        import duckdb

        try:
            found: list[tuple[Any, ...]] = self._con.execute(sql).fetchall()
        except duckdb.InterruptException:
            raise UserError("the profile was stopped") from None
        except duckdb.Error as error:
            raise UserError(f"the dataset cannot be profiled: {error}") from None
        return found


def _finite(column: str, type_: str) -> str:
    """Numbers that can be averaged and binned; NULL for others and for other types."""
    if type_ in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN isfinite({column}) THEN {column}::DOUBLE END"
    return f"{column}::DOUBLE" if type_ in _NUMERIC else "NULL::DOUBLE"


class _Axis(NamedTuple):
    """What a histogram counts along: numbers in SQL, whether they are whole, and from a number back
    to what the column holds."""

    sql: str
    whole: bool
    back: Callable[[Any], Any]


def _axis(column: str, type_: str) -> _Axis:
    if type_ in ("FLOAT", "DOUBLE"):
        return _Axis(_finite(column, type_), False, float)
    if type_ in _NUMERIC:
        return _Axis(f"{column}::HUGEINT", True, int)
    if type_ == "DATE":
        days = f"({column} - DATE '1970-01-01')::HUGEINT"
        return _Axis(days, True, lambda day: date(1970, 1, 1) + timedelta(days=int(day)))
    if type_ == "TIME":
        return _Axis(f"epoch({column})", False, _time_of_day)
    return _Axis(f"epoch({column})", False, lambda at: _EPOCH + timedelta(seconds=at))


def _time_of_day(seconds: float) -> time:
    return (_EPOCH + timedelta(seconds=min(seconds, 86_399.999))).time()


def shown(value: Any) -> str:
    """A bound of a bar as people read it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1e5 else f"{value:,.0f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    return str(value)
