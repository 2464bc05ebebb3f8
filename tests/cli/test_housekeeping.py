"""gc, pin, unpin, fsck and du as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from axtui.cli import main
from axtui.workspace import Workspace

MakeJob = Callable[..., str]
Call = Callable[..., Result]


@pytest.fixture
def call(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in the workspace."""
    monkeypatch.chdir(workspace.root)

    def run(*args: str) -> Result:
        return CliRunner().invoke(main.cli, args)

    return run


@pytest.fixture
def old(make_job: MakeJob) -> list[str]:
    """Jobs of 2023 that nothing needs."""
    return [make_job("first"), make_job("second"), make_job("second", state="failed")]


def test_a_dry_run_tells_what_the_real_one_does(call: Call, old: list[str]) -> None:
    planned = json.loads(call("gc", "--dry-run", "--format", "json").stdout)
    assert [row["job"] for row in planned["jobs"]] == ["dev-3", "dev-2", "dev-1"]
    assert planned["total"]["bytes"] == sum(row["bytes"] for row in planned["jobs"]) > 0
    assert planned["dry_run"] is True
    done = json.loads(call("gc", "--format", "json").stdout)
    assert done["jobs"] == planned["jobs"]
    assert done["total"] == planned["total"]
    assert call("gc").stdout == "There is nothing to remove.\n"


def test_the_table_says_how_much_and_why(call: Call, old: list[str]) -> None:
    shown = call("gc", "-n").stdout.splitlines()
    assert shown[0].split() == ["job", "method", "seconds", "bytes", "why"]
    assert "is needed by nothing" in shown[2]
    assert shown[-1].startswith("3 jobs would go: ")


def test_only_what_is_named_goes_and_it_is_said_why_something_stays(
    call: Call, old: list[str]
) -> None:
    assert call("pin", "dev-2", "--note", "mine").exit_code == 0
    shown = call("gc", "dev-1", "dev-2").stdout
    assert shown.splitlines()[0].split()[2] == "goes"
    assert "is pinned" in shown
    assert "1 job removed" in shown
    left = call("gc", "-n", "-m", "sec*", "--format", "csv").stdout
    assert [line.split(",")[0] for line in left.splitlines()] == ["job", "dev-3"]


def test_a_removed_job_is_told_of(call: Call, old: list[str]) -> None:
    call("gc")
    shown = call("job", "dev-1")
    assert "job dev-1 (first) was removed by gc on " in str(shown.exception)


@pytest.mark.parametrize("option", [("--grace", "soon"), ("--size", "big"), ("--grace", "7")])
def test_wrong_amounts_are_wrong_use(call: Call, option: tuple[str, str]) -> None:
    shown = call("gc", *option)
    assert shown.exit_code == 2
    assert f"not '{option[1]}'" in shown.output


def test_the_rules_of_the_command_line_come_first(call: Call, make_job: MakeJob) -> None:
    make_job("first", post={"endtime": 99_999_999_999.0})
    assert "nothing to remove" in call("gc", "-n").stdout
    assert "nothing to remove" in call("gc", "-n", "--grace", "0", "--size", "1 GB").stdout


def test_pins_are_listed_with_their_notes(call: Call, old: list[str]) -> None:
    assert call("pin").stderr == "No job is pinned.\n"
    call("pin", "dev-1", "--note", "figure 3")
    (row,) = json.loads(call("pin", "--format", "json").stdout)
    assert (row["job"], row["method"], row["note"]) == ("dev-1", "first", "figure 3")
    assert call("unpin", "dev-1").stdout == "dev-1 is no longer pinned\n"
    assert json.loads(call("pin", "--format", "json").stdout) == []
    assert call("unpin").exit_code == 2


def test_fsck_ends_with_1_where_something_is_wrong(call: Call, workspace: Workspace) -> None:
    assert call("fsck").exit_code == 0
    link = workspace.config.results / "gone.csv"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(Path("/nowhere/dev-1/gone.csv"))
    shown = call("fsck")
    assert shown.exit_code == 1
    assert "gone.csv leads to /nowhere/dev-1/gone.csv, which does not exist" in shown.stdout
    assert "1 problem" in shown.stdout
    found = json.loads(call("fsck", "--format", "json").stdout)
    assert found["clean"] is False
    assert found["findings"][0]["mend"].startswith("run the build script")


def test_fsck_of_a_job_says_its_state(call: Call, old: list[str]) -> None:
    shown = call("fsck", "dev-1", "dev-3")
    assert shown.exit_code == 1, "dev-1 has a record that nobody wrote"
    states = [line.split()[:2] for line in shown.stdout.splitlines()]
    assert states == [["job", "state"], ["dev-1", "damaged"], ["dev-3", "failed"]]


def test_du_sums_up(call: Call, old: list[str]) -> None:
    rows = json.loads(call("du", "--format", "json").stdout)
    assert [row["method"] for row in rows] == ["second", "first"]
    assert rows[0]["jobs"] == 2
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert "(2 more with --limit 0)" in call("du", "--by", "job", "-n", "1").stdout
    by_workdir = json.loads(call("du", "--by", "workdir", "--format", "json").stdout)
    assert [row["workdir"] for row in by_workdir] == ["dev", "big"]
