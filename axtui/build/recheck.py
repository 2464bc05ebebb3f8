"""Whether everything a job imported is still what it was, told without executing anything."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, NamedTuple

import orjson

from axtui.build.changes import Change
from axtui.build.distributions import Installed
from axtui.build.outdated import Held
from axtui.build.recorded import PYTHON
from axtui.data import digest
from axtui.engine import environ
from axtui.engine.looked import Glance, Looked
from axtui.engine.places import MethodFolder, Places, method_packages
from axtui.engine.resolve import Found, Listings, Resolver, other_finders
from axtui.engine.source import ENDINGS, SQL, FrozenSource, code_digest

Policy = Literal["strict", "names", "record"]
"""Which changes of packages count: versions, whether they are there, or none (nor Python's)."""

DIFF_LINES = 200
Record = Mapping[str, Any]


class _Proof(NamedTuple):
    """Why a record is known to hold: what was looked at, and who could have found modules."""

    looked: Looked
    finders: list[Any]

    def holds(self, glance: Glance) -> bool:
        return self.looked.still(glance) and self.finders == other_finders()


class Present:
    """The workspace and the environment as they are now; one per run.

    Kept are listings of folders that have not changed since, the versions of packages, and code
    digests by the digest of the bytes. Source files are read again unless a record that says the
    same was checked before and not one file or folder that was looked at then has been touched.
    """

    def __init__(
        self,
        workspace: Path | str,
        method_folders: Sequence[MethodFolder],
        *,
        installed: Installed | None = None,
        policy: Policy = "strict",
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.places = Places(workspace, method_folders)
        self.installed = installed or Installed()
        self.policy: Policy = policy
        self._variables = os.environ if variables is None else variables
        self._packages = method_packages(method_folders)
        roots = [folder for folders in self._packages.values() for folder in folders]
        base = [self.places.workspace, *roots, *self.places.base_path()]
        self._base = list(dict.fromkeys(base))
        self._listings = Listings()
        self._codes: dict[tuple[str, bool], str] = {}
        self._proofs: dict[bytes, _Proof] = {}

    def same(self, record: Record, glance: Glance | None = None) -> bool:
        """Whether nothing changed. Stops at the first change, and makes no diffs. `glance` may have been
        asked before in the same look-up."""
        if not record:
            return False
        if record["distributions"] or record["environ"] or record["python"] != PYTHON:
            others = chain(self._package_changes(record), self._environ_changes(record))
            if next(others, None) is not None:
                return False
        return self._same_source(record, glance or Glance())

    def _same_source(self, record: Record, glance: Glance) -> bool:
        said = orjson.dumps(record)
        proof = self._proofs.get(said)
        if proof is not None and proof.holds(glance):
            return True
        looked, finders = Looked(), other_finders()
        resolver = self._resolver(record, looked)
        if next(self._source_changes(record, resolver, looked, None), None) is not None:
            return False
        if looked.settled and not resolver.asked_others:
            self._proofs[said] = _Proof(looked, finders)
        return True

    def changes(self, record: Record, source: Path | None = None) -> list[Change]:
        """All that changed since a merged record was made (see `recorded`); empty if nothing did.

        With the job's `source` folder, changed source files come with a diff of their lines.
        """
        frozen = FrozenSource(source, self.places) if source is not None else None
        return list(self._changes(record, frozen))

    def held(self, key: str) -> Held | None:
        """What the source file of a key holds; None where there is none that can be read."""
        path = self.places.path(key)
        try:
            data = Path(path).read_bytes()
        except OSError:
            return None
        raw = digest.of_bytes(data)
        return raw, self._code(raw, data, path)

    def _changes(self, record: Record, source: FrozenSource | None) -> Iterator[Change]:
        if not record:
            yield Change("source", "imports", "nothing was recorded", None)
            return
        looked = Looked()
        yield from self._package_changes(record)
        yield from self._source_changes(record, self._resolver(record, looked), looked, source)
        yield from self._environ_changes(record)

    def _source_changes(
        self, record: Record, resolver: Resolver, looked: Looked, source: FrozenSource | None
    ) -> Iterator[Change]:
        """What files and folders tell, all of which `looked` is told."""
        for entry in record["modules"]:
            change = self._module_change(entry, resolver, looked, source)
            if change is not None:
                yield change
        for entry in record["files"]:
            now = _digest(self.places.path(entry["path"]), looked)
            if now != entry["raw"]:
                yield Change("source", entry["path"], entry["raw"], now)
        yield from self._name_changes(record, resolver)

    def _environ_changes(self, record: Record) -> Iterator[Change]:
        for name, old in record["environ"].items():
            new = environ.present(self._variables, name)
            if new != old:
                yield Change("environ", name, old, new, _set_or_not(old, new))

    def _resolver(self, record: Record, looked: Looked) -> Resolver:
        added = record["search"]
        front = [self.places.path(key) for key in added["front"]]
        back = [self.places.path(key) for key in added["back"]]
        paths = {
            name: [self.places.path(key) for key in keys] for name, keys in record["paths"].items()
        }
        return Resolver(
            [*front, *self._base, *back], self._packages, self._listings, paths, looked.stat
        )

    # -- source

    def _module_change(
        self, entry: Record, resolver: Resolver, looked: Looked, source: FrozenSource | None
    ) -> Change | None:
        found, path = resolver.find(entry["module"]), entry["path"]
        if found is None or found.path is None:
            return Change("source", path, path, None, f"{entry['module']} is no longer there")
        key = self.places.key(found.path)
        if key != path:
            detail = f"import {entry['module']} now finds {key}"
            return Change("source", path, path, key, detail)
        try:
            looked.stat(found.path)
            data = Path(found.path).read_bytes()
        except OSError as error:
            return Change("source", path, path, None, f"it cannot be read: {error}")
        raw = digest.of_bytes(data)
        if raw == entry["raw"]:
            return None
        code = self._code(raw, data, found.path)
        if code == entry["code"]:
            return None
        return Change("source", path, entry["code"], code, _diff(path, data, source))

    def _code(self, raw: str, data: bytes, path: str) -> str:
        if not path.endswith(ENDINGS):
            return raw
        read_as = raw, path.endswith(SQL)  # the same bytes may be Python here and SQL there
        code = self._codes.get(read_as)
        if code is None:
            code = self._codes[read_as] = code_digest(data, path)
        return code

    def _name_changes(self, record: Record, resolver: Resolver) -> Iterator[Change]:
        """Names that were not the user's files and are now; names that could not be imported."""
        users = [entry for entry in resolver.search if self.places.outside(entry)]
        candidates = resolver.candidates(users)
        for name in record["elsewhere"]:
            if name.partition(".")[0] in candidates:
                found = resolver.find(name)
                if found is not None and found.path and self.places.outside(found.path):
                    yield self._shadow(name, "an installed module", found)
        for name in record["missing"]:
            found = resolver.find(name)
            if found is not None and (self.policy != "record" or self._users(found)):
                yield self._shadow(name, None, found)
        for name in record["namespaces"]:
            found = resolver.find(name)
            if found is None:
                yield Change("source", name, "a folder", None, f"the folder of {name} is gone")
            elif found.path is not None:
                yield self._shadow(name, "a folder", found)

    def _users(self, found: Found) -> bool:
        return self.places.outside(found.path or found.locations[0])

    def _shadow(self, name: str, old: str | None, found: Found) -> Change:
        new = self.places.key(found.path or found.locations[0])
        return Change("source", name, old, new, f"import {name} now finds {new}")

    # -- environment

    def _package_changes(self, record: Record) -> Iterator[Change]:
        if self.policy == "record":
            return
        if record["python"] != PYTHON:
            yield Change("python", "python", record["python"], PYTHON)
        for name, old in record["distributions"].items():
            new = self.installed.version(name)
            if new != old and (self.policy == "strict" or None in (new, old)):
                yield Change("package", name, old, new)
        if self.policy == "strict":
            for name, old in record["direct"].items():
                new = self.installed.content(name)
                if new != old:
                    yield Change("package", name, old, new, "its files changed, not its version")


def _digest(path: str, looked: Looked) -> str | None:
    try:
        looked.stat(path)
        return digest.of_file(path)
    except OSError:
        return None


def _set_or_not(old: str | None, new: str | None) -> str:
    if old is None:
        return "it was not set"
    return "it is no longer set" if new is None else "it has another value"


def _diff(path: str, data: bytes, source: FrozenSource | None) -> str:
    """Lines of the frozen text against the present ones, at most DIFF_LINES of them."""
    old = source.text(path) if source is not None else None
    if old is None:
        return ""
    import difflib

    new = data.decode("utf-8", "replace").splitlines()
    lines = difflib.unified_diff(old.splitlines(), new, path, path, lineterm="")
    shown = list(islice(lines, DIFF_LINES + 1))
    if len(shown) > DIFF_LINES:
        shown[DIFF_LINES:] = ["... more lines differ"]
    return "\n".join(shown)
