"""Telling at once that a finished job does not stand: one source file that it ran is another now.

A method that is worked on has hundreds of finished jobs of one key, each with other source. Of these
the newest says what has changed; the others need but a word.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from axtui.data import jobdir
from axtui.errors import DamagedJobError

Held = tuple[str, str]
"""Digests of a source file: of its bytes, and of what Python makes of them."""


def is_outdated(path: Path, held: Callable[[str], Held | None]) -> bool:
    """Whether the job in this directory ran source that is not there any more. `held` tells what the
    file of a key holds now. False where that cannot be told: then everything has to be compared."""
    post = path / jobdir.POST
    try:
        now = post.stat()
        recorded = _sources(post, (now.st_ino, now.st_size, now.st_mtime_ns))
    except (DamagedJobError, OSError, KeyError, TypeError):
        return False
    return any(_differs(raw, code, held(key)) for key, raw, code in recorded)


def _differs(raw: str, code: str, now: Held | None) -> bool:
    return now is None or (raw != now[0] and code != now[1])


@functools.lru_cache(maxsize=4096)  # a process that runs script after script meets the same jobs
def _sources(post: Path, fact: tuple[int, int, int]) -> tuple[tuple[str, str, str], ...]:
    """(key, digest, digest of code) of the modules in a completion record, which `fact` tells from any
    other that was ever there."""
    modules = jobdir.read_json(post)["recorded"]["imports"]["modules"]
    return tuple((one["path"], one["raw"], one["code"]) for one in modules)
