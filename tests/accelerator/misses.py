"""The table in docs/accelerator.md of what does not pass of the Accelerator's own tests."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "accelerator.md"
HEADING = "What of the Accelerator's own tests does not pass"

_ROW = re.compile(r"\| `(\w+)` +\| +(\S.*?) *\|")


def known_misses(page: str) -> dict[str, str]:
    """The reason of each method in the table below the heading. Raises ValueError where there is no
    such heading, no table, or a row that is none."""
    _, found, rest = page.partition(f"# {HEADING}\n")
    if not found:
        raise ValueError(f"no heading {HEADING!r}")
    section = re.split(r"^#", rest, maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    misses: dict[str, str] = {}
    for row in rows:
        match = _ROW.fullmatch(row)
        if match is None or match[1] in misses:
            raise ValueError(f"not a method and its reason, or a second one of it: {row}")
        misses[match[1]] = match[2]
    if not misses:
        raise ValueError(f"no table below {HEADING!r}")
    return misses
