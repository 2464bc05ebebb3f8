"""How the program ends, with real processes; and when it colours."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from live_yard import Yard

from axtui.cli import colour, main
from axtui.workspace import Workspace
from tests import docpages
from tests.warm import Warm

MakeJob = Callable[..., str]


class Program(Protocol):
    """The program, run in a folder with more in its environment."""

    def __call__(
        self, folder: Path, *args: str, **environ: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def axtui(tmp_path: Path, warm: Warm) -> Program:
    programs = tmp_path / "programs"
    warm.write_programs(programs)

    def run(folder: Path, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
        plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
        return subprocess.run(
            [programs / "axtui", *args],
            capture_output=True,
            text=True,
            cwd=folder,
            env=plain | environ,
        )

    return run


def test_the_page_and_the_help_tell_all_codes(axtui: Program) -> None:
    page = (docpages.ROOT / "docs" / "command-line.md").read_text()
    told = re.findall(r"^\| `(\d+)` \| (.+) \|$", page, re.M)
    assert {int(code): text.replace("\\|", "|") for code, text in told} == main.EXIT_CODES
    help_ = axtui(docpages.ROOT, "--help").stdout
    assert all(re.search(rf"^ +{code}  ", help_, re.M) for code in main.EXIT_CODES)


def test_fine_failed_and_wrong(workspace: Workspace, axtui: Program) -> None:
    methods = workspace.root / "methods"
    methods.mkdir()
    (methods / "build.py").write_text("def main(urd):\n    print(urd.flags)\n")
    (methods / "build_bad.py").write_text("def main(urd):\n    return 3\n")
    assert axtui(workspace.root, "run").returncode == 0
    assert axtui(workspace.root, "run", "bad").returncode == 1
    assert axtui(workspace.root, "run", "nosuch").returncode == 1
    wrong = axtui(workspace.root, "run", "--workdir", "bgi")  # though nothing is to be built
    assert wrong.returncode == 1 and "Did you mean 'big'?" in wrong.stderr
    assert axtui(workspace.root, "run", "--nosuch").returncode == 2
    assert axtui(workspace.root, "help", "nosuch").returncode == 2
    assert axtui(workspace.root, "help", "run").stdout == axtui(workspace.root, "run", "-h").stdout


@pytest.mark.parametrize(
    ("number", "code", "why"),
    [
        (signal.SIGINT, 130, "it was stopped from the keyboard"),
        (signal.SIGTERM, 143, "it was told to end (SIGTERM)"),
        (signal.SIGHUP, 129, "its terminal was closed (SIGHUP)"),
    ],
)
def test_a_build_that_is_stopped(yard: Yard, number: signal.Signals, code: int, why: str) -> None:
    program = yard.started("run")
    build = yard.at_gate()
    (job,) = build.now().jobs
    program.send_signal(number)
    _, errors = program.communicate(timeout=60)
    assert program.returncode == code
    assert "stopped" in errors and "Traceback" not in errors
    told = [yard.failure(jobid)["message"] for jobid in (build.build_job, job.jobid)]
    assert told == [why, why]


def test_head_is_silent(workspace: Workspace, make_job: MakeJob) -> None:
    for _ in range(300):
        make_job("m")
    command = f"{sys.executable} -m axtui job -n 0 | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=workspace.root
    )
    assert done.stdout.split()[0] == "job" and done.stderr == ""
    assert done.returncode in (0, 141)  # a pipe may take all before head has gone


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, None),
        ({"TERM": "xterm"}, None),
        ({"NO_COLOR": ""}, None),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "CLICOLOR": "0"}, True),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, None),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR": "1"}, None),
    ],
)
def test_what_the_environment_asks_for(environ: dict[str, str], wanted: bool | None) -> None:
    assert colour.asked_for(environ) is wanted


@pytest.mark.parametrize("command", ["job", "workdir", "method"])
def test_no_colour_in_a_pipe_unless_asked_for(
    workspace: Workspace, make_job: MakeJob, command: str, axtui: Program
) -> None:
    make_job("m")
    assert "\x1b" not in axtui(workspace.root, command).stdout
    assert "\x1b" in axtui(workspace.root, command, FORCE_COLOR="1").stdout
    assert "\x1b" not in axtui(workspace.root, command, FORCE_COLOR="1", NO_COLOR="1").stdout
    shown = axtui(workspace.root, command, "--format", "json", FORCE_COLOR="1")
    assert "\x1b" not in shown.stdout
