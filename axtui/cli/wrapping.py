"""Text of several words, wrapped to the terminal; elsewhere its lines stay as they were written."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator

_WIDEST = 100


def wrapped(text: str, indent: str = "") -> Iterator[str]:
    """The lines of a text, each behind `indent`. On a terminal, paragraphs are filled anew; lines that
    are indented themselves (lists, code) are left as they are."""
    width = min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else 0
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        if width and line.strip() and not line.startswith((" ", "\t", "-", "*")):
            paragraph.append(line)
            continue
        if paragraph:
            yield from textwrap.wrap(
                " ".join(paragraph), width, initial_indent=indent, subsequent_indent=indent
            )
            paragraph = []
        yield f"{indent}{line}".rstrip()


def say(text: str, indent: str = "") -> str:
    """A text as `wrapped` breaks it, without the line end behind it."""
    return "\n".join(wrapped(text.rstrip(), indent)).rstrip()
