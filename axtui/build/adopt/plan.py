"""Which jobs are adopted, under which ids, and in which order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from axtui.build.adopt.olddataset import OldDataset, Owners, datasets, job_of
from axtui.build.adopt.oldworkdir import OldJob, OldWorkdir
from axtui.data import jobdir
from axtui.errors import DamagedJobError, UserError

PREFIX = ".adopt-"
"""What the folder of a job that is being made begins with."""
RECORD = "adopted"
"""The key of `setup.json` that tells where an adopted job comes from."""


@dataclass(frozen=True)
class Skipped:
    """An old job that was not adopted, and why."""

    job: str
    why: str


def adopted_before(workdirs: Mapping[str, Path]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """({identity of an old job: its id here}, {old id: ids here}) of all that was adopted."""
    known: dict[str, str] = {}
    by_id: dict[str, list[str]] = {}
    for name, folder in workdirs.items():
        for number in sorted(jobdir.job_numbers(folder, name)) if folder.is_dir() else ():
            try:
                record = jobdir.read_json(folder / f"{name}-{number}" / jobdir.SETUP).get(RECORD)
            except (DamagedJobError, OSError):
                continue
            if isinstance(record, dict):
                known[record["identity"]] = f"{name}-{number}"
                by_id.setdefault(record["jobid"], []).append(f"{name}-{number}")
    return known, by_id


class Numbers:
    """Gives out the ids of a workdir: the number that a job had where it is free."""

    def __init__(self, folder: Path, name: str, wanted: Iterable[int]) -> None:
        self._name = name
        held = (*jobdir.job_numbers(folder, name), *jobdir.collected_numbers(folder, name))
        self._taken = set(held)
        self._next = max((*self._taken, *wanted, 0)) + 1

    def give(self, number: int) -> str:
        """An id for the job of that number."""
        if number in self._taken:
            number, self._next = self._next, self._next + 1
        self._taken.add(number)
        return f"{self._name}-{number}"

    @property
    def next(self) -> int:
        """The first number that no job has, nor will get."""
        return self._next


@dataclass
class Plan:
    """`ids` are the new ids of old jobs, of those to come, too; `todo` are the latter, `known` those
    that were adopted before. What is found out on the way goes to `skipped`."""

    workdirs: Mapping[str, Path]
    old: dict[str, OldJob] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    todo: list[OldJob] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)
    unfinished: int = 0
    highest: dict[str, int] = field(default_factory=dict)
    _datasets: dict[str, dict[str, OldDataset]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.owners = Owners(self._datasets_or_none)

    def datasets(self, jobid: str) -> dict[str, OldDataset]:
        """The datasets of an old job. Raises DamagedJobError where they cannot be understood."""
        if jobid not in self._datasets:
            self._datasets[jobid] = datasets(self.old[jobid])
        return self._datasets[jobid]

    def _datasets_or_none(self, jobid: str) -> dict[str, OldDataset] | None:
        if jobid not in self.old:
            return None
        try:
            return self.datasets(jobid)
        except DamagedJobError:
            return None

    def final(self, jobid: str) -> Path:
        """Where a job of a new id lies, or will."""
        return self.workdirs[jobdir.split_jobid(jobid)[0]] / jobid

    def staging(self, jobid: str) -> Path:
        """Where it is written, beside that place."""
        return self.final(jobid).with_name(f"{PREFIX}{jobid}")

    def folder(self, jobid: str) -> Path:
        """Where it is now."""
        staging = self.staging(jobid)
        return staging if staging.exists() else self.final(jobid)

    def skip(self, jobid: str, why: str) -> None:
        """An old job cannot be adopted; what refers to it will not find it."""
        self.skipped.append(Skipped(jobid, why))
        self.ids.pop(jobid, None)

    def needs(self, job: OldJob) -> set[str]:
        """The old jobs without which this one is not whole: those of its chains, and those in whose
        folders its data and files are. Raises DamagedJobError where that cannot be told."""
        found: set[str] = set()
        for dataset in self.datasets(job.jobid).values():
            refs = [dataset.previous, *dataset.parents]
            found |= {ref.partition("/")[0] for ref in refs if ref and self._is_known(ref)}
            if dataset.previous:
                found.add(dataset.previous.partition("/")[0])
            found |= {held for one in dataset.columns.values() if (held := job_of(one))}
        for file in job.files():
            if file.kind == "link":
                target, _ = self.linked(job, file.name)
                found.add(target)
        return found - {job.jobid}

    def has_links(self, job: OldJob) -> bool:
        """Whether there is a link among its files, which leads to others that have to be there."""
        return any(file.kind == "link" for file in job.files())

    def _is_known(self, ref: str) -> bool:
        return ref.partition("/")[0] in self.ids

    def linked(self, job: OldJob, name: str) -> tuple[str, str]:
        """(old job, name of a file in it) that a link in a job leads to. Raises DamagedJobError for one
        that leads out of the workdirs."""
        place = job.path / name
        target = Path(os.path.normpath(place.parent / place.readlink()))
        parts = target.parts
        for at in range(len(parts) - 1, -1, -1):
            if parts[at] in self.old and not self._is_elsewhere(target, parts[at]):
                return parts[at], "/".join(parts[at + 1 :])
        raise DamagedJobError(f"{name} is a link that leads out of the workdir, to {target}")

    def _is_elsewhere(self, target: Path, jobid: str) -> bool:
        """Whether a path has the name of a job in it but is a file that exists somewhere else."""
        home = self.old[jobid].path.parent
        return target.exists() and not target.resolve().is_relative_to(home)

    def in_order(self) -> Iterator[list[OldJob]]:
        """The jobs to adopt, each after those it needs; it is asked for the next when the one before
        is done or skipped. Jobs that need one another (one shows a dataset of its subjob, which follows
        one of its own) come together. A job that cannot be, because of another, is skipped."""
        needed: dict[str, set[str]] = {}
        for job in self.todo:
            try:
                needed[job.jobid] = self.needs(job)
            except (DamagedJobError, OSError) as error:
                self.skip(job.jobid, str(error))
        for group in groups_in_order(needed):
            lacking = {
                other
                for jobid in group
                for other in needed[jobid]
                if other not in self.ids and other not in group
            }
            if lacking:
                for jobid in group:
                    self.skip(jobid, self._lacks(min(lacking, key=_by_number)))
                continue
            yield [self.old[jobid] for jobid in group]

    def _lacks(self, other: str) -> str:
        if other not in self.old:
            return (
                f"it needs {other}, which is not there; adopt the workdir that has it first, or too"
            )
        return f"it needs {other}, which is not adopted"


def make_plan(old: Iterable[OldWorkdir], workdirs: Mapping[str, Path], into: str | None) -> Plan:
    """What there is to adopt. `into` is the workdir that it goes to, if not that of the same name.

    Raises UserError for a workdir that has no counterpart here, and for two of one name.
    """
    plan = Plan(workdirs)
    known, by_id = adopted_before(workdirs)
    plan.ids |= {jobid: found[0] for jobid, found in by_id.items() if len(found) == 1}
    plan.known |= plan.ids.keys()
    seen: dict[str, Path] = {}
    for workdir in old:
        if workdir.name in seen:
            raise UserError(
                f"{seen[workdir.name]} and {workdir.path} both hold jobs named {workdir.name}-...; "
                "adopt them one after the other"
            )
        seen[workdir.name] = workdir.path
        _add(plan, workdir, known, _target(workdir, workdirs, into))
    return plan


def _target(workdir: OldWorkdir, workdirs: Mapping[str, Path], into: str | None) -> str:
    name = into or workdir.name
    if name not in workdirs:
        raise UserError(
            f"this workspace has no workdir {name!r} for the jobs of {workdir.path}; write\n"
            f'    {name} = "workdirs/{name}"\n'
            "below [workdirs] in axtui.toml, and their ids stay as they are; or name one that is there "
            f"with --into ({', '.join(workdirs)})"
        )
    return name


def _add(plan: Plan, workdir: OldWorkdir, known: Mapping[str, str], target: str) -> None:
    jobs = list(workdir.jobs())
    folder = plan.workdirs[target]
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [jobdir.split_jobid(job.jobid)[1] for job in jobs]
    numbers = Numbers(folder, target, wanted)
    for job in jobs:
        plan.ids.pop(job.jobid, None)
        plan.known.discard(job.jobid)
        plan.old[job.jobid] = job
        if not job.is_finished:
            plan.unfinished += 1
            continue
        try:
            before = known.get(job.identity)
        except DamagedJobError as error:
            plan.skip(job.jobid, str(error))
            continue
        if before is not None:
            plan.ids[job.jobid] = before
            plan.known.add(job.jobid)
            continue
        plan.ids[job.jobid] = numbers.give(jobdir.split_jobid(job.jobid)[1])
        plan.todo.append(job)
    plan.highest[target] = max(plan.highest.get(target, 0), numbers.next)


def groups_in_order(needed: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Jobs in an order in which each comes after those it needs, by number where that leaves a choice;
    those that need one another in a group. What is needed but no key is left out."""
    group_of = {jobid: jobid for jobid in needed}
    while True:
        graph: dict[str, set[str]] = {group: set() for group in set(group_of.values())}
        for jobid, others in needed.items():
            own = group_of[jobid]
            graph[own] |= {group_of[one] for one in others if one in group_of} - {own}
        sorter = TopologicalSorter(graph)
        try:
            sorter.prepare()
            break
        except CycleError as error:
            circle = set(error.args[1])
            one = min(circle)
            group_of = {job: one if group in circle else group for job, group in group_of.items()}
    members: dict[str, list[str]] = {}
    for jobid in sorted(needed, key=_by_number):
        members.setdefault(group_of[jobid], []).append(jobid)
    while sorter.is_active():
        for group in sorted(sorter.get_ready(), key=_by_number):
            yield members[group]
            sorter.done(group)


def _by_number(jobid: str) -> tuple[int, str]:
    number = jobid.rpartition("-")[2]
    return (int(number) if number.isdigit() else 0), jobid
