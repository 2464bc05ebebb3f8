"""This program, started once more for the same workspace in a process of its own."""

from __future__ import annotations

import sys

from axtui.workspace import Workspace


def program(workspace: Workspace) -> list[str]:
    """The words before a command: `axtui --config FILE`, by this Python."""
    return [sys.executable, "-P", "-m", "axtui", "--config", str(workspace.config.path)]
