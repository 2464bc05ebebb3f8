"""What the terminal can show, and whether the shell completes axtui: findings for `axtui doctor`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from axtui.cli import colour
from axtui.cli.completion.install import places, usual_shell

if TYPE_CHECKING:
    from axtui.build.doctor.finding import Finding

_NARROW = 60


def checks(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Findings about the terminal and the shell."""
    yield from _terminal(environ)
    yield from _encoding()
    yield from _completion(environ)


def _terminal(environ: Mapping[str, str]) -> Iterator[Finding]:
    from axtui.build.doctor.finding import ok, warning

    name = environ.get("TERM")
    asked = colour.asked_for(environ)
    colours = {None: "colours", True: "colours (asked for)", False: "no colours (asked for)"}[asked]
    if not sys.stdout.isatty():
        yield ok("terminal", "the output is no terminal: builds show plain lines")
        return
    columns, rows = shutil.get_terminal_size()
    shown = f"{name}, {columns} x {rows}, {colours}"
    if not name:
        yield warning("terminal", "TERM is not set", "export TERM=xterm-256color")
    elif name == "dumb":
        yield warning(
            "terminal",
            "TERM is dumb: no live display, no colours",
            "use a terminal program that can move the cursor",
        )
    elif columns < _NARROW:
        yield warning(
            "terminal", shown, f"make the window wider: tables want {_NARROW} columns or more"
        )
    else:
        yield ok("terminal", shown)


def _encoding() -> Iterator[Finding]:
    from axtui.build.doctor.finding import ok, warning

    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield ok("unicode", "UTF-8")
    else:
        yield warning(
            "unicode",
            f"the output is {sys.stdout.encoding}: no live display, and some letters are lost",
            "export LC_ALL=C.UTF-8 (or another locale that ends with UTF-8)",
        )


def _completion(environ: Mapping[str, str]) -> Iterator[Finding]:
    from axtui.build.doctor.finding import ok

    shell = usual_shell(environ)
    if shell is None:
        yield ok("completion", "for bash, zsh and fish: axtui completion SHELL --install")
    elif places(shell, environ).missing(shell):
        yield ok("completion", f"not installed for {shell}; axtui completion --install does it")
    else:
        yield ok("completion", f"installed for {shell}")
