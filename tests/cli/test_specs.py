"""What people type to name jobs and datasets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from axtui.build.specs import Specs
from axtui.cli.main import run
from axtui.errors import NoSuchDatasetError, NoSuchJobError, NoSuchWhateverError, UserError
from axtui.workspace import Workspace

MakeJob = Callable[..., str]


def test_a_job_is_found_by_the_name_its_script_gave_it(
    workspace: Workspace, make_job: MakeJob
) -> None:
    make_job("flows", name="oslo")
    make_job("flows", name="rome")
    make_job("rome")
    make_job("flows", name="flows")
    found = Specs(workspace)
    assert (found.job("oslo"), found.job("rome"), found.job("flows")) == ("dev-1", "dev-3", "dev-4")
    assert (found.name("dev-1"), found.name("dev-4")) == ("oslo", None)
    with pytest.raises(NoSuchJobError, match="Did you mean 'oslo'"):
        found.job("olso")


def test_lists_tell_jobs_of_one_method_apart(
    workspace: Workspace, make_job: MakeJob, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--workspace", str(workspace.root), "job"]
    make_job("flows", name="flows")
    assert run(place) == 0 and "name" not in capsys.readouterr().out
    make_job("flows", name="oslo")
    assert run(place) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["dev-2", "flows", "oslo"]
    assert run([*place, "oslo"]) == 0
    assert "flows (oslo)" in capsys.readouterr().out


def test_a_number_alone_brings_the_job_id(workspace: Workspace, make_job: MakeJob) -> None:
    make_job("flows")
    with pytest.raises(NoSuchJobError, match=r"in front: dev-1$"):
        Specs(workspace).job("1")
    with pytest.raises(NoSuchJobError, match="the newest is dev-1"):
        Specs(workspace).job("dev-30")


@pytest.fixture
def specs(workspace: Workspace, make_job: MakeJob) -> Specs:
    make_job("import")  # dev-1
    make_job("typing", datasets={"default": {}})  # dev-2
    make_job(
        "import",
        datasets={
            "default": {"previous": "dev-2/default", "parent": ["dev-2/default"]},
            "odd/na~me": {},
        },
    )  # dev-3
    make_job("typing", state="failed", datasets={})  # dev-4
    make_job("build_daily", is_build=True)  # dev-5
    make_job("sorting", state="failed")  # dev-6
    make_job("typing", jobs={"previous": "dev-2"})  # dev-7
    make_job("typing", workdir="big")  # big-1
    (workspace.root / "methods").mkdir()
    (workspace.root / "methods" / "a_counting.py").write_text("def synthesis(): ...\n")
    return Specs(workspace)


@pytest.mark.parametrize(
    ("spec", "jobid"),
    [
        ("dev-3", "dev-3"),
        ("dev-LATEST", "dev-7"),
        ("big-LATEST", "big-1"),
        ("import", "dev-3"),
        ("sorting", "dev-6"),
        ("daily", "dev-5"),
        ("build_daily", "dev-5"),
        ("import~", "dev-1"),
        ("import~1+1", "dev-3"),
        ("dev-7~2", "dev-2"),
        ("dev-7^", "dev-2"),
        ("dev-3<2", "dev-1"),
        ("dev-3>", "dev-4"),
        ("dev-3<2>4", "dev-5"),
    ],
)
def test_jobs(specs: Specs, spec: str, jobid: str) -> None:
    assert specs.job(spec) == jobid


def test_a_method_comes_before_the_build_script_of_its_name(
    workspace: Workspace, make_job: MakeJob
) -> None:
    (workspace.root / "methods").mkdir()
    (workspace.root / "methods" / "a_rates.py").write_text("def synthesis(): ...\n")
    make_job("build_rates", is_build=True)  # dev-1
    assert Specs(workspace).job("rates") == "dev-1", "there is nothing else yet"
    make_job("rates")  # dev-2
    make_job("build_rates", is_build=True)  # dev-3
    assert Specs(workspace).job("rates") == "dev-2"
    assert Specs(workspace).job("build_rates") == "dev-3"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("dev-33", "there is no job dev-33"),
        ("import~2", "there is no job of import 2 earlier than dev-3"),
        ("import+", "there is no job of import 1 later than dev-3"),
        ("dev-3^", "has no previous job"),
        ("dev-1<", "there is no job dev-0"),
        ("/nowhere/at/all", "is not a job's folder"),
        ("cuonting", "Did you mean 'counting'"),
        ("counting", "there is no job of the method counting yet"),
        ("dve-3", "Did you mean 'dev-3'?"),
        ("dev-99", "; the newest is dev-7"),
    ],
)
def test_jobs_that_are_not_there(specs: Specs, spec: str, message: str) -> None:
    with pytest.raises(NoSuchWhateverError) as caught:
        specs.job(spec)
    assert message in str(caught.value)


def test_paths(specs: Specs, monkeypatch: pytest.MonkeyPatch) -> None:
    path = specs.path("dev-3")
    assert specs.job(str(path)) == "dev-3"
    assert specs.job(f"{path}/DS") == "dev-3"
    assert specs.dataset(str(path)) == ("dev-3", "default")
    monkeypatch.chdir(path)
    assert specs.job(".") == "dev-3"
    assert specs.job("../dev-2") == "dev-2"
    assert specs.dataset("./odd/na~me") == ("dev-3", "odd/na~me")
    assert specs.dataset("../dev-2/default") == ("dev-2", "default")


def test_a_job_folder_of_another_workspace_is_refused(specs: Specs, tmp_path: Path) -> None:
    other = tmp_path / "other" / "dev-1"
    other.mkdir(parents=True)
    (other / "setup.json").write_text("{}")
    with pytest.raises(NoSuchJobError, match="not in a workdir of this workspace"):
        specs.job(str(other))


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("dev-2", ("dev-2", "default")),
        ("import/", ("dev-3", "default")),
        ("import/odd/na~me", ("dev-3", "odd/na~me")),
        ("import/default~", ("dev-2", "default")),
        ("import/~", ("dev-2", "default")),
        ("import/default^", ("dev-2", "default")),
    ],
)
def test_datasets(specs: Specs, spec: str, found: tuple[str, str]) -> None:
    assert specs.dataset(spec) == found


def test_datasets_that_are_not_there(specs: Specs) -> None:
    with pytest.raises(NoSuchDatasetError, match=r"it has default, odd/na~me\..*'default'"):
        specs.dataset("import/defalt")
    with pytest.raises(NoSuchDatasetError, match=r"dev-1 .* has no dataset 'default'; it has"):
        specs.dataset("dev-1")
    with pytest.raises(NoSuchDatasetError, match="dev-2/default has no previous"):
        specs.dataset("import/~2")
    with pytest.raises(UserError, match="a dataset has no `<`"):
        specs.dataset("dev-3/default<")


def test_jobs_over_all_workdirs_come_newest_first(specs: Specs) -> None:
    listed = list(specs.jobs())
    assert set(listed) == {*(f"dev-{number}" for number in range(1, 8)), "big-1"}
    assert [job for job in listed if job.startswith("dev")] == [f"dev-{n}" for n in range(7, 0, -1)]
    assert list(specs.jobs("big")) == ["big-1"]


@pytest.fixture
def linked(workspace: Workspace, make_job: MakeJob) -> Specs:
    """Four jobs of one method: a, b, c (previous a), d (datasets previous c, jobs previous b, extra c)."""
    from axtui.build.urdlog import UrdLog

    log = UrdLog(workspace.config.urd, workspace.config.user)
    names = {"default": {}, "j": {}, "with/slash": {}}
    a = make_job("data", datasets=names)
    b = make_job("data", datasets=names)
    c = make_job("data", datasets=names)
    d = make_job("data", datasets=names)
    for job, given in (
        (c, {"datasets": {"previous": f"{a}/default"}, "jobs": {}}),
        (
            d,
            {
                "datasets": {"previous": c, "both": a, "j": [f"{a}/j"]},
                "jobs": {"previous": b, "extra": c, "both": b, "none": None},
            },
        ),
    ):
        path = workspace.config.workdirs["dev"] / job / "setup.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | given))
    log.add("tests.urd", 1, [["data", a], ["data", b], ["data", c]])
    log.add("tests.urd", "2021-09-27T03:14", [["data", d]])
    return Specs(workspace)


@pytest.mark.parametrize(
    ("spec", "job", "dataset"),
    [
        ("dev-3~~", "dev-1", "default"),
        ("data~2^", "NO", ""),
        ("dev-4^", "dev-2", "default"),
        ("dev-4.datasets.previous", "dev-3", "default"),
        ("dev-4.jobs.previous", "dev-2", "default"),
        ("dev-4.extra", "dev-3", "default"),
        ("dev-4.extra.previous", "dev-1", "default"),
        ("dev-4.extra^", "dev-1", "default"),
        ("dev-4.j", "dev-1", "j"),
        ("dev-4.j+", "dev-2", "default"),
        (":tests.urd:", "dev-4", "default"),
        (":tests.urd/1:1", "dev-2", "default"),
        (":tests.urd/1:-3", "dev-1", "default"),
        (":tests.urd:^", "dev-2", "default"),
        (":tests.urd^:0", "dev-1", "default"),
        (":tests.urd/1~:", "dev-4", "default"),
        (":tests.urd/2021-09-27T03:14:.extra", "dev-3", "default"),
        (":tests.urd/2021-09-27T03:14:.extra.datasets.previous/j", "dev-1", "j"),
        (":tests.urd/2021-09-27T03:14:0/with/slash", "dev-4", "with/slash"),
        (":tests.urd:/j", "dev-4", "j"),
    ],
)
def test_specs_go_through_the_urd_and_along_inputs(
    linked: Specs, spec: str, job: str, dataset: str
) -> None:
    if job == "NO":
        with pytest.raises(NoSuchJobError, match="no previous"):
            linked.job(spec)
        return
    assert linked.dataset(spec) == (job, dataset)
    if "/with" not in spec and "/j" not in spec:
        assert linked.job(spec) == job


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("dev-4.both", r"\.jobs\.both"),
        ("dev-4.none", "nothing as 'none'"),
        ("dev-4.extr", "Did you mean 'extra'"),
        (":tests.urd:9", "9"),
        (":tests:", "tests"),
        ("dev-9.extra", "no job dev-9"),
    ],
)
def test_what_a_spec_does_not_lead_to_is_told(linked: Specs, spec: str, says: str) -> None:
    with pytest.raises(NoSuchWhateverError, match=says):
        linked.job(spec)


def test_a_spec_that_breaks_off_is_told(linked: Specs) -> None:
    for spec in ("dev-4.", "dev-4.jobs", "dev-4..x"):
        with pytest.raises(UserError, match="a name is missing"):
            linked.job(spec)
