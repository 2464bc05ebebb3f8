"""Lines in colours of their own, every second another (`--lined`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import cycle

from axtui.cli.grep.colours import Colours
from axtui.errors import UserError

_TO_END = "\x1b[K"
"""Fills the rest of a line with its ground, where a terminal can."""
_SEQUENCE = re.compile(r"\x1b\[([0-9;:]*)m")
_FRONT = (*range(30, 39), *range(90, 98))
_GROUND = (*range(40, 49), *range(100, 108))
_DEFAULTS = (39, 49)
Striper = Callable[[bytes], bytes]


def make_striper(colours: Colours, raw: bool) -> Striper | None:
    """What colours one line after another; None where they have no colours. `raw`: lines may hold
    newlines."""
    both = [_split(colours, name) for name in ("grep/oddlines", "grep/evenlines")]
    if not any(front or ground for front, ground in both):
        return None
    following = cycle(both)

    def stripe(line: bytes) -> bytes:
        front, ground = next(following)
        text = line.decode("utf-8", "surrogateescape").strip("\r\n")
        return _striped(text, front, ground, raw).encode("utf-8", "surrogateescape")

    return stripe


def _split(colours: Colours, name: str) -> tuple[str, str]:
    """The codes of a colour: (of the text, of its ground)."""
    before, _ = colours.around(name)
    front: list[str] = []
    ground: list[str] = []
    for code in before.removeprefix("\x1b[").removesuffix("m").split(";") if before else ():
        number = int(code.partition(":")[0]) if code[:1].isdigit() else -1
        if number in _FRONT:
            front.append(code)
        elif number in _GROUND:
            ground.append(code)
        elif number not in _DEFAULTS:
            raise UserError(f"{name} can only have colours, no styles")
    return ";".join(front), ";".join(ground)


def _striped(text: str, front: str, ground: str, raw: bool) -> str:
    codes = ";".join(filter(None, (front, ground)))
    start = f"\x1b[{codes}m" if codes else ""
    inside = _SEQUENCE.sub(lambda match: _kept(match[1], front, ground), text)
    if raw:
        parts = [part.strip("\r") for part in inside.split("\n")]
        if ground:
            parts = [_TO_END + part + ("" if "\r" in part else _TO_END) for part in parts]
        return start + "\n".join(parts) + "\x1b[m\n"
    if ground:
        # a line may be long, so it is filled again at its end
        inside = _TO_END + inside + ("" if "\r" in inside else _TO_END)
    return f"{start}{inside}\x1b[m\n"


def _kept(codes: str, front: str, ground: str) -> str:
    """An escape sequence that leads back to the colours of the line where it led to none."""
    found: list[str] = []
    for code in codes.split(";"):
        number = int(code.partition(":")[0] or "0")
        if number == 0:
            found = ["", *filter(None, (front, ground))]
        elif number == 39 and front:
            found.append(front)
        elif number == 49 and ground:
            found.append(ground)
        else:
            found.append(code)
    return f"\x1b[{';'.join(found)}m"
