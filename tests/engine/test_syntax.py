"""Threads that parse at once do not disturb one another."""

from __future__ import annotations

import ast
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import axtui
from axtui.engine.syntax import parse

_NESTED = "x = " + "[" * 30 + "]" * 30 + "\n"


@contextmanager
def collector_that_lets_others_go_on() -> Iterator[None]:
    def let_go(phase: str, info: dict[str, int]) -> None:
        time.sleep(0)

    before = gc.get_threshold()
    gc.callbacks.append(let_go)
    gc.set_threshold(50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(let_go)


def parsed_at_once(parser: Callable[[str], ast.Module]) -> list[str]:
    """Errors of threads that parse the same at different depths of their stacks."""
    errors = []
    start = threading.Barrier(4)

    def at(depth: int) -> None:
        if depth:
            return at(depth - 1)
        start.wait()
        for _ in range(100):
            try:
                parser(_NESTED)
            except SystemError as error:
                errors.append(str(error))
        return None

    threads = [threading.Thread(target=at, args=(depth,)) for depth in (0, 20, 40, 60)]
    with collector_that_lets_others_go_on():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return errors


def test_threads_parse_at_once() -> None:
    assert parsed_at_once(parse) == []


@pytest.mark.skipif(
    sys.version_info >= (3, 12, 2) or (3, 11, 8) <= sys.version_info < (3, 12),
    reason="this Python has no such flaw",
)
def test_the_flaw_is_there_without_us() -> None:
    assert any(parsed_at_once(ast.parse) for _ in range(20))


def test_a_child_forked_while_another_thread_parses_can_parse() -> None:
    inside, done = threading.Event(), threading.Event()

    def stay(phase: str, info: dict[str, int]) -> None:
        if threading.current_thread() is thread and not inside.is_set():
            inside.set()
            done.wait(60)

    before = gc.get_threshold()
    thread = threading.Thread(target=parse, args=(_NESTED * 50,))
    gc.callbacks.append(stay)
    gc.set_threshold(50)
    try:
        thread.start()
        assert inside.wait(60)
        pid = os.fork()
        if pid == 0:
            signal.alarm(20)  # one that waits for ever ends by this
            parse(_NESTED)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
    finally:
        done.set()
        thread.join()
        gc.set_threshold(*before)
        gc.callbacks.remove(stay)
    assert status == 0


def test_only_here_sources_are_parsed() -> None:
    folder = Path(axtui.__file__).parent
    callers = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if "ast.parse" in (text := path.read_text()) or "PyCF_ONLY_AST" in text
    ]
    assert callers == ["engine/syntax.py"]


def test_errors_are_those_of_python() -> None:
    with pytest.raises(SyntaxError) as caught:
        parse("x = 1\ny = (", "here.py")
    assert (caught.value.filename, caught.value.lineno) == ("here.py", 2)
