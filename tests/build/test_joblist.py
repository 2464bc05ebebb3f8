"""JobList: jobs by number, slice and name."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import orjson
import pytest

from axtui.data import context
from axtui.data.job import Job
from axtui.data.joblist import JobList


@pytest.fixture
def jobs() -> JobList:
    return JobList([("import", "dev-1"), ("type", Job("dev-2")), ["import", "dev-3"]])


def test_by_number_and_slice(jobs: JobList) -> None:
    assert jobs[0] == "dev-1"
    assert jobs[-1].method == "import"
    assert isinstance(jobs[0], Job)
    assert isinstance(jobs[1:], JobList)
    assert jobs[1:].as_tuples == [("type", "dev-2"), ("import", "dev-3")]
    with pytest.raises(IndexError):
        _ = jobs[3]


def test_by_name_is_the_last_of_that_name(jobs: JobList) -> None:
    assert jobs["import"] == jobs.get("import") == "dev-3"
    assert jobs.get("sort") is None
    assert jobs.get("sort", "x") == "x"
    assert jobs.get(7) is None
    with pytest.raises(IndexError, match=r"no job named 'sort' in this joblist .*import, type"):
        _ = jobs["sort"]


def test_find(jobs: JobList) -> None:
    assert isinstance(jobs.find("import"), JobList)
    assert jobs.find("import") == ["dev-1", "dev-3"]
    assert jobs.find("sort") == []


def test_names_stay_with_their_jobs(jobs: JobList) -> None:
    jobs.append(("again", Job("dev-2", "type")))
    assert jobs.as_tuples[-1] == ("again", "dev-2")
    jobs.sort()
    assert jobs.as_tuples[-1] == ("import", "dev-3")
    both = jobs[:1] + jobs.find("type")
    assert isinstance(both, JobList)
    assert both.as_tuples == [("import", "dev-1"), ("type", "dev-2")]
    assert ([Job("dev-9", "first")] + both)["first"] == "dev-9"  # noqa: RUF005
    both += [("more", "dev-4")]
    assert both["more"] == "dev-4"


def test_it_is_a_list_of_job_ids(jobs: JobList) -> None:
    assert isinstance(jobs, list)
    assert json.loads(json.dumps(jobs)) == ["dev-1", "dev-2", "dev-3"]
    assert pickle.loads(pickle.dumps(jobs)) == jobs
    assert not JobList()


def test_the_joblist_of_an_urd_entry_makes_an_equal_one(jobs: JobList) -> None:
    entry = orjson.loads(json.dumps(jobs.as_tuples))
    assert JobList(entry).as_tuples == jobs.as_tuples


def test_pretty(jobs: JobList) -> None:
    assert jobs.pretty.splitlines() == [
        "JobList(",
        "   [  0] import : dev-1",
        "   [  1]   type : dev-2",
        "   [  2] import : dev-3",
        ")",
    ]
    assert JobList().pretty == "JobList([])"


def test_exectimes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, seconds in [(1, 3.0), (2, 120.0), (3, 1.0)]:
        job = tmp_path / f"dev-{number}"
        job.mkdir()
        (job / "post.json").write_bytes(orjson.dumps({"exectime": {"total": seconds}}))
    where = context.Context({"dev": tmp_path}, 1, tmp_path, tmp_path)
    with context.use(where):
        jobs = JobList([("import", "dev-1"), ("type", "dev-2"), ("import", "dev-3")])
        jobs.append(("import", "dev-1"))  # re-used: it ran once
        total, per_method = jobs.exectime
        assert total == 124.0
        assert per_method == {"import": 4.0, "type": 120.0}
        jobs.print_exectimes()
    shown = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown] == ["Time", "type", "import", "Total"]
    assert "(97%)" in shown[1]
    assert "2:00 minutes" in shown[1]
    assert JobList().exectime == (0, {})
