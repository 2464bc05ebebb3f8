"""What a regular expression of Python's `re` means, as far as columns can be told by other means.

Columns are matched by Arrow (RE2), which is fast and never slow by accident, but reads patterns in
another way than `re`. So nothing of a pattern's text is handed over: its meaning is read from what
`re` makes of it, and written anew for RE2. What RE2 cannot say, or would say otherwise, is left to
`re`. RE2 is only ever asked about text that is all ASCII, where letters, digits and spaces are the
same to both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

_NAMES = _constants
_PLAIN_FLAGS = re.UNICODE | re.DOTALL | re.IGNORECASE
_MOST_REPEATS = 1000
"""RE2 refuses counts above."""
_SPACE = r"\t-\r\x1c-\x1f "
_CLASSES = {
    _NAMES.CATEGORY_DIGIT: "0-9",
    _NAMES.CATEGORY_SPACE: _SPACE,
    _NAMES.CATEGORY_WORD: "0-9A-Za-z_",
    _NAMES.CATEGORY_NOT_DIGIT: r"\x00-/:-\x7f",
    _NAMES.CATEGORY_NOT_SPACE: r"\x00-\x08\x0e-\x1b!-\x7f",
    _NAMES.CATEGORY_NOT_WORD: r"\x00-/:-@\[-\^`{-\x7f",
}
_REPEATS = (_NAMES.MAX_REPEAT, _NAMES.MIN_REPEAT)


@dataclass(frozen=True)
class Meaning:
    """What is known of a pattern. `needed`: characters of which a matching text has each (with
    `ignore_case` in either case); `literal`: the pattern is nothing but this text; `re2`: the same
    for RE2, on ASCII text; `everything`: it matches any text."""

    needed: frozenset[str] = frozenset()
    ignore_case: bool = False
    literal: str | None = None
    re2: str | None = None
    everything: bool = False

    def impossible_in(self, alphabet: frozenset[str]) -> bool:
        """Whether no text of these (ASCII) characters can match."""
        if not self.ignore_case:
            return not self.needed <= alphabet
        return any(not {c.lower(), c.upper()} & alphabet for c in self.needed)


class _Untold(Exception):
    """RE2 cannot say it, or not surely the same."""


def meaning(compiled: re.Pattern[str]) -> Meaning:
    """What is known of a compiled pattern."""
    if compiled.flags & ~_PLAIN_FLAGS:
        return Meaning()
    ignore_case = bool(compiled.flags & re.IGNORECASE)
    tree = list(_parser.parse(compiled.pattern, compiled.flags))
    needed = frozenset(_needed(tree, ignore_case))
    literal = None
    if not ignore_case and all(op is _NAMES.LITERAL for op, _ in tree):
        literal = "".join(chr(code) for _, code in tree)
        if not _encodable(literal):
            literal = None
    try:
        text = _Writer(ignore_case, bool(compiled.flags & re.DOTALL)).sequence(tree, last=True)
    except _Untold:
        return Meaning(needed, ignore_case, literal)
    flags = "(?i)" if ignore_case else ""
    # a path through it that takes nothing: found at the start of any text
    everything = not _anchored(tree) and compiled.search("") is not None
    return Meaning(needed, ignore_case, literal, _if_accepted(flags + text), everything)


def _encodable(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _if_accepted(text: str) -> str | None:
    """The pattern, if RE2 takes it (it has limits of size)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.nulls(1, pa.string()), text)
    except pa.ArrowInvalid:
        return None
    return text


def _needed(tree: Any, ignore_case: bool) -> set[str]:
    """Characters that every match has."""
    found: set[str] = set()
    for op, given in tree:
        if op is _NAMES.LITERAL:
            if not ignore_case or given < 128:
                found.add(chr(given))
        elif op is _NAMES.SUBPATTERN:
            _, added, removed, inner = given
            if not added and not removed:
                found |= _needed(inner, ignore_case)
        elif op in _REPEATS and given[0] > 0:
            found |= _needed(given[2], ignore_case)
        elif op is _NAMES.BRANCH:
            found |= set.intersection(*(_needed(each, ignore_case) for each in given[1]))
    return found


def _anchored(tree: Any) -> bool:
    """Whether there is anything that looks at where it stands."""
    for op, given in tree:
        if op is _NAMES.AT:
            return True
        inner = (
            given[1]
            if op is _NAMES.BRANCH
            else [given[-1]]
            if op in _REPEATS or op is _NAMES.SUBPATTERN
            else []
        )
        if any(_anchored(each) for each in inner):
            return True
    return False


class _Writer:
    """Writes a parsed pattern in the words of RE2. Raises _Untold where it has none."""

    def __init__(self, ignore_case: bool, dot_all: bool) -> None:
        self._ignore_case = ignore_case
        self._dot_all = dot_all

    def sequence(self, tree: Any, last: bool) -> str:
        """Items one after another; `last` tells that nothing follows them."""
        items = list(tree)
        end = len(items) - 1
        return "".join(
            self._item(op, given, last and index == end) for index, (op, given) in enumerate(items)
        )

    def _item(self, op: Any, given: Any, last: bool) -> str:
        if op is _NAMES.LITERAL:
            return self._character(given)
        if op is _NAMES.NOT_LITERAL:
            return f"[^{self._character(given)}]"
        if op is _NAMES.ANY:
            return "(?s:.)" if self._dot_all else "[^\\n]"
        if op is _NAMES.IN:
            return self._set(given)
        if op is _NAMES.AT:
            return _at(given, last)
        if op is _NAMES.BRANCH:
            return f"(?:{'|'.join(self.sequence(each, last) for each in given[1])})"
        if op is _NAMES.SUBPATTERN and not given[1] and not given[2]:
            return f"(?:{self.sequence(given[3], last)})"
        if op in _REPEATS:
            return self._repeat(*given)
        raise _Untold

    def _repeat(self, least: int, most: Any, inner: Any) -> str:
        text = f"(?:{self.sequence(inner, last=False)})"
        if most is _NAMES.MAXREPEAT:
            count = f"{{{least},}}"
        else:
            count = f"{{{least},{most}}}"
        if least > _MOST_REPEATS or (most is not _NAMES.MAXREPEAT and most > _MOST_REPEATS):
            raise _Untold
        return text + count

    def _character(self, code: int) -> str:
        if 0xD800 <= code <= 0xDFFF or (self._ignore_case and code > 127):
            raise _Untold  # the long s matches an s, where case does not count
        character = chr(code)
        return character if character.isascii() and character.isalnum() else f"\\x{{{code:x}}}"

    def _set(self, items: Any) -> str:
        negated = ""
        parts = []
        for op, given in items:
            if op is _NAMES.NEGATE:
                negated = "^"
            elif op is _NAMES.LITERAL:
                parts.append(self._character(given))
            elif op is _NAMES.RANGE:
                low, high = given
                parts.append(f"{self._character(low)}-{self._character(high)}")
            elif op is _NAMES.CATEGORY and given in _CLASSES:
                parts.append(_CLASSES[given])
            else:
                raise _Untold
        return f"[{negated}{''.join(parts)}]"


def _at(where: Any, last: bool) -> str:
    if where in (_NAMES.AT_BEGINNING, _NAMES.AT_BEGINNING_STRING):
        return r"\A"
    if where is _NAMES.AT_END_STRING:
        return r"\z"
    if where is _NAMES.AT_END and last:  # in front of a newline that ends the text, too
        return r"\n?\z"
    if where is _NAMES.AT_BOUNDARY:
        return r"\b"
    raise _Untold
