"""Which runs are a workspace's own: also after it was moved or copied, but not a neighbour's."""

from __future__ import annotations

import shutil
from pathlib import Path

from axtui.build.watch.lastruns import last_runs
from axtui.workspace import open_workspace
from tests.build.conftest import Bench


def test_a_moved_and_a_copied_workspace_know_their_runs(bench: Bench, tmp_path: Path) -> None:
    bench.folds = True
    bench.method("one", "def synthesis():\n    return 1\n")
    bench.script("urd.build('one')")
    bench.run()
    assert last_runs(bench.workspace) == ["dev-1"]
    copied = shutil.copytree(bench.root, tmp_path / "copied")
    assert last_runs(open_workspace(copied)) == ["dev-1"]
    moved = bench.root.rename(tmp_path / "moved")
    assert last_runs(open_workspace(moved)) == ["dev-1"]


def test_runs_of_a_neighbour_in_a_shared_workdir_are_none_of_ours(
    bench: Bench, tmp_path: Path
) -> None:
    bench.folds = True
    bench.method("one", "def synthesis():\n    return 1\n")
    bench.script("urd.build('one')")
    bench.run()
    ours = tmp_path / "ours"
    ours.mkdir()
    shared = bench.root / "workdirs" / "dev"
    (ours / "axtui.toml").write_text(f'[workdirs]\ndev = "{shared}"\n')
    workspace = open_workspace(ours)
    workspace.make_folders()
    shutil.copytree(bench.root / ".axtui", ours / ".axtui", dirs_exist_ok=True)
    assert last_runs(workspace) == []
