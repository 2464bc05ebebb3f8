"""`[retention]` of `axtui.toml`: for how long jobs that nothing asks for any more are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from axtui.valueobject import value_object

_AMOUNT = re.compile(r"\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-z]*)\s*")
_SECONDS = {
    "second": 1.0,
    "minute": 60.0,
    "hour": 3600.0,
    "day": 86400.0,
    "week": 7 * 86400.0,
}
_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_BYTES |= {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
DURATION = 'a time such as "7 days", "12 hours" or "0"'
SIZE = 'a size such as "50 GB" or "2.5 TiB"'


@value_object
class Retention:
    """What `gc` may remove.

    `grace` is for how many seconds every job stays after it was made or last used; `failed` the same
    for jobs that never became complete. `runs` is how many of the last complete runs of a build
    script keep their jobs, `urd` how many entries of each list (None: all). `size` is how many bytes
    a workdir may hold before anything is removed from it (None: no matter). Jobs of the methods in
    `keep` (patterns) always stay.
    """

    grace: float = 7 * 86400.0
    failed: float = 7 * 86400.0
    runs: int = 1
    urd: int | None = None
    size: int | None = None
    keep: tuple[str, ...] = ()


def duration(text: object) -> float | None:
    """Seconds in a text such as "7 days"; None where it is none."""
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    number, unit = float(match["number"]), match["unit"].lower()
    if not unit:
        return 0.0 if number == 0 else None
    each = _SECONDS.get(unit.removesuffix("s"))
    return None if each is None else number * each


def size(text: object) -> int | None:
    """Bytes in a text such as "50 GB"; None where it is none."""
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    each = _BYTES.get(match["unit"]) if match else None
    return None if match is None or each is None else round(float(match["number"]) * each)


Refuse = Callable[[str, str, object], NoReturn]
"""Raises the error for a key: what was expected, and the value that was there instead."""


def retention(table: Mapping[str, Any], refuse: Refuse) -> Retention:
    """The settings in a table whose keys are known to be right; `refuse` is called for a wrong value."""
    default = Retention()

    def seconds(key: str, otherwise: float) -> float:
        if key not in table:
            return otherwise
        found = duration(table[key])
        return refuse(key, DURATION, table[key]) if found is None else found

    def whole(key: str, expected: str, least: int) -> int:
        value = table[key]
        return value if type(value) is int and value >= least else refuse(key, expected, value)

    grace = seconds("grace", default.grace)
    return Retention(
        grace=grace,
        failed=seconds("failed", default.failed),
        runs=whole("runs", "a whole number from 1", 1) if "runs" in table else default.runs,
        urd=None
        if table.get("urd", "all") == "all"
        else whole("urd", '"all" or a whole number from 0', 0),
        size=_size(table, refuse),
        keep=_patterns(table.get("keep", []), refuse),
    )


def _size(table: Mapping[str, Any], refuse: Refuse) -> int | None:
    if "size" not in table:
        return None
    found = size(table["size"])
    return refuse("size", SIZE, table["size"]) if found is None else found


def _patterns(value: Any, refuse: Refuse) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        return refuse("keep", 'a list of methods such as ["csvimport", "train_*"]', value)
    return tuple(value)
