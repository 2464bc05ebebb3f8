"""The catalog that benchmarks are made with looks like one that builds made."""

from __future__ import annotations

from pathlib import Path

from axtui.build.refresh import refresh
from benchmarks.makecatalog import make
from catalog.read import query

JOBS = 400


def test_a_catalog_of_many_jobs(tmp_path: Path) -> None:
    workspace = make(tmp_path / "big", JOBS, now=1_772_625_600.0)

    def one(sql: str) -> object:
        (row,) = query(workspace.dot_axtui, sql).to_pylist()
        return next(iter(row.values()))

    assert refresh(workspace).status == "current"  # it is complete: nothing is rebuilt
    assert one("SELECT count(*) FROM jobs") == JOBS
    assert one("SELECT count(DISTINCT state) FROM jobs") == 5
    assert one("SELECT max(started) < to_timestamp(1772625600) FROM jobs")
    loose = "SELECT count(*) FROM {} WHERE {} NOT IN (SELECT job FROM job)"
    for table, column in (("job_input", "input_job"), ("job_link", "rests_on"), ("run_job", "job")):
        assert one(loose.format(table, f"coalesce({column}, 'dev-1')")) == 0, table
    empty = [
        table
        for table in (
            "dataset",
            "dataset_column",
            "dataset_slice",
            "job_error",
            "job_stage",
            "result",
        )
        if not one(f"SELECT count(*) FROM {table}")
    ]
    assert empty == []
