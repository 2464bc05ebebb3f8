"""SipHash-2-4 of many messages at once, by numpy, with the key that slices datasets.

The rounds run over lanes, one per message: as many as stay in the processor's cache. Agrees with
`siphash` message by message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from axtui.data import siphash

Words = np.ndarray[Any, np.dtype[np.uint64]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
_U = np.uint64
_LANES = 16_384
_LENGTH = _U(56)
"""Where in the last block the length is."""
_HALF = _U(32)
_LEFT_1 = np.array([[13], [16]], np.uint64)
_LEFT_2 = np.array([[17], [21]], np.uint64)
_RIGHT_1, _RIGHT_2 = _U(64) - _LEFT_1, _U(64) - _LEFT_2
_KEPT = np.array([(1 << 8 * count) - 1 for count in range(8)], np.uint64)
"""By how many bytes of a message are in its last block: the mask that leaves only them."""
_FEW_LANES, _MANY_BLOCKS = 8, 128


def of_words(words: Words) -> Words:
    """The hash of every word's eight bytes."""
    return of_blocks([words], 8)


def of_blocks(blocks: Sequence[Words], length: int) -> Words:
    """The hashes of messages of one length in bytes. Array n of `blocks` has block n of each message:
    all whole ones, and where bytes are left, one with those."""
    size = len(blocks[0])
    found = np.empty(size, np.uint64)
    lanes = _Lanes(size)
    end = _U(length << 56)
    whole = length // 8
    for first in range(0, size, _LANES):
        part = slice(first, min(size, first + _LANES))
        count = part.stop - first
        lanes.start(count)
        for block in blocks[:whole]:
            lanes.absorb(block[part], count)
        lanes.absorb(blocks[whole][part] | end if whole < len(blocks) else end, count)
        lanes.finish(found[part])
    return found


def of_texts(data: np.ndarray[Any, np.dtype[np.uint8]], offsets: Numbers) -> Words:
    """The hashes of byte strings: number n is data[offsets[n]:offsets[n + 1]]."""
    lengths = np.diff(offsets)
    last = lengths >> 3
    order = _longest_first(last)  # so that the lanes which go on are always the first
    first, stop = int(offsets[0]), int(offsets[-1])
    padded = np.zeros(stop - first + 8, np.uint8)
    padded[: stop - first] = data[first:stop]
    words = np.ndarray((len(padded) - 7,), "<u8", padded, strides=(1,))
    found = np.empty(len(lengths), np.uint64)
    lanes = _Lanes(len(lengths))
    for start in range(0, len(order), _LANES):
        rows = order[start : start + _LANES]
        found[rows] = _texts(words, offsets[rows] - first, lengths[rows], last[rows], lanes)
    return found


def _longest_first(last: Numbers) -> Numbers:
    """The order of messages by their last block. Numbers of two bytes are sorted by radix, ten times as
    fast as longer ones."""
    small = len(last) > 0 and last.max() < 1 << 15
    found: Numbers = np.argsort(-last.astype(np.int16) if small else -last, kind="stable")
    return found


def _texts(words: Words, starts: Numbers, lengths: Numbers, last: Numbers, lanes: _Lanes) -> Words:
    """The hashes of one set of lanes, those of the longest messages first. `words` are the eight
    bytes at each position, `last` is the number of each message's last block."""
    count = len(starts)
    found = np.empty(count, np.uint64)
    lanes.start(count)
    ends = np.searchsorted(-last, -np.arange(int(last[0]) + 2), "right").tolist()
    slow = 0
    for number in range(int(last[0]) + 1):
        active, going_on = ends[number], ends[number + 1]
        if active <= _FEW_LANES and int(last[0]) - number > _MANY_BLOCKS:
            slow = active  # a block of one message takes as long as one of a thousand
            break
        block = words[starts[:active] + 8 * number].astype(np.uint64)
        ending = lengths[going_on:active].view(np.uint64)
        block[going_on:] &= _KEPT[ending & _U(7)]
        block[going_on:] |= ending << _LENGTH
        lanes.absorb(block, active)
    lanes.finish(found)
    for lane in range(slow):
        begin, size = int(starts[lane]), int(lengths[lane])
        message = words.base[begin : begin + size]  # type: ignore[index]
        found[lane] = siphash.siphash24(message.tobytes())
    return found


class _Lanes:
    """The states of many hashes in progress: v0 and v2 in `_even`, v1 and v3 in `_odd`, so that one
    call of numpy does both."""

    def __init__(self, most: int) -> None:
        shape = (2, min(most, _LANES))
        self._even, self._odd, self._spare = (np.empty(shape, np.uint64) for _ in range(3))
        v0, v1, v2, v3 = siphash.start()
        self._even_start = np.array([[v0], [v2]], np.uint64)
        self._odd_start = np.array([[v1], [v3]], np.uint64)
        self._count = 0

    def start(self, count: int) -> None:
        """Begin the hashes of `count` messages."""
        self._count = count
        self._even[:, :count] = self._even_start
        self._odd[:, :count] = self._odd_start

    def absorb(self, block: Words | np.uint64, count: int) -> None:
        """Take in the next block of the first `count` messages."""
        v0, v3 = self._even[0, :count], self._odd[1, :count]
        np.bitwise_xor(v3, block, out=v3)
        self._rounds(2, count)
        np.bitwise_xor(v0, block, out=v0)

    def finish(self, found: Words) -> None:
        """Write the hashes of all messages to `found`."""
        even, odd = self._even[:, : self._count], self._odd[:, : self._count]
        np.bitwise_xor(even[1], _U(0xFF), out=even[1])
        self._rounds(4, self._count)
        np.bitwise_xor(even[0], even[1], out=found)
        np.bitwise_xor(found, odd[0], out=found)
        np.bitwise_xor(found, odd[1], out=found)

    def _rounds(self, rounds: int, count: int) -> None:
        even, odd = self._even[:, :count], self._odd[:, :count]
        spare = self._spare[:, :count]
        crossed_even, crossed_odd = even[::-1], odd[::-1]
        for _ in range(rounds):
            np.add(even, odd, out=even)
            _rotate(odd, _LEFT_1, _RIGHT_1, spare)
            np.bitwise_xor(odd, even, out=odd)
            _rotate(even[0], _HALF, _HALF, spare[0])
            np.add(even, crossed_odd, out=even)
            _rotate(odd, _LEFT_2, _RIGHT_2, spare)
            np.bitwise_xor(odd, crossed_even, out=odd)
            _rotate(even[1], _HALF, _HALF, spare[1])


def _rotate(values: Words, left: Any, right: Any, spare: Words) -> None:
    """Rotate 64 bits to the left, in place; `right` is 64 less `left`."""
    np.left_shift(values, left, out=spare)
    np.right_shift(values, right, out=values)
    np.bitwise_or(values, spare, out=values)
