"""Which scripts take what others make: by the jobs they use, and by the sessions of the urd."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping

from axtui.build.urdstate import Entry
from axtui.build.urdstore import open_urd
from axtui.build.watch.known import Known
from axtui.config import Config
from axtui.data import jobdir
from axtui.errors import AcceleratorError

Upstream = Mapping[str, frozenset[str]]


class SessionTakers:
    """Reads from the urd which script takes sessions of which others."""

    def __init__(self, config: Config, known: Known) -> None:
        self._log = open_urd(config, patience=0.0)
        self._known = known
        self._scripts: dict[str, str | None] = {}

    def upstream(self) -> dict[str, set[str]]:
        """{script: the scripts whose sessions its own sessions took}."""
        found: dict[str, set[str]] = {}
        with contextlib.suppress(AcceleratorError, OSError):
            entries = {name: self._newest(name) for name in self._lists()}
            makers = {
                name: self._script(entry["build_job"]) for name, entry in entries.items() if entry
            }
            for name, entry in entries.items():
                script = makers.get(name)
                if entry and script:
                    took = {makers.get(other) for other in entry["deps"] or ()}
                    found.setdefault(script, set()).update(one for one in took if one)
        return found

    def _lists(self) -> set[str]:
        """All lists; of those of which nothing is in force now, the ones that are called as a script."""
        return {*self._log.list(), *map(self._log.path, self._known.scripts)}

    def _newest(self, name: str) -> Entry | None:
        """The entry of a list that was logged last, in force or not: a session that took one which was
        then replaced takes from that list all the same."""
        latest = self._log.latest(name)
        found = [*([latest] if latest else []), *self._log.ghosts(name)]
        return max(found, key=lambda entry: float(entry["at"] or 0.0), default=None)

    def _script(self, build_job: str) -> str | None:
        if build_job not in self._scripts:
            self._scripts[build_job] = None
            with contextlib.suppress(AcceleratorError, OSError):
                setup = jobdir.load_setup(self._known.reader.path(build_job))
                self._scripts[build_job] = setup.get("script")
        return self._scripts[build_job]


def upstream_of(known: Known, sessions: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """{script: all scripts, at any distance, that make what it takes}, without circles: of two that
    take from each other the one that ran first counts as the first."""
    near: dict[str, set[str]] = {}
    makes = {script: {job.jobid for job in facts.jobs} for script, facts in known.scripts.items()}
    for script, facts in known.scripts.items():
        taken = {jobid for job in facts.jobs for jobid in job.takes} - makes[script]
        above = {other for other in makes if other != script and not taken.isdisjoint(makes[other])}
        above.update(other for other in sessions.get(script, ()) if other in makes)
        near[script] = above - {script}
    for script, above in near.items():
        for other in list(above):
            if script in near[other] and _ran(known, script) < _ran(known, other):
                above.discard(other)
    return {script: frozenset(_all_above(script, near)) for script in near}


def in_order(scripts: Iterable[str], upstream: Upstream) -> list[str]:
    """Scripts so that each comes after those it takes from."""
    return sorted(scripts, key=lambda script: (len(upstream.get(script, ())), script))


def _all_above(script: str, near: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(near.get(script, ()))
    while todo:
        other = todo.pop()
        if other not in found and other != script:
            found.add(other)
            todo += near.get(other, ())
    return found


def _ran(known: Known, script: str) -> float:
    return known.scripts[script].last.started
