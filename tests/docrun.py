"""Types in a page of the documentation: its files are written, its commands run, its code executed, in
the order of the page, and what is printed is compared with what the page shows.

Marks above a block:

- `file: PATH`: the block is that file of the workspace.
- `edit: PATH: OLD becomes NEW`: before the block, this text, which occurs once, is replaced.
- `fails`: the last command of the block ends with an exit code that is not 0.
- `prints`: what the Python block before it printed.
- `not run: REASON`: neither written nor run; one of NOT_RUN.

Marks of a page: `workspace: NAME` (it begins in `~/NAME`, an empty workspace of two slices; without the
mark in an empty home) and `progress: left out` (what goes to stderr is not shown, but for failures).

A `console` block is what a shell shows: lines that begin with `$ ` are typed into bash, in one shell
after another with the folder kept. Below each is all that it prints; a line `...` stands for any lines.
The order of lines is not compared, since stdout and stderr do not keep one, and neither are times.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from tests import docpages
from tests.docpages import Block
from tests.warm import Warm

NOT_RUN = {
    "installs software",
    "needs a browser",
    "needs a terminal",
    "needs a project of the Accelerator",
    "needs another machine",
    "needs data from the network",
    "run by tests/example",
    "runs until it is ended",
}
"""Why a block may be left out."""

_TIMES = re.compile(r"\b[\d.]+ (?:ms|s)\b|\b\d+(?::\d\d){1,2}\b")
_MOMENTS = re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")
_SHARES = re.compile(r"^ *\d+\.\d%")
"""A share of time at the beginning of a line."""
_SIZES = re.compile(r"\b[\d.]+ [kMG]i?B\b")
_PROCESSES = re.compile(r"\b(process|pid) \d+")
_ELISION = "..."
_STILL = re.compile(r"running: .*")
"""What a build says when it takes long; whether it does depends on the machine."""
_SECONDS = 120

_WORKER = """
import contextlib, io, json, sys, traceback
names = {"__name__": "__main__"}
for line in sys.stdin:
    code, file = json.loads(line)
    printed, failed = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(code, file, "exec"), names)
        except BaseException:
            failed = traceback.format_exc()
    print(json.dumps([printed.getvalue(), failed]), flush=True)
