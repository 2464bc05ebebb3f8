"""One thing that was looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True)
class Finding:
    """`state` is ok, warning (works, but will hurt) or problem (does not work); `mend` says what to
    do about the latter two."""

    check: str
    state: State
    text: str
    mend: str | None = None


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", text)


def warning(check: str, text: str, mend: str) -> Finding:
    """It works, but it will hurt."""
    return Finding(check, "warning", text, mend)


def problem(check: str, text: str, mend: str) -> Finding:
    """It does not work."""
    return Finding(check, "problem", text, mend)


def carefully(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check; a check that breaks down is a problem, and the others go on."""
    try:
        yield from check()
    except Exception as error:
        yield problem(
            name,
            f"this could not be checked: {type(error).__name__}: {error}",
            "this is a fault of axtui: please report it with this line",
        )
