"""Parameters of saved queries that name something: looked up as everywhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from axtui.build.asking import asked
from axtui.build.housekeeping.collected import compose
from axtui.build.named import Named
from axtui.errors import NoSuchJobError, NoSuchWhateverError
from axtui.workspace import Workspace

MakeJob = Callable[..., str]


@pytest.fixture
def story(workspace: Workspace, make_job: MakeJob) -> Workspace:
    """dev-1 is the run of build, dev-2 of build_slow; dev-3 slow and dev-4 report were built in these."""
    methods = workspace.config.method_folders[0]
    methods.mkdir(exist_ok=True)
    for name in ("build.py", "build_slow.py", "a_slow.py", "a_report.py", "__init__.py"):
        (methods / name).write_text("")
    workspace.config.inputs.mkdir(exist_ok=True)
    (workspace.config.inputs / "towns").write_text("")
    make_job("build", is_build=True)
    make_job("build_slow", is_build=True)
    make_job("slow", build_job="dev-2", datasets={"default": {}})
    report = make_job("report", build_job="dev-1", post={"registered": ["report.html"]})
    workspace.config.results.mkdir(exist_ok=True)
    target = workspace.config.workdirs["dev"] / report / "report.html"
    target.write_text("")
    (workspace.config.results / "report.html").symlink_to(target)
    return workspace


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("JOB", "slow", "dev-3"),
        ("JOB", "dev-LATEST", "dev-4"),
        ("METHOD", "report", "report"),
        ("METHOD", "build_slow", "build_slow"),
        ("RESULT", "report", "report.html"),
        ("RESULT", "slow", "dev-3"),
        ("RUN", "build", "dev-1"),
        ("RUN", "slow", "dev-2"),
        ("RUN", "build_slow", "dev-2"),
        ("RUN", "report", "dev-1"),
        ("INPUT", "slow", "dev-3"),
        ("INPUT", "slow/default", "dev-3/default"),
        ("INPUT", "towns", "towns"),
        ("INPUT", "gone.csv", "gone.csv"),
    ],
)
def test_a_name_stands_for_what_the_catalog_has(
    story: Workspace, kind: str, name: str, found: str
) -> None:
    assert Named(story).find(kind, name) == found


@pytest.mark.parametrize(
    ("kind", "name", "near"),
    [
        ("JOB", "repport", "report"),
        ("METHOD", "slov", "slow"),
        ("RESULT", "repport", "report"),
        ("RUN", "buld", "build"),
        ("INPUT", "repport", "report"),
        ("INPUT", "town", "towns"),
    ],
)
def test_an_unknown_name_brings_near_ones(
    story: Workspace, kind: str, name: str, near: str
) -> None:
    with pytest.raises(NoSuchWhateverError, match=f"{name!r}.*Did you mean.*{near!r}"):
        Named(story).find(kind, name)


def test_a_job_that_gc_removed_can_be_asked_for(story: Workspace) -> None:
    folder = story.config.workdirs["dev"] / "dev-4"
    compose(folder, story.config.workdirs, 0, "old").write()
    folder.rename(folder.with_name("gone"))
    assert Named(story).find("JOB", "dev-4") == "dev-4"
    with pytest.raises(NoSuchJobError):
        Named(story).find("JOB", "dev-5")


def test_saved_queries_look_names_up(story: Workspace) -> None:
    assert asked(story, "lineage", {"job": "slow"})[1] == {"job": "dev-3"}
    assert asked(story, "run_timeline", {})[1] == {"run": ""}
    with pytest.raises(NoSuchWhateverError, match="Did you mean"):
        asked(story, "lineage", {"job": "slov"})
