"""The results folder: symbolic links to files of jobs, and what is known of each link."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axtui.data import jobdir
from axtui.data.disk import explained
from axtui.errors import UserError


def link_result(
    results: Path, job_path: Path, filename: str, linkname: str | None, registered: Any
) -> Path:
    """Link `filename` of a finished job into the results folder, atomically; the link's path.

    Raises UserError for names outside the results folder, files the job does not have, and places
    that hold something that is not a link.
    """
    source = job_path / filename
    if ".." in Path(filename).parts or not source.is_file():
        has = ", ".join(registered) or "none"
        raise UserError(f"job {job_path.name} has no file {filename!r} to link (it has: {has})")
    link = _place(results, linkname if linkname is not None else filename, filename)
    with explained("link", link):
        _make_folders(results, link.parent)
        if link.is_symlink() or not link.exists():
            temporary = link.with_name(f".{link.name}.{os.getpid()}")
            temporary.unlink(missing_ok=True)
            temporary.symlink_to(source)
            temporary.replace(link)
            return link
    raise UserError(f"{link} is there and is no link; move it away, or link under another name")


def _place(results: Path, linkname: str, filename: str) -> Path:
    name = linkname + Path(filename).name if linkname.endswith("/") else linkname
    parts = Path(name).parts
    if not parts or Path(name).is_absolute() or ".." in parts:
        raise UserError(f"a result cannot be linked as {linkname!r}: it would not lie in {results}")
    return results / name


def _make_folders(results: Path, folder: Path) -> None:
    """Make the folders on the way to a link, refusing to go through other links."""
    results.mkdir(parents=True, exist_ok=True)
    here = results
    for part in folder.relative_to(results).parts:
        here = here / part
        if here.is_symlink():
            raise UserError(f"{here} is a link; results are not linked through links")
        here.mkdir(exist_ok=True)


def linked_jobs(results: Path) -> dict[str, Path]:
    """{link name: file or folder it points to} of every link, whoever made it; absolute."""
    found = {}
    for folder, folders, names in os.walk(results):
        for name in (*names, *folders):
            path = Path(folder) / name
            if path.is_symlink():
                target = path.parent.resolve() / path.readlink()
                found[path.relative_to(results).as_posix()] = Path(os.path.normpath(target))
    return dict(sorted(found.items()))


def job_of(target: Path) -> str | None:
    """The job that a linked file belongs to, or that a linked folder is; also by way of more links."""
    for place in (target, target.resolve()):
        for part in (place, *place.parents):
            if (part / jobdir.SETUP).exists():
                workdir, _, number = part.name.rpartition("-")
                if workdir and number.isdigit():
                    return part.name
    return None
