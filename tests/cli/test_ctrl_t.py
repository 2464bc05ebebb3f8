"""CTRL-T and SIGUSR1: what every slice does, on demand; and the terminal is left as it was."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Iterator

import pytest
from live_yard import AXTUI, Terminal, Yard, until

from axtui.build.live import watching

CTRL_T, CTRL_BACKSLASH = b"\x14", b"\x1c"
linux = pytest.mark.skipif(hasattr(signal, "SIGINFO"), reason="CTRL-T is the system's own here")


@pytest.fixture
def shell(yard: Yard) -> Iterator[Terminal]:
    """An interactive shell on a terminal, as people start builds from."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    terminal = Terminal(yard, program=[bash, "--norc", "--noprofile", "-i"])
    yield terminal
    terminal.end()


@linux
def test_ctrl_t_in_run_tells_what_slices_do(yard: Yard) -> None:
    terminal = Terminal(yard, "run")
    try:
        yard.at_gate()
        assert terminal.quit_key() == CTRL_T
        terminal.press(CTRL_T)
        terminal.until("line of slice 1")
        until(lambda: terminal.read().count("at the gate") >= 2)
        assert "slice 0" in terminal.read()
        yard.open_gate()
        assert terminal.wait() == 0
        assert terminal.quit_key() == CTRL_BACKSLASH
    finally:
        terminal.end()


@linux
def test_scripts_that_ask_get_their_answer_and_their_children_survive_the_key(yard: Yard) -> None:
    yard.script("build", """
import subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
print('you said', input('name? '))
print('child', child.poll())
child.kill()""")  # fmt: skip
    terminal = Terminal(yard, "run")
    try:
        until(lambda: any(build.now().tail for build in watching.running(yard.workspace)))
        terminal.press(CTRL_T)
        terminal.until("the build script itself is at work")
        terminal.press(b"ann\n")
        assert terminal.wait() == 0
        assert "you said ann" in terminal.read()
        assert "child None" in terminal.read()
    finally:
        terminal.end()


@linux
def test_ctrl_z_gives_the_key_back_and_fg_takes_it_again(yard: Yard, shell: Terminal) -> None:
    shell.press(" ".join([*AXTUI, "run", "wait\n"]).encode())
    until(lambda: shell.read() and shell.quit_key() == CTRL_T)
    shell.press(b"\x1a")
    shell.until("Stopped")
    assert shell.quit_key() == CTRL_BACKSLASH
    shell.press(b"fg\n")
    until(lambda: shell.read() and shell.quit_key() == CTRL_T)
    shell.press(CTRL_T)
    shell.until("the build script itself is at work")
    yard.open_gate()
    until(lambda: shell.read() and shell.quit_key() == CTRL_BACKSLASH)


@linux
def test_in_a_pipe_and_in_the_background_the_terminal_is_left_alone(
    yard: Yard, shell: Terminal
) -> None:
    shell.press(" ".join([*AXTUI, "run", "wait", "|", "cat\n"]).encode())
    until(lambda: watching.running(yard.workspace))
    shell.until("it waits")
    assert shell.quit_key() == CTRL_BACKSLASH
    shell.press(CTRL_BACKSLASH)  # means what it always meant: an end
    until(lambda: not watching.running(yard.workspace))
    assert yard.failure("dev-1")["kind"] == "cancelled"


@pytest.mark.parametrize("name", ["SIGUSR1", "SIGINFO"])
def test_a_signal_asks_the_same_where_there_is_no_terminal(yard: Yard, name: str) -> None:
    if not hasattr(signal, name):
        pytest.skip(f"{sys.platform} has no {name}")
    run = yard.started("run", "wait")
    assert run.stdout is not None
    assert run.stdout.readline() == "it waits\n"
    assert run.stderr is not None
    run.send_signal(getattr(signal, name))
    assert run.stderr.readline().startswith("wait dev-1")
    yard.open_gate()
    run.communicate(timeout=60)
    assert run.returncode == 0
