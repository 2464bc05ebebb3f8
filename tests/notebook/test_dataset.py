"""Datasets in every form they can be had, and what is said when one is gone."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import axtui
from axtui.errors import DamagedJobError, DatasetUsageError, NoSuchJobError, UserError
from axtui.notebook.dataset import Dataset
from axtui.notebook.workspace import Workspace
from tests.build.conftest import Bench
from tests.notebook.test_jobs import _remove

ROWS = [(None if n == 3 else "<b>tea</b>", n, n / 2) for n in range(30)]
NAMES = ["drink", "n", "price"]


@pytest.fixture
def cups(ws: Workspace) -> Dataset:
    return ws.dataset("dev-2")


def test_all_forms_hold_the_same(cups: Dataset) -> None:
    import polars

    forms = [
        cups.to_arrow().to_pydict(),
        cups.to_polars().to_dict(as_series=False),
        cups.relation().to_arrow_table().to_pydict(),
        cups.sql("FROM this").to_arrow().to_pydict(),
        pa.table(cups).to_pydict(),
        polars.DataFrame(cups).to_dict(as_series=False),
        dict(zip(NAMES, zip(*cups, strict=True), strict=True)),
    ]
    for form in forms:
        assert list(form) == NAMES
        rows = list(zip(*form.values(), strict=True))
        assert sorted(rows, key=lambda row: row[1]) == ROWS
    assert sorted(cups.to_pandas()["n"]) == list(range(30))


def test_its_facts(ws: Workspace, cups: Dataset) -> None:
    assert cups.ref == "dev-2/default" and cups.job == ws.job("dev-2")
    assert cups.shape == (3, 30) and cups.shape.rows == len(cups) == 30
    assert cups.columns.names == NAMES
    assert cups.columns["n"].max == 29 and cups.columns["drink"].none_support
    assert cups.hashlabel == "n" and sum(cups.lines) == 30
    assert cups.previous is None and ws.dataset("dev-3").previous == cups


def test_parts_of_it(cups: Dataset) -> None:
    assert cups.head(4).dicts == cups.to_arrow().slice(0, 4).to_pylist()
    assert len(cups.head(0)) == 0 and cups.head(0).columns == NAMES
    assert len(cups.head(100)) == 30
    assert cups.to_arrow(["price"]).column_names == ["price"]
    assert sorted([*cups.iterate(0, "n"), *cups.iterate(1, "n")]) == list(range(30))
    assert cups.sql("SELECT max(n) AS n FROM this")["n"] == [29]
    with duckdb.connect() as connection:
        relation = cups.relation(connection)
        assert relation.aggregate("sum(n)").fetchall() == [(sum(range(30)),)]


def test_chains(ws: Workspace) -> None:
    chain = ws.dataset("dev-3").chain()
    assert chain.names == ["dev-2/default", "dev-3/default"]
    assert ws.dataset("dev-3").chain(1).names == ["dev-3/default"]
    assert len(chain.to_arrow()) == len(chain.to_polars()) == len(chain.to_pandas()) == 55
    assert chain.sql("SELECT count(*) AS n FROM this WHERE n < 25")["n"] == [50]
    with pytest.raises(UserError, match="the query on the chain of dev-3/default failed"):
        chain.sql("SELECT nope FROM this")
    assert ws.dataset("dev-3~1") == ws.dataset("dev-2")


def test_sql_over_the_workspace(ws: Workspace) -> None:
    assert ws.sql("SELECT count(*) FROM dataset('cups') WHERE n >= $least", least=20).rows == [(5,)]
    assert ws.sql("SELECT count(*) FROM chain($ds)", {"ds": "dev-3"}).rows == [(55,)]
    assert "dev-3" in ws.sql("users_of", what="dev-2")["job"]
    assert "users_of" in ws.queries.names
    assert ws.sql("SELECT 1 AS a, 2 AS a").dicts == [{"a": 1, "a_1": 2}]
    for query, said in [
        ("SELECT * FROM jobz", "jobz"),
        ("DELETE FROM job", "only read"),
        ("user_of", "users_of"),
        ("SELECT $a", r"no value for \$a"),
    ]:
        with pytest.raises(UserError, match=said):
            ws.sql(query)


def test_no_query_writes(ws: Workspace, tmp_path: Path) -> None:
    dataset = ws.dataset("dev-3")
    file = tmp_path / "rows.csv"
    for ask in (ws.sql, dataset.sql, dataset.chain().sql):
        for query in (
            f"COPY (SELECT 1) TO '{file}'",
            f"SELECT 1; COPY (SELECT 1) TO '{file}'",
            f"EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
            f"ATTACH '{file}' AS other",
        ):
            with pytest.raises(UserError, match=r"only reads|one query at a time"):
                ask(query)
    assert not file.exists()
    assert dataset.sql("SUMMARIZE this").shape[0] == 3


def test_a_table_is_what_other_libraries_take(ws: Workspace) -> None:
    table = ws.sql("SELECT * FROM range(3) t(n)")
    assert pa.table(table).equals(table.to_arrow())
    assert table.to_polars().shape == table.to_pandas().shape == table.shape == (3, 1)
    assert [n for (n,) in table] == table["n"] == [0, 1, 2]
    with pytest.raises(UserError, match="no column 'm'; there is: n"):
        table["m"]


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_a_missing_library_is_said_with_its_extra(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    for thing in (ws.dataset("dev-2"), ws.sql("SELECT 1"), ws.dataset("dev-3").chain(), ws.jobs):
        with pytest.raises(UserError, match=rf"pip install 'axtui\[{library}\]'"):
            getattr(thing, f"to_{library}")()


def test_wrong_use_is_said_clearly(cups: Dataset) -> None:
    with pytest.raises(DatasetUsageError, match="has no column 'm'; it has: drink, n, price"):
        cups.to_arrow(["m"])
    with pytest.raises(UserError, match="the query on dev-2/default failed"):
        cups.sql("SELECT m FROM this")


def test_a_dataset_whose_job_was_removed(own: Bench) -> None:
    own.run()
    cups = axtui.open(own.root).dataset("dev-2")
    rows = iter(cups)
    next(rows)
    _remove(own, "dev-2")
    uses = (
        lambda: cups.shape,
        lambda: cups.to_arrow(),
        lambda: cups.relation(),
        lambda: cups.sql("FROM this"),
        lambda: cups.head(),
        lambda: cups.chain(),
        lambda: iter(cups),
    )
    for use in uses:
        with pytest.raises(
            NoSuchJobError, match="dev-2/default is gone: its job dev-2 was removed"
        ):
            use()
    assert "is gone" in repr(cups) and "is gone" in cups._repr_html_()
    with pytest.raises(NoSuchJobError, match="is gone"):
        for _ in rows:
            pass


def test_a_dataset_with_a_slice_missing(own: Bench) -> None:
    own.run()
    cups = axtui.open(own.root).dataset("dev-2")
    path = own.path("dev-2") / "DS" / "default"
    path.chmod(0o755)
    (path / "1.parquet").unlink()
    for use in (cups.to_arrow, lambda: cups.sql("FROM this"), lambda: list(cups)):
        with pytest.raises(DamagedJobError, match=r"1\.parquet"):
            use()
    assert cups.job.state == "damaged"
