"""Advice for many pieces of memory: by one system call, or by one each where Linux does not take that."""

from __future__ import annotations

import array
import ctypes
import mmap
from pathlib import Path

import pytest

from axtui.engine import advice
from tests.engine.kernel import brings_in_pages

_PIECES = 1500
"""More than one system call takes."""
_POPULATE_WRITE = 23


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Runs that were advised one by one."""
    found: list[tuple[int, int, int]] = []

    def madvise(start: int, size: int, how: int) -> int:
        found.append((start, size, how))
        return 0

    monkeypatch.setattr(advice, "madvise", lambda: madvise)
    return found


def _many(monkeypatch: pytest.MonkeyPatch, *takes: int) -> None:
    """The call for many pieces, which takes so many bytes each time."""
    left = iter(takes)
    monkeypatch.setattr(advice, "_madvise_many", lambda: lambda *_: next(left))


RUNS = array.array("Q", [100, 10, 200, 20, 300, 30])


@pytest.mark.parametrize(
    ("took", "alone"), [(60, []), (-1, [0, 1, 2]), (0, [0, 1, 2]), (10, [1, 2]), (29, [1, 2])]
)
def test_what_one_call_did_not_take_is_advised_alone(
    took: int, alone: list[int], told: list[tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _many(monkeypatch, took)
    advice.advise(RUNS, 7)
    assert told == [(RUNS[2 * one], RUNS[2 * one + 1], 7) for one in alone]


def test_more_than_one_call_takes(
    told: list[tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advice, "_MANY", 2)
    _many(monkeypatch, 30, -1)
    advice.advise(RUNS, 7)
    assert told == [(300, 30, 7)]


def test_nothing_to_advise(
    told: list[tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _many(monkeypatch)
    advice.advise(array.array("Q"), 7)
    assert told == []


def _present(first: int, pages: int) -> list[bool]:
    """Which pages of this process's memory are there."""
    with Path("/proc/self/pagemap").open("rb", buffering=0) as pagemap:
        pagemap.seek(first // mmap.PAGESIZE * 8)
        return [entry >> 63 == 1 for entry in array.array("Q", pagemap.read(pages * 8))]


@pytest.mark.skipif(not brings_in_pages(), reason="no system that brings in pages")
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one by one"])
def test_memory_is_there_and_holds_what_it_held(
    at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not at_once:
        monkeypatch.setattr(advice, "_THIS_PROCESS", -1)
    memory = mmap.mmap(-1, 2 * _PIECES * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE)
    memory[mmap.PAGESIZE] = 9
    first = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    pieces = [first + 2 * piece * mmap.PAGESIZE for piece in range(_PIECES)]
    pieces[_PIECES // 2] = 1 << 46  # nobody has this
    advice.ready()
    advice.advise(
        array.array("Q", [number for start in pieces for number in (start, mmap.PAGESIZE)]),
        _POPULATE_WRITE,
    )
    there = _present(first, 2 * _PIECES)
    assert there[::2] == [number != _PIECES // 2 for number in range(_PIECES)]
    assert [number for number, one in enumerate(there[1::2]) if one] == [0], "what was written to"
    assert memory[mmap.PAGESIZE] == 9 and memory[:2] == b"\0\0"
