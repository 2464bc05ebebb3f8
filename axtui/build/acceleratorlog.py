"""The urd log of an Accelerator project (`urd.db`), read as the actions of ours.

A folder of files `<user>/<list>.urd`, one action per line, in two versions: 4 has tabs between its
fields and JSON in them; 3 has `|`, and the caption as it is, at the end. What counts as before and
after, over all files, is the time at which a line was written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from axtui.build.timestamps import normal
from axtui.build.urdfiles import SUFFIX
from axtui.build.urdlines import Record
from axtui.errors import NoSuchWhateverError, UrdError

_DECODER = json.JSONDecoder()


def read_accelerator_log(folder: Path) -> tuple[list[Record], list[str]]:
    """(actions, problems): all that was logged, first things first, and what could not be read.

    An action is a dict of `action` ("add" or "truncate"), `list` ("user/list"), `timestamp` and `at`
    (when it was logged, Unix seconds); an "add" has `joblist` ([[name, job id], ...]), `deps`,
    `caption`, `flags` and `build_job` ("" where none was kept), too. A line that cannot be read is
    left out, and told as a problem with its file and number. Raises NoSuchWhateverError where there
    is no such folder.
    """
    if not folder.is_dir():
        raise NoSuchWhateverError(f"there is no urd of an Accelerator project in {folder}")
    found: list[tuple[str, Record]] = []
    problems: list[str] = []
    for path in sorted(folder.glob(f"*/*{SUFFIX}")):
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            problems.append(f"{path}: cannot be read: {error.strerror}; left out")
            continue
        for number, line in enumerate(lines, 1):
            if not line and number == len(lines):
                continue
            try:
                found.append(_action(line.decode()))
            except (ValueError, KeyError, TypeError, AttributeError, UrdError) as error:
                problems.append(f"{path}, line {number}: left out: {error}")
    found.sort(key=lambda item: item[0])  # as text, and stable: as the Accelerator replays it
    return [record for _, record in found], problems


def _action(line: str) -> tuple[str, Record]:
    """(when it was written, as the log says it; the action) of one line."""
    version = line[:2]
    if version not in ("3|", "4\t"):
        raise ValueError(f"it is of no known version ({line[:20]!r})")
    _, written, action, timestamp, rest = [*line.split(version[1], 4), ""][:5]
    at = datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp()
    if action == "truncate":
        return written, _record(action, rest, timestamp, at)
    if action != "add":
        raise ValueError(f"it does neither add nor truncate, but {action!r}")
    name, _, rest = rest.partition(version[1])
    parts = _old_parts(rest) if version == "3|" else _parts(rest)
    deps, joblist, flags, caption, build_job = parts
    return written, _record(action, name, timestamp, at) | {
        "joblist": _pairs(joblist),
        "deps": {other: _dep(dep) for other, dep in deps.items()},
        "caption": str(caption),
        "flags": flags.split(",") if flags else [],
        "build_job": str(build_job or ""),
    }


def _record(action: str, name: str, timestamp: str, at: float) -> Record:
    user, slash, own = name.partition("/")
    if not (user and slash and own) or "/" in own:
        raise ValueError(f"{name!r} is no user/list")
    return {"action": action, "list": name, "timestamp": normal(timestamp), "at": at}


def _parts(text: str) -> Iterator[Any]:
    deps, joblist, flags, caption, *more = text.split("\t")
    build_job = json.loads(more[0]) if more else None
    return iter((json.loads(deps), json.loads(joblist), flags, json.loads(caption), build_job))


def _old_parts(text: str) -> Iterator[Any]:
    """The fields of version 3, which may have a `|` of their own in texts."""
    deps, end = _DECODER.raw_decode(text)
    joblist, end = _DECODER.raw_decode(text, end + 1)
    flags, _, caption = text[end + 1 :].partition("|")
    return iter((deps, joblist, flags, caption, None))


def _dep(dep: dict[str, Any]) -> dict[str, Any]:
    return {
        "timestamp": normal(dep["timestamp"]),
        "joblist": _pairs(dep["joblist"]),
        "caption": str(dep["caption"]),
    }


def _pairs(joblist: list[Any]) -> list[list[str]]:
    return [[str(name), str(job)] for name, job in joblist]
