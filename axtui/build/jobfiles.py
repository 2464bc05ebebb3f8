"""Files that a job keeps, chosen by pattern: its source, and those it made."""

from __future__ import annotations

import fnmatch
from pathlib import Path, PurePosixPath

import orjson

from axtui.build import jobinfo
from axtui.data import jobdir


def sources(path: Path, pattern: str) -> list[tuple[str, bytes]]:
    """(name, bytes) of the source files of a job that fit, by name."""
    return [(name, text.encode()) for name, text in jobinfo.sources(path) if _fits(name, pattern)]


def made(path: Path, pattern: str) -> list[tuple[str, bytes]]:
    """(name, bytes) of the files that a job gave out; of one that is not complete, those that lie there."""
    names = jobinfo.registered(path) or _lying(path)
    return [(name, (path / name).read_bytes()) for name in names if _fits(name, pattern)]


def setup_text(path: Path) -> str:
    """The whole setup of a job, as JSON for reading."""
    return orjson.dumps(jobdir.load_setup(path), option=orjson.OPT_INDENT_2).decode()


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(
        PurePosixPath(name).name, pattern
    )


def _lying(path: Path) -> list[str]:
    """The files of a job that runs or failed, which nothing lists yet."""
    return sorted(
        file.name for file in path.iterdir() if file.is_file() and file.name not in jobdir.RESERVED
    )