"""


def type_in(page: Path, home: Path, warm: Warm) -> int:
    """Do what a page says, in an empty folder. Returns how many commands and code blocks were run.

    Raises AssertionError that names the line of the page where something else came out.
    """
    with _Reader(page, home, warm) as reader:
        for block in docpages.blocks(page):
            reader.follow(block)
        reader.settle()
        return reader.done


def runs(block: Block) -> bool:
    """Whether something of the block is run."""
    if block.file is not None or block.mark("not run") is not None:
        return False
    return block.kind in ("console", "python")


class _Reader:
    """Somebody who sits at a shell and follows a page."""

    def __init__(self, page: Path, home: Path, warm: Warm) -> None:
        self.done = 0
        self._page, self._home = page, home
        self._printed = ""
        self._python: subprocess.Popen[str] | None = None
        self._quiet = docpages.page_mark(page, "progress") == "left out"
        workspace = docpages.page_mark(page, "workspace")
        self._folder = home / (workspace or "")
        self._folder.mkdir(parents=True, exist_ok=True)
        if workspace:
            (self._folder / "axtui.toml").write_text("slices = 2\n")
        self._state = home.parent / f"{home.name}-state"
        self._environ = _environment(home, self._state, warm)
        self._worker = warm.write_program(self._state / "bin", ".worker", _WORKER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._python is not None:
            self._python.kill()
            self._python.communicate()
        if value is not None:
            self._stop_builds()

    def _stop_builds(self) -> None:
        """What was started detached must not outlive a page that broke off."""
        for config in self._home.rglob("axtui.toml"):
            subprocess.run(
                [sys.executable, "-m", "axtui", "abort", "--all"],
                cwd=config.parent,
                env=self._environ,
                capture_output=True,
                timeout=_SECONDS,
            )

    def follow(self, block: Block) -> None:
        """Do what one block says."""
        where = f"{docpages.name(self._page)}, line {block.line}"
        if block.mark("not run") is not None:
            return
        for mark in block.marks:
            if mark.startswith("edit: "):
                self._edit(mark.removeprefix("edit: "), where)
        if block.file is not None:
            path = self._folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.kind == "console":
            self._type(block, where)
        elif block.kind == "python":
            self._execute(block, where)
        elif block.mark("prints") is not None:
            _compare(self._printed, block.text.splitlines(), where)
            self._printed = ""

    def settle(self) -> None:
        """Raises AssertionError if the last code block printed something that the page does not show."""
        assert not self._printed, f"{docpages.name(self._page)} does not show: {self._printed}"

    def _edit(self, mark: str, where: str) -> None:
        name, _, change = mark.partition(": ")
        old, _, new = change.partition(" becomes ")
        path = self._folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{where}: {old!r} is {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _type(self, block: Block, where: str) -> None:
        asked = commands(block.text)
        for number, (command, shown) in enumerate(asked):
            code, stdout, stderr = self._shell(command)
            fails = block.mark("fails") is not None and number == len(asked) - 1
            assert (code != 0) == fails, f"{where}: {command}: exit code {code}\n{stdout}{stderr}"
            said = stdout if self._quiet and not fails else stdout + stderr
            _compare(said.replace(str(self._home), "~"), shown, f"{where}: {command}")
            self.done += 1

    def _shell(self, command: str) -> tuple[int, str, str]:
        folder = self._state / "folder"
        done = subprocess.run(
            ["bash", "-c", f'{command}\ncode=$?; pwd >"{folder}"; exit $code'],
            cwd=self._folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
        self._folder = Path(folder.read_text().rstrip("\n"))
        return done.returncode, done.stdout, done.stderr

    def _execute(self, block: Block, where: str) -> None:
        if self._python is None:
            self._python = subprocess.Popen(
                [self._worker],
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self.settle()
        assert self._python.stdin is not None and self._python.stdout is not None
        self._python.stdin.write(json.dumps([block.text, where]) + "\n")
        self._python.stdin.flush()
        printed, failed = json.loads(self._python.stdout.readline())
        assert failed is None, f"{where}: {failed}"
        self._printed = printed.replace(str(self._home), "~")
        self.done += 1


def commands(text: str) -> list[tuple[str, list[str]]]:
    """(command, the lines shown below it) of a console block. A command goes on after a `\\`."""
    found: list[tuple[str, list[str]]] = []
    continued = False
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif continued:
            command, shown = found[-1]
            found[-1] = (f"{command}\n{line}", shown)
        else:
            assert found, f"{line!r} stands before the first command"
            found[-1][1].append(line)
        continued = line.endswith("\\") and (continued or line.startswith("$ "))
    return found


def _compare(said: str, shown: list[str], where: str) -> None:
    """Raises AssertionError unless what was printed is what the page shows."""
    elided = any(line.strip() == _ELISION for line in shown)
    expected = _plain([line for line in shown if line.strip() != _ELISION])
    printed = _plain(said.splitlines())
    if elided:
        missing = Counter(expected) - Counter(printed)
        assert not missing, f"{where}: it does not print {list(missing)}, but\n{said}"
    else:
        assert printed == expected, f"{where}: it prints\n{said}"


def _plain(lines: list[str]) -> list[str]:
    """Lines in an order that does not depend on which stream was faster, without what changes from
    run to run and machine to machine: times, sizes on disk, processes, the width of columns, and the
    marks below a line of code, which not every Python sets alike."""
    kept = (line for line in lines if set(line) - set(" ~^") and not _STILL.fullmatch(line))
    return sorted(map(_masked, kept))


def _masked(line: str) -> str:
    line = _MOMENTS.sub("WHEN", line)
    line = _TIMES.sub("TIME", line)
    line = _SIZES.sub("SIZE", line)
    line = _SHARES.sub("SHARE", line)
    line = _PROCESSES.sub(r"\1 N", line)
    return " ".join(line.split())


def without_pandas(folder: Path) -> None:
    """Readers have what `pip install axtui` brings. pandas is not part of it, and is slow to import."""
    folder.mkdir()
    (folder / "pandas.py").write_text("raise ModuleNotFoundError('No module named pandas')\n")


def _environment(home: Path, state: Path, warm: Warm) -> dict[str, str]:
    """A plain environment: nothing of the tester's own settings shows in the output, and builds do not
    wait for those of others (TMPDIR is where the slots of a machine are)."""
    warm.write_programs(state / "bin")
    without_pandas(state / "hidden")
    (state / "tmp").mkdir()
    return {
        "HOME": str(home),
        "PATH": f"{state / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(state / "hidden"),
        "TMPDIR": str(state / "tmp"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "USER": "ada",
        "LOGNAME": "ada",
        "COLUMNS": "100",
        "TERM": "dumb",
    }
