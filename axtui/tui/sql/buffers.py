"""The buffers of the editor: texts with names, one of them shown; closed ones can come back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from axtui.tui.sql.outcome import Outcome

EXAMPLE = """\
-- Which jobs took longest? F5 runs the query that the cursor is in.
SELECT job, method, state, wall_s, rows, why
FROM jobs
WHERE NOT is_build
ORDER BY wall_s DESC
LIMIT 100
"""
MOST = 40
"""Buffers that are remembered between starts, and closed ones that can come back."""
LET_GO = "its rows were let go of to save memory: F5 asks again"


@dataclass
class Buffer:
    """A text and where its cursor is (line and column, from 0). `saved_as` is the saved query that
    it was read from or written to; `outcome` is what came of its last question, which ends with the
    program."""

    name: str
    text: str = ""
    cursor: tuple[int, int] = (0, 0)
    saved_as: str = ""
    outcome: Outcome = field(default_factory=Outcome, compare=False)

    @property
    def is_blank(self) -> bool:
        """Whether nothing would be lost with it."""
        return not self.text.strip()


@dataclass
class Buffers:
    """All of them; there is always one at least."""

    each: list[Buffer] = field(default_factory=list)
    at: int = 0
    closed: list[tuple[int, Buffer]] = field(default_factory=list)

    @property
    def current(self) -> Buffer:
        """The one that is shown."""
        return self.each[self.at]

    def new(self, text: str = "", name: str = "") -> Buffer:
        """Another buffer, shown from now on."""
        self.each.append(Buffer(name or self._free_name(), text))
        self.at = len(self.each) - 1
        return self.current

    def close(self) -> Buffer:
        """Close the one that is shown; the next one is shown, or a new one. Returns the closed."""
        gone = self.each.pop(self.at)
        if not gone.is_blank:
            self.closed = [*self.closed, (self.at, gone)][-MOST:]
        if not self.each:
            self.new()
        self.at = min(self.at, len(self.each) - 1)
        return gone

    def reopen(self) -> Buffer | None:
        """Bring the last closed one back to its place; None if none was closed."""
        if not self.closed:
            return None
        place, back = self.closed.pop()
        if len(self.each) == 1 and self.current.is_blank:
            self.each.clear()
        self.at = min(place, len(self.each))
        self.each.insert(self.at, back)
        return back

    def step(self, by: int) -> None:
        """Show the next one, or the one before."""
        self.at = (self.at + by) % len(self.each)

    def with_text(self, text: str) -> int | None:
        """The place of a buffer with just this text."""
        places = (n for n, one in enumerate(self.each) if one.text.strip() == text.strip())
        return next(places, None)

    def hold(self, memory: int) -> None:
        """Let go of answers that are not seen, the largest first, until they take no more than
        `memory` bytes."""
        others = [
            one for one in self.each + [gone for _, gone in self.closed] if one is not self.current
        ]
        others.sort(key=lambda one: one.outcome.size)
        held = 0
        for one in others:
            held += one.outcome.size
            if held > memory and one.outcome.answer is not None:
                one.outcome = replace(one.outcome, answer=None, note=LET_GO)

    def _free_name(self) -> str:
        taken = {one.name for one in self.each}
        number = 1
        while f"query {number}" in taken:
            number += 1
        return f"query {number}"

    def as_json(self) -> dict[str, Any]:
        """What is remembered of them."""
        kept = [
            {
                "name": one.name,
                "text": one.text,
                "cursor": list(one.cursor),
                "saved_as": one.saved_as,
            }
            for one in self.each[-MOST:]
        ]
        return {"at": self.at - (len(self.each) - len(kept)), "buffers": kept}


def remembered(values: dict[str, Any]) -> Buffers:
    """The buffers as they were; what is not formed is forgotten."""
    found = Buffers()
    for one in values.get("buffers", []):
        try:
            line, column = (int(part) for part in one.get("cursor", (0, 0)))
            found.each.append(
                Buffer(
                    str(one["name"]), str(one["text"]), (line, column), str(one.get("saved_as", ""))
                )
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    at = values.get("at", 0)
    found.at = max(0, min(at, len(found.each) - 1)) if isinstance(at, int) else 0
    return found
