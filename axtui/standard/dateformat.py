"""Formats of dates and times, as `dataset_type` writes them, taken apart.

Numbers may have leading spaces instead of zeros, and fewer digits than they could have. A space in
the format is any amount of white space, also none. Codes:

    %Y year  %C century  %y year of century  %m month  %b English month name (3 letters or whole)
    %d day  %H hour  %I hour of 12  %p AM/PM  %M minute  %S second
    %s seconds since 1970  %J milliseconds since 1970  %e days as in a spreadsheet (%0e, %1e, %2e:
    epoch 1899-12-30; 1900 a leap year, the default; 1904)  %f fraction of a second (%3f: 3 digits)
    %% a percent sign   % white space   %. not white space   %* anything   %# a digit
    %^ not a digit   %@ neither digit nor white space   (%3. three of them, %1,4. one to four)
    %3# a number of up to three digits, %1,31# a number from 1 to 31
    %- parse what follows, but do not use it (%2-: two items)
    %/ everything after this is optional   %? the next item is optional (%2?, %1,3?)
    %: the next item only if no %? before it matched
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from axtui.errors import UserError

SPACE = frozenset(b"\t\n\v\f\r ")
CODES = frozenset("YCymbdHIpMSsJef% .*#^@-/?:")
_NESTING = "?:-"
_COUNTS = re.compile(rb"([0-9]{1,9})?(?:(?<=[0-9]),([0-9]{1,9}))?")


@dataclass(frozen=True)
class Item:
    """One item of a format: a code or a literal (code ''), its counts (-1: not given), and the items
    it rules over."""

    code: str
    low: int = -1
    high: int = -1
    literal: int = 0
    inner: tuple[Item, ...] = ()


def parse_format(text: str) -> tuple[Item, ...]:
    """The items of a format. Raises UserError for one that is wrong."""
    data = text.encode()
    found, at = [], 0
    while at < len(data):
        item, at = _item(data, at, text)
        found.append(item)
    return tuple(found)


def _item(data: bytes, at: int, text: str) -> tuple[Item, int]:
    if at >= len(data):
        raise UserError(f"date format {text!r} ends where something should follow")
    char = data[at]
    if char in SPACE:
        return Item(" ", literal=char), at + 1
    if char != ord("%"):
        return Item("", literal=char), at + 1
    given = _COUNTS.match(data, at + 1)
    assert given is not None
    low, high = (-1 if part is None else int(part) for part in given.groups())
    at = given.end()
    code = chr(data[at]) if at < len(data) else ""
    _check(text, code, low, high)
    if code not in _NESTING:
        return Item(f"%{code}", low, high), at + 1
    count = 1 if low == -1 else (max(low, high) if code == "?" else low)
    inner, at = [], at + 1
    for _ in range(count):
        item, at = _item(data, at, text)
        inner.append(item)
    return Item(f"%{code}", 1 if low == -1 else low, high, inner=tuple(inner)), at


def _check(text: str, code: str, low: int, high: int) -> None:
    wrong = not code or code not in CODES
    wrong |= high != -1 and (high < low or high == 0)
    wrong |= code in _NESTING and code != "" and low == 0
    wrong |= code == ":" and high != -1
    wrong |= code in "f#" and code != "" and low == 0 and high == -1
    wrong |= code == "#" and high == -1 and low > 9
    if wrong:
        raise UserError(f"date format {text!r} has a wrong code near %{code}")
