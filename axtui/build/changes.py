"""A change: one part of what decides re-use, as it was and as it is. Reasons are lists of these."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from axtui.valueobject import value_object


@value_object
class Change:
    """One difference. `part` is one of first, source, option, dataset, job, input, package, python,
    environ, declared, slices, accelerator, subjob, forced, damaged, rules; `detail` may hold a diff of
    lines."""

    part: str
    name: str
    old: str | None = None
    new: str | None = None
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """For records."""
        return asdict(self)

    def words(self) -> str:
        """The change in one short line."""
        if self.part == "first":
            return "first time"
        if self.part == "forced":
            return "forced"
        if self.part == "source":
            return f"source {self.name}: {lines_changed(self.detail)}"
        if self.part == "input" and self.name.startswith("listing:"):
            folder = self.name.removeprefix("listing:").removeprefix("input:")
            return f"input folder {folder} holds other names"
        if self.part == "input":
            if self.old is None:
                return f"input {self.name.removeprefix('input:')} is there now"
            what = "is gone" if self.new is None else "holds other bytes"
            return f"input {self.name.removeprefix('input:')} {what}"
        if self.part == "declared":
            return f"declared {self.name} {'changed' if self.new else 'is no longer declared'}"
        if self.part == "rules":
            return self.detail
        if self.part == "environ":
            return f"environment variable {self.name}: {self.detail}"
        if self.part in ("damaged", "subjob"):
            return f"{self.part} {self.name}: {self.new or self.old or 'changed'}"
        old, new = few_that_differ(self.old, self.new) or apart(self.old, self.new)
        return f"{self.part} {self.name}: {old} -> {new}"


def lines_changed(detail: str) -> str:
    """A diff of lines in a few words; any other detail as it is."""
    if not detail.startswith("--- "):
        return detail or "changed"
    lines = detail.splitlines()[2:]
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    return f"+{added} -{removed} lines"


def few_that_differ(old: str | None, new: str | None, most: int = 40) -> tuple[str, str] | None:
    """Of two JSON lists or mappings that are too long for a line, the elements that only one of them
    has: ('…"dev-9"', '…"dev-12", "x"'). None where they are no such, fit as they are, or differ
    in their order alone."""
    if old is None or new is None or max(len(old), len(new)) <= most:
        return None
    try:
        sides = [_elements(json.loads(text)) for text in (old, new)]
    except (ValueError, TypeError):
        return None
    only = [[text for text in side if text not in other] for side, other in (sides, sides[::-1])]
    if not any(only):
        return None
    old_told, new_told = (shorten(f"…{', '.join(side)}", most) if side else "…" for side in only)
    return (old_told, new_told) if old_told != new_told else None


def _elements(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{_text(key)}: {_text(one)}" for key, one in value.items()]
    if isinstance(value, list):
        return [_text(one) for one in value]
    raise TypeError("neither a list nor a mapping")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def apart(old: str | None, new: str | None, most: int = 40) -> tuple[str, str]:
    """Two values cut to fit a line, from where they begin to differ if that lies beyond it."""
    if old is None or new is None or max(len(old), len(new)) <= most:
        return shorten(old, most), shorten(new, most)
    pairs = enumerate(zip(old, new, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))
    start = max(0, same - most // 4) if same > most // 2 else 0
    lead = "..." if start else ""
    return lead + shorten(old[start:], most), lead + shorten(new[start:], most)


def shorten(value: str | None, most: int = 40) -> str:
    """A value cut to fit a line; absent ones by name."""
    if value is None:
        return "(absent)"
    return value if len(value) <= most else value[: most - 3] + "..."


def summary(changes: Iterable[Change], most: int = 2) -> str:
    """The changes in one line."""
    words = [change.words() for change in changes]
    more = len(words) - most
    return "; ".join(words[:most]) + (f"; and {more} more" if more > 0 else "")
