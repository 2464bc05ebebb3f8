"""The provenance of something: looked up by what people call it, with the facts of all it touches."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from axtui import human
from axtui.build.graph.links import Ask, Links, links
from axtui.build.graph.parts import Edge, Graph, Node, Ref
from axtui.build.inputs import shown_path
from axtui.build.linked import TOLD, Linked, results
from axtui.build.specs import Specs
from axtui.config import Config
from axtui.data.dsmeta import join_ref
from axtui.errors import NoSuchJobError, NoSuchWhateverError
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace

_FACTS = """
SELECT j.job, j.method, j.script, j.is_build, j.state, epoch(coalesce(j.ended, j.started)) AS moment,
    j.rows, j.bytes, j.wall_s, coalesce(j.error, j.why) AS why
FROM jobs j
WHERE j.job IN (SELECT unnest($jobs::VARCHAR[]))
"""
_FILES = """
SELECT ref, arg_max(i.bytes, j.started) AS bytes, epoch(max(j.started)) AS moment
FROM job_input i
JOIN job j ON j.job = i.job
WHERE i.kind = 'file'
GROUP BY ref
"""
_READ = "SELECT DISTINCT ref FROM job_input WHERE kind = 'file'"
_READERS = "SELECT DISTINCT job FROM job_input WHERE kind = 'file' AND ref = $ref"
_ENTRY = """
SELECT unnest(jobs) AS job FROM urd_entries WHERE list || '/' || timestamp = $entry
"""
_BUILT = """
SELECT job FROM job WHERE build_job = $job AND job != $job
UNION
SELECT rests_on FROM job_link WHERE job = $job
"""
_NEWEST = """
SELECT job FROM job WHERE is_build ORDER BY started DESC LIMIT 1
"""
_KNOWN = "SELECT is_build FROM job WHERE job = $job"
_DATASETS = "SELECT job, ref FROM job_input WHERE kind = 'dataset' AND ref IN ($ref, $short)"


def provenance(ask: Ask, workspace: Workspace, what: str = "") -> Graph:
    """The graph around `what`: a result, an input file, a job, a dataset, a build script or an urd
    entry; '' is all results of the workspace, or its newest build where there are none.

    Raises NoSuchWhateverError, saying what was near.
    """
    linked = results(workspace, ask(TOLD, {}).to_pylist())
    if what:
        roots: tuple[Ref, ...] = (_Names(ask, workspace, linked).find(what),)
    else:
        roots = tuple(Ref("result", one.name) for one in linked) or tuple(
            Ref("script", row["job"]) for row in ask(_NEWEST, {}).to_pylist()
        )
    found = links(ask, {job for root in roots for job in _seeds(ask, root, linked)})
    found.add(
        Edge(Ref("job", one.job), Ref("result", one.name), "linked", one.file)
        for one in linked
        if one.job
    )
    for root in roots:
        if root.kind == "dataset":
            _hold(ask, found, root)
    graph = Graph(roots, {}, found.up, found.down)
    reached = {*graph.reached("up"), *graph.reached("down")}
    graph.nodes.update(_facts(ask, workspace, reached, linked))
    return graph


def _seeds(ask: Ask, root: Ref, linked: Iterable[Linked]) -> list[str]:
    """The jobs next to a root: what lies beyond is found from those."""
    if root.kind == "job":
        return [root.name]
    if root.kind == "dataset":
        return [root.name.partition("/")[0]]
    if root.kind == "result":
        return [one.job for one in linked if one.name == root.name and one.job]
    asked = {"file": (_READERS, "ref"), "urd": (_ENTRY, "entry"), "script": (_BUILT, "job")}
    sql, name = asked[root.kind]
    return [row["job"] for row in ask(sql, {name: root.name}).to_pylist()]


class _Names:
    """What people call the things of one workspace."""

    def __init__(self, ask: Ask, workspace: Workspace, linked: Iterable[Linked]) -> None:
        self._ask, self._workspace = ask, workspace
        self._read = [row["ref"] for row in ask(_READ, {}).to_pylist()]
        self._results = [one.name for one in linked]
        self._specs = Specs(workspace)

    def find(self, what: str) -> Ref:
        for look_up in (self._result, self._file, self._urd, self._job, self._dataset, self._stem):
            ref = look_up(what)
            if ref is not None:
                return ref
        hint = did_you_mean(what, [*self._results, *self._read, *map(_base, self._read)])
        if not hint:
            try:
                self._specs.job(what)
            except NoSuchJobError as error:
                text = f"there is no result or input file {what!r}, and {error}"
                raise NoSuchWhateverError(text) from None
        raise NoSuchWhateverError(f"there is no result, input file, job or dataset {what!r}.{hint}")

    def _result(self, what: str) -> Ref | None:
        return Ref("result", what) if what in self._results else None

    def _stem(self, what: str) -> Ref | None:
        found = [name for name in self._results if what in (Path(name).stem, Path(name).name)]
        return Ref("result", found[0]) if len(found) == 1 else None

    def _file(self, what: str) -> Ref | None:
        """A file that a job read: as it was read, by its path, or by its name if that is the only one."""
        if what in self._read:
            return Ref("file", what)
        here = Path(what).expanduser().absolute()
        config = self._workspace.config
        named = [name for name in self._read if shown_path(name, config) == here]
        named = named or [name for name in self._read if name.endswith(f"/{what}")]
        return Ref("file", named[0]) if len(named) == 1 else None

    def _urd(self, what: str) -> Ref | None:
        for name in (what, f"{self._workspace.config.user}/{what}"):
            if "/" in what and self._ask(_ENTRY, {"entry": name}).num_rows:
                return Ref("urd", name)
        return None

    def _job(self, what: str) -> Ref | None:
        """A job by its spec; one that gc removed, or another machine's, as the catalog knows it."""
        try:
            jobid, there = self._specs.job(what), True
        except NoSuchJobError:
            jobid, there = what, False
        rows = self._ask(_KNOWN, {"job": jobid}).to_pylist()
        if rows:
            return Ref("script" if rows[0]["is_build"] else "job", jobid)
        return Ref("job", jobid) if there else None

    def _dataset(self, what: str) -> Ref | None:
        if "/" not in what:
            return None
        with contextlib.suppress(NoSuchJobError):
            return Ref("dataset", join_ref(*self._specs.dataset(what)))
        return None


