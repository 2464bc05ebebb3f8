"""Fields at tab stops, made of spaces: what stands between the fields of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from axtui.errors import UserError

_LEAST = {"tab": 1, "field": 0, "min": 1}
_MOST = 9999


@dataclass(frozen=True)
class TabStops:
    """Fields begin at multiples of `tab`, `field` characters apart where they fit, with at least `min`
    spaces between."""

    tab: int = 8
    field: int = 16
    min: int = 2

    def changed(self, text: str) -> TabStops:
        """By what `-T` says: `8`, `8/16/2`, `min=3/field=24`, `/`. Raises UserError."""
        words = re.split("[/, ]", text)
        found = self
        if len(words) == 1 and words[0] and "=" not in words[0]:
            found = replace(found, field=0, min=1)  # one number means tabs as they ever were
        names = cycle(_LEAST)
        for word in filter(None, words):
            name, sign, value = word.rpartition("=")
            found = replace(found, **{_name(name) if sign else next(names): _length(word, value)})
        for key, least in _LEAST.items():
            if not least <= getattr(found, key) <= _MOST:
                raise UserError(f"-T {text}: {key} must be from {least} to {_MOST}")
        return found

    def gaps(self, lengths: Sequence[int]) -> Iterator[int]:
        """How many spaces follow each of the fields, but the last, given the lengths of all."""
        at = wanted = 0
        for length in lengths[:-1]:
            at += length
            wanted += self.field
            count = max(wanted - at, self.min)
            count += -(at + count) % self.tab
            at += count
            yield count


def _name(text: str) -> str:
    name = re.sub("_?(length|len)$", "", text.lower())
    if name not in _LEAST:
        raise UserError(f"-T has no {text!r}: it has tab, field and min")
    return name


def _length(word: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UserError(f"-T takes numbers, not {word!r}") from None
