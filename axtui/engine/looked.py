"""What a check looked at in the file system, and whether all of that is still as it was.

A check that found nothing changed is true as long as no file and folder that it looked at changed. So
where one script looks up a thousand jobs of a method, its source is read once, and afterwards each of
its files and folders is asked for its times.
"""

from __future__ import annotations

import os
import time

SETTLED_NS = 2_000_000_000
"""What was touched this recently may change again within the same tick of the file system's clock."""

_Fact = tuple[int, int, int, int, int] | None


class Looked:
    """The files and folders of one check; None stands for what was not there.

    Device, inode, size, modification and change time tell whether one is as it was, provided that
    these times were well past when the check began (see `settled`). The change time is looked at
    because tools set the modification time back (`rsync -t`).
    """

    def __init__(self) -> None:
        self._begun = time.time_ns()
        self._seen: dict[str, _Fact] = {}
        self._moved = False

    def stat(self, path: str) -> os.stat_result:
        """`os.stat`, kept."""
        try:
            found = os.stat(path)  # noqa: PTH116 - hot
        except OSError:
            self._note(path, None)
            raise
        self._note(path, _fact(found))
        return found

    def _note(self, path: str, fact: _Fact) -> None:
        self._moved = self._moved or self._seen.setdefault(path, fact) != fact

    @property
    def settled(self) -> bool:
        """Whether a later change of what was looked at would show in its times."""
        last = self._begun - SETTLED_NS
        return not self._moved and all(
            fact is None or (fact[3] < last and fact[4] < last) for fact in self._seen.values()
        )

    def still(self) -> bool:
        """Whether everything is as it was. Only to be asked of what was `settled`."""
        for path, fact in self._seen.items():
            try:
                now: _Fact = _fact(os.stat(path))  # noqa: PTH116 - hot
            except OSError:
                now = None
            if now != fact:
                return False
        return True


def _fact(found: os.stat_result) -> _Fact:
    return (
        found.st_dev,
        found.st_ino,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
    )
