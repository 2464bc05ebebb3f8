"""Escape codes in what users print: what a line may keep of them where it is shown."""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;:?<=>]*[A-Zac-ln-z]|\x1b[^\[\]]|[\x00-\x08\x0b\x0c\x0e-\x1a]"
)
_LEFT = re.compile(r"\x1b(?:\[[0-9;:?<=>]*[A-Za-z]?)?")


def last_written(line: str) -> str:
    """What a terminal would show in the end of a line that overwrites itself by carriage returns."""
    return line.removesuffix("\r").rsplit("\r", 1)[-1]


def coloured(text: str) -> str:
    """The text with its colours, but nothing that moves the cursor."""
    return _CONTROL.sub("", text)


def bare(text: str) -> str:
    """The text without any escape code, as files and pipes should have it."""
    return _LEFT.sub("", _CONTROL.sub("", text))
