"""Slots: as many as the limit says, and given in the order in which they were asked for."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

from axtui.engine.slots import Slot


def _until(true: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(2000):
        if true():
            return
        pause.wait(0.005)
    raise AssertionError("it never came to be")


def _waiting(folder: Path, limit: int) -> bool:
    """Whether someone has the turn to look for a slot."""
    fd = os.open(folder / f"turn-{limit}", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def test_there_are_as_many_as_the_limit_says(tmp_path: Path) -> None:
    taken = [Slot(tmp_path, 3) for _ in range(3)]
    for slot in taken:
        slot.acquire()
    assert not Slot(tmp_path, 3).try_acquire()
    taken[1].release()
    assert Slot(tmp_path, 3).try_acquire()


def test_who_releases_one_and_asks_again_stands_behind_who_waited(tmp_path: Path) -> None:
    mine, order = Slot(tmp_path, 1), []

    def wait() -> None:
        theirs = Slot(tmp_path, 1)
        theirs.acquire()
        order.append("who waited")
        theirs.release()

    for _ in range(10):
        mine.acquire()
        other = threading.Thread(target=wait)
        other.start()
        _until(lambda: _waiting(tmp_path, 1))
        mine.release()
        mine.acquire()
        order.append("who came later")
        mine.release()
        other.join()
    assert order == ["who waited", "who came later"] * 10


def test_who_looks_for_many_is_not_held_up_by_who_may_use_few(tmp_path: Path) -> None:
    held = Slot(tmp_path, 1)
    held.acquire()
    few = threading.Thread(target=Slot(tmp_path, 1).acquire)
    few.start()
    _until(lambda: _waiting(tmp_path, 1))
    many = Slot(tmp_path, 2)
    many.acquire()
    held.release()
    few.join()
    many.release()
