"""`equivalent_hashes`: a method's promise that jobs which its earlier source built are still current.

The hash of a source is that of the Accelerator, so that such promises stay what they are: the SHA-1 of the
method's file, and those of its `depend_extra`, one over the other. `equivalent_hashes = {verifier: hashes}`
names earlier hashes; the verifier is the hash of the present source without what stands there, so that a
promise does not outlive the source it was made for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from axtui.valueobject import value_object

_STATEMENT = re.compile(rb"^equivalent_hashes\s*=\s*\{[^}]*\}", re.MULTILINE)


@value_object
class Promise:
    """Jobs whose source had one of these hashes are as good as if the `files` (keys) were unchanged."""

    hashes: frozenset[str]
    files: frozenset[str]


def source_hash(source: bytes, extras: Iterable[bytes]) -> str:
    """The hash of a method's source: 40 hexadecimal digits."""
    total = _sha1(source)
    for extra in extras:
        total ^= _sha1(extra)
    return f"{total:040x}"


def verifier(source: bytes, extras: Iterable[bytes]) -> str | None:
    """The hash of a source without what its `equivalent_hashes` holds; None without such a statement."""
    found = _STATEMENT.search(source)
    if found is None:
        return None
    return source_hash(source[: found.start()] + source[found.end() - 1 :], extras)


def _sha1(data: bytes) -> int:
    import hashlib  # few methods promise anything, and it loads OpenSSL

    return int(hashlib.sha1(data, usedforsecurity=False).hexdigest(), 16)
