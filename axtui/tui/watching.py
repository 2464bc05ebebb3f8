"""The watcher as screens see it: it works in threads of its own, and what it tells comes as messages."""

from __future__ import annotations


class Watching:
    """What was saved, what that affects, and what waits to be built."""
