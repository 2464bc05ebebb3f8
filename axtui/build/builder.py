"""Building one job: find it, or make it. The one place where a job comes to be."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.build import events, reasons
from axtui.build.equivalent import Promise, verifier
from axtui.build.key import Call, Key, make_key
from axtui.build.lastofchain import LINKING
from axtui.build.methods import Method
from axtui.build.request import Request, ids, keyed_options, make_call
from axtui.build.reuse import Found
from axtui.data import jobdir
from axtui.engine.looked import Glance
from axtui.errors import BuildError
from axtui.valueobject import value_object

if TYPE_CHECKING:
    from axtui.build.making import Maker
    from axtui.build.session import Session

DEEPEST = 5
_MOST_EDITS = 20


@value_object
class Built:
    """A job that now exists, and whether it was made for this build; in a preview perhaps another
    `instead` of one that would be made."""

    jobid: str
    made: bool
    method: str
    instead: bool = False


class MethodEdited(Exception):
    """The method changed between being looked at and being frozen: begin anew with what it is now."""


class WouldBuild(Exception):
    """Raised instead of building where only a preview was asked for and nothing can stand in."""


class Builder:
    """Builds jobs in a session, and subjobs for their stages."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._told: set[str | None] = set()

    def build(self, request: Request) -> Built:
        """The job for a request: an existing one, or one that is made now. Threads may build at the
        same time.

        Raises JobError if it runs and fails or is stopped, BuildError or UserError if it cannot be
        asked for so.
        """
        if request.depth == 0:
            self._session.go_on()
        with self._session.turn:
            return self._latest(request)

    def _latest(self, request: Request) -> Built:
        if request.depth > DEEPEST:
            raise BuildError(f"subjobs can be nested {DEEPEST} deep, not deeper ({request.method})")
        for _ in range(_MOST_EDITS):
            try:
                built = self._build(request)
            except MethodEdited:
                continue
            if not built.instead and built.method not in LINKING:
                post = self._session.contents.post(built.jobid)
                reads = {**post.get("asked", {}), **post.get("reads", {})}
                if reads:
                    self._session.warn_of_last(f"{built.method} ({built.jobid})", reads)
            return built
        raise BuildError(f"method {request.method} is edited faster than it can be started")

    def _build(self, request: Request) -> Built:
        session, glance = self._session, Glance()
        method = session.methods.get(request.method, self._pause(request), glance)
        call = make_call(request, method)
        key = self._key(call)
        found = self._look(key, call, method, request, glance)
        if found.jobid is None:
            if session.preview is not None:
                return self._would_build(request, call, key, found)
            with session.locks.hold(
                key.digest, f"method {method.name}", self._waits(method.name), self._pause(request)
            ) as waited:
                if waited:
                    session.contents_changed()
                    found = self._look(key, call, method, request)
                if found.jobid is None:
                    jobid = self._maker.make(request, method, call, key, found)
                    return Built(jobid, True, method.name)
        if session.preview is not None and session.preview.reuse(found.jobid, call):
            return Built(found.jobid, True, method.name, instead=True)
        session.observe(events.JobReused(found.jobid, method.name, request.name or method.name))
        return Built(found.jobid, False, method.name)

    def why(self, request: Request) -> dict[str, Any]:
        """{method: {nearest job: {what: {name: its value there}}}} of a build that is not done; empty
        where the job is there already, or no job is near."""
        with self._session.turn:
            method = self._session.methods.get(request.method, self._pause(request))
            call = make_call(request, method)
            key = self._key(call)
            found = self._look(key, call, method, request)
            if found.jobid is not None:
                return {}
            reason = reasons.why(self._session, call, key, found, request.force)
            if reason.against is None:
                return {}
            setup = jobdir.load_setup(self._session.contents.path(reason.against))
            return {method.name: {reason.against: reasons.differences(reason, setup)}}

    @cached_property
    def _maker(self) -> Maker:
        from axtui.build.making import Maker  # a run that finds every job needs none of it

        return Maker(self._session, self.build)

    # -- look-up

    def _key(self, call: Call) -> Key:
        contents = self._session.contents
        return make_key(
            call,
            keyed_options(call, contents),
            {name: contents.dataset(name) for name in ids(call.datasets)},
            {name: contents.job(name) for name in ids(call.jobs)}
            | {name: contents.job_chain(name) for name in ids({"": call.jobs.get("previous")})},
        )

    def _look(
        self,
        key: Key,
        call: Call,
        method: Method,
        request: Request,
        glance: Glance | None = None,
    ) -> Found:
        if request.force:
            return Found(None)
        for name in (*ids(call.datasets), *ids(call.jobs)):
            self._refuse_damaged(name)
        promise = self._promise(method)
        return self._session.reuse.find(key.digest, call, method.depend_extra, promise, glance)

    def _promise(self, method: Method) -> Promise | None:
        """What the method's `equivalent_hashes` promise, if that is of its present source."""
        if method.equivalent is None:
            return None
        paths = [str(method.file.path), *method.depend_extra]
        source, *extras = (Path(path).read_bytes() for path in paths)
        declared, hashes = method.equivalent
        wanted = verifier(source, extras)
        if wanted == declared:
            places = self._session.present.places
            return Promise(hashes, frozenset(map(places.key, paths)))
        if wanted not in self._told:
            self._told.add(wanted)
            told = f"method {method.name} has equivalent_hashes, but not for this source: "
            self._session.observe(events.Warned(f"{told}its verifier is {wanted}"))
        return None

    def _refuse_damaged(self, name: str) -> None:
        jobid = name.partition("/")[0]
        if self._session.contents.is_being_made(jobid):
            return
        changes = self._session.reuse.damage(jobid)
        if changes:
            raise BuildError(
                f"input {name} is damaged ({changes[0].name} {changes[0].new}); "
                "run the build script that makes it again"
            )

    def _waits(self, method: str) -> Callable[[int], None]:
        def waiting(pid: int) -> None:
            if pid != os.getpid():  # else another thread of this build makes it, as anyone can see
                self._session.observe(events.JobWaiting(method, "", pid))

        return waiting

    def _pause(self, request: Request) -> Callable[[float], None]:
        """Wait for another builder, who may be a thread of this process; not if we are to stop."""

        def pause(seconds: float) -> None:
            with self._session.turn.paused():
                time.sleep(seconds)
            why = self._session.stops.why(request.parent or request.build_job)
            if why:
                raise BuildError(f"{request.method} was not built: {why}")

        return pause

    def _would_build(self, request: Request, call: Call, key: Key, found: Found) -> Built:
        reason = reasons.why(self._session, call, key, found, request.force)
        assert self._session.preview is not None
        self._session.preview.build(request.method, reason)
        if reason.against is None or self._session.reuse.damage(reason.against):
            self._session.preview.cut_short = True
            raise WouldBuild(request.method)
        return Built(reason.against, True, request.method, instead=True)
