"""Adopting: everything of old workdirs that is not here yet becomes jobs of this workspace."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from axtui.build.adopt.crew import Crew
from axtui.build.adopt.found import find
from axtui.build.adopt.making import Maker, clean_up
from axtui.build.adopt.oldurd import TakenOver, take_over
from axtui.build.adopt.plan import Plan, Skipped, make_plan
from axtui.build.record import job_document, result_documents, run_document
from axtui.build.refresh import refresh
from axtui.build.results import link_result
from axtui.data import jobdir
from axtui.data.disk import explained
from axtui.errors import DamagedJobError, UserError
from axtui.workspace import Workspace
from catalog.journal import JournalWriter

LOCK = ".adopt.lock"
_BUSY = b"busy"
_OFTEN = 5.0
"""Seconds of work that is lost at most when it is killed."""


@dataclass
class Adopted:
    """What came of it. `jobs` are the new ids in the order in which they were made, `known` how many
    jobs were adopted before, `unfinished` how many never ran to their end. `notes` tell what differs."""

    jobs: list[str] = field(default_factory=list)
    known: int = 0
    unfinished: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    renumbered: dict[str, str] = field(default_factory=dict)
    unhashed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    urd: TakenOver = field(default_factory=TakenOver)
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Step:
    """A job is next: which one, how many are done, and how many there are in all."""

    job: str
    done: int
    total: int


def adopt(
    workspace: Workspace,
    paths: Iterable[Path],
    into: str | None = None,
    observe: Callable[[Step], None] = lambda step: None,
) -> Adopted:
    """Adopt the jobs and logs at `paths` (see `found.find`) that are not adopted yet. They go to the
    workdir of the same name, or to `into`.

    A job that is not whole is skipped, with those that need it, and told. What is killed on the way
    goes on the next time. Raises UserError where nothing can be begun, StorageError where it cannot be
    written.
    """
    began = time.monotonic()
    workspace.make_folders()
    found = find(workspace, paths)
    report = Adopted()
    with contextlib.ExitStack() as stack:
        targets = {into or old.name for old in found.workdirs} & workspace.config.workdirs.keys()
        interrupted = False
        for name in sorted(targets):
            interrupted |= stack.enter_context(_alone(workspace.config.workdirs[name]))
        plan = make_plan(found.workdirs, workspace.config.workdirs, into)
        report.known, report.unfinished = _known_of(plan), plan.unfinished
        journal = stack.enter_context(JournalWriter(workspace.dot_axtui))
        try:
            _make(workspace, plan, report, observe)
        finally:
            told = (
                {plan.ids[job] for job in plan.known if job in plan.old} if interrupted else set()
            )
            _tell(workspace, journal, {*report.jobs, *told}, report)
        for old in found.urds:
            _add_urd(workspace, old, plan, journal, report)
    report.skipped = plan.skipped
    refresh(workspace)
    report.seconds = time.monotonic() - began
    return report


def _known_of(plan: Plan) -> int:
    return sum(job in plan.old for job in plan.known)


def _make(
    workspace: Workspace,
    plan: Plan,
    report: Adopted,
    observe: Callable[[Step], None],
) -> None:
    total = len(plan.todo)
    for name, number in plan.highest.items():
        _reserve(workspace.config.workdirs[name], number)
    with Crew(workspace.config.engine.slots) as crew:
        maker = Maker(plan, crew, workspace.config.user, time.time())
        last = time.monotonic()
        done = 0
        for jobs in plan.in_order():
            observe(Step(jobs[0].jobid, done, total))
            done += len(jobs)
            if maker.waiting and (
                any(map(plan.has_links, jobs)) or time.monotonic() - last > _OFTEN
            ):
                report.jobs += [path.name for path in maker.publish()]
                last = time.monotonic()
            try:
                maker.make(jobs)
            except DamagedJobError as error:
                for job in jobs:
                    plan.skip(job.jobid, str(error))
        report.jobs += [path.name for path in maker.publish()]
        made = set(report.jobs)
        report.renumbered = {
            job.jobid: new
            for job in plan.todo
            if (new := plan.ids.get(job.jobid)) in made and new != job.jobid
        }
        report.notes += maker.left
        report.unhashed += maker.unhashed


def _reserve(workdir: Path, number: int) -> None:
    """See that builds that run meanwhile take none of the numbers that jobs have, or get."""
    hint = workdir / ".next"
    with explained("write", hint):
        try:
            now = int(hint.read_text())
        except (OSError, ValueError):
            now = 0
        hint.write_text(str(max(now, number)))


@contextlib.contextmanager
def _alone(workdir: Path) -> Iterator[bool]:
    """Be the only one who adopts into a workdir; whether the last one was killed. What it left behind
    is cleaned up."""
    workdir.mkdir(parents=True, exist_ok=True)
    with explained("write to", workdir):
        lock = (workdir / LOCK).open("a+b")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"another `axtui adopt` is at work in {workdir}; wait until it is done"
            ) from None
        lock.seek(0)
        interrupted = lock.read() == _BUSY
        clean_up(workdir)
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), _BUSY)
        yield interrupted
        os.ftruncate(lock.fileno(), 0)


def _tell(
    workspace: Workspace, journal: JournalWriter, jobids: Iterable[str], report: Adopted
) -> None:
    """Tell the catalog, in the order in which the jobs ended; link results that nobody linked since."""
    workdirs = workspace.config.workdirs
    ended = {jobid: _ended(workdirs, jobid) for jobid in jobids}
    links: dict[str, tuple[str, str]] = {}
    for jobid in sorted(ended, key=lambda one: (ended[one], one)):
        path = _folder(workdirs, jobid)
        document = job_document(path, workdirs)
        journal.append("job", document, ended[jobid])
        if document["is_build"]:
            journal.append("run", run_document(path), ended[jobid])
            for result in result_documents(path):
                journal.append("result", result, ended[jobid])
                links[result["link"]] = (result["job"], result["file"])
    for jobid in report.jobs:
        _count(workdirs, jobid, report)
    for link, (jobid, file) in links.items():
        place = workspace.config.results / link
        if place.is_symlink() or place.exists():
            continue
        try:
            link_result(workspace.config.results, _folder(workdirs, jobid), file, link, ())
        except UserError as error:
            report.notes.append(f"the result {link} was not linked: {error}")


def _folder(workdirs: Mapping[str, Path], jobid: str) -> Path:
    return workdirs[jobdir.split_jobid(jobid)[0]] / jobid


def _ended(workdirs: Mapping[str, Path], jobid: str) -> float:
    return float(jobdir.load_post(_folder(workdirs, jobid))["endtime"])


def _count(workdirs: Mapping[str, Path], jobid: str, report: Adopted) -> None:
    path = _folder(workdirs, jobid)
    report.bytes += sum(fact["size"] for fact in jobdir.load_post(path)["files"].values())
    for file in (path / jobdir.DATASETS).glob("*.json"):
        meta = jobdir.read_json(file)
        report.rows += sum(meta["lines"]) if meta["slices"] else 0


def _add_urd(
    workspace: Workspace, old: Path, plan: Plan, journal: JournalWriter, report: Adopted
) -> None:
    if workspace.config.urd_server:
        report.notes.append(
            f"{old} was not read: the urd of this workspace is at {workspace.config.urd_server}"
        )
        return
    taken = take_over(old, workspace.config.urd, plan.ids, journal)
    report.urd.new += taken.new
    report.urd.known += taken.known
    report.urd.left += taken.left
