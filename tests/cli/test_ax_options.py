"""Options that people of the Accelerator type, on the commands that list and show."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from axtui.cli.main import run
from axtui.data import jobdir
from axtui.workspace import Workspace

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(
    workspace: Workspace,
    make_job: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Say:
    """Runs a command in a workspace with a finished job, dev-1, and a failed one, dev-2."""
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    monkeypatch.setenv("ACCELERATOR_IGNORE_ETC", "1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(workspace.root))
    make_job("sold", post={"registered": ["a.txt", "deep/b.csv"]}, datasets={"default": {}})
    make_job("sold", state="failed")
    job = workspace.config.workdirs["dev"] / "dev-1"
    for name, text in (
        ("a.txt", "text\n"),
        ("deep/b.csv", "1,2"),
        ("source/methods/a_sold.py", "code\n"),
        ("source/methods/more.txt", "more\n"),
    ):
        (job / name).parent.mkdir(parents=True, exist_ok=True)
        (job / name).write_text(text)

    def call(*args: str) -> tuple[int, str, str]:
        code = run(["--workspace", str(workspace.root), *args])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_files_of_a_job_by_pattern(say: Say) -> None:
    assert say("job", "dev-1", "-f", "*.txt")[1] == "text\n"
    assert say("job", "--file=b*", "dev-1")[1] == "1,2"
    assert say("job", "dev-1", "-f")[1] == "a.txt\n=====\ntext\ndeep/b.csv\n==========\n1,2"
    assert say("job", "-S=a_*.py", "dev-1")[1] == "code\n"
    assert "methods/more.txt\n================\nmore\n" in say("job", "dev-1", "--source-file")[1]
    assert say("job", "-S", "dev-1")[0] == 2  # that is a pattern, and no job
    code, out, err = say("job", "dev-1", "-f", "*.png")
    assert (code, out) == (1, "") and "no file of dev-1 is called *.png" in err


def test_a_job_that_did_not_finish_is_warned_of(say: Say, workspace: Workspace) -> None:
    assert say("job", "dev-2")[1].endswith("\x1b[31mWARNING: Job did not finish\x1b[39m\n")
    assert "WARNING" not in say("job", "dev-1")[1]
    settings = workspace.root / "axtui" / "config"
    settings.parent.mkdir()
    settings.write_text("[colour]\nwarning = CYAN\njob/warning = <[ >]\n")
    assert say("job", "dev-2")[1].endswith("[WARNING: Job did not finish]\n")


def test_what_a_running_job_prints(say: Say, workspace: Workspace) -> None:
    job = workspace.config.workdirs["dev"] / "dev-2"
    place = job / jobdir.TMP / "attempt" / "synthesis" / jobdir.OUTPUT
    place.mkdir(parents=True)
    (place / "synthesis").write_text("so far\n")
    assert say("job", "-O", "dev-2")[1] == "so far\n"


def test_the_whole_setup_can_be_seen(say: Say) -> None:
    assert '"method": "sold"' in say("job", "-v", "dev-1")[1]
    assert '"method": "sold"' not in say("job", "-v", "+v", "dev-1")[1]


def test_flags_are_taken_back_and_words_may_stand_anywhere(say: Say, workspace: Workspace) -> None:
    path = str(workspace.config.workdirs["dev"] / "dev-1") + "\n"
    assert say("job", "dev-1", "-P")[1] == path
    assert say("job", "-P", "--not-just-path", "-P", "--", "dev-1")[1] == path
    assert say("job", "dev-1", "-P", "+P")[1] != path


def test_datasets_that_are_not_there_can_be_left_out(say: Say) -> None:
    code, out, err = say("ds", "-q", "--suppress-columns", "dev-1", "dev-9/nothing")
    assert code == 0 and "dev-1" in out and not err
    assert say("ds", "dev-1", "dev-9/nothing")[0] == 1


def test_workdirs_and_scripts(say: Say, workspace: Workspace, tmp_path: Path) -> None:
    methods = workspace.config.method_folders[0]
    methods.mkdir(exist_ok=True)
    (methods / "build_daily.py").write_text('description = "Each day"\ndef main(urd): pass\n')
    dev = workspace.config.workdirs["dev"]
    assert say("workdir", "-p", "-a")[1].splitlines() == [
        f"{dev}/dev-2  sold  failed",
        f"{dev}/dev-1  sold  current",
    ]
    assert say("script", "-s")[1] == "daily\n"
    assert str(methods / "build_daily.py") in say("script", "--path")[1]
    assert "Each day" in say("script", "build_daily")[1]
    assert say("script", "-s", "dai", "methods.build_d")[1] == "daily\n"
    assert say("script", "weekly")[0] == 1


def test_jobs_whose_source_is_another_now(
    say: Say, workspace: Workspace, make_job: Callable[..., str]
) -> None:
    method = workspace.config.method_folders[0] / "a_sold.py"
    method.parent.mkdir(exist_ok=True)
    method.write_text("new = 1\n")
    gone = {"path": "methods/a_sold.py", "raw": "0" * 32, "code": "0" * 32}
    make_job("sold", post={"recorded": {"imports": {"modules": [gone]}}})
    rows = {row["job"]: row for row in json.loads(say("workdir", "dev", "--format", "json")[1])}
    assert [rows[f"dev-{n}"]["source"] for n in (1, 2, 3)] == ["current", None, "old"]
    assert say("job", "sold", "-P")[1].endswith("dev-3\n")
    assert say("job", "sold!", "-P")[1].endswith("dev-1\n")
    make_job("bought", post={"recorded": {"imports": {"modules": [gone]}}})
    code, _, err = say("job", "bought!")
    assert code == 1 and "the newest, dev-4, ran another" in err


def test_nothing_runs(say: Say) -> None:
    assert say("status", "--short")[1] == "nothing runs\n"
    assert say("run", "--just-wait")[1] == "nothing runs\n"
    assert say("abort", "-q", "--all") == (0, "", "")


def test_the_board_is_the_dashboard_in_a_browser(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def serve(workspace: Workspace, host: str, port: int, opened: object) -> int:
        asked.append((host, port))
        return 2

    monkeypatch.setattr("axtui.serve.server.serve", serve)
    for words in ([], ["--development", ":9000"], ["127.0.0.1:9"]):
        assert say("board-server", *words)[0] == 130
    assert asked == [("localhost", 8520), ("localhost", 9000), ("127.0.0.1", 9)]
    code, _, err = say("board-server", ".socket.dir/board")
    assert code == 1 and "is no HOST:PORT" in err
