"""`fsck`: whether what lies in a workspace is what was written, and what to do where it is not.

Every job has a state: complete, running, failed, cancelled, lost (its builder died), or damaged. Only
damage, and what names something that is not there, are problems: the rest is as it should be after
whatever was killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from axtui import human
from axtui.build.finish import dataset_metas
from axtui.build.housekeeping.census import census, facts
from axtui.build.housekeeping.collected import epitaph
from axtui.build.housekeeping.jobfacts import JobFacts
from axtui.build.housekeeping.leftovers import leftovers
from axtui.build.housekeeping.pins import pins
from axtui.build.housekeeping.sharing import workdirs_of_others
from axtui.build.index import ReuseIndex
from axtui.build.record import NO_RECORD
from axtui.build.results import linked_jobs
from axtui.build.urdstore import UrdStore, open_urd, urd_exists
from axtui.data import jobdir
from axtui.errors import AcceleratorError, UrdError
from axtui.workspace import Workspace

STATES = ("complete", "running", "failed", "cancelled", "lost", "damaged")


@dataclass(frozen=True)
class Finding:
    """Something that `fsck` found.

    `subject` is what it is about (a job, a link, an entry), `kind` one of job, needs, index, result,
    urd, pin, catalog, leftover; `what` says what is so, `mend` what to do. What is no `problem` is but
    told.
    """

    kind: str
    subject: str
    what: str
    mend: str
    problem: bool = True


@dataclass(frozen=True)
class Checked:
    """What `fsck` saw: the state of each job, and its findings."""

    states: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> list[Finding]:
        """The findings that something must be done about."""
        return [finding for finding in self.findings if finding.problem]


def check_jobs(workspace: Workspace, jobids: Iterable[str], deep: bool = False) -> Checked:
    """Check some jobs. With `deep` every byte of every file is read and compared with its digest."""
    workdirs = workspace.config.workdirs
    paths = (workdirs[jobdir.split_jobid(jobid)[0]] / jobid for jobid in jobids)
    return _checked({path.name: facts(path) for path in paths}, workspace, deep)


def check_workspace(workspace: Workspace, deep: bool = False) -> Checked:
    """Check all jobs, and all that names jobs: index, results, urd, pins, catalog; and leftovers."""
    jobs = census(workspace.config.workdirs)
    found = _checked(jobs, workspace, deep)
    states = found.states
    others = [
        *_index(workspace, jobs, states),
        *_results(workspace),
        *_urd(workspace),
        *_pins(workspace, states),
        *_catalog(workspace, states, workdirs_of_others(workspace, jobs)),
        *(
            Finding("leftover", str(one.path), f"is {one.why}", "axtui gc", problem=False)
            for one in leftovers(workspace)
        ),
    ]
    return Checked(states, (*found.findings, *others))


# -- jobs


def _checked(jobs: Mapping[str, JobFacts], workspace: Workspace, deep: bool) -> Checked:
    states: dict[str, str] = {}
    findings: list[Finding] = []
    for jobid, job in jobs.items():
        path = workspace.config.workdirs[job.workdir] / jobid
        what = damage(path, job, deep)
        states[jobid] = "damaged" if what else job.state
        if what:
            findings.append(Finding("job", jobid, what, _remake(job, jobs)))
        elif job.state == "complete":
            findings += _missing_needs(job, workspace, jobs)
        elif job.state == "lost":
            what = "was never finished: the process that built it is gone"
            mend = f"axtui gc, from {human.when(job.ended + workspace.config.retention.failed)} on"
            findings.append(Finding("job", jobid, what, mend, problem=False))
    return Checked(states, tuple(findings))


def damage(path: Path, job: JobFacts, deep: bool = False) -> str | None:
    """What is wrong with a job directory itself, in words; None where nothing is."""
    if job.state in ("running", "lost"):
        return None
    try:
        jobdir.load_setup(path)
        if not (path / jobdir.POST).exists():
            jobdir.read_json(path / jobdir.FAILED)
            return None
        jobdir.read_checked(path / jobdir.POST)
        post = jobdir.load_post(path)
        found = jobdir.damage(path, post, deep)
        if found is None:
            dataset_metas(path)
    except AcceleratorError as error:
        return str(error)
    except OSError as error:
        return f"cannot be read: {error}"
    except NO_RECORD:
        return "has records that cannot be understood"
    return f"{found.name} {found.what}" if found else None


def _remake(job: JobFacts, jobs: Mapping[str, JobFacts]) -> str:
    if job.is_build:
        return "nothing: it is but the record of a run"
    scripts = _users(job.jobid, jobs) or [script for script in [job.script] if script]
    known = f"axtui run {' '.join(scripts)}" if scripts else None
    again = known or "run the build script that makes it"
    return f"{again} (a damaged job is never used; if it is asked for it is built again)"


def _users(jobid: str, jobs: Mapping[str, JobFacts]) -> list[str]:
    """The build scripts whose last complete run used a job: to run them asks for it again."""
    last: dict[str, JobFacts] = {}
    for run in sorted(jobs.values(), key=lambda run: run.started):
        if run.is_build and run.script and run.state == "complete":
            last[run.script] = run
    return sorted(script for script, run in last.items() if jobid in run.joblist)


def _missing_needs(
    job: JobFacts, workspace: Workspace, jobs: Mapping[str, JobFacts]
) -> Iterator[Finding]:
    workdirs = workspace.config.workdirs
    for need in sorted(job.bound):
        name = jobdir.split_jobid(need)[0]
        state = jobdir.state(workdirs[name] / need) if name in workdirs else "missing"
        if state != "complete":
            what = f"cannot be read without {need}, which is {state}"
            yield Finding("needs", job.jobid, what, _remake(job, jobs))


# -- what names jobs


def _index(
    workspace: Workspace, jobs: Mapping[str, JobFacts], states: Mapping[str, str]
) -> Iterator[Finding]:
    config = workspace.config
    index = ReuseIndex(config.workdirs, config.target)
    for name, folder in config.workdirs.items():
        if not folder.is_dir():
            continue
        named = index.entries(name)
        for jobid in sorted(named):
            if jobid not in states:
                what = "is named by the re-use index, but does not exist"
                yield Finding("index", jobid, what, "axtui reindex")
        for jobid, job in jobs.items():
            there = job.workdir == name and job.state == "complete" and job.has_key
            if there and states[jobid] == "complete" and jobid not in named:
                what = "is missing in the re-use index, and would be built again"
                yield Finding("index", jobid, what, "axtui reindex")


def _results(workspace: Workspace) -> Iterator[Finding]:
    results = workspace.config.results
    for link, target in linked_jobs(results).items():
        if not (results / link).exists():
            what = f"leads to {target}, which does not exist"
            mend = "run the build script that links it, or delete the link"
            yield Finding("result", link, what, mend)


def _urd(workspace: Workspace) -> Iterator[Finding]:
    config = workspace.config
    if not urd_exists(config):
        return
    log = open_urd(config)
    try:
        yield from _urd_lists(workspace, log)
    except UrdError as error:
        yield Finding("urd", str(log.place), str(error), "axtui doctor says more")


def _urd_lists(workspace: Workspace, log: UrdStore) -> Iterator[Finding]:
    for problem in log.problems:
        yield Finding("urd", str(log.place), problem, "nothing: the rest is used", problem=False)
    for name in log.list():
        if name.endswith("/__auto__"):
            continue  # what each run logs of itself; gc keeps what the last ones need
        for entry in log.entries(name):
            for _, jobid in entry["joblist"]:
                yield from _urd_job(workspace, f"{name}/{entry['timestamp']}", str(jobid))


def _urd_job(workspace: Workspace, entry: str, jobid: str) -> Iterator[Finding]:
    workdir, _ = jobdir.split_jobid(jobid)
    folder = workspace.config.workdirs.get(workdir)
    if folder is None:
        what = f"names {jobid}, and there is no workdir {workdir} in axtui.toml"
        yield Finding("urd", entry, what, "put the workdir back, or urd.truncate the list")
    elif jobdir.state(folder / jobid) == "missing":
        known = epitaph(folder, jobid)
        what = f"names {jobid}, which " + ("gc removed" if known else "does not exist")
        mend = "run the build script with urd.begin(..., update=True)"
        yield Finding("urd", entry, what, mend, problem=known is None)


def _pins(workspace: Workspace, states: Mapping[str, str]) -> Iterator[Finding]:
    for jobid in pins(workspace.config.workdirs):
        if jobid not in states:
            what = "is pinned, but does not exist"
            yield Finding("pin", jobid, what, f"axtui unpin {jobid}")


def _catalog(
    workspace: Workspace, states: Mapping[str, str], shared: set[str]
) -> Iterator[Finding]:
    """Where the catalog says something else than the directories, once it is up to date. Of what comes
    and goes by another workspace in the `shared` workdirs nobody tells this catalog: no problem."""
    from axtui.build.refresh import refresh
    from catalog.errors import CatalogError
    from catalog.read import query

    place = str(workspace.catalog)
    try:
        if refresh(workspace, wait=None).status == "busy":
            return
        rows = query(workspace.dot_axtui, "SELECT job, state FROM jobs").to_pylist()
    except CatalogError as error:
        yield Finding("catalog", place, str(error), "axtui reindex")
        return
    listed = {row["job"]: row["state"] for row in rows}
    for jobid, state in states.items():
        says = listed.get(jobid)
        if says is None:
            problem = jobid.rpartition("-")[0] not in shared
            yield Finding("catalog", jobid, "is missing in the catalog", "axtui reindex", problem)
        elif says != state and "damaged" not in (says, state) and state != "running":
            what = f"is {says} in the catalog, but {state}"
            yield Finding("catalog", jobid, what, "axtui reindex")
    for jobid, state in listed.items():
        if jobid not in states and state != "collected":
            what = f"is {state} in the catalog, but does not exist"
            problem = jobid.rpartition("-")[0] not in shared
            yield Finding("catalog", jobid, what, "axtui reindex", problem)
