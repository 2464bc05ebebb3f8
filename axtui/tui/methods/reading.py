"""What methods and scripts say of themselves, read from their files: all of it is for threads."""

from __future__ import annotations

from pathlib import Path

from textual.content import Content

from axtui.build import declared
from axtui.build.methods import Method
from axtui.build.shelf import Entry
from axtui.errors import AcceleratorError
from axtui.tui.methods import page
from axtui.workspace import Workspace


def about(entry: Entry, workspace: Path) -> Content:
    """The first part of its page."""
    try:
        description = declared.description(entry.path)
        known = declared.flags_asked(entry.path) if entry.kind == "script" else set()
    except (SyntaxError, OSError, ValueError):
        description, known = "", set()
    return page.about(entry, description, known, workspace)


def flags(path: Path) -> set[str]:
    """The flags that a build script looks for; none where it cannot be read."""
    try:
        return declared.flags_asked(path)
    except (SyntaxError, OSError, ValueError):
        return set()


def described(workspace: Workspace, name: str) -> Method | str:
    """What a method declares, or why that cannot be told. It may have to import it, in a process."""
    from axtui.build.session import Session

    try:
        with Session(workspace) as session:
            return session.methods.get(name)
    except AcceleratorError as error:
        return str(error)
