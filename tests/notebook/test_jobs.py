"""Jobs: found by all the names they have, and told truly while builds go on elsewhere."""

from __future__ import annotations

import shutil

import pytest

import axtui
from axtui.errors import NoSuchJobError, NoSuchWhateverError, UserError
from axtui.notebook.dataset import Dataset
from axtui.notebook.job import Job
from axtui.notebook.workspace import Workspace
from tests.build.conftest import Bench


def test_jobs_are_listed_newest_first(ws: Workspace) -> None:
    assert [job.id for job in ws.jobs] == ["dev-4", "dev-3", "dev-2", "dev-1"]
    assert ws.jobs[0].method == "pages"
    assert ws.jobs[-1].is_build
    assert [job.id for job in ws.jobs[1:3]] == ["dev-3", "dev-2"]
    assert ws.job("dev-3") in ws.jobs and "dev-9" not in ws.jobs
    with pytest.raises(IndexError):
        ws.jobs[4]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ({"method": "cups"}, ["dev-3", "dev-2"]),
        ({"method": ["cups", "pages"]}, ["dev-4", "dev-3", "dev-2"]),
        ({"method": "c*"}, ["dev-3", "dev-2"]),
        ({"method": "cups", "state": "failed"}, []),
        ({"is_build": True}, ["dev-1"]),
        ({"error": None, "rows": 25}, ["dev-3"]),
    ],
)
def test_where(ws: Workspace, conditions: dict[str, object], found: list[str]) -> None:
    chosen = ws.jobs.where(**conditions)
    assert [job.id for job in chosen] == found
    assert len(chosen) == len(found)
    assert chosen.to_arrow()["job"].to_pylist() == found


def test_where_refuses_what_it_does_not_know(ws: Workspace) -> None:
    with pytest.raises(NoSuchWhateverError, match="Did you mean 'method'"):
        ws.jobs.where(metod="cups")


def test_a_job_by_its_names(ws: Workspace) -> None:
    assert ws.job("cups") == ws.job("dev-3") == ws.jobs["cups"] == ws.job(ws.job("dev-3"))
    assert ws.job("cups~1").id == "dev-2"
    assert ws.job("build").id == "dev-1"
    with pytest.raises(NoSuchJobError, match="Did you mean 'cups'"):
        ws.job("cup")


def test_what_a_job_tells(ws: Workspace) -> None:
    job = ws.job("dev-3")
    assert (job.method, job.state, job.script) == ("cups", "complete", "build")
    assert job.options == {"day": 2, "rows": 25}
    assert job.params.options.rows == 25
    assert job.inputs["previous"] == ws.dataset("dev-2")
    assert ws.job("pages").inputs["cups"] == job
    assert job.datasets.names == ["default"]
    assert job.files.names == ["day.json", "result.pickle"]
    assert job.load() == {"day": 2} == job.json_load("day.json")
    assert job.open("day.json").read() == job.files["day.json"].read_text()
    assert job.output == "making 25 rows\nslice 0\nslice 1\n"
    assert job.outputs[1] == "slice 1\n"
    assert "def synthesis" in job.source["methods/a_cups.py"]
    assert job.environment["pyarrow"] and job.environment.python.startswith("3.")
    assert job.build_job == job.parent == ws.job("build")
    assert job.started and job.ended and job.wall_s and job.started < job.ended
    assert [stage["stage"] for stage in job.stages] == ["prepare", *["analysis"] * 2, "synthesis"]
    assert job.peak_rss > 0
    assert job.error is None
    assert job.why.against == "dev-2"
    assert {change.part for change in job.why.changes} == {"option", "dataset"}
    assert "option day: 1 -> 2" in repr(job.why)


def test_what_a_job_does_not_have_is_said_with_what_it_has(ws: Workspace) -> None:
    job = ws.job("dev-3")
    with pytest.raises(NoSuchWhateverError, match=r"no file 'days.json'; it has: day.json.*mean"):
        job.json_load("days.json")
    with pytest.raises(NoSuchWhateverError, match="has no dataset 'other'; it has default"):
        job.dataset("other")
    with pytest.raises(UserError, match="can only be read"):
        job.open("day.json", "w")
    with pytest.raises(UserError, match="is not JSON"):
        job.json_load("result.pickle")
    with pytest.raises(UserError, match="cannot be loaded as a pickle"):
        job.load("day.json")


