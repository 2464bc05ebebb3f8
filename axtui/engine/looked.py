"""What a check looked at in the file system, and whether all of that is still as it was.

A check that found nothing changed is true as long as no file and folder that it looked at changed. So
where one script looks up a thousand jobs of a method, its source is read once, and afterwards each of
its files and folders is asked for its times.
"""

from __future__ import annotations

import os
import time

from axtui.data.filestamp import Stamp, stamp

SETTLED_NS = 2_000_000_000
"""What was touched this recently may change again within the same tick of the file system's clock."""

_Fact = Stamp | None


class Looked:
    """The files and folders of one check; None stands for what was not there.

    Its stamp tells whether one is as it was, provided that its times were well past when the check
    began (see `settled`).
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
        self._note(path, stamp(found))
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

    def still(self, glance: Glance) -> bool:
        """Whether everything is as it was. Only to be asked of what was `settled`."""
        return all(glance.fact(path) == fact for path, fact in self._seen.items())


class Glance:
    """Files and folders as they are now, each looked at once: for one look-up.

    A look-up asks for the same ones several times: for the folders of methods, for what the method
    declares, and for what the job ran. What it saw a moment ago is as true as what it would see now:
    whoever edits a file meanwhile (H21) does so while the look-up goes on, and none of the script's own
    code runs in it. It is not kept for the next look-up, for the script may have written a source
    before that, nor over a wait (`forget`).
    """

    def __init__(self) -> None:
        self._seen: dict[str, os.stat_result | OSError] = {}

    def stat(self, path: str) -> os.stat_result:
        """`os.stat`, kept."""
        found = self._seen.get(path)
        if found is None:
            try:
                found = os.stat(path)  # noqa: PTH116 - hot
            except OSError as error:
                found = error
            self._seen[path] = found
        if isinstance(found, OSError):
            raise found
        return found

    def fact(self, path: str) -> _Fact:
        """What tells whether a file or folder is as it was; None where there is none."""
        try:
            return stamp(self.stat(path))
        except OSError:
            return None

    def forget(self) -> None:
        """Look again: something was waited for."""
        self._seen.clear()
