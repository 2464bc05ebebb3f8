"""Every command that lists or shows has `--format`, and gives what docs/command-line.md says."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from axtui.build.housekeeping.pins import pin
from axtui.build.live import files as livefiles
from axtui.build.results import link_result
from axtui.build.urdlog import UrdLog
from axtui.cli import main
from axtui.workspace import Workspace
from tests import docpages

MakeJob = Callable[..., str]
PAGE = docpages.ROOT / "docs" / "command-line.md"

ACTIONS = {
    *(
        "init",
        "build",
        "watch",
        "attach",
        "unpin",
        "reindex",
        "serve",
        "urd-server",
        "board-server",
    ),
    *("completion", "help", "alias", "intro", "version", "server", "sherlock"),
}
"""Commands that do something and list nothing."""
ROWS = {"grep", "hist"}
"""Commands that write rows of datasets, in forms of their own."""
OF_ITS_OWN = {"adopt"}
"""Commands whose keys the page tells in a sentence."""
EMPTY = [
    *(["job"], ["script"], ["urd"], ["workdir", "dev"], ["open"], ["status"], ["abort"]),
    *(["pin"], ["gc"], ["du"]),
]
"""What there is nothing of in a new workspace."""


def test_each_command_that_lists_or_shows_takes_a_format() -> None:
    for name in main.COMMANDS.keys() - ACTIONS - ROWS:
        command = main.module_of(name).command
        choices = [p.type.choices for p in command.params if p.name == "format_"]
        assert choices and {"table", "json", "csv"} <= set(choices[0]), name
    assert main.COMMANDS.keys() >= ACTIONS


def invoke(workspace: Workspace, *args: str) -> Result:
    done = CliRunner().invoke(main.cli, ["--workspace", str(workspace.root), *args], color=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.mark.parametrize("args", EMPTY, ids=" ".join)
def test_nothing_is_an_empty_list(workspace: Workspace, args: list[str]) -> None:
    workspace.make_folders()
    found = json.loads(invoke(workspace, *args, "--format", "json").stdout)
    assert found == [] or found.get("jobs") == []
    lines = invoke(workspace, *args, "--format", "csv").stdout.splitlines()
    assert len(lines) == 1


def shown_in_page() -> list[tuple[str, list[str]]]:
    """(command, keys) of each row of the page's table of keys."""
    rows = re.findall(r"^\| `axtui ([^`]+)` \| (`.*`) \|$", PAGE.read_text(), re.M)
    return [(command, re.findall(r"`(\w+)`", keys)) for command, keys in rows]


RUN = {
    "script": "hourly", "build_job": "dev-9", "pid": os.getpid(), "host": socket.gethostname(),
    "user": "ann", "started": 1.0, "argv": [], "version": "0", "log": None,
}  # fmt: skip
"""A build that runs, as it tells of itself."""


@pytest.fixture
def full(workspace: Workspace, make_job: MakeJob) -> Iterator[Workspace]:
    """A workspace with one of everything."""
    methods = workspace.root / "methods"
    methods.mkdir()
    (methods / "a_sold.py").write_text("options = {'n': 1}\ndef synthesis():\n    pass\n")
    (methods / "build_daily.py").write_text("def main(urd):\n    urd.build('sold')\n")
    change = {"part": "option", "name": "n", "old": "1", "new": "2", "detail": ""}
    reason = {"kind": "option", "against": None, "text": "n", "changes": [change]}
    make_job("sold", datasets={"default": {}}, reason=reason)
    job = workspace.config.workdirs["dev"] / "dev-1"
    (job / "a.txt").write_text("a")
    link_result(workspace.config.results, job, "a.txt", None, ["a.txt"])
    log = UrdLog(workspace.config.urd, workspace.config.user)
    log.add("daily", "2024-01-01", [["sold", "dev-1"]])
    pin(workspace, "dev-1", "ours")
    _, lock = livefiles.begin(workspace, "dev-9", RUN)
    with lock:
        yield workspace


NAMES = {
    "JOB": "dev-1",
    "DATASET": "dev-1",
    "METHOD": "sold",
    "LIST/TIMESTAMP": "daily/latest",
    "LIST/": "daily/",
    ":LIST:JOB": ":daily:sold",
    "WORKDIR": "dev",
    "SCRIPT": "daily",
}


