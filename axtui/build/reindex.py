"""What is only an index, made anew from what is truth: job directories and the urd."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.build.housekeeping.collected import collected_jobs
from axtui.build.housekeeping.pins import pin_document, pins
from axtui.build.index import IndexedJob, ReuseIndex, indexed_as, is_indexed
from axtui.build.jobrecords import JobRecords, Shared
from axtui.build.record import NO_RECORD, damaged_document, document_of, results_of, run_of
from axtui.build.urdstore import Entries, open_urd, urd_exists
from axtui.data import jobdir
from axtui.errors import UrdError
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from catalog.fold import FoldReport

EVENT_VERSION = 1


def reindex(workspace: Workspace, told: Callable[[str], None] = lambda kind: None) -> FoldReport:
    """Make the catalog and the index for re-use anew, whatever is there now. `told` is called with the
    kind of each event that is found on the way.

    Killed at any moment it leaves the old catalog or the new one, and an index that is right or known
    to be incomplete. Raises CatalogError if the catalog cannot be written.
    """
    from catalog.fold import reindex as make_anew  # only here is DuckDB needed

    indexed: dict[str, list[IndexedJob]] = {name: [] for name in workspace.config.workdirs}

    def found() -> Iterator[dict[str, Any]]:
        for event in events(workspace):
            told(event["kind"])
            if event["kind"] == "job":
                doc = event["doc"]
                indexed[doc["workdir"]] += [(doc["jobid"], *entry) for entry in _entries(doc)]
            yield event

    report = make_anew(workspace.dot_axtui, found)
    index = ReuseIndex(workspace.config.workdirs, workspace.config.target)
    for name, jobs in indexed.items():
        index.rebuild(name, jobs)
    return report


def _entries(doc: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """What the index for re-use has of a job: its key and method, if it can be re-used."""
    if doc["state"] == "damaged":
        return indexed_as(doc["path"])  # why a job is built again may be that this one is damaged
    if doc["state"] != "complete" or doc["is_build"] or not is_indexed(doc["key"], doc["method"]):
        return ()
    return [(doc["key"], doc["method"])]


def events(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Journal events from which the catalog can be made: oldest job first within each workdir."""
    yield _event("workspace", time.time(), {"workspace": str(workspace.root)})
    workdirs = workspace.config.workdirs
    shared = Shared(workdirs)
    for name, folder in workdirs.items():
        if not folder.is_dir():
            continue
        for number in sorted(jobdir.job_numbers(folder, name)):
            path = folder / f"{name}-{number}"
            try:
                told = list(_job_events(path, shared))
            except NO_RECORD:
                told = [_event("job", time.time(), damaged_document(path))]
            yield from told
        for record in collected_jobs(folder, name):
            yield from _collected_events(record)
    for pin in pins(workdirs).values():
        yield _event("pin", pin.at, pin_document(pin, pinned=True))
    yield from _urd_events(workspace)


def _collected_events(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What was known of a job that `gc` removed."""
    doc, run = record["job"], record["run"]
    at = doc["collected"]["at"]
    yield _event("job", at, doc)
    if doc.get("alarm"):
        yield _event("alarm", doc["ended"] or at, doc["alarm"])
    if run:
        ended = run["ended"] or run["started"] or at
        yield _event("run", ended, run)
        for result in record["results"]:
            yield _event("result", ended, result)


def _job_events(path: Path, shared: Shared) -> Iterator[dict[str, Any]]:
    records = JobRecords(path)
    doc = document_of(records, shared)
    at = doc["ended"] or doc["started"] or time.time()
    yield _event("job", at, doc)
    if doc["alarm"]:
        yield _event("alarm", at, doc["alarm"])
    if doc["is_build"]:
        yield _event("run", at, run_of(records))
        for result in results_of(records):
            yield _event("result", at, result)


def _urd_events(workspace: Workspace) -> Iterator[dict[str, Any]]:
    if not urd_exists(workspace.config):
        return
    for entry in _logged(workspace):
        deps = {other: dep["timestamp"] for other, dep in entry["deps"].items()}
        yield _event("urd", entry.pop("at"), {**entry, "action": "add", "deps": deps})


def _logged(workspace: Workspace) -> Entries:
    """All entries; none of a server that does not answer: an index can do without."""
    try:
        log = open_urd(workspace.config, patience=0.0)
        return [entry for name in log.list() for entry in log.entries(name)]
    except UrdError:
        return []


def _event(kind: str, at: float, doc: dict[str, Any]) -> dict[str, Any]:
    return {"v": EVENT_VERSION, "kind": kind, "at": at, "doc": doc}
