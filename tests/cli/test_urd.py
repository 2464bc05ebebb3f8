"""`axtui urd` and `axtui urd-server`, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from axtui.build.urdlog import UrdLog
from axtui.build.urdremote import RemoteUrd
from axtui.cli import main
from axtui.errors import NoSuchWhateverError, UrdError, UserError
from axtui.workspace import Workspace


@pytest.fixture
def urd(workspace: Workspace) -> UrdLog:
    """An urd with two lists."""
    log = UrdLog(workspace.config.urd, workspace.config.user)
    log.add("import", "2024-01-01", [["csv", "dev-1"]], caption="first")
    log.add("import", "2024-01-02", [["csv", "dev-2"], ["type", "dev-3"]], build_job="dev-4")
    log.add("report", 7, [["sum", "dev-5"]])
    return log


def invoke(workspace: Workspace, *args: str) -> Result:
    done = CliRunner().invoke(main.cli, ["--workspace", str(workspace.root), *args])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_a_list_is_its_latest_entry_and_with_a_slash_its_entries(
    workspace: Workspace, urd: UrdLog
) -> None:
    said = invoke(workspace, "urd", "import").stdout
    assert f"{urd.user}/import/2024-01-02" in said and "built by dev-4" in said and "dev-3" in said
    rows = csv.DictReader(io.StringIO(invoke(workspace, "urd", "import/", "--format=csv").stdout))
    assert [row["timestamp"] for row in rows] == ["2024-01-01", "2024-01-02"]
    after = invoke(workspace, "urd", "import/since/2024-01-01").stdout.splitlines()
    assert len(after) == 2 and after[1].startswith("2024-01-02")
    assert invoke(workspace, "urd", "/").stdout == invoke(workspace, "urd").stdout


def test_jobs_are_printed_alone(workspace: Workspace, urd: UrdLog) -> None:
    assert invoke(workspace, "urd", ":import:csv", ":import/first:0").stdout == "dev-2\ndev-1\n"
    (told,) = json.loads(invoke(workspace, "urd", ":import:csv", "--format=json").stdout)
    assert (told["name"], told["job"], told["position"]) == ("csv", "dev-2", 0)


def test_of_several_paths_those_that_are_there_are_shown(workspace: Workspace, urd: UrdLog) -> None:
    args = ["--workspace", str(workspace.root), "urd", "import", "nope", "report/", ":report:sum"]
    done = CliRunner().invoke(main.cli, args)
    assert isinstance(done.exception, NoSuchWhateverError) and "'nope'" in str(done.exception)
    assert "dev-3" in done.stdout and "7" in done.stdout and done.stdout.endswith("\n\ndev-5\n")
    mixed = CliRunner().invoke(main.cli, [*args[:4], "report/", "--format=json"])
    assert mixed.exit_code == 2 and mixed.stdout == ""


# -- the server


def test_others_are_not_let_in_without_tls(workspace: Workspace) -> None:
    with pytest.raises(UserError, match="give it a certificate"):
        invoke(workspace, "urd-server", "--listen", "0.0.0.0:0")
    with pytest.raises(UserError, match=r"certificate in .* cannot be used"):
        invoke(workspace, "urd-server", "--cert", str(workspace.root / "axtui.toml"))
    for wrong in (("--key", "x"), ("--listen", "8731"), ("--listen", "::1:8731")):
        assert invoke(workspace, "urd-server", *wrong).exit_code == 2


def test_a_server_runs_until_it_is_ended(workspace: Workspace) -> None:
    folder = workspace.root / "shared"
    token = invoke(workspace, "urd-server", "--path", str(folder), "--user", "ann").stdout.strip()
    words = ["-m", "axtui", "--workspace", str(workspace.root), "urd-server", "--path", str(folder)]
    with subprocess.Popen(
        [sys.executable, *words, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            said = [process.stdout.readline() for _ in range(3)]
            found = re.search(r"http://127\.0\.0\.1:\d+", said[1])
            assert found is not None and "ann" in said[2], said
            remote = RemoteUrd(found[0], "ann", token, patience=10.0)
            assert remote.add("x", 1, [["m", "dev-1"]])["new"]
            (workspace.root / "axtui.toml").write_text(f'urd = "{found[0]}"\nuser = "ann"\n')
            environ = {"AXTUI_URD_TOKEN": token}
            args = ["--workspace", str(workspace.root), "urd", ":x:m"]
            assert CliRunner(env=environ).invoke(main.cli, args).stdout == "dev-1\n"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143
    with pytest.raises(UrdError, match="does not answer"):
        RemoteUrd(found[0], "ann", token, patience=0.0).list()
    assert UrdLog(Path(folder), "ann").list() == ["ann/x"]
