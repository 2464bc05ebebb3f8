"""Which Python values axtui can keep as options, and how it names a place inside one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from axtui.errors import UserError

CONTAINERS = (list, tuple, set, frozenset, dict)
MAX_DEPTH = 64
"""Deepest nesting of containers: each level takes up to three in JSON, and orjson stops at 254."""

TOO_DEEP = f"is nested more than {MAX_DEPTH} levels deep (or contains itself)"
_SHOWN_STEPS = 8


class Unsupported(Exception):
    """A value has no canonical form; `steps` lead to it, the outermost first."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.steps: list[str] = []

    def inside(self, step: str) -> Unsupported:
        """The same, seen from the container around it."""
        self.steps.append(step)
        return self

    def path(self, where: str) -> str:
        """`where` and the steps below it; the middle of a very deep path is left out."""
        steps = self.steps[::-1]
        if len(steps) > 2 * _SHOWN_STEPS:
            steps = [*steps[:_SHOWN_STEPS], "...", *steps[-_SHOWN_STEPS:]]
        return where + "".join(steps)


@contextmanager
def named(where: str) -> Iterator[None]:
    """Turn `Unsupported` into a UserError that begins with the path of the offending value."""
    try:
        yield
    except Unsupported as error:
        raise UserError(f"{error.path(where)} {error.why}") from None


def key_path(key: Any) -> str:
    """The step to the value under `key` in a dict."""
    return f"[{_short(key)}]"


def member_path(container: object, member: Any) -> str:
    """The step to a key of a dict, or to a member of a set."""
    return f" key {_short(member)}" if isinstance(container, dict) else "{...}"


def _short(key: Any) -> str:
    try:
        text = repr(key)
    except RecursionError:
        return "..."
    return text if len(text) <= 60 else text[:57] + "..."


def why_not(value: Any) -> str:
    """Why a value of this type cannot be kept, and what to do."""
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    name = module + kind.__qualname__
    advice = "use None, bool, int, float, complex, str, bytes, dates, paths or containers of them"
    if kind.__module__ == "numpy":
        advice = "use .item() for a Python number, .tolist() for a list"
    elif hasattr(kind, "__members__"):
        advice = "use its .value, or a string enum"
    return f"has the type {name}, which options cannot hold: {advice}"


def exactly(value: Any, kind: type) -> None:
    """Refuse subclasses, which may hold more than `kind` (a pandas Timestamp has nanoseconds)."""
    if type(value) is not kind:
        raise Unsupported(f"{why_not(value)} ({kind.__name__} itself is fine)")


def plain_str(value: str) -> str:
    """The text of any str subclass as exactly a `str`, whatever its `__str__` does."""
    return str.__str__(value)


def zone(tzinfo: datetime.tzinfo | None) -> tuple[str, str]:
    """('naive', ''), ('offset', its name) or ('zone', its key) of a time zone."""
    if tzinfo is None:
        return "naive", ""
    if type(tzinfo) is datetime.timezone:
        return "offset", tzinfo.tzname(None)
    from zoneinfo import ZoneInfo

    if type(tzinfo) is ZoneInfo and tzinfo.key is not None:
        return "zone", tzinfo.key
    raise Unsupported(
        f"has a time zone of type {type(tzinfo).__name__}; use datetime.timezone or a named "
        "zoneinfo.ZoneInfo"
    )


def path_flavour(value: PurePath) -> str:
    """'Path', 'PurePath' or 'PureWindowsPath'. A `Path` is one of this platform: always Posix."""
    if isinstance(value, PureWindowsPath):
        return "PureWindowsPath"
    if isinstance(value, PurePosixPath):
        return "Path" if hasattr(value, "stat") else "PurePath"
    raise Unsupported(why_not(value))


def is_job_with_file(value: Any) -> bool:
    """Whether this tuple is a `JobWithFile`. Told by name, as its class lives further up."""
    kind = type(value)
    return kind is not tuple and kind.__name__ == "JobWithFile" and hasattr(kind, "_fields")
