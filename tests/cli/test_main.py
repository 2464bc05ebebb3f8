"""The program as a whole: help, errors, exit codes, and what it does not import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from axtui.cli import main
from axtui.cli.face import Face

Axtui = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def axtui(tmp_path: Path) -> Axtui:
    def call(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        environ = {key: value for key, value in os.environ.items() if key != "AXTUI_DEBUG"}
        return subprocess.run(
            [sys.executable, "-m", "axtui", *args],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environ | env,
        )

    return call


def test_plain_axtui_shows_the_help_and_where_to_start(axtui: Axtui) -> None:
    done = axtui()
    assert done.returncode == 0
    assert all(f"\n{title}:\n" in done.stdout for title in main.SECTIONS)
    assert "axtui init DIR" in done.stdout.splitlines()[-1]
    assert all(name in done.stdout for name in main.COMMANDS)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_each_command_helps_with_an_example(name: str) -> None:
    command = main.module_of(name).command
    assert command.get_short_help_str(200) == main.COMMANDS[name]
    done = CliRunner().invoke(main.cli, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert "Example" in done.output
    assert f"axtui {name}" in done.output


def test_help_and_version_import_nothing_heavy(axtui: Axtui) -> None:
    code = (
        "import sys; from axtui.cli.main import run; run(sys.argv[1:]);"
        "print(sorted({'rich','duckdb','pyarrow','textual','numpy','watchdog'} & set(sys.modules)))"
    )
    for args in (["--help"], ["--version"], ["run", "--help"], ["ds", "--help"]):
        done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True)
        assert done.stdout.splitlines()[-1] == "[]", (args, done.stderr)


def test_a_command_imports_only_itself(axtui: Axtui) -> None:
    code = (
        "import sys; from axtui.cli.main import run; run(['workdir', '--help']);"
        "print([m for m in sys.modules if m.startswith('axtui.cli.commands.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    modules = eval(done.stdout.splitlines()[-1])
    assert "axtui.cli.commands.workdir" in modules
    assert not {"axtui.cli.commands.run", "axtui.cli.commands.sql"} & set(modules)


def test_wrong_use_is_exit_2_and_suggests(axtui: Axtui) -> None:
    done = axtui("rnu")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("axtui: there is no command 'rnu'. Did you mean 'run'?")
    done = axtui("run", "--wyh")
    assert done.returncode == 2
    assert done.stderr == (
        "axtui: axtui run has no option '--wyh'. Did you mean '--why'?\nTry: axtui run --help\n"
    )
    assert axtui("--workspace", "x", "--config", "y", "job").returncode == 2
    assert axtui("run", "-c", "x=y=z").returncode == 2


def test_no_workspace_is_one_message_and_exit_1(axtui: Axtui, tmp_path: Path) -> None:
    for args in (["job"], ["workdir"], ["run"], ["--workspace", "nowhere", "job"]):
        done = axtui(*args)
        assert done.returncode == 1, args
        assert done.stderr.startswith("axtui: ") and "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) == 1
    (tmp_path / "axtui.toml").write_text("slices = 0\n")
    done = axtui("job")
    assert done.returncode == 1 and "axtui.toml, line 1: `slices` must be" in done.stderr


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    def install(error: BaseException) -> None:
        def refuse(self: Face) -> None:
            raise error

        monkeypatch.setattr(Face, "workspace", refuse)

    return install


def test_a_fault_of_ours_is_no_traceback_unless_asked_for(
    failing: Callable[[BaseException], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing(ZeroDivisionError("oh"))
    monkeypatch.delenv("AXTUI_DEBUG", raising=False)
    assert main.run(["job"]) == 1
    shown = capsys.readouterr().err
    assert "unexpected error: ZeroDivisionError: oh" in shown and "Traceback" not in shown
    monkeypatch.setenv("AXTUI_DEBUG", "1")
    assert main.run(["job"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [(KeyboardInterrupt(), 130), (click.Abort(), 130), (BrokenPipeError(), 141)],
)
def test_interrupts(
    failing: Callable[[BaseException], None],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
) -> None:
    failing(error)
    monkeypatch.setattr(main, "forget_stdout", lambda: None)
    assert main.run(["job"]) == code


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    code = "from axtui.cli import main; main.cli.callback = None; main.main()"
    program = subprocess.Popen(
        [sys.executable, "-c", code, "--help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None and program.stderr is not None
    program.stdout.close()
    assert program.stderr.read() == ""
    assert program.wait() == 141


def test_colour_only_where_it_is_wanted(axtui: Axtui) -> None:
    assert "\x1b[" not in axtui("rnu").stderr
    assert "\x1b[" in axtui("rnu", FORCE_COLOR="1", NO_COLOR="").stderr
    assert "\x1b[" not in axtui("rnu", FORCE_COLOR="1", NO_COLOR="1").stderr
