"""What builds tell the catalog: nothing is lost, and the questions people have are answered."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from axtui.build.reindex import events as all_events
from axtui.engine.local import LocalEngine
from catalog.fold import fold, reindex
from catalog.read import query
from catalog.saved import load_query
from tests.warm import Warm

from .conftest import Bench, Kept
from .processes import RUN, Running


def ask(bench: Bench, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """Rows of a query, the catalog being brought up to date first."""
    fold(bench.workspace.dot_axtui, lambda: all_events(bench.workspace), wait=None)
    return query(bench.workspace.dot_axtui, sql, parameters or None).to_pylist()


def saved(bench: Bench, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Rows of a saved query."""
    found = load_query(name)
    return ask(bench, found.sql, **found.values(parameters))


@pytest.fixture(scope="module")
def one_run(engine: LocalEngine, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("one_run"), engine, run_once)


def run_once(bench: Bench) -> None:
    bench.write("inputs/raw.txt", "1\n2\n3\n")
    bench.method(
        "read",
        """
        options = {"filename": str, "factor": 1}
        def prepare(job):
            return job.datasetwriter(columns={"n": "int64"})
        def analysis(sliceno, prepare_res, job, slices):
            with job.open_input(options.filename) as lines:
                for number, line in enumerate(lines):
                    if number % slices == sliceno:
                        prepare_res.write(int(line) * options.factor)
        """,
    )
    bench.method(
        "total",
        """
        import pandas
        datasets = ("source",)
        def synthesis(job):
            total = sum(datasets.source.iterate(None, "n"))
            job.json_save(total, "total.json")
            print("total", total)
        """,
    )
    bench.script(
        "total = urd.build('total', source=urd.build('read', filename='raw.txt'))\n"
        "total.link_result('total.json', description='the sum')"
    )
    bench.run()
    fold(bench.workspace.dot_axtui, lambda: all_events(bench.workspace), wait=None)


@pytest.fixture
def told(one_run: Kept) -> Bench:
    """Two jobs, one on the other's dataset and an input file, and a result linked from the second."""
    return one_run.put_back()


def test_which_input_files_a_result_rests_on(told: Bench) -> None:
    (row,) = saved(told, "inputs_of_result", result="total.json")
    assert row["file"] == "raw.txt"
    assert row["method"] == "read"


def test_which_jobs_used_a_package_below_a_version(told: Bench) -> None:
    pandas = pytest.importorskip("pandas")
    major = int(pandas.__version__.split(".")[0])
    below = saved(told, "package_below", package="pandas", version=str(major + 1))
    assert [row["method"] for row in below] == ["total"]
    assert saved(told, "package_below", package="pandas", version="1") == []


def test_what_changed_between_two_jobs(told: Bench) -> None:
    first = ask(told, "SELECT job FROM jobs WHERE method = 'read'")[0]["job"]
    told.script("urd.build('read', filename='raw.txt', factor=5)")
    told.run()
    second = told.last("read")
    rows = saved(told, "changes", old=first, new=second)
    assert any(row["name"] == "factor" and row["new"] == "5" for row in rows)


def test_which_jobs_cost_most(told: Bench) -> None:
    rows = saved(told, "cost_by_job")
    assert {row["method"] for row in rows} >= {"read", "total"}


def test_everything_built_on_a_day_and_why(told: Bench) -> None:
    assert saved(told, "built", day="2001-01-31") == []
    days = ask(told, "SELECT DISTINCT day::VARCHAR AS day FROM builds")  # two, at midnight
    rows = [row for each in days for row in saved(told, "built", day=each["day"])]
    assert {(row["method"], row["why"]) for row in rows} == {
        ("read", "first time"),
        ("total", "first time"),
        ("build", None),
    }


INDEX = {"catalog_version", "journal_event", "journal_position", "journal_problem"}
"""Tables that tell of the journals themselves."""


def test_reindex_tells_the_same_as_the_journals(told: Bench) -> None:
    names = {row["name"] for row in ask(told, "SELECT table_name AS name FROM duckdb_tables()")}

    def content() -> dict[str, list[str]]:
        found = {}
        for table in sorted(names - INDEX):
            rows = query(told.workspace.dot_axtui, f'SELECT * FROM "{table}"').to_pylist()
            kept = [{k: v for k, v in row.items() if k != "recorded"} for row in rows]
            found[table] = sorted(map(repr, kept))
        return found

    before = content()
    assert sum(map(len, before.values())) > 30
    reindex(told.workspace.dot_axtui, lambda: all_events(told.workspace))
    assert content() == before


def test_columns_read_are_recorded(told: Bench) -> None:
    rows = ask(told, "SELECT column_name FROM column_read")
    assert rows == [{"column_name": "n"}]


def test_a_corrupt_catalog_is_made_anew_and_never_stops_a_build(told: Bench) -> None:
    told.workspace.catalog.write_bytes(b"not a database")
    told.script("urd.build('read', filename='raw.txt', factor=9)")
    assert told.builds() == ["read"]
    assert len(ask(told, "SELECT 1 FROM jobs WHERE method = 'read'")) == 2


def test_eight_processes_lose_no_row_while_others_read(bench: Bench, warm: Warm) -> None:
    programs = bench.root.with_name("programs")
    warm.write_programs(programs)
    program = warm.write_program(programs, "build", RUN)
    bench.method("m", "options = {'x': 0}\ndef synthesis():\n    return options.x\n")
    for x in range(8):
        body = "\n".join(f"urd.build('m', x={10 * x + n})" for n in range(3))
        bench.script(body, name=f"s{x}")
    bench.workspace.make_folders()
    running = [Running(bench.root, f"s{x}", program) for x in range(8)]
    done, counts = threading.Event(), []

    def read() -> None:
        while not done.wait(0.05):
            counts.append(ask(bench, "SELECT count(*) AS n FROM jobs WHERE method = 'm'")[0]["n"])

    reader = threading.Thread(target=read)
    reader.start()
    results = [one.result() for one in running]
    done.set()
    reader.join()
    assert [result["exit"] for result in results] == [0] * 8
    assert counts == sorted(counts), "a reader never sees rows vanish"
    rows = ask(bench, "SELECT job, state FROM jobs WHERE method = 'm'")
    assert len(rows) == len({row["job"] for row in rows}) == 24
    assert {row["state"] for row in rows} == {"complete"}
    runs = ask(bench, "SELECT count(*) AS n FROM run_job")
    assert runs[0]["n"] == 24


def test_h26_a_builder_that_was_killed_does_not_run_for_ever(bench: Bench) -> None:
    from axtui.build.refresh import refresh

    bench.method("m", "import time\ndef synthesis():\n    time.sleep(60)\n")
    bench.script("urd.build('m')")
    running = Running(bench.root)
    running.wait_for("stage")
    states = "SELECT method, state FROM jobs ORDER BY method"
    refresh(bench.workspace)
    assert {row["state"] for row in ask(bench, states)} == {"running"}
    running.kill()
    refresh(bench.workspace)
    assert ask(bench, states) == [
        {"method": "build", "state": "lost"},
        {"method": "m", "state": "lost"},
    ]
