"""What a workspace can do whose urd is behind a server that does not answer."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from axtui.build import reindex, urdremote
from axtui.build.doctor import places
from axtui.build.housekeeping import fsck, roots
from axtui.build.script import run_script
from axtui.errors import UrdError
from axtui.workspace import Workspace, open_workspace
from tests.build.conftest import Bench


@pytest.fixture
def away(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A workspace with a method, and nobody at the address of its urd."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    bench.write("axtui.toml", f'slices = 2\nurd = "http://127.0.0.1:{port}"\n')
    bench.method("m", "def synthesis():\n    return 1\n")
    monkeypatch.setenv("AXTUI_URD_TOKEN", "t")
    monkeypatch.setattr(urdremote, "_PATIENCE_READ_S", 0.0)
    monkeypatch.setattr(urdremote, "_PATIENCE_WRITE_S", 0.0)
    return bench


def test_a_session_does_not_begin_and_a_script_without_one_runs(away: Bench) -> None:
    away.script("urd.begin('x', 1)\nurd.build('m')\nurd.finish('x')")
    with away.session() as session:
        result = run_script(session)
    assert result.exit_code == 1 and "does not answer" in (result.error or "")
    assert result.built == []
    away.script("print(urd.build('m').load())")
    assert away.run().exit_code == 0 and away.prints() == "1\n"
    assert any("__auto__ was not written" in str(event) for event in away.seen)


def test_indexes_do_without_and_what_removes_jobs_does_not(away: Bench) -> None:
    workspace: Workspace = open_workspace(Path(away.root))
    workspace.make_folders()
    assert [event["kind"] for event in reindex.events(workspace)] == ["workspace"]
    found = [one for one in fsck.check_workspace(workspace).findings if one.kind == "urd"]
    assert len(found) == 1 and "does not answer" in found[0].what
    (check,) = [one for one in places.checks(workspace) if one.check == "urd"]
    assert check.state == "problem" and "does not answer" in check.text
    with pytest.raises(UrdError, match="does not answer"):
        list(roots._urd(workspace))
