"""What the dashboard costs while a build is busy, and whether keys have to wait meanwhile."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from axtui.build.live import watching
from axtui.workspace import open_workspace
from benchmarks.figures import Figure, Section, ms, spread
from benchmarks.processes import cpu_seconds, memory
from benchmarks.startup import AXTUI, PAINTED
from benchmarks.terminal import Terminal, TooLateError

_SQL = "select i, 'row-' || i || '-' as name, i * 0.5 as half from range({rows}) t(i)"
_LETTERS = [chr(code) for code in range(0x0400, 0x0500) if chr(code).isalpha()]
"""Letters that nothing else on the screens has: the first byte of one is the echo of its key."""
_CLEAR, _ESCAPE = "\x7f", "\x1b"
_EDIT, _ALL, _RUN = "i", "\x1b[18~", "\x1b[15~"
"""Keys of the screen of SQL: into the editor, select all (F7), run (F5)."""


def processor(root: Path, rates: tuple[int, ...], seconds: float) -> Section:
    """The share of a core that the dashboard takes, at rest and while a build tells much."""
    figures = []
    for rate in (0, *rates):
        with _noise(root, rate), _opened(root) as terminal:
            time.sleep(10.0)  # it has found the build, read the catalog, and imported its screens
            began, bytes_before = cpu_seconds(terminal.pid), terminal.length
            time.sleep(seconds)
            share = (cpu_seconds(terminal.pid) - began) / seconds
            drawn = (terminal.length - bytes_before) / seconds / 1000
        what = f"{rate} updates of progress a second" if rate else "nothing runs"
        values = {"processor": f"{share:.0%} of a core", "drawn": f"{drawn:.1f} kB/s"}
        figures.append(Figure(what, values))
    return Section("What the dashboard itself takes, on its first screen", figures)


def keys(root: Path, rate: int, presses: int, rows: int) -> Section:
    """From a key to its echo while a build tells much: in the filter of all jobs, in the editor of
    SQL, and there with a result of many rows."""
    figures = []
    with _noise(root, rate), _opened(root) as terminal:
        time.sleep(2.0)
        figures.append(
            _tried("letters in the filter of the jobs", lambda: _filter(terminal, presses))
        )
    with _noise(root, rate), _opened(root) as terminal:
        time.sleep(2.0)
        figures.append(_tried("letters in the editor of SQL", lambda: _editor(terminal, presses)))
    with _noise(root, rate), _opened(root) as terminal:
        time.sleep(2.0)
        what = f"to the last and the first of {rows:,} rows"
        figures.append(_tried(what, lambda: _ends(terminal, presses // 4, rows)))
    return Section(f"Keys, while a build tells {rate} times a second", figures)


def jobs(root: Path, count: int, times: int) -> Section:
    """The list of all jobs: until the first rows are seen, and after a filter and a sort."""
    opened, filtered, sizes = [], [], {}
    note = ""
    for _ in range(times):
        with _opened(root) as terminal:
            terminal.quiet(0.4, 5.0)
            sizes["opened"] = memory(terminal.pid)
            since, moment = terminal.length, terminal.send("2")
            try:
                opened.append(terminal.when(f"dev-{count}", since, 20.0) - moment)
                terminal.quiet(0.4, 3.0)
                terminal.send("/")
                time.sleep(0.2)
                terminal.send("movie_back")
                terminal.quiet(0.4, 3.0)
                terminal.send(_CLEAR * 10)
                terminal.quiet(0.4, 3.0)
                since, moment = terminal.length, terminal.send("movie_b")
                filtered.append(terminal.when("movie_backup", since, 20.0) - moment)
            except TooLateError as error:
                note = str(error)
            sizes["with the list"] = memory(terminal.pid)
    figures = [
        Figure("key 2 to the newest job", spread(opened) if opened else {}, note),
        Figure("letters of a filter to its rows", spread(filtered) if filtered else {}, note),
        Figure("memory", {name: f"{size / 1e6:,.0f} MB" for name, size in sizes.items()}),
    ]
    return Section(f"The list of {count:,} jobs", figures)


def rows(root: Path, count: int) -> Section:
    """A result of many rows: until it is seen, and what it takes."""
    with _opened(root) as terminal:
        terminal.quiet(0.4, 5.0)

        def shown() -> dict[str, str]:
            moment = _ask(terminal, count)
            seconds = terminal.when("row-0-", 0, 30.0) - moment
            terminal.quiet(0.4, 3.0)
            return {"seen after": ms(seconds), "memory": f"{memory(terminal.pid) / 1e6:,.0f} MB"}

        return Section("A result in SQL", [_tried(f"{count:,} rows", shown)])


def _filter(terminal: Terminal, presses: int) -> dict[str, str]:
    terminal.send("2")
    terminal.when("newest first", 0, 20.0)
    terminal.quiet(0.4, 3.0)
    terminal.send("/")
    time.sleep(1.0)
    return spread(_echoes(terminal, presses))


def _editor(terminal: Terminal, presses: int) -> dict[str, str]:
    _edit(terminal, "-- a remark ")
    return spread(_echoes(terminal, presses))


def _echoes(terminal: Terminal, presses: int) -> list[float]:
    """From each of some letters to its echo; a pause after each, as between keys that are typed."""
    found = []
    for letter in _LETTERS[:presses]:
        since, moment = terminal.length, terminal.send(letter)
        found.append(terminal.when(letter, since, 10.0) - moment)
        time.sleep(0.08)
    return found


def _ends(terminal: Terminal, presses: int, rows: int) -> dict[str, str]:
    _ask(terminal, rows)
    terminal.when("row-0-", 0, 30.0)
    time.sleep(1.0)
    terminal.send(_ESCAPE)
    time.sleep(1.0)
    found = []
    for number in range(2 * presses):
        key, row = (("G", rows - 1), ("g", 0))[number % 2]
        since, moment = terminal.length, terminal.send(key)
        found.append(terminal.when(f"row-{row}-", since, 10.0) - moment)
        time.sleep(0.1)
    return spread(found)


def _edit(terminal: Terminal, text: str) -> None:
    """Go to the screen of SQL, and write there another text than the one that it begins with."""
    terminal.send("5")
    terminal.when("axtui sql", 0, 10.0)
    terminal.when("read-only", 0, 10.0)
    for keys in (_EDIT, _ALL, f"\x1b[200~{text}\x1b[201~"):
        time.sleep(1.0)
        terminal.send(keys)
    time.sleep(1.0)


def _ask(terminal: Terminal, rows: int) -> float:
    """Ask for many rows on the screen of SQL; the moment of the key that ran the question."""
    _edit(terminal, _SQL.format(rows=rows))
    return terminal.send(_RUN)


def _tried(what: str, measured: Callable[[], dict[str, str]]) -> Figure:
    """A figure, or why there is none."""
    try:
        return Figure(what, measured())
    except TooLateError as error:
        return Figure(what, note=str(error))


@contextlib.contextmanager
def _opened(root: Path) -> Iterator[Terminal]:
    with Terminal([*AXTUI, "--workspace", str(root)], root) as terminal:
        terminal.when(PAINTED)
        yield terminal


@contextlib.contextmanager
def _noise(root: Path, rate: int) -> Iterator[None]:
    """While the block runs, a build tells so many times a second; none at 0."""
    if not rate:
        yield
        return
    argv = [sys.executable, "-m", "benchmarks.fakebuild", str(root), str(rate)]
    build = subprocess.Popen(argv)
    try:
        limit = time.monotonic() + 20
        while not watching.running(open_workspace(root)) and time.monotonic() < limit:
            time.sleep(0.05)
        yield
    finally:
        build.terminate()
        build.wait(10)
