"""How everything in a workspace hangs together, as the catalog has it: edges, and no facts yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from axtui.build.graph.parts import Edge, Ref

Ask = Callable[[str, Mapping[str, Any]], Any]
"""Gives the rows (a pyarrow Table) of SQL with values for its parameters, as `Reader.query` does."""

_PAIRS = """
SELECT l.job, l.rests_on
FROM job_link l
JOIN job j ON j.job = l.job
WHERE NOT coalesce(j.is_build, FALSE)
"""
_SOME = "(SELECT unnest($jobs::VARCHAR[]))"
_JOBS = f"""
SELECT l.job, l.rests_on, l.relation, l.argument, coalesce(j.is_build, FALSE) AS is_build
FROM job_link l
LEFT JOIN job j ON j.job = l.job
WHERE l.rests_on IN {_SOME}
ORDER BY l.job, l.relation, l.argument
"""
_INPUTS = f"""
SELECT job, kind, argument, ref, input_job FROM job_input WHERE job IN {_SOME} ORDER BY job, ordinal
"""
_SCRIPTS = f"SELECT job, build_job FROM job WHERE build_job IS NOT NULL AND job IN {_SOME}"
_URD = f"""
SELECT list || '/' || timestamp AS entry, job
FROM (SELECT list, timestamp, unnest(jobs) AS job FROM urd_entries)
WHERE NOT ends_with(list, '/__auto__') AND job IN {_SOME}
"""

_STRENGTH = ("previous", "input", "parent", "subjob")
"""Where a job rests on another in several ways, the first of these is told."""

_DEFAULT = "/default"

_Pairs = dict[tuple[str, str], list[tuple[str, str]]]
"""(job, the job that it rests on) -> [(relation, argument)]."""


class Links:
    """The edges of a workspace, those that others already tell left out.

    A job that goes into a build script, an urd entry or (as a subjob) another job, and into another
    job of the same one too, is reached by way of that.
    """

    def __init__(self) -> None:
        self.up: dict[Ref, list[Edge]] = {}
        self.down: dict[Ref, list[Edge]] = {}

    def add(self, edges: Iterable[Edge]) -> None:
        """Take in edges."""
        for edge in edges:
            self.up.setdefault(edge.target, []).append(edge)
            self.down.setdefault(edge.source, []).append(edge)


def links(ask: Ask, seeds: Iterable[str]) -> Links:
    """The edges between all that some jobs rest on, and all that rests on them.

    All links of the workspace are read, but made into edges only where they are reached: a hundred
    thousand jobs take a fraction of a second.
    """
    jobs = _reached(ask, set(seeds))
    some = {"jobs": sorted(jobs)}
    inputs = list(_rows(ask(_INPUTS, some), "job", "kind", "argument", "ref", "input_job"))
    pairs: _Pairs = {}
    rests_on: dict[str, set[str]] = defaultdict(set)
    built: dict[str, list[str]] = defaultdict(list)
    rows = _rows(ask(_JOBS, some), "job", "rests_on", "relation", "argument", "is_build")
    for job, below, relation, argument, is_build in rows:
        if is_build:
            built[job].append(below)
        elif job in jobs:
            pairs.setdefault((job, below), []).append((relation, argument or ""))
            rests_on[job].add(below)
    for job, build_job in _rows(ask(_SCRIPTS, some), "job", "build_job"):
        if build_job != job:
            built[build_job].append(job)
    listed: dict[str, list[str]] = defaultdict(list)
    for entry, job in _rows(ask(_URD, some), "entry", "job"):
        listed[entry].append(job)
    found = Links()
    found.add(_of_jobs(pairs, rests_on, _labels(inputs)))
    found.add(_of_files(inputs))
    found.add(_gathered("script", "built", built, rests_on))
    found.add(_gathered("urd", "listed", listed, rests_on))
    return found


def _reached(ask: Ask, seeds: set[str]) -> set[str]:
    """Some jobs, what they rest on, and what rests on them."""
    up: dict[str, list[str]] = defaultdict(list)
    down: dict[str, list[str]] = defaultdict(list)
    for job, below in _rows(ask(_PAIRS, {}), "job", "rests_on"):
        up[job].append(below)
        down[below].append(job)
    found = set(seeds)
    for ways in (up, down):
        seen, queue = set(seeds), list(seeds)
        for job in queue:
            for other in ways.get(job, ()):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        found |= seen
    return found


def _rows(table: Any, *names: str) -> Iterable[tuple[Any, ...]]:
    """The rows of a table; column by column, as 100,000 rows one by one take seconds."""
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)


def _labels(inputs: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], list[str]]:
    """(job, job that it reads) -> 'source', 'source dev-3/other' ... in the order of its inputs."""
    found: dict[tuple[str, str], list[str]] = {}
    for job, kind, argument, ref, input_job in inputs:
        if not input_job:
            continue
        name = argument or ""
        if kind == "dataset" and not ref.endswith(_DEFAULT) and "/" in ref:
            name = f"{name} {ref}".strip()
        known = found.setdefault((job, input_job), [])
        if name and name not in known:
            known.append(name)
    return found


def _of_jobs(
    pairs: _Pairs,
    rests_on: Mapping[str, set[str]],
    labels: Mapping[tuple[str, str], list[str]],
) -> Iterable[Edge]:
    order = {pair: number for number, pair in enumerate(labels)}
    subjobs: dict[str, list[str]] = defaultdict(list)
    for (job, below), ways in sorted(pairs.items(), key=lambda one: order.get(one[0], len(order))):
        if job == below:
            continue
        relations = {relation for relation, _ in ways}
        relation = next((one for one in _STRENGTH if one in relations), ways[0][0])
        if relation == "subjob":
            subjobs[job].append(below)
            continue
        label = ", ".join(labels.get((job, below), ())) or relation
        yield Edge(Ref("job", below), Ref("job", job), relation, label)
    for job, below_it in subjobs.items():
        for last in _last(below_it, rests_on):
            yield Edge(Ref("job", last), Ref("job", job), "subjob", "subjob")


def _of_files(inputs: Iterable[tuple[Any, ...]]) -> Iterable[Edge]:
    seen = set()
    for job, kind, argument, ref, _ in inputs:
        if kind == "file" and (job, ref) not in seen:
            seen.add((job, ref))
            yield Edge(Ref("file", ref), Ref("job", job), "file", argument or "read")


def _gathered(
    kind: Any, relation: str, gathered: Mapping[str, list[str]], rests_on: Mapping[str, set[str]]
) -> Iterable[Edge]:
    for name, jobs in gathered.items():
        for job in _last(jobs, rests_on):
            yield Edge(Ref("job", job), Ref(kind, name), relation, relation)


def _last(jobs: Iterable[str], rests_on: Mapping[str, set[str]]) -> list[str]:
    """Of some jobs those that no other of them rests on; all, should each be used by another."""
    known = dict.fromkeys(jobs)
    used = {below for job in known for below in rests_on.get(job, ()) if below != job}
    return [job for job in known if job not in used] or list(known)
