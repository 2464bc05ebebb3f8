"""The folder that a running build keeps about itself, for other processes: its files and their form.

`.axtui/live/BUILD_JOB/` is there while a build script runs. `lock` is locked for as long as its
process lives, and that alone says whether it does; `run.json` says what runs, `events` what has
happened (a line of JSON each), `now.json` what every slice is doing, and files in `stop/` ask for a
job to be stopped. The folder comes and goes by rename, so that no half of it is ever seen.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import time
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any

import orjson

from axtui.build import events
from axtui.data.disk import remove_tree
from axtui.valueobject import value_object
from axtui.workspace import Workspace

FORMAT = "axtui-live-1"
LOCK, RUN, EVENTS, NOW, STOP = "lock", "run.json", "events", "now.json", "stop"
_HIDDEN = "."
_LEFTOVER_SECONDS = 60.0


@value_object
class Told:
    """An event, and when it happened (seconds since 1970)."""

    at: float
    event: events.Event


def live_folder(workspace: Workspace) -> Path:
    """Where the running builds of a workspace have their folders."""
    return workspace.dot_axtui / "live"


def folders(workspace: Workspace) -> list[Path]:
    """The folders of all builds that run, or died; those that are being made are left out."""
    try:
        found = sorted(live_folder(workspace).iterdir())
    except FileNotFoundError:
        return []
    return [path for path in found if not path.name.startswith(_HIDDEN)]


# -- the lock


def hold(folder: Path) -> IO[bytes]:
    """Take the lock of a build's folder, held until the file is closed or the process ends. Raises
    BlockingIOError where someone has it."""
    stream = (folder / LOCK).open("ab")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.close()
        raise
    return stream


def is_held(folder: Path) -> bool:
    """Whether the process of this build lives (False, too, where the folder is gone)."""
    try:
        with (folder / LOCK).open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


# -- coming and going


def begin(workspace: Workspace, build_job: str, run: dict[str, Any]) -> tuple[Path, IO[bytes]]:
    """Make the folder of a build, locked and complete, and show it; the folder and its held lock."""
    place = live_folder(workspace)
    place.mkdir(parents=True, exist_ok=True)
    _sweep(place)
    making, folder = place / f"{_HIDDEN}new-{build_job}", place / build_job
    for path in (making, folder):
        _clear(path)
    making.mkdir()
    (making / STOP).mkdir()
    lock = hold(making)
    (making / RUN).write_bytes(_json({"format": FORMAT, **run}))
    (making / EVENTS).touch()
    making.rename(folder)
    return folder, lock


def remove(folder: Path) -> None:
    """Take the folder of a build away. Readers that have its files open can read them to the end."""
    hidden = folder.with_name(f"{_HIDDEN}old-{folder.name}")
    with contextlib.suppress(OSError):
        _take_away(hidden)  # of one that was killed while it removed this
        folder.rename(hidden)
        _take_away(hidden)


def _take_away(folder: Path) -> None:
    with contextlib.suppress(OSError):
        remove_tree(folder)


def _clear(folder: Path) -> None:
    """Remove what an earlier build of the same job id left, as it can where jobs were removed by
    hand: nobody else makes this folder now. That of a build which still lives is left."""
    if not is_held(folder):
        remove(folder)


def _sweep(place: Path) -> None:
    """Remove what builds that were killed while they made or removed their folder left."""
    for path in place.glob(f"{_HIDDEN}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS and not is_held(path):
                _take_away(path)


# -- forms


def write(path: Path, value: Any) -> None:
    """Replace a JSON file at once. It is worth nothing after a crash, so it is not synced."""
    beside = path.with_name(f"{_HIDDEN}{path.name}")
    beside.write_bytes(_json(value))
    beside.replace(path)


def read(path: Path) -> dict[str, Any]:
    """A JSON file; empty where it is gone."""
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def event_line(event: events.Event, at: float) -> bytes:
    """An event as a line of the file."""
    return _json({"at": at, "event": type(event).__name__, "of": event}) + b"\n"


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # text that is no Unicode: shown with a ? for what it is not
        return json.dumps(value, default=asdict, ensure_ascii=False).encode("utf-8", "replace")


def event_of(line: bytes) -> Told | None:
    """The event of a line; None for one that this version does not know."""
    try:
        return event_from(orjson.loads(line))
    except orjson.JSONDecodeError:
        return None


def event_from(held: Any) -> Told | None:
    """The event of {"at", "event", "of"}; None for one that this version does not know."""
    try:
        kind = _KINDS[held["event"]]
        names = {one.name for one in fields(kind)}
        given = {name: value for name, value in held["of"].items() if name in names}
        return Told(held["at"], kind(**given))
    except (KeyError, TypeError, AttributeError):
        return None


_KINDS = {kind.__name__: kind for kind in events.Event.__subclasses__()}
