"""`colour`: text in colours for terminals, by constant (`colour.RED`), function (`colour.red(x)`) or call."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Any, TextIO

from axtui import userconfig
from axtui.accelerator.colourcodes import CODES, Attribute, attribute
from axtui.errors import ColourError

_USES: dict[str, tuple[str, ...]] = {
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
"""What each use is shown in, unless the user's settings say otherwise."""

_ESCAPE = re.compile(r"\\([abefnrtv\\]|x[0-9a-f]{2})", re.IGNORECASE)
_ESCAPED = dict(zip("abefnrtv\\", "\a\b\x1b\f\n\r\t\v\\", strict=True))


class Colour:
    """Text in colours. Off, where the output is no terminal: then nothing is added.

    Constants (`colour.RED`, end with `colour.RESET`), functions (`colour.red(value)`) and calls
    (`colour(value, "red", "bold")`). Names are BLACK RED GREEN YELLOW BLUE MAGENTA CYAN WHITE, also
    with BRIGHT before and BG after, DEFAULT and DEFAULTBG; BOLD FAINT ITALIC UNDERLINE BLINK INVERT
    STRIKE, which NOT before turns off. Calls also take '#RGB' (digits 0 to 5), '#GG' (grey, 00 to
    1D), 'XNN' (one of 256 colours), '#RRGGBB', each also with 'bg', and the uses of the user's
    settings ('warning'; 'grep/highlight' falls back to 'highlight').

    `force=True` colours even where it is off; `reset=True` resets everything before and after.
    """

    enabled: bool

    def __init__(self, uses: Mapping[str, Iterable[str]] = _USES) -> None:
        self._uses = {name: tuple(attributes) for name, attributes in uses.items()}
        for name in CODES:
            if name != "RESET":
                setattr(self, name.lower(), partial(self._single, name))
        self.enable()
        self.__all__ = [name for name in vars(self) if not name.startswith("_")]
        self.__all__ += ["enable", "disable", "configure_from_environ", "pre_post"]

    def configure_from_environ(
        self, environ: Mapping[str, str] | None = None, stdout: TextIO | None = None
    ) -> None:
        """On or off as CLICOLOR_FORCE, NO_COLOR and CLICOLOR say, else as the output is a terminal."""
        environ = os.environ if environ is None else environ
        if environ.get("CLICOLOR_FORCE", "0") != "0":
            self.enable()
        elif "NO_COLOR" in environ or environ.get("CLICOLOR", "1") == "0":
            self.disable()
        elif (stdout or sys.stdout).isatty():
            self.enable()
        else:
            self.disable()

    def enable(self) -> None:
        """Turn colours on."""
        self.__dict__.update({name: f"\x1b[{code}m" for name, code in CODES.items()})
        self.enabled = True

    def disable(self) -> None:
        """Turn colours off: constants are empty."""
        self.__dict__.update(dict.fromkeys(CODES, ""))
        self.enabled = False

    def pre_post(self, *attrs: str, force: bool = False, reset: bool = False) -> tuple[str, str]:
        """What to put before and after a text. Raises ColourError for an unknown name."""
        if not attrs:
            raise TypeError("a colour needs at least one attribute")
        if not (self.enabled or force):
            return "", ""
        found = list(self._attributes(attrs))
        before = _begin([Attribute("0", ""), *found] if reset else found)
        literal = "".join(one.off for one in found if one.literal)
        off = sorted({one.off for one in found if not one.literal})
        if reset:
            return before, f"\x1b[m{literal}"
        return before, (f"\x1b[{';'.join(off)}m" if off else "") + literal

    def __call__(self, value: Any, *attrs: str, force: bool = False, reset: bool = False) -> Any:
        before, after = self.pre_post(*attrs, force=force, reset=reset)
        if isinstance(value, bytes):
            return before.encode() + value + after.encode()
        return f"{before}{value}{after}"

    def _single(self, name: str, value: Any, reset: bool = False, force: bool = False) -> Any:
        return self(value, name, reset=reset, force=force)

    def _attributes(self, names: Iterable[str]) -> Iterator[Attribute]:
        for asked in names:
            words = iter(self._expanded(asked))
            for word in words:
                if word.startswith("<"):
                    yield _literal(word, next(words, ""), asked)
                else:
                    yield attribute(word, asked)

    def _expanded(self, name: str) -> tuple[str, ...]:
        """What a use is shown in: of 'a/b/c' the first that is known of it, 'b/c', 'a/c' and 'c'."""
        parts = name.split("/", 2)
        names = [name]
        if len(parts) > 1:
            names.append("/".join(parts[1:]))
        if len(parts) > 2:
            names += [f"{parts[0]}/{parts[2]}", parts[2]]
        for known in names:
            if known in self._uses:
                return self._uses[known]
        return (names[-1],)


def _literal(pre: str, post: str, asked: str) -> Attribute:
    if not post.startswith(">"):
        raise ColourError(f"a <pre needs a following >post (expanded {pre!r} from {asked!r})")
    return Attribute(pre[1:], post[1:], literal=True)


def _begin(attributes: Iterable[Attribute]) -> str:
    """How they all begin: codes that follow one another as one escape sequence."""
    return "".join(
        "".join(one.on for one in group)
        if literal
        else f"\x1b[{';'.join(one.on for one in group)}m"
        for literal, group in groupby(attributes, lambda one: one.literal)
    )


def colours_of(settings: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The uses with the user's own ones, in which `\\e` stands for the escape character, and `\\t`,
    `\\n`, `\\x1b` ... for what they stand for elsewhere."""
    own = {
        name: tuple(_ESCAPE.sub(_escaped, word) for word in value.split())
        for name, value in settings.items()
    }
    return _USES | own


def _escaped(found: re.Match[str]) -> str:
    code = found[1].lower()
    return _ESCAPED.get(code) or chr(int(code[1:], 16))


colour = Colour(colours_of(userconfig.read().colours))
colour.configure_from_environ()
