"""Digests: BLAKE3, the algorithm's name in front, lists length-prefixed and never combined."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from blake3 import blake3

ALGORITHM = "blake3"
_CHUNK = 1 << 20


def of_bytes(data: bytes) -> str:
    """Digest of `data`, as `blake3:<64 hex digits>`."""
    return f"{ALGORITHM}:{blake3(data).hexdigest()}"


def of_file(path: Path | str) -> str:
    """Digest of a file's bytes. Raises OSError as `open` does."""
    hasher = blake3()
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - str paths are common and hot here
        while chunk := stream.read(_CHUNK):
            hasher.update(chunk)
    return f"{ALGORITHM}:{hasher.hexdigest()}"


def of_list(items: Iterable[str | bytes]) -> str:
    """Digest of a sequence: each item is length-prefixed, so no two sequences collide by joining."""
    parts: list[bytes] = []
    for item in items:
        data = item.encode() if isinstance(item, str) else item
        parts += (len(data).to_bytes(8, "little"), data)
    return f"{ALGORITHM}:{blake3(b''.join(parts)).hexdigest()}"


def of_mapping(items: Iterable[tuple[str, str]]) -> str:
    """Digest of named values, whatever order they come in."""
    if not items:  # as most jobs have no datasets, or no jobs as input
        return _NOTHING
    return of_list(part for pair in sorted(items) for part in pair)


_NOTHING = of_list(())
