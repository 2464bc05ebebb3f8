"""The turn of threads: one at a time, laid down while waiting, whole after Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from axtui.build.turn import Turn


def taken_by_another(turn: Turn) -> bool:
    """Whether another thread can take it within a moment."""
    taken = threading.Event()

    def take() -> None:
        if turn.acquire(timeout=0.2):
            taken.set()
            turn.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return taken.is_set()


def test_it_is_free_only_while_it_is_laid_down() -> None:
    turn = Turn()
    with turn, turn:
        assert not taken_by_another(turn)
        with turn.paused():
            assert taken_by_another(turn)
            with turn, turn.paused():
                assert taken_by_another(turn)
        assert not taken_by_another(turn)
    assert taken_by_another(turn)


def test_laying_down_what_one_does_not_hold_changes_nothing() -> None:
    turn = Turn()
    with turn.paused():
        assert taken_by_another(turn)
    assert taken_by_another(turn)


def test_ctrl_c_while_it_is_taken_back_leaves_it_whole() -> None:
    """The interrupt waits until the turn is ours again: no lock is lost, none given back twice."""
    turn = Turn()
    held, free = threading.Event(), threading.Event()

    def other() -> None:
        with turn:
            held.set()
            free.wait(10)

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        threading.Timer(0.2, free.set).start()

    thread = threading.Thread(target=other)
    with pytest.raises(KeyboardInterrupt), turn:
        with turn.paused():
            thread.start()
            held.wait(10)
            threading.Timer(0.2, interrupt).start()
        signal.pause()  # not reached: the interrupt came in between
    thread.join()
    assert taken_by_another(turn)
    assert taken_by_another(turn)
