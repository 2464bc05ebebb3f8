"""Everything that the last runs of the watched scripts were found to depend on, by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from axtui.build.watch.facts import FactReader, JobFacts, RunFacts
from axtui.build.watch.sightings import Bytes


@dataclass(frozen=True, slots=True)
class ScriptFacts:
    """What is known of one script: its last run, and the last that was complete (perhaps the same).
    `jobs` are those of both, with the jobs that these built."""

    last: RunFacts
    complete: RunFacts | None
    jobs: tuple[JobFacts, ...]

    def own(self) -> Iterator[RunFacts]:
        """The runs whose sources count."""
        yield self.last
        if self.complete is not None and self.complete is not self.last:
            yield self.complete


class Known:
    """The scripts that are watched, with their facts. `by_path` finds the users of a file at once."""

    def __init__(self, reader: FactReader) -> None:
        self.reader = reader
        self.scripts: dict[str, ScriptFacts] = {}
        self._by_path: dict[str, set[str]] = {}

    def take(self, run: RunFacts) -> str:
        """A run of a script is over: from now on its facts count. The script."""
        known = self.scripts.get(run.script)
        complete = run if run.state == "complete" else known.complete if known else None
        jobs = self._jobs([*run.joblist, *run.failed])
        if complete is not None and complete is not run:
            anew = {(facts.against, facts.key) for facts in jobs.values()}
            for jobid, facts in self._jobs(complete.joblist).items():
                if (jobid, facts.key) not in anew:  # else one of these stands in its place
                    jobs.setdefault(jobid, facts)
        self.scripts[run.script] = ScriptFacts(run, complete, tuple(jobs.values()))
        self._index()
        return run.script

    def forget(self, script: str) -> None:
        """A script is not watched any more."""
        if self.scripts.pop(script, None) is not None:
            self._index()

    @property
    def paths(self) -> Iterable[str]:
        """All files that something depends on."""
        return self._by_path.keys()

    def holds(self, path: str, now: Bytes) -> bool:
        """Whether some job or run recorded a file as it is now."""
        return any(now.is_as(*fact) for fact in self._facts_of(path))

    def differs(self, path: str, now: Bytes) -> bool:
        """Whether some job or run recorded a file otherwise than it is now."""
        return any(not now.is_as(*fact) for fact in self._facts_of(path))

    def _facts_of(self, path: str) -> Iterator[tuple[str | None, str | None]]:
        for script in self._by_path.get(path, ()):
            facts = self.scripts[script]
            found = [run.sources.get(path) for run in facts.own()]
            found += [job.sources.get(path) for job in facts.jobs]
            yield from ((source.raw, source.code) for source in found if source is not None)
            for job in facts.jobs:
                if path in job.inputs:
                    yield job.inputs[path][1], None

    def users(self, path: str) -> list[str]:
        """The scripts that depend on a file, or on a folder that it lies in, by their facts."""
        found: set[str] = set()
        for place in places_of(path):
            found.update(self._by_path.get(place, ()))
        return [script for script in self.scripts if script in found]

    def _jobs(self, jobids: Iterable[str]) -> dict[str, JobFacts]:
        """These jobs and those that they built."""
        found: dict[str, JobFacts] = {}
        todo = list(jobids)
        while todo:
            jobid = todo.pop(0)
            facts = self.reader.job(jobid) if jobid not in found else None
            if facts is not None:
                found[jobid] = facts
                todo += facts.made
        return found

    def _index(self) -> None:
        by_path: dict[str, set[str]] = {}
        for script, facts in self.scripts.items():
            for run in facts.own():
                for path in run.sources:
                    by_path.setdefault(path, set()).add(script)
            for job in facts.jobs:
                for path in (*job.sources, *job.inputs):
                    by_path.setdefault(path, set()).add(script)
        self._by_path = by_path


def places_of(path: str) -> Iterator[str]:
    """A file as it stands in records: itself, the names in its folder, and folders read as wholes."""
    yield path
    yield f"{Path(path).parent}/"
    yield from (str(folder) for folder in Path(path).parents)
