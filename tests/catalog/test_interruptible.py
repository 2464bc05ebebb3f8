"""Work that Ctrl-C ends, however early it comes."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

import pytest

from catalog.interruptible import interruptible


def _never() -> None:
    pytest.fail("there was nothing to interrupt")


def test_what_the_work_returns_or_raises() -> None:
    assert interruptible(lambda: 3, _never) == 3
    with pytest.raises(KeyError, match="gone"):
        interruptible(lambda: {}["gone"], _never)


def test_another_thread_does_its_work_itself() -> None:
    seen: list[threading.Thread] = []

    def aside() -> None:
        seen.append(interruptible(threading.current_thread, _never))

    thread = threading.Thread(target=aside)
    thread.start()
    thread.join()
    assert seen == [thread]


def test_the_work_has_ended_when_control_c_goes_on() -> None:
    over, ended = threading.Event(), threading.Event()
    asked: list[float] = []

    def work() -> None:
        main = threading.main_thread().ident
        assert main is not None
        signal.pthread_kill(main, signal.SIGINT)  # wakes it, as a terminal would
        over.wait(60)
        ended.set()

    def interrupt() -> None:
        asked.append(time.monotonic())
        if len(asked) == 1:  # one more Ctrl-C while the first is being heeded
            raise KeyboardInterrupt
        if len(asked) == 3:
            over.set()

    with pytest.raises(KeyboardInterrupt):
        interruptible(work, interrupt)
    assert ended.is_set()
    assert len(asked) >= 3


@pytest.mark.parametrize("born", [False, True])
def test_control_c_while_the_thread_starts(born: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    done: list[str] = []

    class Late(threading.Thread):
        def start(self) -> None:
            if born:
                super().start()
            raise KeyboardInterrupt

        def run(self) -> None:
            held.wait(60)
            super().run()

    def work() -> Any:
        done.append("worked")

    monkeypatch.setattr(threading, "Thread", Late)
    with pytest.raises(KeyboardInterrupt):
        interruptible(work, _never)
    held.set()
    time.sleep(0.05)
    assert done == []
