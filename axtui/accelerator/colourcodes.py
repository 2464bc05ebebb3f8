"""The escape codes of colours, by name and by number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from axtui.errors import ColourError

_STYLES = {
    "BOLD": 1,
    "FAINT": 2,
    "ITALIC": 3,
    "UNDERLINE": 4,
    "BLINK": 5,
    "INVERT": 7,
    "STRIKE": 9,
}
_COLOURS = ("BLACK", "RED", "GREEN", "YELLOW", "BLUE", "MAGENTA", "CYAN", "WHITE")
_NORMAL_WEIGHT = 22
"""Turns off both bold and faint."""
_NUMBERED = re.compile(
    r"#(?P<red>[0-9A-F]{2})(?P<green>[0-9A-F]{2})(?P<blue>[0-9A-F]{2})"
    r"|#(?P<cube>[0-5]{3})|#(?P<grey>[0-9A-F]{1,2})|X(?P<index>[0-9A-F]{1,2})"
)
_CUBE, _RAMP = 16, 232
"""Where among 256 colours the cube of 6 x 6 x 6 and the 24 greys begin."""


def _codes() -> dict[str, str]:
    codes = {name: str(number) for name, number in _STYLES.items()}
    codes |= {f"NOT{name}": f"2{number}" for name, number in _STYLES.items()}
    codes["NOTBOLD"] = str(_NORMAL_WEIGHT)
    for number, name in enumerate(_COLOURS):
        for prefix, base in (("", 30), ("BRIGHT", 90)):
            codes[prefix + name] = str(base + number)
            codes[prefix + name + "BG"] = str(base + 10 + number)
    return codes | {"DEFAULT": "39", "DEFAULTBG": "49", "RESET": ""}


CODES = _codes()
"""The code of every constant."""


def _greys() -> tuple[int, ...]:
    """All greys among 256 colours, darkest first: those of the ramp, and those of the cube."""
    ramp = [(10 * step + 8, _RAMP + step) for step in range(24)]
    cube = [(40 * step + 55, _CUBE + 43 * step) for step in range(1, 6)]
    return tuple(number for _, number in sorted([(0, _CUBE), *ramp, *cube]))


GREYS = _greys()


@dataclass(frozen=True)
class Attribute:
    """How one attribute begins and ends: codes, or texts as they are (`literal`)."""

    on: str
    off: str
    literal: bool = False


def attribute(word: str, asked: str) -> Attribute:
    """The attribute a word names. Raises ColourError, telling also what was `asked` for."""
    name = word.upper()
    ground = name.endswith("BG")
    default = CODES["DEFAULTBG" if ground else "DEFAULT"]
    if name.startswith(("#", "X")):
        number = _number(name.removesuffix("BG"))
        if number is None:
            raise ColourError(f"bad colour {word!r} (from {asked!r})")
        return Attribute(f"{48 if ground else 38}:{number}", default)
    if name not in CODES:
        raise ColourError(f"unknown colour or attribute {word!r} (from {asked!r})")
    return Attribute(CODES[name], CODES.get("NOT" + name, default))


def _number(name: str) -> str | None:
    """What follows 38: or 48: for a colour by number; None where it is none."""
    found = _NUMBERED.fullmatch(name)
    if found is None:
        return None
    if found["red"]:
        parts = (int(found[part], 16) for part in ("red", "green", "blue"))
        return "2:" + ":".join(map(str, parts))
    if found["cube"]:
        return f"5:{_CUBE + int(found['cube'], 6)}"
    if found["grey"]:
        step = int(found["grey"], 16)
        return f"5:{GREYS[step]}" if step < len(GREYS) else None
    return f"5:{int(found['index'], 16)}"
