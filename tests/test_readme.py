"""The README's tour, typed in from the page: every command prints what the page shows."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.docpages import ROOT, Block, blocks

README = ROOT / "README.md"
_SECONDS = re.compile(r"\b[\d.]+ m?s\b")


def _commands(text: str) -> list[tuple[str, list[str]]]:
    """(command, the lines shown below it) of a console block."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def _plain(lines: list[str]) -> list[str]:
    """Lines in an order that does not depend on which stream was faster, without times and marks."""
    kept = [_SECONDS.sub("TIME", line.rstrip()) for line in lines if set(line) - set(" ~^")]
    return sorted(kept)


def _edit(workspace: Path, mark: str) -> None:
    name, _, change = mark.removeprefix("edit: ").partition(": ")
    old, _, new = change.partition(" becomes ")
    path = workspace / name
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def _prepare(workspace: Path, block: Block) -> None:
    if block.file:
        path = workspace / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)
    elif block.mark.startswith("edit: "):
        _edit(workspace, block.mark)


def test_the_tour(tmp_path: Path) -> None:
    workspace = tmp_path / "coffee"
    workspace.mkdir()
    (workspace / "axtui.toml").write_text("slices = 2\n")
    asked = 0
    for block in blocks(README):
        _prepare(workspace, block)
        if block.kind != "console":
            continue
        for command, shown in _commands(block.text):
            program, *arguments = shlex.split(command)
            assert program == "axtui"
            done = subprocess.run(
                [sys.executable, "-m", "axtui", *arguments],
                cwd=workspace,
                capture_output=True,
                text=True,
                timeout=120,
            )
            said = (done.stdout + done.stderr).replace(str(workspace), "~/coffee").splitlines()
            assert _plain(said) == _plain(shown), command
            asked += 1
    assert asked >= 9
    assert (workspace / "results" / "turnover.json").is_symlink()


def test_ci_runs_the_second_command_of_the_readme() -> None:
    commands = [block.text.strip() for block in blocks(README) if ".venv/bin/pip" in block.text]
    assert len(commands) == 2
    script = (ROOT / ".ci" / "run").read_text()
    assert script.splitlines()[-1].split("pytest ")[-1] in commands[1]