def _base(path: str) -> str:
    return Path(path).name


def _hold(ask: Ask, found: Links, dataset: Ref) -> None:
    """Put a dataset between its job and the jobs that read it."""
    job, _, name = dataset.name.partition("/")
    held = Edge(Ref("job", job), dataset, "holds", name or "default")
    short = job if name in ("", "default") else dataset.name
    rows = ask(_DATASETS, {"ref": dataset.name, "short": short}).to_pylist()
    readers = {row["job"] for row in rows}
    found.up[dataset] = [held]
    found.down[dataset] = [
        edge._replace(source=dataset)
        for edge in found.down.get(held.source, ())
        if edge.target.name in readers
    ]


def _facts(
    ask: Ask, workspace: Workspace, reached: Iterable[Ref], linked: Iterable[Linked]
) -> dict[Ref, Node]:
    kinds: dict[str, list[Ref]] = {}
    for ref in reached:
        kinds.setdefault(ref.kind, []).append(ref)
    jobs = [*kinds.get("job", ()), *kinds.get("script", ())]
    found = {ref: Node(ref) for ref in jobs}
    rows = ask(_FACTS, {"jobs": [ref.name for ref in jobs]}).to_pylist() if jobs else []
    found.update((node.ref, node) for node in map(_job, rows))
    results = {one.name: _result(one) for one in linked}
    found.update((ref, results[ref.name]) for ref in kinds.get("result", ()))
    if files := kinds.get("file"):
        known = {row["ref"]: row for row in ask(_FILES, {}).to_pylist()}
        config = workspace.config
        found.update((ref, _file(ref, known.get(ref.name, {}), config)) for ref in files)
    for ref in kinds.get("urd", ()):
        found[ref] = Node(ref, "complete", "urd entry")
    for ref in kinds.get("dataset", ()):
        held = found.get(Ref("job", ref.name.partition("/")[0]), Node(ref))
        found[ref] = Node(ref, held.state, f"dataset of {held.what}", held.moment, held.why)
    return found


def _job(row: Mapping[str, Any]) -> Node:
    method = row["method"] or "?"
    return Node(
        Ref("script" if row["is_build"] else "job", row["job"]),
        row["state"] or "unknown",
        f"build script {method.removeprefix('build_')}" if row["is_build"] else method,
        row["moment"],
        " ".join((row["why"] or "").split()),
        row["script"] or "",
        row["rows"],
        row["bytes"],
        row["wall_s"],
    )


def _result(linked: Linked) -> Node:
    return Node(
        Ref("result", linked.name),
        "gone" if linked.gone else "result",
        linked.description or linked.header or "",
        linked.when,
        f"leads to {linked.file} of {linked.job or 'no job'}, which is gone" if linked.gone else "",
        bytes=linked.bytes,
    )


def _file(ref: Ref, row: Mapping[str, Any], config: Config) -> Node:
    """A file with the size it had when it was read last, and whether it is still there."""
    size = row.get("bytes")
    there = shown_path(ref.name, config).exists()
    why = "" if there else "the file is not there any more"
    what = "input file" if size is None else f"input file, {human.size(size)}"
    return Node(ref, "input" if there else "gone", what, row.get("moment"), why, bytes=size)
