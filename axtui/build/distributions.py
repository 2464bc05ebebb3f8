"""What is installed: versions by listing folder names, owners and requirements read when needed.

`importlib.metadata` parses the metadata of everything; a look-up of a re-used job has no time for
that.
"""

from __future__ import annotations

import os
import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from axtui.data import digest

_OURS = "axtui"
_PYTHON_TAG = re.compile(r"-py\d[\d.]*$")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_SUFFIXES = (".dist-info", ".egg-info")


def normalise(name: str) -> str:
    """A distribution's name as packaging tools compare it: lower case, one dash between words."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Installed:
    """The distributions on a search path as they are when first asked for; hold one per run.

    Of a distribution found in several folders the first counts, as for imports. Several versions in
    one folder (left by a broken upgrade) are all named, so that a change of either is noticed.
    """

    def __init__(self, path: Sequence[str] | None = None) -> None:
        self._path = list(sys.path if path is None else path)

    @cached_property
    def versions(self) -> dict[str, str]:
        """{normalised name: version} of everything installed."""
        return {name: version for name, (version, _) in self._found.items()}

    @cached_property
    def digest(self) -> str:
        """Digest of all names and versions: a fork server with another one must be started anew."""
        return digest.of_mapping(self.versions.items())

    def version(self, name: str) -> str | None:
        """The version of one distribution by normalised name, None if it is not installed."""
        return self.versions.get(name) or _own_version(name)

    def owners(self, module: str) -> list[str]:
        """The distributions that a top-level import name comes from (several share a namespace)."""
        if module == _OURS:
            return [_OURS]
        owners = self._owners.get(module)
        if owners is None:  # editable installs may not say what they provide
            name = normalise(module)
            owners = [name] if name in self.versions else []
        return owners

    def used(self, modules: Iterable[str]) -> dict[str, str | None]:
        """Versions of the distributions that provide `modules` and of all that they require.

        A module that no distribution provides stands under its own name, with None. Requirements
        of axtui itself are not followed: what its methods use, they import.
        """
        versions: dict[str, str | None] = {}
        todo: deque[tuple[str, frozenset[str]]] = deque()
        for module in modules:
            owners = self.owners(module)
            todo.extend((owner, frozenset()) for owner in owners)
            if not owners:
                versions[normalise(module)] = None
        done: set[tuple[str, frozenset[str]]] = set()
        while todo:
            item = todo.popleft()
            name, extras = item
            if item in done or (name not in self.versions and name != _OURS):
                continue
            done.add(item)
            versions[name] = self.version(name)
            if name != _OURS:
                todo.extend(self._requires(name, extras))
        return dict(sorted(versions.items()))

    def content(self, name: str) -> str | None:
        """For a distribution installed from a folder, archive or repository: what was installed.

        Its version may stay the same when its files change, so this is the digest of the list of
        its files. None for what came from a package index.
        """
        _, info = self._found.get(name, ("", None))
        if info is None or not (info / "direct_url.json").is_file():
            return None
        try:
            return digest.of_file(info / "RECORD")
        except OSError:
            return None

    @cached_property
    def _found(self) -> dict[str, tuple[str, Path]]:
        found: dict[str, tuple[str, Path]] = {}
        for folder in dict.fromkeys(self._path):
            here: dict[str, list[tuple[str, Path]]] = {}
            for info in _infos(Path(folder)):
                name, version = _name_and_version(info)
                here.setdefault(normalise(name), []).append((version, info))
            for name, several in here.items():
                versions = sorted({version for version, _ in several})
                found.setdefault(name, (", ".join(versions), several[0][1]))
        return found

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        owners: dict[str, list[str]] = {}
        for name, (_, info) in sorted(self._found.items()):
            for module in _modules(info):
                owners.setdefault(module, []).append(name)
        return owners

    def _requires(self, name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        for line in _requirements(self._found[name][1]):
            requirement, _, marker = line.partition(";")
            extra = _EXTRA.search(marker)
            match = _REQUIREMENT.match(requirement)
            if match is None or (extra is not None and normalise(extra[1]) not in extras):
                continue
            wanted = frozenset(
                normalise(each) for each in (match[2] or "").split(",") if each.strip()
            )
            yield normalise(match[1]), wanted


def environment(installed: Installed) -> dict[str, Any]:
    """The whole environment of a job: {python, implementation, platform, packages, digest}."""
    import sysconfig

    python = sys.version.split()[0]
    implementation, where = sys.implementation.name, sysconfig.get_platform()
    facts = digest.of_list([python, implementation, where, installed.digest])
    return {
        "python": python,
        "implementation": implementation,
        "platform": where,
        "packages": dict(sorted(installed.versions.items())),
        "digest": facts,
    }


def running() -> dict[str, str]:
    """What runs a job, by the names that `job.params.versions` has in the Accelerator."""
    from axtui import __version__

    return {"accelerator": __version__, "python": sys.version, "python_path": sys.executable}


def _own_version(name: str) -> str | None:
    if name != _OURS:
        return None
    from axtui import __version__

    return __version__


def _infos(folder: Path) -> list[Path]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - of thousands that are no paths of interest
    except OSError:
        return []
    return [folder / name for name in sorted(names) if name.endswith(_SUFFIXES)]


def _name_and_version(info: Path) -> tuple[str, str]:
    stem = info.name.rpartition(".")[0]
    if info.suffix == ".egg-info":
        stem = _PYTHON_TAG.sub("", stem)
    name, dash, version = stem.rpartition("-")
    if dash:
        return name, version
    for line in _headers(info):  # a development install of old has no version in its folder's name
        if line.startswith("Version:"):
            return stem, line[len("Version:") :].strip()
    return stem, ""


def _headers(info: Path) -> Iterator[str]:
    """The header lines of a distribution's metadata."""
    for place in (info / "METADATA", info / "PKG-INFO", info):
        try:
            with place.open(encoding="utf-8", errors="replace") as stream:
                for line in stream:
                    if not line.strip():
                        return
                    yield line
                return
        except OSError:
            continue


def _requirements(info: Path) -> Iterator[str]:
    listed = info / "requires.txt"
    if info.suffix == ".egg-info" and listed.is_file():
        extra = ""
        for line in listed.read_text("utf-8", "replace").splitlines():
            if line.startswith("["):
                extra = line.strip("[] ").partition(":")[0]
            elif line.strip():
                yield f'{line}; extra == "{extra}"' if extra else line
        return
    for line in _headers(info):
        if line.startswith("Requires-Dist:"):
            yield line[len("Requires-Dist:") :].strip()


def _modules(info: Path) -> set[str]:
    """The top-level names that a distribution provides: as it says, else by its list of files."""
    try:
        return set((info / "top_level.txt").read_text("utf-8").split())
    except OSError:
        pass
    try:
        lines = (info / "RECORD").read_text("utf-8", "replace").splitlines()
    except OSError:
        return set()
    names = set()
    for line in lines:
        head, slash, rest = line.partition("/")
        if slash:
            if ".py," in rest or ".so," in rest or ".pyd," in rest:
                names.add(head)
        elif ".py," in line or ".so," in line:
            names.add(head.partition(".")[0])
    return {name for name in names if name.isidentifier()}
