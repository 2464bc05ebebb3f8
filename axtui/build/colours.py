"""Colours by name, as users of the Accelerator set them: `grep/highlight = RED`, `header = BOLD #f0a`.

A name stands for attributes: colours (`RED`, `BRIGHTREDBG`, `#RGB` of 0-5, `#RRGGBB`, grey `#GG` of
00-1D, `XNN` of the 256), styles (`BOLD`, `NOTBOLD`, ...), or texts put before and after (`<pre >post`).
What has no name of its own has that of its last part: `grep/warning` is `warning`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from axtui.errors import UserError

Names = Mapping[str, Sequence[str]]
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "warning": ("RED",),
    "highlight": ("BOLD",),
    "grep/highlight": ("RED",),
    "info": ("BRIGHTBLUE",),
    "infohighlight": ("BOLD", "BRIGHTBLUE"),
    "separator": ("CYAN", "UNDERLINE"),
    "lined/separator": (),
    "bar": ("BRIGHTBLUE",),
    "count": (),
    "range": ("BOLD",),
    "empty": ("RESET", "FAINT"),
    "header": ("BRIGHTBLUE", "BOLD"),
    "evenlines": ("BLACK", "WHITEBG"),
    "oddlines": ("BLACK", "BRIGHTWHITEBG"),
}
_STYLES = ("BOLD", "FAINT", "ITALIC", "UNDERLINE", "BLINK", "", "INVERT", "", "STRIKE")
_COLOURS = ("BLACK", "RED", "GREEN", "YELLOW", "BLUE", "MAGENTA", "CYAN", "WHITE")


def _codes() -> dict[str, tuple[str, str]]:
    """{attribute: (code that sets it, code that ends it)}."""
    found = {"DEFAULT": ("39", "39"), "DEFAULTBG": ("49", "49"), "RESET": ("", "39")}
    for number, name in enumerate(_STYLES, 1):
        if name:
            ends = "22" if name == "BOLD" else f"2{number}"
            found[name] = (str(number), ends)
            found[f"NOT{name}"] = (ends, "39")
    for number, name in enumerate(_COLOURS):
        for prefix, first in (("", 30), ("BRIGHT", 90)):
            found[prefix + name] = (str(first + number), "39")
            found[f"{prefix}{name}BG"] = (str(first + 10 + number), "49")
    return found


_CODES = _codes()
_GREYS = sorted(
    [
        (0, 16),
        *((10 * grey + 8, 232 + grey) for grey in range(24)),
        *((40 * level + 55, 43 * level + 16) for level in range(1, 6)),
    ]
)
"""(brightness, number) of the greys among the 256 colours."""
_ESCAPE = re.compile(r"\\([abefnrtv\\]|x[0-9a-f]{2})", re.IGNORECASE)
_ESCAPED = dict(zip("abefnrtv\\", "\a\b\x1b\f\n\r\t\v\\", strict=True))


def colour_names(section: Mapping[str, str]) -> Names:
    """All names, given the user's own (the section `colour` of the configuration)."""
    own = {name: _ESCAPE.sub(_escaped, text).split() for name, text in section.items()}
    return {**_DEFAULTS, **own}


def _escaped(match: re.Match[str]) -> str:
    given = match[1]
    return chr(int(given[1:], 16)) if len(given) > 1 else _ESCAPED[given.lower()]


class Colours:
    """Puts texts between the escape sequences of names; between nothing where not `enabled`.

    `lined`: on lines that are coloured themselves, for which `lined/...` is asked first.
    """

    def __init__(self, names: Names, enabled: bool, lined: bool = False) -> None:
        self._names = names
        self.enabled = enabled
        self._lined = lined

    def __call__(self, text: str, name: str) -> str:
        """A text in the colours of a name."""
        before, after = self.around(name)
        return f"{before}{text}{after}"

    def around(self, name: str) -> tuple[str, str]:
        """What stands before and after a text. Raises UserError for what is no colour."""
        if not self.enabled:
            return "", ""
        attributes = iter(self._attributes(name))
        before: list[str] = []
        codes: list[str] = []
        ends: set[str] = set()
        literal = ""
        for attribute in attributes:
            if attribute.startswith("<"):
                after = next(attributes, "")
                if not after.startswith(">"):
                    raise UserError(f"the colour {name} has a {attribute!r} without a >... behind")
                literal += after[1:]
                before += [_sequence(codes), attribute[1:]]
                codes = []
                continue
            code, end = _code(attribute, name)
            codes.append(code)
            ends.add(end)
        return "".join(before) + _sequence(codes), _sequence(sorted(ends)) + literal

    def _attributes(self, name: str) -> Sequence[str]:
        for known in self._tries(name):
            if known in self._names:
                return self._names[known]
        return (name.rpartition("/")[2],)

    def _tries(self, name: str) -> Iterator[str]:
        full = f"lined/{name}" if self._lined else name
        first, _, rest = full.partition("/")
        yield full
        yield rest
        last = rest.partition("/")[2]
        yield f"{first}/{last}"
        yield last


def _sequence(codes: Sequence[str]) -> str:
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _code(attribute: str, name: str) -> tuple[str, str]:
    """(code that sets an attribute, code that ends it)."""
    wanted = attribute.upper()
    if wanted in _CODES:
        return _CODES[wanted]
    ground = wanted.endswith("BG")
    parts = _numbered(wanted.removesuffix("BG"))
    if not parts:
        raise UserError(f"the colour {name} has {attribute!r}, which is no colour")
    return ":".join(["48" if ground else "38", *parts]), "49" if ground else "39"


def _numbered(wanted: str) -> tuple[str, ...]:
    """The parts of the code of `#RRGGBB`, `#RGB`, `#GG` or `XNN`; none for anything else."""
    if not re.fullmatch(r"#[0-9A-F]{1,3}|#[0-9A-F]{6}|X[0-9A-F]{1,2}", wanted):
        return ()
    digits = wanted[1:]
    if len(digits) == 6:
        return ("2", *(str(int(digits[at : at + 2], 16)) for at in (0, 2, 4)))
    if wanted[0] == "X":
        return ("5", str(int(digits, 16)))
    if len(digits) == 3:
        red, green, blue = (int(digit, 16) for digit in digits)
        return ("5", str(36 * red + 6 * green + blue + 16)) if max(red, green, blue) < 6 else ()
    grey = int(digits, 16)
    return ("5", str(_GREYS[grey][1])) if grey < len(_GREYS) else ()
