"""The folders of a workspace: whether they are there, can be written to, and can be relied on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from axtui import human
from axtui.build.doctor.filesystem import FileSystem, inspect
from axtui.build.doctor.finding import Finding, ok, problem, warning
from axtui.build.urdstore import open_urd
from axtui.config import Config
from axtui.data import jobdir
from axtui.errors import UrdError
from axtui.workspace import Workspace

_LITTLE, _TOO_LITTLE = 5 * 2**30, 200 * 2**20
_SKEW_S = 1.5
_NAMED = "name another place in axtui.toml"


def checks(workspace: Workspace) -> Iterator[Finding]:
    """Findings about the folders, and what the settings say that has no meaning here."""
    config = workspace.config
    for note in config.notes:
        yield ok("settings", note)
    if not config.durable:
        yield warning(
            "settings",
            "jobs are not durable (`durable = false`): one that was told to be complete may be damaged "
            "or gone after a power cut or a crash of the system",
            "take `durable = false` out of axtui.toml where that matters",
        )
    yield from _inputs(config.inputs)
    for name, folder in config.workdirs.items():
        yield from _workdir(name, folder, name == config.target)
    yield from _written("results", config.results)
    yield from _urd_server(config) if config.urd_server else _written("urd", config.urd)
    yield from _written("index", workspace.dot_axtui)
    yield from _clock(workspace)


def _urd_server(config: Config) -> Iterator[Finding]:
    """Whether the server of the urd answers, and takes this user's entries."""
    try:
        open_urd(config, patience=0.0).check_user()
    except UrdError as error:
        yield problem("urd", str(error), "see `axtui urd-server --help`")
    else:
        yield ok("urd", config.urd_server)


def _inputs(folder: Path) -> Iterator[Finding]:
    if folder.is_dir():
        yield ok("inputs", str(folder))
    else:
        yield warning(
            "inputs",
            f"the folder of input files, {folder}, does not exist",
            f"mkdir {folder}, or set `inputs` in axtui.toml",
        )


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is."""
    return next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))


def _written(what: str, folder: Path) -> Iterator[Finding]:
    """A folder that builds write to; it need not be there yet."""
    place = _existing(folder)
    if not place.is_dir():
        yield problem(what, f"{place} is a file where a folder is needed", "move it away")
        return
    found = inspect(place)
    if found.refused:
        yield problem(
            what, f"{place} cannot be written to: {found.refused}", f"chmod u+w, or {_NAMED}"
        )
    elif what != "index" and not found.links:
        yield problem(what, f"{place} ({found.kind}) cannot hold links", _NAMED)
    elif not found.locks:
        yield problem(what, f"{place} ({found.kind}): locks do not work", _NAMED)
    else:
        yield ok(what, str(folder))


def _workdir(name: str, folder: Path, target: bool) -> Iterator[Finding]:
    check = f"workdir {name}"
    place = _existing(folder)
    if not place.is_dir():
        yield problem(check, f"{place} is a file where a folder is needed", "move it away")
        return
    found = inspect(place)
    if found.refused and target:
        yield problem(
            check, f"{place} cannot be written to: {found.refused}", f"chmod u+w, or {_NAMED}"
        )
        return
    troubles = list(_troubles(check, place, found))
    yield from troubles
    if not any(trouble.state == "problem" for trouble in troubles):
        there = "" if folder.is_dir() else ", not made yet"
        yield ok(check, f"{folder}{there} ({found.kind}, {human.size(found.free)} free)")


def _troubles(check: str, place: Path, found: FileSystem) -> Iterator[Finding]:
    if not found.locks:
        yield problem(
            check,
            f"{place} ({found.kind}): locks do not work there, so builds could harm one another",
            f"mount it with locks (for nfs: without nolock), or {_NAMED}",
        )
    elif found.network:
        yield warning(
            check,
            f"{place} is on a network file system ({found.kind}); locks hold on this machine",
            "build there from one machine at a time",
        )
    if not found.links:
        yield problem(check, f"{place} ({found.kind}) cannot hold symbolic links", _NAMED)
    if not found.modes:
        yield warning(
            check,
            f"{place} ({found.kind}) does not keep modes: finished jobs cannot be made read-only",
            _NAMED,
        )
    if not found.distinguishes_case:
        yield warning(
            check,
            f"{place} takes `a` and `A` for one name: files of jobs must differ in more than case",
            "take care with names, or use a volume that tells them apart",
        )
    if found.free < _TOO_LITTLE:
        yield problem(
            check,
            f"{human.size(found.free)} are free in {place}",
            "make room: axtui gc --dry-run shows what could go",
        )
    elif found.free < _LITTLE:
        yield warning(
            check,
            f"only {human.size(found.free)} are free in {place}",
            "make room: axtui gc --dry-run shows what could go",
        )
    if abs(found.skew) > _SKEW_S:
        yield warning(
            check,
            f"the clock of {place} is {found.skew:+.0f} s off from this machine's",
            "set both clocks by the same server (ntp); until then input files are read more often",
        )


def _clock(workspace: Workspace) -> Iterator[Finding]:
    """Jobs of the future are a sign that this machine's clock is wrong now, or was then."""
    now = time.time()
    future = []
    for name, folder in workspace.config.workdirs.items():
        if folder.is_dir():
            newest = max(jobdir.job_numbers(folder, name), default=None)
            if newest is not None and (folder / f"{name}-{newest}").stat().st_mtime > now + 60:
                future.append(f"{name}-{newest}")
    shown = time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(now))
    if future:
        yield warning(
            "clock",
            f"it is {shown}, but {', '.join(future)} is from a later time",
            "set the clock of this machine (timedatectl set-ntp true)",
        )
    else:
        yield ok("clock", shown)
