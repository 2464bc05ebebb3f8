"""Opening: where a workspace is found, and that reading leaves it as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import axtui
from axtui.errors import AcceleratorError, ConfigError
from axtui.notebook.workspace import Workspace
from tests.build.conftest import Bench


def _tree(root: Path) -> dict[str, tuple[int, int, int]]:
    """Every path below a folder with what changes when it is written to."""
    found = {}
    for folder, names, files in os.walk(root):
        for name in [*names, *files, "."]:
            stat = (Path(folder) / name).lstat()
            found[f"{folder}/{name}"] = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    return found


def _ask_everything(ws: Workspace) -> None:
    """Use all parts of the face, whether or not there is anything to see."""
    for shown in (ws, ws.jobs, ws.results, ws.urd, ws.queries, ws.sql("reuse")):
        assert repr(shown)
        assert shown._repr_html_()
    for job in ws.jobs:
        assert repr(job)
        assert job._repr_html_()
        for part in (job.datasets, job.files, job.inputs, job.stages, job.outputs, job.source):
            repr(part)
        for dataset in job.datasets:
            assert repr(dataset)
            dataset.to_arrow()
            dataset.chain().sql("SELECT count(*) FROM this")
        for file in job.files:
            file._repr_mimebundle_()


def test_reading_writes_nothing(built: Bench, ws: Workspace) -> None:
    before = _tree(built.root)
    _ask_everything(ws)
    assert len(ws.jobs) == 4
    assert _tree(built.root) == before


def test_a_workspace_that_was_never_built(tmp_path: Path) -> None:
    (tmp_path / "axtui.toml").touch()
    ws = axtui.open(tmp_path)
    _ask_everything(ws)
    assert len(ws.jobs) == 0 and not ws.jobs
    assert ws.results.names == [] and ws.urd.lists == []
    assert "none yet" in repr(ws)
    assert os.listdir(tmp_path) == ["axtui.toml"]  # noqa: PTH208


def test_it_is_found_upwards_and_by_its_file(built: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(built.root / "methods")
    found = [
        axtui.open(),
        axtui.open(str(built.root)),
        axtui.open(built.root / "axtui.toml"),
        axtui.open(config=built.root / "axtui.toml"),
    ]
    assert {ws.root for ws in found} == {built.root}
    assert len(set(found)) == 1


def test_no_workspace_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r'no axtui.toml in it or above it; .*axtui.open\("DIR"\)'
    ):
        axtui.open(tmp_path)
    with pytest.raises(ConfigError, match="there is no folder"):
        axtui.open(tmp_path / "nothing")


def test_what_the_copy_of_the_catalog_needs_is_removed_with_the_workspace(built: Bench) -> None:
    ws = axtui.open(built.root)
    len(ws.jobs)
    folder = ws._opened._aside.folder
    assert folder.is_dir()
    del ws
    assert not folder.exists()


def test_methods_are_not_to_open_workspaces(own: Bench) -> None:
    own.method(
        "nosy", f"def synthesis():\n    import axtui\n    axtui.open({str(own.root)!r}).jobs[0]"
    )
    own.script("urd.build('nosy')", "nosy")
    assert "name it in `datasets` or `jobs`" in str(own.run("nosy", ok=False).error)


def test_an_error_shows_no_frames_of_the_inside(ws: Workspace) -> None:
    questions = (
        lambda: ws.job("nothing"),
        lambda: ws.dataset("dev-2").to_arrow(["nope"]),
        lambda: ws.sql("SELECT nope"),
        lambda: ws.job("dev-2").load("nope"),
    )
    for question in questions:
        with pytest.raises(AcceleratorError) as caught:
            question()
        inside = [entry for entry in caught.traceback if "/axtui/" in str(entry.path)]
        assert len(inside) <= 3
        error = caught.value
        assert error.__cause__ is None
        assert error.__context__ is None or error.__suppress_context__
