"""What is linked into the results folder, with what is known of each link."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axtui.build.results import job_of, linked_jobs
from axtui.build.specs import Specs
from axtui.data import jobdir
from axtui.errors import NoSuchJobError, NoSuchWhateverError
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace

TOLD = "SELECT link, job, header, description FROM results"
"""What the catalog knows of results."""


@dataclass(frozen=True)
class Linked:
    """A result: `name` in the results folder, `path` there, the job and the file of it that it
    leads to. `when` (Unix seconds) and `bytes` are None where the file is gone. `target` is where
    the link led when it was looked at; `since` the job whose file a build script linked under the
    name last, where that is another one."""

    name: str
    path: Path
    job: str | None
    file: str
    when: float | None
    bytes: int | None
    header: str | None = None
    description: str | None = None
    target: Path | None = None
    since: str | None = None

    @property
    def gone(self) -> bool:
        """Whether the file it leads to is not there any more."""
        return self.bytes is None


def results(workspace: Workspace, rows: Iterable[Mapping[str, Any]] | None = None) -> list[Linked]:
    """All results by name; header and description as far as the catalog can tell them.

    `rows` are the answer to TOLD, for a caller with a catalog of its own.
    """
    if rows is None:
        rows = _told(workspace)
    told = {row["link"]: row for row in rows}
    folder = workspace.config.results
    return [
        _linked(folder / name, name, target, told) for name, target in linked_jobs(folder).items()
    ]


def result_path(workspace: Workspace, name: str) -> Path:
    """The file of a result (by its name, or the only one of that stem), or of a job (`JOB/FILE`).

    Raises NoSuchWhateverError, suggesting near names.
    """
    linked = linked_jobs(workspace.config.results)
    found, by_stem = _called(name, linked)
    if found is not None:
        return _there(workspace, found, linked)
    job, slash, file = name.partition("/")
    if slash and file:
        with contextlib.suppress(NoSuchJobError):
            return _job_file(workspace, job, file)
    if by_stem:
        raise NoSuchWhateverError(f"several results are called {name!r}: {', '.join(by_stem)}")
    there = f" There is: {', '.join(linked)}." if linked and len(linked) <= 10 else ""
    none = "" if linked else " No result is linked yet; build scripts do it with job.link_result()."
    stems = [Path(known).stem for known in linked]
    hint = did_you_mean(name, [*linked, *stems]) or there or none
    raise NoSuchWhateverError(f"there is no result {name!r}.{hint}")


def result_name(workspace: Workspace, name: str) -> str | None:
    """The whole name of a result, given by it or by its stem if no other has that; None if none is."""
    return _called(name, linked_jobs(workspace.config.results))[0]


def _called(name: str, linked: Iterable[str]) -> tuple[str | None, list[str]]:
    """(the one result that a name means, all that it could mean)."""
    by_stem = [known for known in linked if name in (Path(known).stem, Path(known).name)]
    if name in linked:
        return name, by_stem
    return (by_stem[0] if len(by_stem) == 1 else None), by_stem


def _there(workspace: Workspace, name: str, linked: dict[str, Path]) -> Path:
    path = workspace.config.results / name
    if not path.exists():
        raise NoSuchWhateverError(
            f"the result {name} leads to {linked[name]}, which is gone; run its build script again"
        )
    return path


def _job_file(workspace: Workspace, spec: str, file: str) -> Path:
    specs = Specs(workspace)
    jobid = specs.job(spec)
    folder = specs.path(jobid)
    path = folder / file
    if path.is_file() and folder.resolve() in path.resolve().parents:
        return path
    post = jobdir.load_post(folder) if jobdir.state(folder) == "complete" else {}
    has = list(post.get("registered", ()))
    raise NoSuchWhateverError(
        f"job {jobid} has no file {file!r}; it has {', '.join(has) or 'none'}."
        + did_you_mean(file, has)
    )


def _linked(path: Path, name: str, target: Path, told: Mapping[str, Mapping[str, Any]]) -> Linked:
    job = job_of(target)
    when = size = None
    with contextlib.suppress(OSError):
        size = path.stat().st_size
        when = path.lstat().st_mtime
    parts = target.parts
    file = "/".join(parts[parts.index(job) + 1 :]) if job in parts else target.name
    last = told.get(name, {})
    if last.get("job") != job:
        return Linked(name, path, job, file, when, size, target=target, since=last.get("job"))
    words = last.get("header"), last.get("description")
    return Linked(name, path, job, file, when, size, *words, target=target)


def _told(workspace: Workspace) -> list[Mapping[str, Any]]:
    """The answer of the workspace's catalog; nothing where there is none to ask."""
    from catalog.errors import CatalogError
    from catalog.read import query

    if not workspace.catalog.exists():
        return []
    with contextlib.suppress(CatalogError, OSError):
        return list(query(workspace.dot_axtui, TOLD, wait=1.0).to_pylist())
    return []
