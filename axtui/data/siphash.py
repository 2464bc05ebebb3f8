"""SipHash-2-4 of byte strings, with the key by which the Accelerator slices its datasets.

Plain Python, for one message; `sipcolumns` has it for whole columns.
"""

from __future__ import annotations

KEY = bytes.fromhex("5e46afff981eed61fc7dae4ca5701009")
"""The key of the hash that slices datasets. It is no secret."""
KEY_BYTES = 16
_MASK = (1 << 64) - 1
_START = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)

State = tuple[int, int, int, int]


def start(key: bytes = KEY) -> State:
    """The state before the first block. Raises ValueError for a key that has not 16 bytes."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of SipHash has {KEY_BYTES} bytes, not {len(key)}")
    low, high = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    return low ^ _START[0], high ^ _START[1], low ^ _START[2], high ^ _START[3]


_FIRST = start()


def last_block(message: bytes) -> int:
    """The bytes behind the last whole block, and the length of all in the highest byte."""
    return int.from_bytes(message[len(message) & ~7 :], "little") | (len(message) & 0xFF) << 56


def siphash24(message: bytes, key: bytes | None = None) -> int:
    """The 64-bit hash of a byte string."""
    state = _FIRST if key is None else start(key)
    for position in range(0, len(message) & ~7, 8):
        state = _absorbed(state, int.from_bytes(message[position : position + 8], "little"))
    return _finished(_absorbed(state, last_block(message)))


def siphash24_word(word: int) -> int:
    """The hash of the eight bytes of a word below 2^64."""
    return _finished(_absorbed(_absorbed(_FIRST, word), 8 << 56))


def _absorbed(state: State, block: int) -> State:
    v0, v1, v2, v3 = state
    v0, v1, v2, v3 = _rounds(2, v0, v1, v2, v3 ^ block)
    return v0 ^ block, v1, v2, v3


def _finished(state: State) -> int:
    v0, v1, v2, v3 = state
    v0, v1, v2, v3 = _rounds(4, v0, v1, v2 ^ 0xFF, v3)
    return v0 ^ v1 ^ v2 ^ v3


def _rounds(count: int, v0: int, v1: int, v2: int, v3: int) -> State:
    mask = _MASK
    for _ in range(count):
        v0 = (v0 + v1) & mask
        v1 = ((v1 << 13) & mask | v1 >> 51) ^ v0
        v2 = (v2 + v3) & mask
        v3 = ((v3 << 16) & mask | v3 >> 48) ^ v2
        v0 = ((v0 << 32) & mask | v0 >> 32) + v3 & mask
        v3 = ((v3 << 21) & mask | v3 >> 43) ^ v0
        v2 = (v2 + v1) & mask
        v1 = ((v1 << 17) & mask | v1 >> 47) ^ v2
        v2 = (v2 << 32) & mask | v2 >> 32
    return v0, v1, v2, v3
