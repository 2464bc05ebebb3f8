"""The options of a run as people type them, in a command line or a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from axtui.build.timestamps import normal
from axtui.build.watch.told import How
from axtui.errors import UserError
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace

NAMES = {
    "flags": "Flags for the build script, with commas between.",
    "horizon": "See nothing in the urd that is later than this timestamp.",
    "workdir": "Where new jobs go.",
    "concurrency": "Run at most N slices, or METHOD=N of a method; with commas between.",
    "input": "Read input files from this folder instead of the one in axtui.toml.",
}
"""What can be said, and what it means."""


def how(workspace: Workspace, typed: Mapping[str, str]) -> How:
    """What was typed for `NAMES`, empty ones left out. Raises UserError (UrdError for a timestamp that
    is none)."""
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    workdir = given.get("workdir")
    known = workspace.config.workdirs
    if workdir is not None and workdir not in known:
        hint = did_you_mean(workdir, known)
        raise UserError(f"there is no workdir {workdir!r}.{hint} There is: {', '.join(known)}.")
    return How(
        flags=frozenset(words(given.get("flags", ""))),
        horizon=normal(given["horizon"]) if "horizon" in given else None,
        workdir=workdir,
        concurrency=tuple(concurrency(words(given.get("concurrency", ""))).items()),
        inputs=_folder(given["input"]) if "input" in given else None,
    )


def words(text: str) -> list[str]:
    """What stands between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def concurrency(texts: Iterable[str]) -> dict[str | None, int]:
    """`N` for all methods, `method=N` for one. Raises UserError."""
    found: dict[str | None, int] = {}
    for text in texts:
        method, _, number = text.rpartition("=")
        if not number.isdecimal() or int(number) < 1 or ("=" in text and not method):
            raise UserError(f"expected N or METHOD=N, got {text!r}")
        found[method or None] = int(number)
    return found


def _folder(text: str) -> str:
    path = Path(text).expanduser().resolve()
    if not path.is_dir():
        raise UserError(f"{text} is no folder")
    return str(path)
