"""The grammar of what people type to name a job or a dataset; see `axtui.build.specs` for its meaning.

job      BASE[!][WALK...] [.PARAM[!][WALK...]]...       dev-12~2   csvimport!   :import:-1.source^
dataset  JOB[/NAME[WALK...]]                            dev-12/bad~   :import:/bad
WALK     one of ~ + ^ < > and perhaps a number; repeated signs add up
PARAM    the name of an input, or `jobs.NAME`, `datasets.NAME`
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from axtui.errors import UserError

_TAIL = re.compile(r"(?P<name>.*?)(?P<current>!?)(?P<walks>(?:[~+^<>]\d*)*)", re.DOTALL)
_WALK = re.compile(r"([~+^<>])(\d*)")
_KINDS = ("jobs", "datasets")

Walks = list[tuple[str, int]]
"""(sign, how often) of each walk, in order."""


@dataclass(frozen=True)
class Step:
    """Something named, and where one walks from it. `current` asks for jobs that would be re-used."""

    name: str
    current: bool = False
    walks: Walks = field(default_factory=list)
    kind: str = ""
    """For an input: "jobs" or "datasets", where that was said."""


def step(text: str, kind: str = "") -> Step:
    """A name with what is behind it: `csvimport!~2`."""
    match = _TAIL.fullmatch(text)
    assert match is not None
    walks = [(sign, int(times or 1)) for sign, times in _WALK.findall(match["walks"])]
    return Step(match["name"], bool(match["current"]), walks, kind)


def job_steps(spec: str, workdirs: Iterable[str] = ()) -> list[Step]:
    """The job that a spec begins from, and each input that it goes on to. Raises UserError."""
    start = _prefix(spec, workdirs)
    head, *params = spec[start:].split(".") if not _is_path(spec) else [spec[start:]]
    steps = [step(spec[:start] + head)]
    kind = ""
    for param in params:
        if not kind and param in _KINDS:
            kind = param
            continue
        steps.append(step(param, kind))
        kind = ""
    if kind or not all(one.name for one in steps):
        raise UserError(
            f"{spec!r} ends where a name is missing: JOB.NAME or JOB.{kind or 'jobs'}.NAME"
        )
    return steps


def split_dataset(spec: str) -> tuple[str, str] | None:
    """(job, dataset name) of a spec with the name of a dataset, which may be in an urd list
    (`:import/2024:-1/bad`); None where it names no dataset, or is a path."""
    if spec.startswith(":"):
        end = spec.rfind(":", 1)
        slash = spec.find("/", end) if end > 0 else -1
        return (spec[:slash], spec[slash + 1 :]) if slash > 0 else None
    head, slash_, name = spec.partition("/")
    return (head, name) if slash_ and not _is_path(spec) else None


def _is_path(spec: str) -> bool:
    """Whether it is a path by how it begins."""
    return spec.partition("/")[0] in ("", ".", "..", "~")


def _prefix(spec: str, workdirs: Iterable[str]) -> int:
    """How much at the beginning may hold dots that mean nothing: a list of the urd, a workdir."""
    if spec.startswith(":"):
        return spec.rfind(":", 1) + 1
    fitting = (len(name) + 1 for name in workdirs if spec.startswith(f"{name}-"))
    return max(fitting, default=0)
