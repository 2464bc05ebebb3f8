"""Which memory of the fork server is brought into huge pages."""

from __future__ import annotations

from axtui.engine.hugepages import _private, gather

_MB = 1 << 20
_MAPS = f"""{3 * _MB:x}-{9 * _MB:x} rw-p 00000000 00:00 0 [heap]
{10 * _MB:x}-{14 * _MB:x} r-xp 00000000 00:00 0
{20 * _MB:x}-{24 * _MB:x} rw-p 00000000 fe:00 77 /usr/lib/libc.so.6
{31 * _MB:x}-{33 * _MB:x} rw-p 00000000 00:00 0
{40 * _MB:x}-{46 * _MB:x} rw-p 00000000 00:00 0 [stack]
{50 * _MB:x}-{54 * _MB:x} rw-s 00000000 00:00 0
{60 * _MB:x}-{62 * _MB:x} rw-p 00000000 00:00 0
"""


def test_only_private_memory_in_whole_huge_pages() -> None:
    found = [(start // _MB, end // _MB) for start, end in _private(_MAPS) if end > start]
    assert found == [(4, 8), (60, 62)]


def test_memory_holds_what_it_held() -> None:
    held = [bytes([number % 251]) * 5000 for number in range(2000)]
    gather()
    assert all(block == bytes([number % 251]) * 5000 for number, block in enumerate(held))
