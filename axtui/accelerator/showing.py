"""Values shown to people: a string quoted where it must be, options in a list, where a call came from."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import axtui

_RULE = "-" * 53


def quote(s: Any) -> str:
    """The text of `s`, quoted unless it looks fine without (no spaces, nothing to escape)."""
    text = str(s)
    quoted = repr(text)
    fine = text and len(text) + 2 == len(quoted) and not any(map(str.isspace, text))
    return text if fine else quoted


def debug_print_options(options: Mapping[str, Any], title: str = "") -> None:
    """Print options, one a line, sorted by name."""
    print(_RULE)
    if title:
        print("-", title)
        print(_RULE)
    width = max((len(str(name)) for name in options), default=0)
    for name, value in sorted(options.items()):
        print(f"{name!s:<{width}} = {value!r}")
    print(_RULE)


def stackup() -> tuple[str, int]:
    """(file name, line) of the nearest caller outside axtui."""
    ours = str(Path(axtui.__file__).parent)
    for frame in inspect.stack(context=0)[1:]:
        if not frame.filename.startswith(ours):
            return frame.filename, frame.lineno
    return "?", -1
