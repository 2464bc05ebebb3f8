"""A preview: what a run would build, collected instead of built.

Where a job would be built, the one that it would replace stands in for it, so that the script can go
on. What takes a stand-in as input may be built, too: that depends on what the new job will hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from axtui.build.key import Call
from axtui.build.reasons import Reason
from axtui.build.request import ids
from axtui.data.jobwithfile import JobWithFile


@dataclass(eq=False, repr=False)
class Preview:
    """`would_build`: (method, reason) in the order of asking; `may_build`: (method, the input that
    would be built before). `cut_short` where nothing could stand in for a job, so that the script did
    not go on."""

    would_build: list[tuple[str, Reason]] = field(default_factory=list)
    may_build: list[tuple[str, str]] = field(default_factory=list)
    cut_short: bool = False
    _stand_ins: dict[str, str] = field(default_factory=dict)

    def build(self, method: str, reason: Reason) -> None:
        """A job would be built; the one it is told against, if any, stands in."""
        self.would_build.append((method, reason))
        if reason.against is not None:
            self._stand_ins[reason.against] = method

    def reuse(self, jobid: str, call: Call) -> bool:
        """A job would be re-used as things are; whether that may turn out otherwise."""
        for name in _inputs(call):
            if name in self._stand_ins:
                if jobid not in self._stand_ins:
                    self.may_build.append((call.method, self._stand_ins[name]))
                    self._stand_ins[jobid] = call.method
                return True
        return False


def _inputs(call: Call) -> Iterator[str]:
    for name in (*ids(call.datasets), *ids(call.jobs)):
        yield name.partition("/")[0]
    for value in call.options.values():
        yield from _jobs_in(value)


def _jobs_in(value: Any) -> Iterator[str]:
    """Jobs whose files are among the options."""
    if isinstance(value, JobWithFile):
        yield str(value.job)
        yield from _jobs_in(value.extra)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _jobs_in(item)
    elif isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        for item in value:
            yield from _jobs_in(item)
