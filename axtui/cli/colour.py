"""Whether to colour: what the user asked for by environment variables, else what the stream is."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


def asked_for(environ: Mapping[str, str] = os.environ) -> bool | None:
    """False and True where the environment says so; None lets each stream decide by being a terminal.

    `NO_COLOR` (not empty), `TERM=dumb` and `CLICOLOR=0` forbid colours, in this order before
    `FORCE_COLOR` (not empty) and `CLICOLOR_FORCE` (not 0), which want them in a pipe, too.
    """
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE") not in (None, "", "0"):
        return True
    return False if environ.get("CLICOLOR") == "0" else None


def on_stdout() -> bool:
    """Whether what goes to stdout is to be coloured."""
    asked = asked_for()
    return sys.stdout.isatty() if asked is None else asked
