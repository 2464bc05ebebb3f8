"""Completing a filter of the list of jobs while it is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from axtui.build.jobfilter import FIELDS, KINDS, NUMBERS, STATES, parts


def completed(text: str, known: Mapping[str, list[str]]) -> str | None:
    """The filter with its last part completed, None where nothing fits.

    `known` has the values that fields have in the workspace, by field, the likeliest first, and under
    'option' the names of options.
    """
    if not text or text[-1].isspace():
        return None
    last = next(reversed(list(parts(text))), None)
    if last is None or '"' in last["value"]:
        return None
    head = text[: last.start("value")]
    field, value = last["field"], last["value"]
    if field is None:
        names = [f"{name}{'>' if name in NUMBERS else ':'}" for name in FIELDS]
        found = _first(value, names) if value else None
        return None if found is None else head + found
    before, comma, value = value.rpartition(",")
    values = known.get(field.lower(), [])
    if field.lower() in ("state", "is"):
        values = list(STATES if field.lower() == "state" else KINDS)
    found = _first(value, values)
    return None if found is None else f"{head}{before}{comma}{_quoted(found)}"


def _first(begin: str, names: list[str]) -> str | None:
    return next(
        (name for name in names if name.lower().startswith(begin.lower()) and name != begin), None
    )


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s,]", value) else value
