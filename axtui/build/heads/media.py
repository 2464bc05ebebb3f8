"""What the first bytes of pictures and movies tell, without a library for either."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from axtui import human

PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"}
MOVIES = {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi"}

_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_BOXES = 1000
_SIZED = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""The segments of a JPEG that tell its size."""


def picture_facts(path: Path) -> tuple[str, ...]:
    """('1280 x 720',), or nothing where the first bytes do not tell."""
    with path.open("rb") as file:
        size = _picture_size(file)
    return () if size is None else (f"{size[0]} x {size[1]}",)


def _picture_size(file: BinaryIO) -> tuple[int, int] | None:
    begin = file.read(26)
    if begin.startswith(_PNG) and len(begin) >= 24:
        width, height = struct.unpack(">II", begin[16:24])
        return width, height
    if begin[:6] in (b"GIF87a", b"GIF89a") and len(begin) >= 10:
        width, height = struct.unpack("<HH", begin[6:10])
        return width, height
    if begin.startswith(b"\xff\xd8"):
        return _jpeg_size(file)
    return None


def _jpeg_size(file: BinaryIO) -> tuple[int, int] | None:
    file.seek(2)
    for _ in range(_MOST_BOXES):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        (length,) = struct.unpack(">H", head[2:])
        if head[1] in _SIZED:
            found = file.read(5)
            if len(found) < 5:
                return None
            height, width = struct.unpack(">HH", found[1:])
            return width, height
        file.seek(max(0, length - 2), 1)
    return None


def movie_facts(path: Path) -> tuple[str, ...]:
    """('3:20 long',), or nothing where the file does not tell that easily."""
    with path.open("rb") as file:
        seconds = _movie_seconds(file, path.stat().st_size)
    return () if seconds is None else (f"{human.clock(seconds)} long",)


def _movie_seconds(file: BinaryIO, size: int) -> float | None:
    """The duration that the header of an MP4 or QuickTime file tells."""
    for kind, begin, end in _boxes(file, 0, size):
        if kind == b"moov":
            for inner, start, stop in _boxes(file, begin, end):
                if inner == b"mvhd":
                    file.seek(start)
                    return _duration(file.read(min(32, stop - start)))
    return None


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, begin, end) of what a box of an MP4 file holds."""
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head[:8])
        begin = at + 8
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack(">Q", head[8:])
            begin += 8
        stop = end if length == 0 else at + length
        if stop <= at or stop > end:
            return
        yield kind, begin, stop
        at = stop


def _duration(header: bytes) -> float | None:
    if len(header) < 20:
        return None
    if header[0] == 1 and len(header) >= 32:
        scale, length = struct.unpack(">IQ", header[20:32])
    else:
        scale, length = struct.unpack(">II", header[12:20])
    return length / scale if scale else None
