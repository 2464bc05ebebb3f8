"""Making a built workspace the same on every machine and in every run: times, sizes, names of machines.

What happened stays as it was built; when, for how long, where and with which packages is written
anew into the records of the jobs, and the catalog is made from those.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from axtui.build import record as jobrecord
from axtui.build.reindex import events
from axtui.build.session import environment_file
from axtui.build.urdlines import to_line
from axtui.data import digest, jobdir
from axtui.workspace import open_workspace
from catalog.fold import reindex
from catalog.layout import database_path
from catalog.store import transaction
from tests.tui import records

Json = dict[str, Any]


def moment(text: str) -> float:
    """A moment of the story, such as `2026-03-04 11:40`, in seconds since 1970."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


NOW = moment("2026-03-04 12:00")
"""When the dashboard is looked at."""
RUNS = (
    moment("2026-02-20 09:00"),
    moment("2026-03-03 16:30"),
    moment("2026-03-04 11:40"),
    moment("2026-03-04 11:50"),
    moment("2026-03-04 11:58"),
)
"""When each build script was started, the oldest first."""
HOST, PID = "oak", 4711
_MAIN = {"duckdb": "1.5.0", "pandas": "2.2.3", "polars": "1.30.0", "pyarrow": "20.0.0"}
_PACKAGES = (_MAIN | {"numpy": "2.0.2"}, _MAIN | {"numpy": "2.2.4", "pandas": "2.3.0"})
_PYTHONS = ("3.11.8", "3.11.9")
_SETUP_DIGEST = digest.of_bytes(b"setup")
_DATASET_BYTES = 3000
"""How long each file of a dataset is said to be: how long it is depends on how it is compressed, and on
Arrow's version."""
_SIZES = (
    f"UPDATE job_file SET bytes = {_DATASET_BYTES} WHERE name LIKE 'DS/%'",
    f"UPDATE dataset_slice SET bytes = {_DATASET_BYTES} WHERE bytes IS NOT NULL",
    "UPDATE job SET bytes = sums.bytes FROM (FROM job_file SELECT job, sum(bytes) AS bytes"
    " GROUP BY job) AS sums WHERE sums.job = job.job AND job.bytes IS NOT NULL",
)
_UPGRADED = moment("2026-03-04 00:00")


def freeze(root: Path) -> None:
    """Write the records of all jobs of the workspace at `root` anew, and make its catalog."""
    workdir = root / "workdirs/dev"
    jobs = {path.name: _Job(path) for path in _paths(workdir)}
    for jobid, job in jobs.items():
        parent = jobs.get(job.setup.get("parent") or "")
        if parent is not None and parent is not job:
            parent.children.append(jobs[jobid])
    scripts = [job for job in jobs.values() if job.setup["is_build"]]
    for began, script in zip(RUNS, scripts, strict=True):
        _schedule(script, began)
    shutil.rmtree(workdir / ".environments")
    environments = [_environment(workdir, *both) for both in zip(_PYTHONS, _PACKAGES, strict=True)]
    for job in jobs.values():
        new = job.started >= _UPGRADED
        _rewrite(job, environments[new], _PACKAGES[new] if job.uses_packages else {})
    _rewrite_urd(root / "urd", jobs)
    _rewrite_links(root / "results")
    shutil.rmtree(root / ".axtui/journal", ignore_errors=True)
    workspace = open_workspace(root)
    report = reindex(workspace.dot_axtui, lambda: events(workspace))
    assert not report.problems, report.problems
    with transaction(database_path(workspace.dot_axtui)) as con:  # it holds where the folder lies
        con.execute(f"UPDATE catalog_version SET made = make_timestamptz({NOW * 1e6:.0f})")
        con.execute(f"UPDATE job_file SET digest = '{_SETUP_DIGEST}' WHERE name = 'setup.json'")
        for change in _SIZES:
            con.execute(change)


def job_document(path: Path, workdirs: Mapping[str, Path], prints: bool = True) -> Json:
    """What the records of a job tell, with the sizes that are said in the catalog."""
    document = jobrecord.job_document(path, workdirs, prints)
    for file in document["files"]:
        if file["name"].startswith("DS/"):
            file["bytes"] = _DATASET_BYTES
    if document["bytes"] is not None:
        document["bytes"] = sum(file["bytes"] for file in document["files"])
    return document


