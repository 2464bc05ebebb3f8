"""Whether what was recorded of jobs and scripts still holds, after files have changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from axtui.build.inputs import InputDigests
from axtui.build.watch.facts import FactReader, JobFacts, RunFacts, Source
from axtui.build.watch.known import ScriptFacts, places_of
from axtui.build.watch.scope import Scope
from axtui.build.watch.sightings import Bytes
from axtui.engine.source import ENDINGS, SQL
from axtui.errors import UserError

_WAYS_TO_INPUTS = ("input_directory", "input_filename", "open_input")


@dataclass(frozen=True, slots=True)
class Change:
    """A file that holds something else than before; `came` where it was not there, or is not there
    any more."""

    path: str
    bytes: Bytes
    came: bool = False

    @property
    def gone(self) -> bool:
        """Whether it is not there any more."""
        return self.bytes.raw is None and not self.bytes.unread


@dataclass
class Affected:
    """What changes mean for one script: `why` it has to run (empty: it need not), and the reasons of
    its jobs that no longer hold."""

    why: str = ""
    jobs: dict[str, str] = field(default_factory=dict)


class Judge:
    """Compares records with what is there now."""

    def __init__(self, scope: Scope, reader: FactReader, inputs: InputDigests) -> None:
        self._scope, self._reader, self.inputs = scope, reader, inputs

    def script(self, facts: ScriptFacts, changes: Iterable[Change]) -> Affected:
        """What changes mean for a script, by its last runs."""
        found = Affected()
        for change in changes:
            for job in facts.jobs:
                why = self.job(job, change)
                if why:
                    found.jobs.setdefault(job.jobid, why)
            found.why = found.why or self.run(facts, change)
        if found.jobs and not found.why:
            found.why = next(iter(found.jobs.values()))
        return found

    def job(self, job: JobFacts, change: Change) -> str:
        """Why a change of a file makes a job obsolete; empty if it does not."""
        source = job.sources.get(change.path)
        if source is not None:
            return self._source(source, change)
        for place in places_of(change.path):
            if place in job.inputs and self._input_changed(place, job.inputs[place], change):
                return self._words(change)
        if change.came and change.path.endswith((*ENDINGS, ".so")):
            return self._import_changed(job, change)
        return ""

    def running(self, job: JobFacts, change: Change) -> str:
        """Why a change makes a job obsolete that runs now. What it reads is not recorded yet: what the
        job read that it is built instead of counts, and files that its options name."""
        why = self.job(job, change)
        if why or change.path in job.sources:
            return why
        before = self._reader.job(job.against) if job.against else None
        known = before.inputs if before is not None else {}
        for place in places_of(change.path):
            if place in known and self._input_changed(place, known[place], change):
                return self._words(change)
        named = {str(self._scope.config.inputs / text) for text in job.texts}
        return self._words(change) if change.path in named else ""

    def sources(self, sources: Mapping[str, Source], change: Change) -> str:
        """Why a change makes a running script obsolete that froze these sources."""
        source = sources.get(change.path)
        return self._source(source, change) if source is not None else ""

    def run(self, facts: ScriptFacts, change: Change) -> str:
        """Why a change of a file may make a script do something else; empty if it does not."""
        for run in facts.own():
            source = run.sources.get(change.path)
            if source is not None:
                return self._source(source, change)
        last = facts.last
        if last.is_broken and self._may_mend(last, facts, change):
            return f"it failed, and {self._words(change)}"
        if self._scope.in_inputs(change.path) and _looks_at_inputs(last, self._scope):
            recorded = any(change.path in job.inputs for job in facts.jobs)
            return "" if recorded and not change.came else self._words(change)
        if change.came and _stem(change.path) in last.words:
            return self._words(change)
        return ""

    # -- parts

    def _source(self, source: Source, change: Change) -> str:
        same = change.bytes.is_as(source.raw, source.code)
        return "" if same else self._words(change)

    def _input_changed(self, place: str, fact: tuple[str, str | None], change: Change) -> bool:
        recorded, digest = fact
        if place == change.path and not Path(place).is_dir():
            return change.bytes.unread or change.bytes.raw != digest
        try:
            config = self._scope.config
            return self.inputs.present(recorded, config.inputs, self._reader.places) != digest
        except UserError:
            return True

    def _import_changed(self, job: JobFacts, change: Change) -> str:
        """A file came or went: imports may find another one."""
        stem = _stem(change.path)
        same = stem == (job.method if change.path.endswith(SQL) else f"a_{job.method}")
        hides = same and self._is_method(change.path)
        return self._words(change) if hides or stem in job.names else ""

    def _is_method(self, path: str) -> bool:
        return Path(path).parent in self._scope.config.method_folders

    def _may_mend(self, last: RunFacts, facts: ScriptFacts, change: Change) -> bool:
        """Whether a change may make a script go well that failed. What it is known to rest on is looked
        at elsewhere; here it is what may have been missing: a file that came, an input file, and where
        the script itself failed without a trace of what it failed on, any code."""
        if change.came or self._scope.in_inputs(change.path):
            return True
        return last.doubtful and change.path.endswith(".py")

    def _words(self, change: Change) -> str:
        name = self._scope.name(change.path)
        if change.gone:
            return f"{name} is gone"
        return f"{name} is new" if change.came else f"{name} changed"


def downstream(jobs: Iterable[JobFacts], affected: Iterable[str]) -> Iterator[JobFacts]:
    """The jobs that take one of `affected` as input or built it, at any distance, without these."""
    found = set(affected)
    waiting = [job for job in jobs if job.jobid not in found]
    grown = True
    while grown:
        grown = False
        for job in list(waiting):
            if not found.isdisjoint(job.takes) or not found.isdisjoint(job.made):
                found.add(job.jobid)
                waiting.remove(job)
                grown = True
                yield job


def _looks_at_inputs(run: RunFacts, scope: Scope) -> bool:
    """Whether a script's own code seems to look at the input folder."""
    return not run.words.isdisjoint({*_WAYS_TO_INPUTS, scope.config.inputs.name})


def _stem(path: str) -> str:
    """The name under which a file is imported."""
    name, _ = os.path.splitext(os.path.basename(path))  # noqa: PTH119, PTH122
    return Path(path).parent.name if name == "__init__" else name.partition(".")[0]
