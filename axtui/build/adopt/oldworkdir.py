"""A workdir that the Accelerator made: which jobs are in it, and what their records say.

Every version of `setup.json` (1 to 4) and `post.json` (0 and 1) comes out in the form of the latest.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from axtui.build.adopt import inside, pickles
from axtui.data import digest
from axtui.errors import DamagedJobError, UserError

Json = dict[str, Any]
SETUP, POST, SOURCE, LINKS = "setup.json", "post.json", "method.tar.gz", "link_result.pickle"
OUTPUT, DATASETS = "OUTPUT", "DS"
_JOB = re.compile(r"(?P<workdir>.+)-(?P<number>\d+)")
_MOST_SOURCE = 64 << 20
_SETUP_VERSIONS = (1, 2, 3, 4)


class OldJob:
    """One job directory. Its parts are read when they are asked for; DamagedJobError tells what of it
    cannot be read or understood."""

    def __init__(self, workdir: Path, jobid: str) -> None:
        self.jobid = jobid
        self.path = workdir / jobid

    @property
    def is_finished(self) -> bool:
        """Whether it ran to its end."""
        return (self.path / POST).is_file()

    def open(self, name: str) -> BinaryIO:
        """A file of it, never by way of a link. FileNotFoundError where there is none."""
        return inside.open_file(self.path, name)

    def read(self, name: str) -> bytes:
        """The bytes of a file of it, as `open`."""
        return inside.read_file(self.path, name)

    @cached_property
    def setup_bytes(self) -> bytes:
        """`setup.json` as it is."""
        try:
            return self.read(SETUP)
        except OSError as error:
            raise DamagedJobError(f"{SETUP} cannot be read: {error.strerror}") from None

    @property
    def identity(self) -> str:
        """A digest by which the job is known again wherever its workdir went."""
        return digest.of_list([self.jobid, self.setup_bytes])

    @cached_property
    def setup(self) -> Json:
        """What was known before it ran: `method`, `options`, `datasets`, `jobs`, `slices` and so on."""
        held = _json(self.setup_bytes, SETUP)
        version = held.get("version")
        if version not in _SETUP_VERSIONS:
            raise DamagedJobError(
                f"{SETUP} is of version {version!r}, of which axtui knows nothing"
            )
        if version == 1:
            held["jobs"] = held.pop("jobids", {})
        if version <= 2:
            if "exectime" not in held and "profile" in held:
                held["exectime"] = held.pop("profile")
            python = held.pop("python", None)
            held["versions"] = {"python_path": python} if python else {}
        for name in ("options", "datasets", "jobs", "versions"):
            if not isinstance(held.setdefault(name, {}), dict):
                raise DamagedJobError(f"{name} in {SETUP} is no object")
        if not isinstance(held.get("method"), str):
            raise DamagedJobError(f"{SETUP} names no method")
        if held.get("jobid", self.jobid) != self.jobid:
            raise DamagedJobError(f"{SETUP} is that of {held['jobid']}")
        return held

    @cached_property
    def post(self) -> Json:
        """How it went: `starttime`, `endtime`, `exectime`, `files`, `subjobs`."""
        try:
            held = _json(self.read(POST), POST)
        except OSError as error:
            raise DamagedJobError(f"{POST} cannot be read: {error.strerror}") from None
        if held.get("version", 0) not in (0, 1):
            raise DamagedJobError(f"{POST} is of version {held['version']!r}, unknown to axtui")
        marker = f"/{self.jobid}/"
        files = [str(name) for name in held.get("files", ())]
        held["files"] = [name.rpartition(marker)[2] if name[:1] == "/" else name for name in files]
        if not isinstance(held.setdefault("subjobs", {}), dict):
            raise DamagedJobError(f"subjobs in {POST} is no object")
        return held

    @property
    def is_build(self) -> bool:
        """Whether it is that of a build script."""
        return bool(self.setup.get("is_build"))

    def times(self) -> tuple[float, float]:
        """When it began and ended, in Unix seconds."""
        began, ended = (
            next((held[key] for held in (self.post, self.setup) if _is_number(held.get(key))), None)
            for key in ("starttime", "endtime")
        )
        if began is None:
            began = ended if ended is not None else (self.path / SETUP).lstat().st_mtime
        return float(began), float(began if ended is None else ended)

    def sources(self) -> dict[str, bytes]:
        """The files that ran, by the names in their archive; {} where it has none."""
        try:
            data = self.read(SOURCE)
        except FileNotFoundError:
            return {}
        try:
            return dict(_members(data))
        except (tarfile.TarError, OSError, EOFError) as error:
            raise DamagedJobError(f"{SOURCE} cannot be read ({error})") from None

    def links(self) -> list[Json]:
        """What a build script linked as results, first things first."""
        try:
            version, entries = pickles.plain(self.read(LINKS))
            if version != 0:
                raise DamagedJobError(f"{LINKS} is of version {version!r}, unknown to axtui")
            return [_json(pickles.text(entry).encode(), LINKS) for _, entry in entries]
        except FileNotFoundError:
            return []
        except (TypeError, ValueError):
            raise DamagedJobError(f"{LINKS} does not hold a list of links") from None

    def files(self) -> Iterator[inside.Found]:
        """What user code left in it."""
        own = (SETUP, POST, SOURCE, LINKS)
        for found in inside.walk(self.path):
            first = found.name.partition("/")[0]
            if found.name not in own and first not in (OUTPUT, DATASETS):
                yield found


class OldWorkdir:
    """A folder of jobs that all have one name and a number."""

    def __init__(self, folder: Path) -> None:
        self.path = Path(folder).resolve()
        names = Counter(
            match["workdir"] for match in map(_JOB.fullmatch, self._names()) if match is not None
        )
        if not names:
            raise UserError(f"{folder} holds no jobs of the Accelerator (folders like dev-12)")
        self.name = names.most_common(1)[0][0]

    def _names(self) -> list[str]:
        try:
            return [
                path.name
                for path in self.path.iterdir()
                if path.is_dir() and not path.is_symlink() and (path / SETUP).is_file()
            ]
        except OSError as error:
            raise UserError(f"{self.path} cannot be read: {error.strerror}") from None

    def jobs(self) -> Iterator[OldJob]:
        """All its jobs, finished or not, by number."""
        found = []
        for name in self._names():
            match = _JOB.fullmatch(name)
            if match is not None and match["workdir"] == self.name:
                found.append((int(match["number"]), name))
        return (OldJob(self.path, name) for _, name in sorted(found))


def _json(data: bytes, name: str) -> Json:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise DamagedJobError(f"{name} is not readable JSON ({error})") from None
    if not isinstance(value, dict):
        raise DamagedJobError(f"{name} does not hold a JSON object")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The ordinary files of an archive, under names that lead nowhere else."""
    left = _MOST_SOURCE
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:*") as archive:
        for member in archive:
            parts = [part for part in member.name.split("/") if part not in ("", ".")]
            stream = archive.extractfile(member) if member.isreg() else None
            if stream is None or ".." in parts or not parts:
                continue
            held = stream.read(left + 1)
            left -= len(held)
            if left < 0:
                raise DamagedJobError(f"{SOURCE} holds more than {_MOST_SOURCE:,} bytes")
            yield "/".join(parts), held
