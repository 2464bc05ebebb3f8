"""Whether a finished job may stand for a build that is asked for now.

The key finds candidates; here everything that only its run could tell is compared with the present:
modules, packages, environment, input files, subjobs, and that its files are still what was written.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axtui.build.changes import Change
from axtui.build.contents import Contents
from axtui.build.equivalent import Promise
from axtui.build.index import ReuseIndex
from axtui.build.inputs import InputDigests
from axtui.build.key import Call, Inputs
from axtui.build.outdated import Held, is_outdated
from axtui.build.recheck import Present
from axtui.config import ACCELERATORS
from axtui.data import canonical, digest, jobdir
from axtui.engine.looked import Glance
from axtui.engine.places import Places
from axtui.engine.source import FrozenSource
from axtui.errors import AcceleratorError, NoSuchJobError


@dataclass(eq=False, repr=False)
class Found:
    """The result of a look-up: the job, or what speaks against the newest candidates."""

    jobid: str | None
    rejected: dict[str, list[Change]] = field(default_factory=dict)


class Reuse:
    """Look-up of finished jobs. It keeps what it verified for as long as one build script runs."""

    def __init__(
        self,
        index: ReuseIndex,
        contents: Contents,
        present: Present,
        inputs: InputDigests,
        input_directory: Path,
        slices: int,
        accelerator: str,
    ) -> None:
        self._index, self._contents, self._present = index, contents, present
        self._inputs, self._input_directory, self._slices = inputs, input_directory, slices
        self._meaning = accelerator or ACCELERATORS[0]
        self._sound: set[str] = set()

    def find(
        self,
        key: str,
        call: Call,
        depend_extra: tuple[str, ...],
        promise: Promise | None = None,
        glance: Glance | None = None,
    ) -> Found:
        """The newest job of this key that is sound and whose recorded facts still hold, or do by the
        method's `promise`. `glance` is that of the look-up that this is a part of."""
        found = Found(None)
        held: Callable[[str], Held | None] | None = None
        for jobid in self._index.candidates(key):
            if found.rejected and promise is None:
                held = held or functools.cache(self._present.held)
                if is_outdated(self._contents.path(jobid), held):
                    continue
            if not self._stands(jobid, key):
                continue
            changes = self.changes(jobid, depend_extra, call, glance)
            if promise is not None and changes:
                changes = self._without_promised(jobid, changes, promise)
            if not changes:
                found.jobid = jobid
                return found
            found.rejected[jobid] = changes
        return found

    def _without_promised(
        self, jobid: str, changes: list[Change], promise: Promise
    ) -> list[Change]:
        """The changes that the promise does not speak of."""
        try:
            before = jobdir.load_setup(self._contents.path(jobid))["hash"]
        except (AcceleratorError, KeyError):
            return changes
        if before not in promise.hashes:
            return changes
        return [change for change in changes if change.name not in promise.files]

    def _stands(self, jobid: str, key: str) -> bool:
        """Whether the job of that id is complete, and was built for the key. The index may tell of
        another that had this number before. What cannot be read is for `damage` to tell."""
        if self._contents.knows(jobid) and not jobdir.is_complete(self._contents.folder(jobid)):
            return False  # it was read before, and is gone
        try:
            return bool(self._contents.post(jobid)["key"] == key)
        except NoSuchJobError:
            return False
        except AcceleratorError:
            return True

    def changes(
        self,
        jobid: str,
        depend_extra: tuple[str, ...] | None = None,
        call: Call | None = None,
        glance: Glance | None = None,
    ) -> list[Change]:
        """What keeps a finished job from being current (nothing: an empty list).

        Without `call` the job is checked as what it is: a subjob of another.
        """
        changes = self.damage(jobid)
        if changes:
            return changes
        try:
            post = self._contents.post(jobid)
        except AcceleratorError as error:
            return [Change("damaged", jobid, new=str(error))]
        recorded: Mapping[str, Any] = post["recorded"]
        if not recorded:  # the number of a job that someone removed was given out again
            return [Change("damaged", jobid, new="it is the job of a build script by now")]
        if not self._present.same(recorded["imports"], glance):
            source = self._contents.path(jobid) / jobdir.SOURCE
            changes += self._present.changes(recorded["imports"], source)
        changes += self._input_changes(recorded["inputs"])
        if recorded["declared"] or depend_extra:
            changes += _declared_changes(recorded["declared"], depend_extra, self._present.places)
        if recorded.get("slices") not in (None, self._slices):
            changes.append(Change("slices", "slices", str(recorded["slices"]), str(self._slices)))
        meant = recorded.get("meaning")
        if meant not in (None, self._meaning):
            changes.append(Change("accelerator", "meaning", meant, self._meaning))
        if recorded.get("identity") and call is not None:
            changes += self._identity_changes(jobid, call)
        for subjob in post.get("subjobs", {}):
            changes += [
                Change("subjob", subjob, new=change.words(), detail=change.detail)
                for change in self.changes(subjob)
            ]
        return changes

    def damage(self, jobid: str, above: frozenset[str] = frozenset()) -> list[Change]:
        """Whether the job, or a job whose data it links to, lost or changed a file."""
        if jobid in self._sound or jobid in above:
            return []
        try:
            folder = self._contents.folder(jobid)
            post = self._contents.post(jobid)
        except AcceleratorError as error:
            return [Change("damaged", jobid, new=str(error))]
        found = jobdir.damage(folder, post)
        if found is not None:
            return [Change("damaged", f"{jobid} {found.name}", new=found.what)]
        for linked in post.get("links", ()):
            if jobdir.state(self._contents.path(linked)) == "running":
                continue  # it built this job, and is not over yet
            changes = self.damage(linked, above | {jobid})
            if changes:
                return changes
        self._sound.add(jobid)
        return []

    def forget(self) -> None:
        """Verify anew from here on (a new build script begins)."""
        self._sound.clear()
        self._contents.forget()

    def _input_changes(self, recorded: list[dict[str, Any]]) -> list[Change]:
        changes = []
        for fact in recorded:
            now = self._inputs.present(fact["path"], self._input_directory, self._present.places)
            if now != fact["digest"]:
                changes.append(Change("input", fact["path"], fact["digest"], now))
        return changes

    def _identity_changes(self, jobid: str, call: Call) -> list[Change]:
        """User code looked at its input jobs themselves, so equal contents are not enough."""
        setup = jobdir.load_setup(self._contents.path(jobid))
        changes = []
        for name, option in call.options.items():
            if setup["options"].get(name) != canonical.to_json(option):  # files of other jobs
                old, new = setup["options"].get(name), canonical.to_json(option)
                changes.append(Change("option", name, str(old), str(new)))
        for kind, now in (("dataset", call.datasets), ("job", call.jobs)):
            before: Inputs = setup[f"{kind}s"]
            for name, value in now.items():
                if before.get(name) != value:
                    changes.append(Change(kind, name, _id_text(before.get(name)), _id_text(value)))
        return changes


def _id_text(value: str | list[str] | None) -> str | None:
    return ", ".join(value) if isinstance(value, list) else value


def declared_facts(
    depend_extra: tuple[str, ...], source: FrozenSource, present: Present
) -> list[dict[str, str]]:
    """The files of `depend_extra`, frozen with the job's sources, with their digests."""
    return [
        {"name": present.places.key(path), "digest": digest.of_bytes(source.freeze(path))}
        for path in sorted(depend_extra)
    ]


def _declared_changes(
    recorded: list[dict[str, str]], depend_extra: tuple[str, ...] | None, places: Places
) -> list[Change]:
    changes = []
    before = {fact["name"]: fact["digest"] for fact in recorded}
    declared = None if depend_extra is None else [places.key(path) for path in depend_extra]
    for name in before if declared is None else declared:
        place = Path(places.path(name))
        now = digest.of_file(place) if place.is_file() else None
        if name not in before:
            changes.append(Change("declared", name, None, "is declared now"))
        elif before[name] != now:
            changes.append(Change("declared", name, before[name], now or "is gone"))
    if declared is not None:
        changes += [
            Change("declared", name, "is no longer declared", None)
            for name in before
            if name not in declared
        ]
    return changes
