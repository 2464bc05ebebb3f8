"""The machine against what the settings ask of it: cores, memory, open files, the slots."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Iterator

from axtui import config, human, memory
from axtui.build.doctor.filesystem import inspect
from axtui.build.doctor.finding import Finding, ok, problem, warning
from axtui.engine import slots

_MEMORY_PER_SLICE = 256 * 2**20
"""What a slice at work needs at the least: Python and pyarrow, and some rows."""
_FILES_BESIDES = 128
_FILES_PER_SLICE = 4


def checks(slices: int, limit: int, asked: int = 0) -> Iterator[Finding]:
    """Findings about the machine, for so many slices of which `limit` work at once, in `asked` bytes
    of memory (0: a part of what is there)."""
    yield from _cores(slices, limit)
    yield _memory(min(slices, limit), asked)
    yield _open_files(slices)
    yield from _slots()


def _cores(slices: int, limit: int) -> Iterator[Finding]:
    cores = config.cores()
    shown = f"{human.plural(slices, 'slice')}, {limit} at once, on {human.plural(cores, 'core')}"
    if limit > cores:
        yield warning(
            "cores",
            f"{shown}: slices will wait for one another",
            f"set slots = {cores} in [engine] of axtui.toml, or leave it out",
        )
    elif slices > 8 * cores:
        yield warning(
            "cores",
            f"{shown}: each slice costs a process and a file per dataset",
            f"set slices = {cores} (to {4 * cores}) in axtui.toml",
        )
    else:
        yield ok("cores", shown)


def _memory(at_once: int, asked: int) -> Finding:
    found, each = memory.available(), memory.per_slice(asked, at_once)
    shown = (
        f"{human.size(each)} for each of {human.plural(at_once, 'slice')} at once, "
        f"of {human.size(found)}"
    )
    if asked > found:
        return warning("memory", shown, "set less memory in [engine] of axtui.toml")
    if found < at_once * _MEMORY_PER_SLICE:
        fitting = max(1, found // _MEMORY_PER_SLICE)
        return warning("memory", shown, f"set slots = {fitting} in [engine] of axtui.toml")
    return ok("memory", shown)


def _open_files(slices: int) -> Finding:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = _FILES_BESIDES + _FILES_PER_SLICE * slices
    if soft != resource.RLIM_INFINITY and soft < needed:
        return warning(
            "open files",
            f"a process may open {soft} files; {slices} slices may want {needed}",
            f"ulimit -n {needed} (in the start file of your shell), or fewer slices",
        )
    return ok("open files", "no limit" if soft == resource.RLIM_INFINITY else f"{soft} at once")


def _slots() -> Iterator[Finding]:
    """The slots that all builds of a machine share lie in the folder for temporary files."""
    try:
        folder = slots.ready_folder(slots.default_folder())
    except Exception as error:
        yield problem(
            "slots",
            f"the slots that builds share cannot be made in {tempfile.gettempdir()}: {error}",
            "set TMPDIR to a folder on this machine that you can write to",
        )
        return
    found = inspect(folder)
    if found.refused:
        yield problem(
            "slots",
            f"{folder} cannot be written to: {found.refused}",
            "set TMPDIR to a folder that you can write to",
        )
    elif not found.locks:
        yield problem(
            "slots",
            f"{folder} lies on a file system without working locks ({found.kind})",
            "set TMPDIR to a folder on a local disk",
        )
    else:
        yield ok("slots", str(folder))
