"""How everything in a workspace hangs together, as the catalog has it: edges, and no facts yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from axtui.build.graph.parts import Edge, Ref

Ask = Callable[[str, Mapping[str, Any]], Any]
"""Gives the rows (a pyarrow Table) of SQL with values for its parameters, as `Reader.query` does."""

_JOBS = """
SELECT job, rests_on, relation, argument FROM job_link ORDER BY job, relation, argument
"""
_INPUTS = "SELECT job, kind, argument, ref, input_job FROM job_input ORDER BY job, ordinal"
_SCRIPTS = "SELECT job, build_job FROM job WHERE is_build OR build_job IS NOT NULL"
_URD = """
SELECT e.list || '/' || e.timestamp AS entry, unnest(e.jobs) AS job
FROM urd_entries e
WHERE NOT ends_with(e.list, '/__auto__')
"""

_STRENGTH = ("previous", "input", "parent", "subjob")
"""Where a job rests on another in several ways, the first of these is told."""

_DEFAULT = "/default"


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


def links(ask: Ask) -> Links:
    """All edges between files, jobs, build scripts and urd entries."""
    scripts: dict[str, str] = {}
    builds = set()
    for job, build_job in _rows(ask(_SCRIPTS, {}), "job", "build_job"):
        if build_job:
            scripts[job] = build_job
        else:
            builds.add(job)
    inputs = list(_rows(ask(_INPUTS, {}), "job", "kind", "argument", "ref", "input_job"))
    pairs = _pairs(_rows(ask(_JOBS, {}), "job", "rests_on", "relation", "argument"))
    rests_on: dict[str, set[str]] = defaultdict(set)
    for job, below in pairs:
        if job not in builds:
            rests_on[job].add(below)
    found = Links()
    found.add(_of_jobs(pairs, builds, rests_on, _labels(inputs)))
    found.add(_of_files(inputs))
    built: dict[str, list[str]] = defaultdict(list)
    for job, build_job in scripts.items():
        built[build_job].append(job)
    for job, below in pairs:
        if job in builds:
            built[job].append(below)
    found.add(_gathered("script", "built", built, rests_on))
    listed: dict[str, list[str]] = defaultdict(list)
    for entry, job in _rows(ask(_URD, {}), "entry", "job"):
        listed[entry].append(job)
    found.add(_gathered("urd", "listed", listed, rests_on))
    return found


def _rows(table: Any, *names: str) -> Iterable[tuple[Any, ...]]:
    """The rows of a table; column by column, as 100,000 rows one by one take seconds."""
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)


def _pairs(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(job, the job that it rests on) -> [(relation, argument)]."""
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for job, below, relation, argument in rows:
        pairs.setdefault((job, below), []).append((relation, argument or ""))
    return pairs


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
    pairs: Mapping[tuple[str, str], list[tuple[str, str]]],
    builds: set[str],
    rests_on: Mapping[str, set[str]],
    labels: Mapping[tuple[str, str], list[str]],
) -> Iterable[Edge]:
    order = {pair: number for number, pair in enumerate(labels)}
    subjobs: dict[str, list[str]] = defaultdict(list)
    for (job, below), ways in sorted(pairs.items(), key=lambda one: order.get(one[0], len(order))):
        if job in builds or job == below:
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
