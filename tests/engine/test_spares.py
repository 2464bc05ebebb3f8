"""Stages are processes that were forked ahead: used once, and gone with the fork server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from axtui.engine import wire
from axtui.engine.local import LocalEngine
from axtui.engine.spares import ServerGone, Spares, wait
from tests.engine.test_local import Field, unpickled

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
_METHOD = """
import os
def synthesis():
    return os.getpid(), os.getppid()
"""


def children(pid: int) -> set[int]:
    """The processes that a process has forked, zombies left out."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in told if alive(int(child))}


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def own_memory(pid: int) -> int:
    """Kilobytes of a process that it does not share."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(told.partition("Private_Dirty:")[2].split()[0])


def until(is_so: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@linux
def test_a_stage_was_forked_before_it_was_asked_for(tmp_path: Path) -> None:
    engine = LocalEngine(2, tmp_path / "slots")
    try:
        field = Field(tmp_path / "ws", engine)
        field.run(_METHOD)  # starts the server
        server = engine._server.pid or 0
        nursery = min(children(server))

        def waiting() -> set[int]:
            return children(server) - {nursery}

        def run() -> int:
            end, path = field.run(_METHOD)
            assert end.outcome.ok and end.outcome.peak_rss > 0
            used, above = unpickled(path / "result.pickle")
            assert above == server
            return int(used)

        assert until(lambda: len(waiting()) == 2)
        spares = waiting()
        used = run()
        assert used in spares
        assert until(lambda: len(waiting() - {used}) == 2), "another took its place"
        killed = min(waiting())
        os.kill(killed, signal.SIGKILL)
        assert until(lambda: killed not in waiting())
        spares = waiting()
        assert run() in spares
        assert until(lambda: len(waiting() - spares) == 2), "the next stage asks for all again"
        late = max(waiting() - spares)
        if tuple(map(int, os.uname().release.split(".")[:2])) >= (5, 14):
            assert until(lambda: own_memory(late) > 3000), "it does not bring its memory in"
        spares = waiting()
        os.kill(server, signal.SIGKILL)
        assert until(lambda: not any(map(alive, spares))), "they outlive the server"
    finally:
        engine.shutdown()


def test_a_spare_is_handed_over_once() -> None:
    spares = Spares()
    ours, theirs = socket.socketpair()
    holds, held = os.pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        os.close(holds)
        message, channel = wait(theirs)
        os.write(channel, str(message["spec"]).encode())
        os._exit(0)
    theirs.close()
    spares.want(1)
    assert spares.lacking
    spares.add(pid, ours)
    assert not spares.lacking
    message = {"group": pid, "spec": 7}
    assert spares.hand_over(message, held) == pid
    assert spares.lacking and spares.hand_over(message, held) is None
    os.waitpid(pid, 0)
    assert os.read(holds, 10) == b"7"
    os.close(holds)
    os.close(held)


def test_one_that_ends_while_it_waits_is_replaced_after_the_next_stage_alone() -> None:
    """Else memory that is short would be asked for as often as the kernel takes it."""
    spares = Spares()
    spares.want(2)
    ends = [socket.socketpair() for _ in range(2)]
    for pid, (ours, _) in enumerate(ends):
        spares.add(pid, ours)
    assert spares.gone(1) and not spares.gone(1) and not spares.lacking
    spares.want(2)
    assert spares.lacking
    for pair in ends:
        for end in pair:
            end.close()


def test_without_a_server_nothing_is_waited_for() -> None:
    ours, theirs = socket.socketpair()
    wire.send(ours, {"half": "a message"})
    ours.shutdown(socket.SHUT_WR)
    with pytest.raises(IndexError):  # no channel came along: nothing that the server sends
        wait(theirs)
    ours, theirs = socket.socketpair()
    ours.close()
    with pytest.raises(ServerGone):
        wait(theirs)


def test_spares_that_are_given_up_end() -> None:
    spares = Spares()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    ours, theirs = socket.socketpair()
    spares.want(2)
    spares.add(child.pid, ours)
    spares.give_up()
    assert child.wait(20) == -signal.SIGKILL
    assert not spares.lacking and not spares.gone(child.pid)
    assert theirs.recv(1) == b""
    theirs.close()
