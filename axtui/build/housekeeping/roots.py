"""What must stay: the jobs that something points to, each with what it is in words.

Roots are pins, links in the results folders, entries of the urd, the last runs of each build script,
whatever is young, runs or is in use, and the methods that the rules name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from axtui.build.housekeeping.census import census
from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.build.housekeeping.pins import pins
from axtui.build.housekeeping.sharing import shared_workdirs
from axtui.build.results import job_of, linked_jobs
from axtui.build.scripts import find_scripts
from axtui.build.urdnames import AUTO
from axtui.build.urdstore import open_urd, urd_exists
from axtui.retention import Retention
from axtui.workspace import Workspace

_NEVER = float("-inf")

Roots = dict[str, str]
"""Why a job must stay, by job id: the first reason found."""


@dataclass(frozen=True)
class Pointers:
    """What points to jobs from outside of the job directories.

    `urd` are the joblists of the entries of each list, oldest first; `scripts` the build scripts
    that there are, as (workspace, script); `moved` the workspaces that are gone, of which `home` may
    be what became. `elsewhere` are jobs that other workspaces need for what lies in workdirs of their
    own, with the reason. A workspace is named by its configuration file.
    """

    home: str
    pinned: frozenset[str] = frozenset()
    in_use: frozenset[str] = frozenset()
    results: Mapping[str, str] = field(default_factory=dict)
    urd: Mapping[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)
    scripts: frozenset[tuple[str, str]] = frozenset()
    moved: frozenset[str] = frozenset()
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def pointers(
    others: Iterable[Workspace],
    home: Workspace,
    moved: frozenset[str],
    in_use: frozenset[str],
    now: float,
) -> Pointers:
    """Read what points to jobs, of `home` and the `others` that use its workdirs."""
    others = list(others)
    results: dict[str, str] = {}
    urd: dict[str, list[tuple[str, frozenset[str]]]] = {}
    scripts: set[tuple[str, str]] = set()
    elsewhere: Roots = {}
    for workspace in (home, *others):
        config = workspace.config
        scripts |= {(str(config.path), name) for name in find_scripts(workspace)}
        for link, target in linked_jobs(config.results).items():
            jobid = job_of(target)
            if jobid is not None:
                results.setdefault(jobid, link)
        for name, entries in _urd(workspace):
            urd.setdefault(name, []).extend(entries)
    for workspace in others:
        elsewhere |= _needed_elsewhere(workspace, home, now)
    workdirs = home.config.workdirs
    return Pointers(
        home=str(home.config.path),
        pinned=frozenset(pins(workdirs)),
        in_use=in_use,
        results=results,
        urd=urd,
        scripts=frozenset(scripts),
        moved=moved,
        elsewhere=elsewhere,
    )


def _needed_elsewhere(other: Workspace, home: Workspace, now: float) -> Roots:
    """Jobs of shared workdirs that the jobs and the kept runs in the other's own workdirs need. What of
    these is garbage the other's `gc` says: until then all of it counts."""
    shared = shared_workdirs(home, other)
    own = {name: path for name, path in other.config.workdirs.items() if name not in shared}
    theirs = census(own)
    config = str(other.config.path)
    scripts = frozenset((config, name) for name in find_scripts(other))
    found: Roots = {}
    for run, why, _ in _kept_runs(
        theirs, Pointers(config, scripts=scripts), other.config.retention, now
    ):
        for jobid in run.joblist:
            found.setdefault(jobid, f"{why} in {config}")
    for job in theirs.values():
        for jobid in job.needs if not job.is_build else ():
            found.setdefault(jobid, f"is needed by {job.jobid} of {config}")
    return {jobid: why for jobid, why in found.items() if jobid.rpartition("-")[0] in shared}


def _urd(workspace: Workspace) -> Iterator[tuple[str, list[tuple[str, frozenset[str]]]]]:
    if not urd_exists(workspace.config):
        return
    log = open_urd(workspace.config)
    for name in log.list():
        if name.partition("/")[2] == AUTO:
            continue
        yield name, [(entry["timestamp"], _entry_jobs(entry)) for entry in log.entries(name)]


def _entry_jobs(entry: Mapping[str, object]) -> frozenset[str]:
    """The jobs of an entry, and those of the entries that it was built from."""
    deps = entry["deps"]
    assert isinstance(deps, Mapping)
    lists = [entry["joblist"], *(dep["joblist"] for dep in deps.values())]
    return frozenset(str(job) for joblist in lists for _, job in joblist)


