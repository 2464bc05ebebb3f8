"""What axtui keeps about the jobs: the catalog, its journals, locks, and what died half-way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from axtui import human
from axtui.build.doctor.finding import Finding, ok, problem, warning
from axtui.build.results import linked_jobs
from axtui.data import jobdir
from axtui.workspace import Workspace
from catalog.errors import CatalogError, CatalogNewerError
from catalog.layout import journal_paths
from catalog.read import query

_MANY_JOURNALS, _MUCH = 200, 100 * 10**6
_SHOWN = 3


def checks(workspace: Workspace) -> Iterator[Finding]:
    """Findings about the indexes, and about jobs that were left unfinished."""
    yield from _catalog(workspace)
    yield from _journals(workspace.dot_axtui)
    yield from _unfinished(workspace)
    yield from _results(workspace)


def _catalog(workspace: Workspace) -> Iterator[Finding]:
    if not workspace.catalog.exists():
        if _jobs(workspace):
            yield warning("catalog", "there are jobs, but no catalog yet", "axtui reindex")
        else:
            yield ok("catalog", "none yet; the first build makes it")
        return
    try:
        known = query(workspace.dot_axtui, "SELECT job, state FROM jobs", wait=2.0).to_pylist()
    except CatalogNewerError as error:
        yield problem("catalog", str(error), "use the newer axtui, or axtui reindex")
        return
    except CatalogError as error:
        yield problem("catalog", str(error), "axtui reindex (no job is touched)")
        return
    size = human.size(workspace.catalog.stat().st_size)
    there = set(_jobs(workspace))
    missing = there - {row["job"] for row in known}
    if missing and not journal_paths(workspace.dot_axtui):
        yield warning(
            "catalog",
            f"it does not know of {human.plural(len(missing), 'job')} ({_some(missing)})",
            "axtui reindex",
        )
    else:
        yield ok("catalog", f"{human.plural(len(known), 'job')}, {size}")
    aside = list(workspace.dot_axtui.glob(f"{workspace.catalog.name}.damaged-*"))
    if aside:
        yield warning(
            "catalog",
            f"{human.plural(len(aside), 'damaged catalog')} was set aside before ({aside[-1]})",
            "look at the disk if this happens again; the files can be removed",
        )


def _journals(folder: Path) -> Iterator[Finding]:
    paths = journal_paths(folder)
    size = sum(path.stat().st_size for path in paths if path.exists())
    shown = f"{human.plural(len(paths), 'journal')}, {human.size(size)}"
    if len(paths) > _MANY_JOURNALS or size > _MUCH:
        yield warning(
            "journals",
            f"{shown} wait to be taken into the catalog",
            "axtui sql 'FROM jobs' takes them in",
        )
    else:
        yield ok("journals", shown)


def _jobs(workspace: Workspace) -> list[str]:
    return [
        f"{name}-{number}"
        for name, folder in workspace.config.workdirs.items()
        if folder.is_dir()
        for number in jobdir.job_numbers(folder, name)
    ]


def _unfinished(workspace: Workspace) -> Iterator[Finding]:
    context = workspace.context()
    jobs = _jobs(workspace)
    states = {jobid: jobdir.state(context.job_path(jobid)) for jobid in jobs}
    lost = [jobid for jobid, state in states.items() if state == "lost"]
    if lost:
        yield warning(
            "jobs",
            f"{human.plural(len(lost), 'job')} of builds that were killed ({_some(lost)}); "
            "they are never used, but take room",
            "axtui gc removes them when they are old enough",
        )
    count = Counter(states.values())
    shown = ", ".join(f"{number} {state}" for state, number in sorted(count.items()))
    yield ok("jobs", shown or "none yet")


def _results(workspace: Workspace) -> Iterator[Finding]:
    folder = workspace.config.results
    linked = linked_jobs(folder)
    gone = [name for name in linked if not (folder / name).exists()]
    if gone:
        yield warning(
            "results",
            f"{human.plural(len(gone), 'result')} leads to a file that is gone ({_some(gone)})",
            "run the build script that links it again, or remove the link",
        )


def _some(names: list[str] | set[str]) -> str:
    ordered = sorted(names)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more
