"""Whether so much waits in the journals that a program folds them which has no use for the catalog.

Readers fold before they read. What waits until then costs them about 1 ms for a small journal and 0.1 s
for a megabyte, and a program that would not load DuckDB otherwise half a second and more: so that is
left to the readers for long, but not for ever.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from catalog.layout import JOURNAL_SUFFIX, journal_folder

_MOST_JOURNALS = 500
_MOST_BYTES = 16 << 20


def is_long(folder: Path) -> bool:
    """Whether the journals of `folder` (a workspace's `.axtui`) should be folded now.

    Journals that are still written to do not count: they would be there after a fold, too.
    """
    sizes = _sizes(journal_folder(folder))
    if not _are_many(sizes.values()):
        return False
    from catalog.store import dead_journal  # rarely needed, and not by every start

    dead = []
    for path, size in sizes.items():
        with dead_journal(Path(path)) as is_dead:
            if is_dead:
                dead.append(size)
    return _are_many(dead)


def _are_many(sizes: Collection[int]) -> bool:
    return len(sizes) > _MOST_JOURNALS or sum(sizes) > _MOST_BYTES


def _sizes(folder: Path) -> dict[str, int]:
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(JOURNAL_SUFFIX):
                    try:
                        found[entry.path] = entry.stat().st_size
                    except FileNotFoundError:
                        continue  # folded this moment
    except FileNotFoundError:
        pass
    return found
