"""`urd.submit`: builds that go on while the script does, and the stand-ins for their jobs.

A submitted build begins when the submitted builds that it takes as input are over and there is room;
its job is waited for where it is used. So a script says what depends on what by saying nothing else
than before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from axtui.build.builder import Built
from axtui.build.request import Request
from axtui.data.canonical import PLAIN
from axtui.data.job import Job
from axtui.errors import BuildError

_HEARTBEAT = 0.5
_INPUTS = ("options", "datasets", "jobs", "extra")
_Build = Callable[[Request], Built]


class Submitted:
    """Stands for a job that is being built; where its job is needed, it waits for it.

    All that a `Job` has can be asked of it. Raises what the build raises (JobError where the job
    fails), with the line of the `urd.submit` that asked for it.
    """

    def __init__(self, request: Request, name: str) -> None:
        self.name = name
        self.needs = [one for part in _INPUTS for one in stand_ins(getattr(request, part))]
        self.built: Built | None = None
        self.seen = False
        self._request: Request | None = request
        import traceback  # scripts that do not submit have no use for it

        self._where = traceback.extract_stack()
        self._over = threading.Event()
        self._error: BaseException | None = None

    @property
    def done(self) -> bool:
        """Whether the build is over, well or not; does not wait."""
        return self._over.is_set()

    @property
    def failed(self) -> bool:
        """Whether it is over and there is no job; does not wait."""
        return self.done and self._error is not None

    @property
    def job(self) -> Job:
        """The job, waited for."""
        self.wait()
        if self._error is not None:
            self.seen = True
            if not hasattr(self._error, "submitted_at"):
                self._error.submitted_at = self._where  # type: ignore[attr-defined]
            raise self._error.with_traceback(None)
        assert self.built is not None
        return Job(self.built.jobid, self.name)

    def wait(self) -> None:
        """Wait until it is over, well or not."""
        while not self._over.wait(_HEARTBEAT):  # so that Ctrl-C is heard everywhere
            pass

    def run(self, build: _Build) -> None:
        """Build it, on the thread that calls."""
        assert self._request is not None
        try:
            self.built = build(settled_request(self._request))
        except BaseException as error:
            self._error = error
        self._end()

    def drop(self, error: BaseException) -> None:
        """It will not be built."""
        self._error = error
        self._end()

    def _end(self) -> None:
        self._request, self.needs = None, []
        self._over.set()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.job, name)

    def __str__(self) -> str:
        return str(self.job)

    def __format__(self, spec: str) -> str:
        return format(str(self.job), spec)

    def __repr__(self) -> str:
        state = "failed" if self.failed else self.built.jobid if self.built else "not over"
        return f"<submitted {self.name}: {state}>"

    def __eq__(self, other: object) -> bool:
        return self is other or str(self) == other

    def __hash__(self) -> int:
        return hash(self.job)

    def __reduce__(self) -> Any:
        return (str, (str(self),))


class Submissions:
    """The submitted builds of one script. `limit` of them run at once, each on a thread."""

    def __init__(self, build: _Build, limit: int) -> None:
        self._build, self._limit = build, limit
        self._lock = threading.RLock()
        self._all: list[Submitted] = []
        self._waiting: list[Submitted] = []
        self._running = 0

    def submit(self, request: Request, name: str) -> Submitted:
        """Have it built as soon as its inputs are there and there is room."""
        one = Submitted(request, name)
        with self._lock:
            self._all.append(one)
            self._waiting.append(one)
            self._start()
        return one

    def build_now(self, request: Request, name: str) -> Submitted:
        """Build it at once, on this thread, with the same look from outside."""
        one = Submitted(request, name)
        self._all.append(one)
        one.run(self._build)
        return one

    def wait(self) -> None:
        """Wait for all. Raises the first error that the script has not seen yet."""
        for one in self._all:
            one.wait()
        for one in self._all:
            if one.failed and not one.seen:
                _ = one.job

    def drop(self, why: str) -> None:
        """Begin nothing more, and wait for what runs."""
        with self._lock:
            dropped, self._waiting = self._waiting, []
        for one in dropped:
            one.drop(BuildError(f"{one.name} was not built: {why}"))
        for one in self._all:
            one.wait()

    @property
    def unfinished(self) -> list[str]:
        """Names of those that are not over."""
        return [one.name for one in self._all if not one.done]

    def _start(self) -> None:
        """Start those whose inputs are there, in the order they were submitted."""
        while self._start_ready():
            pass

    def _start_ready(self) -> bool:
        """Do so once; whether one could not be started, on which others may have waited."""
        dropped = False
        ready = [one for one in self._waiting if all(need.done for need in one.needs)]
        for one in ready[: self._limit - self._running]:
            self._waiting = [other for other in self._waiting if other is not one]
            name = f"build {one.name}"
            thread = threading.Thread(target=self._work, args=(one,), name=name, daemon=True)
            try:
                thread.start()
            except RuntimeError as error:  # the system has no more threads for us
                one.drop(BuildError(f"{one.name} was not built: {error}"))
                dropped = True
            else:
                self._running += 1
        return dropped

    def _work(self, one: Submitted) -> None:
        one.run(self._build)
        with self._lock:
            self._running -= 1
            self._start()


def settled(value: Any) -> Any:
    """A value with every stand-in in it, at any depth, replaced by its job, waited for."""
    if isinstance(value, Submitted):
        return value.job
    if isinstance(value, Mapping) and any(True for _ in stand_ins(value)):
        return {name: settled(item) for name, item in value.items()}
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(map(settled, value))
    return value


def settled_request(request: Request) -> Request:
    """A request with the jobs that its stand-ins stand for."""
    if not any(map(_holds_any, (request.options, request.datasets, request.jobs, request.extra))):
        return request
    given = {name: settled(getattr(request, name)) for name in _INPUTS}
    return replace(request, **given)


def _holds_any(given: Any) -> bool:
    """Whether there is a stand-in among given values: most builds are given a few numbers and texts."""
    if not given:
        return False
    values = given.values() if type(given) is dict else (given,)
    return any(type(one) not in PLAIN and any(True for _ in stand_ins(one)) for one in values)


def stand_ins(value: Any) -> Iterator[Submitted]:
    """The stand-ins in a value, at any depth."""
    if isinstance(value, Submitted):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from stand_ins(item)
    elif type(value) in (list, tuple, set, frozenset):
        for item in value:
            yield from stand_ins(item)
