"""`axtui attach`: a build is followed from elsewhere, and never hurt by it."""

from __future__ import annotations

import signal
import subprocess

from live_yard import Terminal, Yard, until

from axtui.build.live import watching


def follows(yard: Yard, *args: str) -> subprocess.Popen[str]:
    """A follower that has seen the first line."""
    attached = yard.started("attach", *args)
    assert attached.stdout is not None
    assert attached.stdout.readline() in ("hello\n", "it waits\n")
    return attached


def test_it_shows_what_run_shows_and_ends_with_it(warm_yard: Yard) -> None:
    yard = warm_yard
    run = yard.started("run")
    build = yard.at_gate()
    attached = follows(yard, build.now().jobs[0].jobid)
    terminal = Terminal(yard, "attach")
    try:
        terminal.until("at the gate")
        yard.open_gate()
        out, err = attached.communicate(timeout=60)
        ours, told = run.communicate(timeout=60)
        assert terminal.wait() == 0
        assert "✓ gated" in terminal.read()
    finally:
        terminal.end()
    assert ("hello\n" + out, attached.returncode) == (ours, 0)
    built = [line for line in told.splitlines() if line.startswith("built: gated")]
    assert built
    assert [line for line in err.splitlines() if line.startswith("built: gated")] == built
    assert "build: 1 built, 0 re-used" in err


def test_a_follower_may_leave_or_be_killed(yard: Yard) -> None:
    run = yard.started("run", "wait")
    until(lambda: watching.running(yard.workspace))
    left, killed = follows(yard), follows(yard, "dev-1")
    left.send_signal(signal.SIGINT)
    _, err = left.communicate(timeout=60)
    assert left.returncode == 130
    assert "wait dev-1 goes on (axtui abort dev-1 stops it)" in err
    killed.kill()
    killed.communicate()
    assert [build.script for build in watching.running(yard.workspace)] == ["wait"]
    yard.open_gate()
    run.communicate(timeout=60)
    assert run.returncode == 0
    over = yard.axtui("attach", "dev-1")
    assert over.returncode == 0
    assert over.stdout.startswith("wait dev-1 is over: all went well")


def test_it_ends_with_the_exit_code_and_the_error_of_the_build(warm_yard: Yard) -> None:
    yard = warm_yard
    yard.script("wait", f"""
import os, time
print('it waits')
while not os.path.exists({str(yard.root / "gate")!r}): time.sleep(0.02)
return 7""")  # fmt: skip
    run = yard.started("run", "wait")
    until(lambda: watching.running(yard.workspace))
    attached = follows(yard)
    yard.open_gate()
    _, err = attached.communicate(timeout=60)
    run.communicate(timeout=60)
    assert attached.returncode == 7
    assert "build script wait failed" in err
    assert yard.axtui("attach", "dev-1").returncode == 7
    nothing = yard.axtui("attach")
    assert nothing.returncode == 1
    assert "nothing runs" in nothing.stderr


def test_a_build_that_dies_under_the_follower_is_told(yard: Yard) -> None:
    run = yard.started("run", "wait")
    until(lambda: watching.running(yard.workspace))
    attached = follows(yard)
    run.kill()
    run.communicate()
    _, err = attached.communicate(timeout=60)
    assert attached.returncode == 1
    assert "wait dev-1 (process" in err
    assert "died" in err
