"""What a stage spends its time on, counted with a clock of the test's own."""

from __future__ import annotations

import threading

from axtui.data.spent import Spent


class Clock:
    """Time passes only when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_within_counts_for_the_inner_one_only() -> None:
    clock = Clock()
    spent = Spent(clock)
    clock.now += 5  # user code
    with spent.on("write"):
        clock.now += 1
        with spent.on("read"):
            clock.now += 2
        clock.now += 4
    clock.now += 5
    with spent.on("read"):
        clock.now += 8
    assert spent.seconds == {"read": 10.0, "write": 5.0, "wait": 0.0}


def test_an_error_ends_it() -> None:
    clock = Clock()
    spent = Spent(clock)
    try:
        with spent.on("wait"):
            clock.now += 1
            raise ValueError
    except ValueError:
        clock.now += 7
    assert spent.seconds["wait"] == 1.0


def test_other_threads_work_beside_it() -> None:
    clock = Clock()
    spent = Spent(clock)

    def beside() -> None:
        with spent.on("read"):
            clock.now += 3

    with spent.on("wait"):
        thread = threading.Thread(target=beside)
        thread.start()
        thread.join()
        clock.now += 1
    assert spent.seconds == {"read": 0.0, "write": 0.0, "wait": 4.0}
