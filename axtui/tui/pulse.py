"""The pulse: what every screen tells in its title about the workspace as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pulse:
    """`running` jobs, `failed` jobs since the dashboard was opened that have not been looked at,
    `watching` a few words about the watcher, `unicode` whether glyphs can be shown."""

    running: int = 0
    failed: int = 0
    watching: str = ""
    unicode: bool = True
