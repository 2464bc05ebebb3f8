"""What one job, or one run of a build script, was found to depend on, as its directory says."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axtui.build.inputs import LISTING_PREFIX, present_path
from axtui.build.watch.told import How
from axtui.config import Config
from axtui.data import canonical, digest, jobdir
from axtui.data.jobwithfile import JobWithFile
from axtui.engine.places import Places
from axtui.engine.source import INDEX, code_digest
from axtui.errors import AcceleratorError

_NAMES = ("missing", "elsewhere", "namespaces")
_JOB_FAILED = re.compile(r"^\S+ \((\S+-\d+)\) failed:", re.MULTILINE)
_WORD = re.compile(rb"\w+")
_Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A file by the bytes that ran: digests of these and of what Python makes of them (both None
    where it was not there)."""

    raw: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job. `state` as `jobdir` tells it; `sources` by path, `inputs` {path: (as recorded, digest)};
    `names` are parts of names that its imports looked for and did not find among the user's files;
    `takes` the jobs it has as input, `made` those it built itself; `texts` its options that are
    text; `against` the job that it was built instead of."""

    jobid: str
    method: str
    state: str
    wall: float = 0.0
    sources: Mapping[str, Source] = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    made: tuple[str, ...] = ()
    texts: frozenset[str] = frozenset()
    key: str | None = None
    against: str | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run of a build script. `joblist` are the jobs that it asked for, each once, and `failed` those
    that it failed on; `words` are the names in its code, `named` (name, job id) of what it
    asked for, in order."""

    script: str
    build_job: str
    state: str
    started: float
    how: How = field(default_factory=How)
    joblist: tuple[str, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    named: tuple[tuple[str, str], ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether it failed in a way that left no trace of the files it failed on."""
        return self.is_broken and not self.failed

    @property
    def is_broken(self) -> bool:
        """Whether it failed, or its process was killed."""
        return self.state in ("failed", "lost")


class FactReader:
    """Reads facts from the directories of one workspace. What is complete is read but once."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.places = Places(config.root, config.method_packages)
        self._complete: dict[str, JobFacts] = {}

    def path(self, jobid: str) -> Path:
        """The directory of a job. Raises AcceleratorError for an unknown workdir."""
        workdir, _ = jobdir.split_jobid(jobid)
        return self._config.workdir(workdir) / jobid

    def job(self, jobid: str) -> JobFacts | None:
        """A job in whatever state; None where there is none that can be read."""
        known = self._complete.get(jobid)
        if known is not None:
            return known
        with contextlib.suppress(AcceleratorError, OSError, KeyError, TypeError, ValueError):
            path = self.path(jobid)
            setup = jobdir.load_setup(path)
            state = jobdir.state(path)
            if state != "complete":
                return self._unfinished(path, setup, state)
            found = self._finished(setup, jobdir.read_json(path / jobdir.POST))
            self._complete[jobid] = found
            return found
        return None

    def run(self, build_job: str) -> RunFacts | None:
        """A run of a script, by its own job; None where that cannot be read, or belongs to another
        workspace."""
        with contextlib.suppress(AcceleratorError, OSError, KeyError, TypeError, ValueError):
            path = self.path(build_job)
            setup = jobdir.load_setup(path)
            if not setup.get("is_build") or not self._is_ours(setup):
                return None
            return self._run(path, setup)
        return None

    def frozen(self, path: Path) -> dict[str, Source]:
        """The files that were frozen with a job so far."""
        found: dict[str, Source] = {}
        folder = path / jobdir.SOURCE
        for file in folder.rglob("*"):
            below = file.relative_to(folder).as_posix()
            if below == INDEX or file.name.startswith(".frozen-") or not file.is_file():
                continue
            key = below[1:] if below.startswith("@/") else below
            found[self.places.path(key)] = _source(file.read_bytes(), key)
        return found

    # -- jobs

    def _finished(self, setup: _Found, post: _Found) -> JobFacts:
        recorded = post["recorded"]
        imports = recorded.get("imports") or {}
        sources = {
            self.places.path(one["path"]): Source(one["raw"], one.get("code"))
            for one in (*imports.get("modules", ()), *imports.get("files", ()))
        }
        for one in recorded.get("declared", ()):
            sources[self.places.path(one["name"])] = Source(one["digest"], None)
        inputs = {}
        for one in recorded.get("inputs", ()):
            name = one["path"].removeprefix(LISTING_PREFIX)
            place = str(present_path(name, self._config.inputs, self.places))
            inputs[f"{place}/" if name != one["path"] else place] = (one["path"], one["digest"])
        return JobFacts(
            **_common(setup),
            state="complete",
            wall=float(post["exectime"]["total"]),
            sources=sources,
            inputs=inputs,
            names=frozenset(_parts(name for kind in _NAMES for name in imports.get(kind, ()))),
            made=tuple(post.get("subjobs", ())),
        )

    def _unfinished(self, path: Path, setup: _Found, state: str) -> JobFacts:
        return JobFacts(**_common(setup), state=state, sources=self.frozen(path))

    # -- runs

    def _is_ours(self, setup: _Found) -> bool:
        """Whether it ran with this configuration file, here or where the workspace was before."""
        config = Path(setup["config"])
        if config == self._config.path:
            return True
        return config.name == self._config.path.name and not config.exists()

    def _run(self, path: Path, setup: _Found) -> RunFacts:
        state = jobdir.state(path)
        end: _Found = {}
        if state == "complete":
            end = jobdir.read_json(path / jobdir.POST)
        elif state in jobdir.FAILURES:
            end = jobdir.read_json(path / jobdir.FAILED)
        sources = self.frozen(path)
        inputs = setup.get("input_directory")
        return RunFacts(
            script=setup["script"],
            build_job=path.name,
            state=state,
            started=float(setup["starttime"]),
            how=How(
                frozenset(setup.get("flags", ())),
                setup.get("horizon"),
                setup.get("into"),
                tuple((method, limit) for method, limit in setup.get("concurrency", ())),
                None if inputs == str(self._config.inputs) or _was_moved(setup) else inputs,
            ),
            joblist=tuple(dict.fromkeys(one[2] for one in end.get("joblist", ()))),
            sources=sources,
            failed=tuple(dict.fromkeys(_JOB_FAILED.findall(str(end.get("message", ""))))),
            words=_words(path / jobdir.SOURCE),
            named=tuple((one[0], one[2]) for one in end.get("joblist", ())),
        )


def _was_moved(setup: _Found) -> bool:
    """Whether the workspace is elsewhere now than when this ran."""
    return not Path(setup["config"]).exists()


def _common(setup: _Found) -> dict[str, Any]:
    options = {name: canonical.from_json(value) for name, value in setup["options"].items()}
    takes = {
        str(name).partition("/")[0]
        for given in (setup.get("datasets") or {}, setup.get("jobs") or {})
        for value in given.values()
        for name in (value if isinstance(value, list) else [value])
        if name
    }
    texts: set[str] = set()
    for value in options.values():
        for one in _leaves(value):
            if isinstance(one, JobWithFile):
                takes.add(str(one.job))
            elif isinstance(one, (str, Path)):
                texts.add(str(one))
    return {
        "jobid": setup["jobid"],
        "method": setup["method"],
        "takes": frozenset(takes),
        "texts": frozenset(texts),
        "key": setup.get("key"),
        "against": (setup.get("reason") or {}).get("against"),
    }


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, JobWithFile):
        yield value
        yield from _leaves(value.extra)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _parts(names: Iterator[str]) -> Iterator[str]:
    for name in names:
        yield from name.split(".")


def _source(data: bytes, key: str) -> Source:
    return Source(digest.of_bytes(data), code_digest(data) if key.endswith(".py") else None)


def _words(folder: Path) -> frozenset[str]:
    found: set[bytes] = set()
    for file in folder.rglob("*.py"):
        if file.is_file():
            found.update(_WORD.findall(file.read_bytes()))
    return frozenset(word.decode("utf-8", "replace") for word in found)
