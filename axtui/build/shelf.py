"""The shelf: all build scripts and methods of a workspace, with what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from axtui.build import declared
from axtui.build.methodfiles import find_methods
from axtui.build.scripts import find_scripts
from axtui.workspace import Workspace


@dataclass(frozen=True)
class Entry:
    """A build script or a method. `summary` is the first line of its description, or what is wrong
    with its file; `standard` methods come with axtui."""

    kind: Literal["script", "method"]
    name: str
    path: Path
    summary: str
    standard: bool = False
    broken: bool = False


def entries(workspace: Workspace) -> list[Entry]:
    """Scripts first, then the workspace's methods, then the standard ones; each by name."""
    found = [
        _entry("script", name, path, False, None) for name, path in find_scripts(workspace).items()
    ]
    methods = sorted(find_methods(workspace).values(), key=lambda file: (file.standard, file.name))
    found += [
        _entry("method", file.name, file.path, file.standard, file.broken) for file in methods
    ]
    return found


def _entry(
    kind: Literal["script", "method"], name: str, path: Path, standard: bool, broken: str | None
) -> Entry:
    summary = broken or declared.first_line(path)
    wrong = bool(broken) or summary.startswith(declared.WRONG)
    return Entry(kind, name, path, summary, standard, wrong)
