"""A build survives its terminal when it was asked to, and never otherwise."""

from __future__ import annotations

import os
import re
import signal

from live_yard import Terminal, Yard, alive, until

from axtui.build.live import watching


def test_a_detached_build_outlives_the_terminal_and_can_be_followed_to_its_end(yard: Yard) -> None:
    yard.script("after", "print('and after it')")
    terminal = Terminal(yard, "run", "--detach", "wait", "after")
    assert terminal.wait() == 0
    found = re.search(r"wait runs as dev-1, process (\d+)", terminal.read())
    assert found
    terminal.close()
    (build,) = watching.running(yard.workspace)
    assert build.pid == int(found[1])
    assert os.getsid(build.pid) == build.pid
    assert "detached" in yard.axtui("status").stdout
    os.kill(build.pid, signal.SIGHUP)
    attached = yard.started("attach")
    assert attached.stdout is not None
    assert attached.stdout.readline() == "it waits\n"
    yard.open_gate()
    out, _ = attached.communicate(timeout=60)
    assert attached.returncode == 0
    # to the end of the last script, which may be over before it can be looked at
    assert out == "and after it\n" or out.startswith("after dev-2 is over: all went well")
    assert (yard.state("dev-1"), yard.state("dev-2")) == ("complete", "complete")
    assert build.log is not None
    until(lambda: not alive(build.pid))
    assert "it waits" in build.log.read_text()
    assert "after: nothing to build" in build.log.read_text()


def test_what_cannot_begin_is_told_at_once(yard: Yard) -> None:
    done = yard.axtui("run", "--detach", "wiat")
    assert done.returncode == 1
    assert "wiat" in done.stderr
    assert done.stderr.count("axtui:") == 1
    assert not list((yard.root / ".axtui" / "logs").iterdir())
    assert yard.axtui("run", "--detach", "--why", "wait").returncode == 2


def test_a_detached_build_that_is_killed_shows_as_dead_and_runs_again(yard: Yard) -> None:
    assert yard.axtui("run", "--detach", "wait").returncode == 0
    (build,) = watching.running(yard.workspace)
    os.kill(build.pid, signal.SIGKILL)
    until(lambda: not alive(build.pid))
    assert "wait dev-1 died" in yard.axtui("status").stdout
    over = yard.axtui("attach", "dev-1")
    assert over.returncode == 1
    assert "was killed; run it again: axtui run wait" in over.stderr
    yard.open_gate()
    again = yard.axtui("run", "wait")
    assert (again.returncode, again.stdout) == (0, "it waits\n")


def test_a_plain_run_goes_with_its_terminal(yard: Yard) -> None:
    terminal = Terminal(yard, "run")
    build = yard.at_gate()
    (job,) = build.now().jobs
    terminal.close()
    _, status = os.waitpid(terminal.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
    assert not any(map(alive, yard.pids()))
    assert yard.failure(job.jobid)["kind"] == "cancelled"
    assert yard.failure(build.build_job)["kind"] == "cancelled"
    assert yard.axtui("status").stdout == "nothing runs\n"