def roots(
    jobs: Mapping[str, JobFacts], pointers: Pointers, rules: Retention, now: float
) -> tuple[Roots, Roots]:
    """(jobs that must stay with all that they rest on, jobs that must stay by themselves)."""
    deep: Roots = {}
    flat: Roots = {}

    def take(why: str, found: Iterable[str]) -> None:
        for jobid in found:
            if jobid in jobs:
                deep.setdefault(jobid, why)

    running = [job.jobid for job in jobs.values() if job.state == "running"]
    take("is running", running)
    take("is in use by a build", pointers.in_use)
    take("is pinned", pointers.pinned)
    for jobid, link in pointers.results.items():
        take(f"is the result {link}", [jobid])
    for name, entries in pointers.urd.items():
        kept = (
            entries if rules.urd is None else entries[len(entries) - min(rules.urd, len(entries)) :]
        )
        for timestamp, found in reversed(kept):
            take(f"is in the urd, {name}/{timestamp}", found)
    for jobid, why in pointers.elsewhere.items():
        take(why, [jobid])
    for run, why, whole in _kept_runs(jobs, pointers, rules, now):
        flat.setdefault(run.jobid, why)
        take(why, run.joblist)
        if not whole:
            take(why, _built_by(run.jobid, jobs))
    for job in jobs.values():
        if is_young(job, rules, now):
            (flat if job.is_build else deep).setdefault(job.jobid, "is young")
        elif any(fnmatchcase(job.method, pattern) for pattern in rules.keep):
            take("is kept by the rules (`keep`)", [job.jobid])
    return deep, flat


def is_young(job: JobFacts, rules: Retention, now: float) -> bool:
    """Whether a job was made so lately that no rule applies to it yet."""
    return now - job.ended < (rules.grace if job.state == "complete" else rules.failed)


def _kept_runs(
    jobs: Mapping[str, JobFacts], pointers: Pointers, rules: Retention, now: float
) -> Iterator[tuple[JobFacts, str, bool]]:
    """The runs whose jobs stay: (run, why, whether its joblist is all it used)."""
    for (_, script, flags), runs in _by_script(jobs, pointers).items():
        name = f"{script} with the flags {', '.join(flags)}" if flags else script
        complete, broken = 0, 0
        for run in sorted(runs, key=lambda run: run.started, reverse=True):
            whole = run.state == "complete"
            if complete < rules.runs if whole else not (complete or broken):
                yield run, f"was used by the last run of {name}", whole
                broken += bool(run.joblist)  # of a run that was killed it is not known what it used
            elif now - run.ended < rules.grace:
                yield run, f"was used by {script} in the last days", whole
            complete += whole
    for run in jobs.values():
        if run.is_build and _run_of(run, pointers) is None and now - run.ended < rules.grace:
            yield run, f"was used by {run.script} in the last days", run.state == "complete"


def _by_script(
    jobs: Mapping[str, JobFacts], pointers: Pointers
) -> dict[tuple[str, str, tuple[str, ...]], list[JobFacts]]:
    """The runs of each script of each workspace, by their flags: with other flags a script builds
    other jobs. Those of a workspace that was moved count for as long as its script was not run in its
    new place."""
    found: dict[tuple[str, str, tuple[str, ...]], list[JobFacts]] = {}
    for job in jobs.values():
        place = _run_of(job, pointers) if job.is_build else None
        if place is not None:
            found.setdefault((*place, job.flags), []).append(job)
    for workspace, script, flags in list(found):
        ours = found.get((pointers.home, script, flags), ())
        since = max((run.started for run in ours if run.state == "complete"), default=_NEVER)
        if workspace in pointers.moved and all(
            run.started < since for run in found[workspace, script, flags]
        ):
            del found[workspace, script, flags]
    return found


def _run_of(job: JobFacts, pointers: Pointers) -> tuple[str, str] | None:
    """(workspace, script) of a run, if that script is still there."""
    workspace, script = job.workspace or pointers.home, job.script or ""
    now_at = pointers.home if workspace in pointers.moved else workspace
    return (workspace, script) if (now_at, script) in pointers.scripts else None


def _built_by(run: str, jobs: Mapping[str, JobFacts]) -> list[str]:
    return [job.jobid for job in jobs.values() if job.build_job == run]


def closure(
    start: Iterable[str], jobs: Mapping[str, JobFacts], only_bound: bool = False
) -> set[str]:
    """The jobs in `start` and all that they need, at any distance (`only_bound`: only what they
    cannot be read or re-used without)."""
    found: set[str] = set()
    queue = [jobid for jobid in start if jobid in jobs]
    while queue:
        jobid = queue.pop()
        if jobid in found:
            continue
        found.add(jobid)
        job = jobs[jobid]
        queue += [need for need in (job.bound if only_bound else job.needs) if need in jobs]
    return found