def test_each_question_looks_anew(own: Bench) -> None:
    ws = axtui.open(own.root)
    assert len(ws.jobs) == 0
    own.run()
    assert len(ws.jobs) == 4
    old = ws.job("cups")
    own.script("urd.build('cups', day=3)", "again")
    own.run("again")
    assert ws.jobs.where(method="cups")[0] == ws.job("cups") != old


def test_a_failed_job_tells_how(own: Bench) -> None:
    own.method("bad", "def analysis(sliceno):\n    raise ValueError('no <b>cups</b>')")
    own.script("urd.build('bad')", "bad")
    own.run("bad", ok=False)
    ws = axtui.open(own.root)
    job = ws.jobs.where(state="failed", method="bad")[0]
    assert job.state == "failed"
    assert "no <b>cups</b>" in str(job.error) and "a_bad.py" in str(job.error)
    assert "no <b>cups</b>" in repr(job)
    assert "no &lt;b&gt;cups&lt;/b&gt;" in job._repr_html_()


def test_a_job_whose_builder_died_is_lost_at_the_next_question(own: Bench) -> None:
    """The journal says that it runs, and nobody is left to tell otherwise."""
    from axtui.build.record import job_document
    from axtui.data import jobdir
    from catalog.journal import JournalWriter

    own.run()
    ws = axtui.open(own.root)
    path = own.path("dev-9")
    path.mkdir()
    holder = jobdir.hold_running(path)
    setup = jobdir.load_setup(own.path("dev-2")) | {"jobid": "dev-9"}
    jobdir.write_json(path / jobdir.SETUP, setup)
    with JournalWriter(own.root / ".axtui") as journal:
        journal.append("job", job_document(path, ws._opened.workspace.config.workdirs))
    assert [job.id for job in ws.jobs.where(state="running")] == ["dev-9"]
    holder.close()
    assert [job.id for job in ws.jobs.where(state="lost")] == ["dev-9"]


def test_a_job_that_is_removed_says_so(own: Bench) -> None:
    own.run()
    ws = axtui.open(own.root)
    job = ws.job("dev-2")
    _remove(own, "dev-2")
    assert job.state == "missing"
    with pytest.raises(NoSuchJobError, match="the job dev-2 is gone"):
        job.load()
    assert "is gone" in repr(job) and "is gone" in job._repr_html_()


def _remove(bench: Bench, jobid: str) -> None:
    path = bench.path(jobid)
    for folder in [path, *path.rglob("*")]:
        if folder.is_dir():
            folder.chmod(0o755)
    shutil.rmtree(path)


def test_equal_things_are_equal(ws: Workspace) -> None:
    assert {ws.job("dev-2"), ws.job("cups~1")} == {ws.jobs[2]}
    assert ws.job("dev-2") != ws.job("dev-3")
    assert isinstance(ws.job("dev-2"), Job) and str(ws.job("dev-2")) == "dev-2"
    assert isinstance(ws.dataset("dev-2"), Dataset) and f"{ws.dataset('dev-2')}" == "dev-2"


def test_jobs_that_gc_removed_are_only_there_when_asked_for(own: Bench) -> None:
    from axtui.build.housekeeping.gc import collect
    from axtui.retention import Retention

    own.run()
    (own.root / "results" / "words.txt").unlink()
    own.script("urd.build('cups', rows=5)")
    own.run()
    ws = axtui.open(own.root)
    before = len(ws.jobs)
    cups = [job.dataset() for job in ws.jobs.where(method="cups")]
    gone = [
        verdict.job.jobid
        for verdict in collect(own.workspace, Retention(grace=0.0, failed=0.0)).gone
    ]
    assert gone
    assert sorted(job.id for job in ws.jobs.where(state="collected")) == sorted(gone)
    assert len(ws.jobs) == before - len(gone)
    assert "collected" not in repr(ws) and "collected" not in repr(ws.jobs)
    assert all(("is gone" in repr(ds)) == (ds.jobid in gone) for ds in cups)