@dataclass
class _Job:
    """A job directory, its records, and when it is to have run."""

    path: Path
    children: list[_Job] = field(default_factory=list)
    started: float = 0.0
    ended: float = 0.0

    def __post_init__(self) -> None:
        self.setup = jobdir.read_json(self.path / jobdir.SETUP)
        self.endings = [
            name for name in (jobdir.POST, jobdir.FAILED) if (self.path / name).exists()
        ]
        self.end = jobdir.read_json(self.path / self.endings[0]) if self.endings else {}

    @property
    def method(self) -> str:
        return str(self.setup["method"])

    @property
    def uses_packages(self) -> bool:
        """Whether it is to have imported numpy: of two builds of a method the first did."""
        return self.method in ("warmest", "normals") and self.started < _UPGRADED

    @property
    def stages(self) -> list[Json]:
        found: list[Json] = self.end.get("stages", [])
        order = ["prepare", "analysis", "synthesis"]
        return sorted(found, key=lambda one: (order.index(one["stage"]), one["sliceno"] or 0))


def _paths(workdir: Path) -> Iterator[Path]:
    for number in sorted(jobdir.job_numbers(workdir, "dev")):
        yield workdir / f"dev-{number}"


def _schedule(job: _Job, at: float) -> float:
    """Say when a job and those it asked for ran; when it ended."""
    job.started = at
    at += 0.25
    stages: dict[str, float] = {}
    for one in job.stages:
        wall = _seconds(job, one["stage"], one["sliceno"])
        stages[one["stage"]] = max(wall, stages.get(one["stage"], 0.0))
        one |= {"started": at + sum(stages.values()) - stages[one["stage"]], "wall_s": wall}
        one |= {"ended": one["started"] + wall, "cpu_s": round(wall * 0.9, 3)}
        shares = {"read_s": 0.2, "write_s": 0.1, "wait_s": 0.05}
        one |= {key: round(wall * share, 3) for key, share in shares.items() if key in one}
        one |= {"peak_rss": (64 + int(wall * 10)) << 20}
        one |= {} if one["outcome"] in ("ok", "exception") else {"outcome": "cancelled"}
    at += sum(stages.values())
    for child in job.children:
        at = _schedule(child, at)
    job.ended = at + 0.25
    return job.ended


def _seconds(job: _Job, stage: str, sliceno: int | None) -> float:
    """How long a stage or slice is to have taken: 0.2 to 5.2 s, always the same."""
    name = f"{job.path.name} {stage} {sliceno}".encode()
    return 0.2 + int(digest.of_bytes(name)[-8:], 16) % 100 / 20


def _rewrite(job: _Job, environment: str, packages: dict[str, str]) -> None:
    setup = job.setup | {"starttime": job.started, "host": HOST, "pid": PID}
    setup["environment"] = environment
    if setup["is_build"]:
        setup["argv"] = ["axtui", "run", setup["script"]]
    if not job.end:
        records.replace_setup(job.path, setup)
        return
    end = job.end | {"stages": job.stages}
    end |= {key: job.started for key in ("starttime", "started") if key in end}
    end |= {key: job.ended for key in ("endtime", "ended") if key in end}
    if "exectime" in end:
        end["exectime"] = _exectime(job)
    if packages:
        end["recorded"]["imports"]["distributions"] = {"numpy": packages["numpy"]}
    records.replace(job.path / job.endings[0], end)
    records.replace_setup(job.path, setup)


def _exectime(job: _Job) -> Json:
    found: Json = {"total": job.ended - job.started}
    for one in job.stages:
        found[one["stage"]] = max(one["wall_s"], found.get(one["stage"], 0.0))
        if one["sliceno"] is not None:
            found.setdefault("per_slice", []).append(one["wall_s"])
    return found


def _environment(workdir: Path, python: str, packages: dict[str, str]) -> str:
    known = digest.of_list([python, *packages.values()])
    place = environment_file(workdir, known)
    place.parent.mkdir(exist_ok=True)
    facts = {"python": python, "implementation": "cpython", "platform": "linux-x86_64"}
    jobdir.write_json(place, facts | {"packages": packages, "digest": known})
    return known


def _rewrite_urd(folder: Path, jobs: dict[str, _Job]) -> None:
    """Entries are as old as the build that made them."""
    import orjson

    for path in folder.rglob("*.urd"):
        records = [orjson.loads(line)["record"] for line in path.read_bytes().splitlines()]
        for record in records:
            build = jobs[record["build_job"]]
            record["at"] = build.ended
            if path.stem == "__auto__":
                record["timestamp"] = datetime.fromtimestamp(build.ended, UTC).isoformat()[:19]
        path.write_bytes(b"".join(map(to_line, records)))


def _rewrite_links(folder: Path) -> None:
    """Results were linked by the last build."""
    for path in folder.rglob("*"):
        if path.is_symlink():
            os.utime(path, (RUNS[-1], RUNS[-1]), follow_symlinks=False)