@pytest.mark.parametrize(("command", "keys"), shown_in_page(), ids=lambda value: str(value)[:30])
def test_the_keys_are_those_of_the_page(
    full: Workspace, monkeypatch: pytest.MonkeyPatch, command: str, keys: list[str]
) -> None:
    monkeypatch.setattr("axtui.build.doctor.trial.checks", lambda workspace: [])
    args = [NAMES.get(word, word) for word in command.split()]
    text = invoke(full, *args, "--format", "json").stdout
    found: Any = json.loads(text)
    first = found[0] if isinstance(found, list) else found
    assert list(first) == keys
    assert "\x1b" not in text
    if "format" in keys and command != "doctor":
        assert first["format"] == f"axtui-show-{args[0]}-1"
    rows = list(csv.reader(io.StringIO(invoke(full, *args, "--format", "csv").stdout)))
    assert len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}


def test_the_page_has_all_commands_that_are_ours() -> None:
    told = {command.split()[0] for command, _ in shown_in_page()}
    assert told == main.COMMANDS.keys() - ACTIONS - ROWS - OF_ITS_OWN


def test_the_keys_of_adopt_are_those_of_the_page(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    old = tmp_path_factory.mktemp("old") / "dev"
    (old / "dev-1").mkdir(parents=True)
    (old / "dev-1" / "setup.json").write_text("{}")
    found = json.loads(invoke(workspace, "adopt", str(old), "--format", "json").stdout)
    told = re.search(
        r"^`axtui adopt` gives one object with (.*?) and as CSV", PAGE.read_text(), re.M | re.S
    )
    assert told and re.findall(r"`(\w+)`", told[1]) == list(found)


def test_values_that_json_has_no_form_for(capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import date

    from axtui.cli.tables import write_json

    for value in (2**70, "\ud800"):
        write_json([{"value": value, "bytes": b"\x01\xff", "day": date(2024, 1, 31)}])
        assert json.loads(capsys.readouterr().out) == [
            {"value": value, "bytes": "01ff", "day": "2024-01-31"}
        ]
    write_json([b"\x01\xff", date(2024, 1, 31), float("nan")])
    assert json.loads(capsys.readouterr().out) == ["01ff", "2024-01-31", None]


def test_an_empty_table_says_so_and_not_on_stdout(workspace: Workspace) -> None:
    workspace.make_folders()
    done = invoke(workspace, "job")
    assert done.stdout == "" and "no jobs yet" in done.stderr


def test_options_that_are_wrong_name_near_ones(workspace: Workspace) -> None:
    for command in ("job", "sql", "ds", "urd"):
        with pytest.raises(click.NoSuchOption) as caught:
            main.cli.main([command, "--fromat", "json"], standalone_mode=False)
        assert main._words(caught.value, caught.value.ctx) == (
            f"{caught.value.ctx.command_path} has no option '--fromat'. Did you mean '--format'?"  # type: ignore[union-attr]
        )


def test_options_that_help_does_not_show_are_not_named_either() -> None:
    with pytest.raises(click.NoSuchOption) as caught:
        main.cli.main(["run", "--detahc"], standalone_mode=False)
    assert main._words(caught.value, caught.value.ctx).endswith("Did you mean '--detach'?")


def test_a_preview_has_a_row_per_job(full: Workspace) -> None:
    (told,) = json.loads(invoke(full, "run", "daily", "--why", "--format", "json").stdout)
    (job,) = told["would_build"]
    assert (job["method"], told["script"], told["cut_short"]) == ("sold", "daily", True)
    assert job["changes"] and told["error"] is None and told["may_build"] == []
    (row,) = csv.DictReader(
        io.StringIO(invoke(full, "run", "daily", "--why", "--format", "csv").stdout)
    )
    assert (row["script"], row["method"], row["sure"]) == ("daily", "sold", "True")


def test_a_format_of_what_is_not_listed_is_refused(workspace: Workspace) -> None:
    for args in (["run"], ["abort", "--all"], ["abort", "daily"]):
        done = invoke(workspace, *args, "--format", "json")
        assert (done.exit_code, "--format is for" in done.stderr) == (2, True)


def test_what_could_be_stopped_is_listed(full: Workspace) -> None:
    (row,) = json.loads(invoke(full, "abort", "--format", "json").stdout)
    assert (row["job"], row["method"], row["script"]) == ("dev-9", None, "hourly")
