"""The workspace that tests of the dashboard look at: it is whole, and the same wherever it is made."""

from __future__ import annotations

from pathlib import Path

from axtui.build.housekeeping.fsck import check_workspace
from axtui.build.script import run_script
from axtui.build.session import Session
from axtui.data.disk import Disk
from axtui.workspace import Workspace, open_workspace
from catalog.read import query
from tests.tui import copies


def told(workspace: Workspace, sql: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = query(workspace.dot_axtui, sql).to_pylist()
    return rows


def test_it_holds_every_state_and_no_damage(read_workspace: Workspace) -> None:
    states = told(read_workspace, "SELECT state, count(*)::INT n FROM jobs GROUP BY ALL ORDER BY 1")
    assert {row["state"]: row["n"] for row in states} == {
        "complete": 12,
        "failed": 3,
        "cancelled": 1,
        "lost": 1,
    }
    findings = [finding.what for finding in check_workspace(read_workspace, deep=True).findings]
    assert len(findings) == 1, findings  # the lost job
    assert "never finished" in findings[0]


def test_nothing_of_a_copy_names_another_folder(built: Path, workspace: Workspace) -> None:
    for path in workspace.root.rglob("*.json"):
        assert str(built) not in path.read_text(), path
    paths = told(workspace, "SELECT path FROM jobs")
    assert all(Path(str(row["path"])).is_relative_to(workspace.root) for row in paths)


def test_what_is_told_depends_on_no_folder(built: Path, tmp_path: Path) -> None:
    one = open_workspace(copies.copy(built, tmp_path / "a" / "weather"))
    two = open_workspace(copies.copy(built, tmp_path / "another" / "weather"))
    for table in ("job", "job_file", "job_error", "run", "dataset", "result", "urd_entry"):
        shown = [str(told(w, f"FROM {table}")).replace(str(w.root), "") for w in (one, two)]
        assert shown[0] == shown[1], table


def test_building_in_a_copy_finds_all_there(workspace: Workspace) -> None:
    with Session(workspace, disk=Disk(durable=False)) as session:
        result = run_script(session, "build")
    assert (result.exit_code, result.built, len(result.reused)) == (0, [], 5), result.error
