"""Pages that one process notes are brought in by another, and hold what they held."""

from __future__ import annotations

import array
import mmap
import os
import resource
import struct
import sys

import pytest

from axtui.engine import advice
from axtui.engine import pages as pages_module
from axtui.engine.pages import _OF_FILE, _OWN, _PRESENT, Pages, _runs
from tests.engine.kernel import brings_in_pages

_SIZE, _FIRST, _LAST = 64, 10, 40
"""Pages of a piece of memory, and those of it that are touched."""


def _in_child(what: object) -> bool:
    """Whether something, called in a forked process, returns True."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if callable(what) and what() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@pytest.mark.skipif(not brings_in_pages(), reason="no system that tells and brings in pages")
def test_what_was_noted_is_there_before_it_is_written_to() -> None:
    memory = mmap.mmap(-1, _SIZE * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory[:] = b"x" * len(memory)
    pages = Pages()

    def touch() -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for page in range(_FIRST, _LAST):
            memory[page * mmap.PAGESIZE] = 7
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    def note() -> bool:
        touch()
        pages.note()
        return True

    def bring_in() -> bool:
        pages.bring_in()
        return memory[:] == b"x" * len(memory) and touch() < (_LAST - _FIRST) // 2

    assert _in_child(lambda: touch() >= _LAST - _FIRST), "else there is nothing to save"
    assert _in_child(lambda: bring_in() or True), "nothing is noted yet"
    assert _in_child(note)
    assert _in_child(bring_in)
    assert memory[:] == b"x" * len(memory)
    pages.close()
    pages.close()
    pages.bring_in()


def _noting(monkeypatch: pytest.MonkeyPatch, *told: tuple[int, int]) -> Pages:
    """Pages with a note of these runs, on any system."""
    monkeypatch.delattr(os, "memfd_create", raising=False)  # as in Pythons built for an old libc
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(advice, "ready", lambda: None)
    monkeypatch.setattr(pages_module, "_written", lambda: iter(told))
    pages = Pages()
    pages.note()
    return pages


def _brought_in(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []

    def advise(runs: array.array[int], how: int) -> None:
        assert how == pages_module._POPULATE_WRITE
        found.extend(zip(runs[::2], runs[1::2], strict=True))

    monkeypatch.setattr(advice, "advise", advise)
    pages.bring_in()
    return found


def test_the_first_note_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = (4096, 8192), (1 << 40, 4096)
    pages = _noting(monkeypatch, *runs)
    monkeypatch.setattr(pages_module, "_written", lambda: iter([(1, 2)]))
    pages.note()
    assert _brought_in(pages, monkeypatch) == list(runs)


def test_a_note_that_does_not_fit_is_of_whole_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_module, "_MOST", 2 * pages_module._RUN)
    pages = _noting(monkeypatch, (0, 1), (3, 4), (6, 7))
    assert _brought_in(pages, monkeypatch) == [(0, 1), (3, 4)]


def test_much_memory_of_one_stage_is_not_that_of_all_who_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A module may load gigabytes when it is imported."""
    small, large = (1 << 20, 1 << 20), (1 << 30, 1 << 30)
    pages = _noting(monkeypatch, small, large, (7, 4096))
    assert _brought_in(pages, monkeypatch) == [small, (7, 4096)]


def test_runs_of_pages_that_were_written_to() -> None:
    own, shared, file = _PRESENT | _OWN, _PRESENT, _PRESENT | _OF_FILE | _OWN
    entries = [own, own, shared, 0, file, file, own, _OWN, file, own]
    told = struct.pack(f"<{len(entries)}Q", *entries)
    assert _runs(told) == [(0, 2), (6, 7), (9, 10)]
    assert _runs(told[16:32]) == []
    assert _runs(told[:16]) == [(0, 2)]
