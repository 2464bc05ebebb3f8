"""However the dashboard ends, the terminal is as it was, and the exit code tells."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tui.terminal.pseudo import ENTER, LEAVE, OFF, Pseudo, lives, only_child, tiny, until

Start = Callable[..., Pseudo]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "dashboard.log"


@pytest.fixture
def start(tmp_path: Path, log: Path) -> Iterator[Start]:
    """The smallest app on a terminal, once it is seen."""
    started: list[Pseudo] = []

    def one(program: list[str] | None = None, seen: str = "I AM HERE") -> Pseudo:
        started.append(Pseudo(program or tiny(log), tmp_path))
        started[-1].until(seen)
        return started[-1]

    yield one
    for each in started:
        each.end()


def test_what_others_print_goes_to_the_log_and_last_words_to_the_shell(
    start: Start, log: Path
) -> None:
    terminal = start()
    assert terminal.settings() != terminal.before
    terminal.press("n")
    here = terminal.until("THE END OF IT")
    assert "noise" not in terminal.text
    terminal.press("e")
    left = terminal.until(LEAVE, here)
    shown = terminal.until("AN EDITOR", left)
    again = terminal.until(ENTER, shown)
    terminal.press("\x1a")  # nobody would continue it here, so it does not stop
    terminal.until("THE END OF IT", terminal.until(ENTER, terminal.until(LEAVE, again)))
    terminal.press("q")
    assert terminal.wait() == 0
    assert terminal.is_as_before()
    assert terminal.text.rfind("2 jobs were built\r\n") > terminal.text.rfind(LEAVE)
    noted = log.read_text()
    for source in ("print", "a child", "its errors", "C"):
        assert f"noise of {source}\n" in noted


def test_an_error_is_one_message_and_exit_1(start: Start, log: Path) -> None:
    terminal = start()
    terminal.press("x")
    assert terminal.wait() == 1
    assert terminal.is_as_before()
    said = terminal.text[terminal.text.rindex(LEAVE) :]
    assert "error: the dashboard ended by an unexpected error: KeyError: 'oh no'" in said
    assert str(log) in said and "Traceback" not in terminal.text
    assert "Traceback" in log.read_text() and "in action_fail" in log.read_text()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_ends_it_in_order(start: Start, name: str) -> None:
    terminal = start()
    to = terminal.pid if name == "SIGTERM" else terminal.dashboard()
    os.kill(to, signal.Signals[name])
    assert terminal.wait() == 128 + signal.Signals[name]
    assert terminal.is_as_before()
    assert "2 jobs were built" in terminal.text


def test_one_that_does_not_listen_is_ended_all_the_same(start: Start) -> None:
    terminal = start()
    child = terminal.dashboard()
    terminal.press("h")
    terminal.until("IT HANGS")
    until(lambda: _sleeps(child), "a handler that hangs")
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.wait() == 128 + signal.SIGTERM
    assert terminal.is_as_before()
    assert not lives(child)


def _sleeps(pid: int) -> bool:
    try:
        return bool(only_child(pid))
    except ValueError:
        return False


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL"])
def test_a_dashboard_that_was_killed_leaves_a_clean_terminal(
    start: Start, log: Path, name: str
) -> None:
    terminal = start()
    os.kill(terminal.dashboard(), signal.Signals[name])
    assert terminal.wait() == 128 + signal.Signals[name]
    assert terminal.is_as_before()
    said = terminal.text[terminal.text.rindex(LEAVE) :]
    assert f"the dashboard was killed by {name}; {log} tells more" in said
    assert ("Segmentation fault" in log.read_text()) == (name == "SIGSEGV")


def test_a_parent_that_was_killed_leaves_no_orphan_on_the_terminal(start: Start) -> None:
    terminal = start()
    child = terminal.dashboard()
    os.kill(terminal.pid, signal.SIGKILL)
    os.waitpid(terminal.pid, 0)
    until(lambda: not lives(child), "the end of the orphan")
    terminal.read()
    assert all(off in terminal.text for off in OFF)


def test_closing_the_window_ends_both(start: Start) -> None:
    terminal = start()
    child = terminal.dashboard()
    terminal.hang_up()
    _, status = os.waitpid(terminal.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
    assert not lives(child)


def test_ctrl_z_gives_the_shell_its_terminal_and_fg_brings_it_back(start: Start, log: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    shell = start([bash, "--norc", "--noprofile", "-i"], "bash")
    shell.press(" ".join(tiny(log)) + "\n")
    here = shell.until("I AM HERE")
    shell.press("\x1a")
    stopped = shell.until("Stopped", shell.until(LEAVE, here))
    shell.press("echo the shell has $((40 + 2))\n")
    shell.until("the shell has 42", stopped)
    assert shell.text[stopped:].count(ENTER) == 0
    shell.press("bg\n")
    until(lambda: _says(shell, "jobs\n", "Stopped"), "a stop in the background")
    back = len(shell.text)
    assert ENTER not in shell.text[stopped:]
    shell.press("fg\n")
    again = shell.until("I AM HERE", shell.until(ENTER, back))
    shell.press("n")
    shell.until("THE END OF IT", again)
    shell.press("q")
    shell.until("2 jobs were built", again)
    shell.press("echo it ended with $?\n")
    shell.until("it ended with 0", again)
    assert shell.text[stopped:].count(ENTER) == 1


def _says(shell: Pseudo, command: str, wanted: str) -> bool:
    """Whether a command of the shell, asked now, says something."""
    here = len(shell.read())
    shell.press(f"{command.strip()}; echo an''swer\n")
    shell.until("answer", here)
    return wanted in shell.text[here:]
