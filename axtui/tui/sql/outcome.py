"""What came of a question: the rows, what is wrong with it, or how it was ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from axtui.build.sql.answer import Answer
    from axtui.tui.sql.sent import Sent


@dataclass(frozen=True)
class Outcome:
    """`subject` reopens the question. One of: the `answer` to what was `sent`; an `error`; neither.
    `note` is told beside it: how a later question ended without an answer."""

    subject: str = ""
    sent: Sent | None = None
    answer: Answer | None = None
    error: str = ""
    note: str = ""

    @property
    def size(self) -> int:
        """The memory that the answer takes, in bytes."""
        return 0 if self.answer is None else int(self.answer.table.nbytes)
