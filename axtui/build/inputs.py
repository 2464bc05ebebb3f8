"""Input files by their content, with a stat shortcut that is never trusted for a fresh file."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axtui.config import Config
from axtui.data import digest, jobdir
from axtui.engine.notes import is_fresh, names_digest, stat_fact
from axtui.engine.places import Places
from axtui.errors import DamagedJobError, UserError

LISTING_PREFIX = "listing:"
"""Marks a recorded folder of which only the names in it were read."""
INPUT_PREFIX = "input:"
"""Marks a recorded path that lies below the input directory, wherever that is."""


class InputDigests:
    """Digests of files and folders. What was seen is kept in `cache`, a file that may be lost."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._known: dict[str, list[Any]] = {}
        self._changed = False
        with contextlib.suppress(OSError, DamagedJobError, KeyError):
            self._known = jobdir.read_checked(cache)["files"]

    def digest(self, path: Path) -> str | None:
        """Digest of a file's bytes, or of all that a folder holds; None where there is nothing."""
        try:
            if path.is_dir():
                return self._folder(path, ())
            return self._file(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UserError(f"cannot read input {path}: {error.strerror}") from None

    def _file(self, path: Path) -> str:
        fact = stat_fact(path)
        key = str(path)
        known = self._known.get(key)
        if known and known[:5] == fact and not is_fresh(fact):
            return str(known[5])
        found = digest.of_file(path)
        if stat_fact(path) == fact and not is_fresh(fact):
            self._known[key] = [*fact, found]
            self._changed = True
        return found

    def _folder(self, path: Path, above: tuple[tuple[int, int], ...]) -> str:
        here = path.stat()
        identity = (here.st_dev, here.st_ino)
        if identity in above:
            raise UserError(f"input folder {path} contains itself through a symbolic link")
        parts = []
        for name in sorted(os.listdir(path)):  # noqa: PTH208 - names, in an order that is ours
            child = path / name
            if child.is_dir():
                parts.append((name, self._folder(child, (*above, identity))))
            elif child.is_file():
                parts.append((name, self._file(child)))
            else:
                parts.append((name, "special" if child.exists() else "dangling link"))
        return digest.of_mapping(parts)

    def present(self, recorded: str, input_directory: Path, places: Places) -> str | None:
        """The digest now of what was recorded as read."""
        name = recorded.removeprefix(LISTING_PREFIX)
        path = present_path(name, input_directory, places)
        return names_digest(path) if name != recorded else self.digest(path)

    def save(self) -> None:
        """Keep what was learnt for the next process; losing it costs only time."""
        if self._changed:
            with contextlib.suppress(OSError):
                jobdir.write_json(self._cache, jobdir.checked({"files": self._known}))
            self._changed = False


def recorded_path(path: Path, input_directory: Path, places: Places) -> str:
    """How an input is named in a record: relative to the input directory or else the workspace where
    it lies in one of them, so that a copy of the workspace looks at its own files."""
    try:
        return INPUT_PREFIX + path.relative_to(input_directory).as_posix()
    except ValueError:
        key = places.key(str(path))
        return f"./{key}" if key.startswith(INPUT_PREFIX) else key


def present_path(recorded: str, input_directory: Path, places: Places) -> Path:
    """Where a recorded input would be now."""
    if recorded.startswith(INPUT_PREFIX):
        return input_directory / recorded.removeprefix(INPUT_PREFIX)
    return Path(places.path(recorded))


def shown_path(name: str, config: Config) -> Path:
    """Where the file lies that is shown as an input under this name, which is that of its record
    without the prefix: below the input directory, or else below the workspace."""
    inside, beside = config.inputs / name, config.root / name
    return beside if beside.exists() and not inside.exists() else inside


def settle(
    noted: list[Mapping[str, Any]], digests: InputDigests, input_directory: Path, places: Places
) -> list[dict[str, Any]]:
    """The inputs that stages noted, with digests. Raises UserError if one changed while it was read."""
    settled: dict[str, dict[str, Any]] = {}
    for fact in noted:
        path = Path(fact["path"])
        name = recorded_path(path, input_directory, places)
        if "listing" in fact or "absent" in fact:
            name = LISTING_PREFIX + name if "listing" in fact else name
            settled.setdefault(name, {"path": name, "digest": fact.get("listing"), "bytes": None})
            continue
        now = digests.digest(path)
        edited = now is None or (fact.get("digest") not in (None, now))
        if "stat" in fact and not edited:
            edited = list(fact["stat"]) != stat_fact(path) and not fact.get("digest")
        if edited:
            raise UserError(
                f"input {path} was changed while the job was reading it; run again when it is at rest"
            )
        settled[name] = {
            "path": name,
            "digest": now,
            "bytes": path.stat().st_size if path.is_file() else None,
        }
    return [settled[name] for name in sorted(settled)]
