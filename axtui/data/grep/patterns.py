"""What is looked for: regular expressions, fixed texts, or numbers, one or several of a kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from axtui.data.grep import numbers
from axtui.data.grep.regex import Meaning, meaning
from axtui.errors import UserError


@dataclass(frozen=True)
class TextPattern:
    """A regular expression, searched for anywhere in a text as `re` does, `.` taking newlines too."""

    compiled: re.Pattern[str]

    @cached_property
    def meaning(self) -> Meaning:
        """What columns can be asked in its place."""
        return meaning(self.compiled)

    def found_in(self, text: str) -> bool:
        """Whether a text matches."""
        return self.compiled.search(text) is not None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it is found."""
        return (match.span() for match in self.compiled.finditer(text))


@dataclass(frozen=True)
class NumberPattern:
    """A number, a comparison or a range, or (empty) any number."""

    limits: tuple[numbers.Limit, ...]

    def found_in(self, text: str) -> bool:
        """Whether a text is a number that matches."""
        return numbers.holds(self.limits, numbers.number_of(text))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """All of a text that matches, without the white space around it."""
        if self.found_in(text):
            yield len(text) - len(text.lstrip()), len(text.rstrip())


@dataclass(frozen=True)
class Patterns:
    """All that is looked for; a value matches if any of them does."""

    texts: tuple[TextPattern, ...] = ()
    numbers: tuple[NumberPattern, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether numbers are looked for, not texts."""
        return bool(self.numbers)

    @property
    def _all(self) -> tuple[TextPattern | NumberPattern, ...]:
        return (*self.texts, *self.numbers)

    def found_in(self, text: str) -> bool:
        """Whether any is found in a text."""
        return any(pattern.found_in(text) for pattern in self._all)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where any is found in a text: in order, apart from one another."""
        found = sorted(span for pattern in self._all for span in pattern.spans(text))
        merged: list[tuple[int, int]] = []
        for start, stop in found:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
            else:
                merged.append((start, stop))
        return merged

    def parts(self, text: str) -> str:
        """Only what matches of a text."""
        return "".join(text[start:stop] for start, stop in self.spans(text))


def make_patterns(
    words: Sequence[str], fixed: bool = False, numeric: bool = False, ignore_case: bool = False
) -> Patterns:
    """Patterns of what the user wrote. Raises UserError naming the one that cannot be understood."""
    if numeric:
        return Patterns(numbers=tuple(NumberPattern(numbers.parse(word)) for word in words))
    return Patterns(texts=tuple(_texts(words, fixed, ignore_case)))


def _texts(words: Iterable[str], fixed: bool, ignore_case: bool) -> Iterator[TextPattern]:
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    for word in words:
        try:
            yield TextPattern(re.compile(re.escape(word) if fixed else word, flags))
        except re.error as error:
            raise UserError(f"bad pattern {word!r}: {error}") from None
