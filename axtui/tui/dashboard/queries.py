"""What the first screen asks the catalog and the workspace; free of any widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from axtui.build.scripts import called
from axtui.tui.dashboard.feed import last_line
from axtui.tui.dashboard.scripts import LastRun

if TYPE_CHECKING:
    from axtui.tui.catalogue import Catalogue
    from axtui.workspace import Workspace

_RUNS = """
SELECT r.script, r.state, r.build_job, epoch(r.ended) AS ended, r.wall_s, r.built, r.reused,
    j.error
FROM runs r
LEFT JOIN jobs j ON j.job = r.build_job
WHERE r.state != 'running'
QUALIFY row_number() OVER (PARTITION BY r.script ORDER BY r.started DESC) = 1
"""
_RESULTS = """
SELECT link, job, method, epoch(recorded) AS recorded, header
FROM results ORDER BY recorded DESC, link LIMIT 200
"""
_FAILURES = """
WITH newest AS (
    SELECT build_job, started FROM runs WHERE state IN ('complete', 'failed', 'lost')
    QUALIFY row_number() OVER (PARTITION BY script ORDER BY started DESC) = 1
), failed AS (
    SELECT f.job, f.method, j.is_build, j.script, f.stage, f.sliceno, f.message, f.state, j.build_job,
        coalesce(epoch(f.ended), epoch(f.started)) AS moment, f.started
    FROM failures f
    JOIN jobs j ON j.job = f.job
    JOIN newest n ON n.build_job = j.build_job OR n.build_job = j.job
    WHERE f.state IN ('failed', 'lost', 'damaged')
)
SELECT * EXCLUDE (started) FROM failed f
WHERE NOT EXISTS (
    SELECT 1 FROM jobs g
    WHERE g.method = f.method AND g.state = 'complete' AND g.started > f.started
        AND g.build_job != f.build_job
) AND NOT EXISTS (
    SELECT 1 FROM failed c
    WHERE c.job != f.job AND contains(f.message, c.method || ' (' || c.job || ') failed')
)
ORDER BY moment DESC LIMIT 200
"""


@dataclass(frozen=True)
class LinkedResult:
    """What lies in the results folder under a name, and when it was linked (seconds since 1970)."""

    name: str
    job: str
    method: str
    recorded: float
    header: str = ""


@dataclass(frozen=True)
class Failure:
    """A job that failed and that nothing replaced. `method` is what people call what made it, `where`
    its stage or slice, or ''."""

    job: str
    method: str
    message: str
    at: float
    where: str = ""
    state: str = "failed"


@dataclass(frozen=True)
class Facts:
    """All that the catalog tells the first screen."""

    runs: tuple[LastRun, ...] = ()
    results: tuple[LinkedResult, ...] = ()
    failures: tuple[Failure, ...] = ()


async def facts(catalogue: Catalogue) -> Facts:
    """Ask for all of it. Raises AcceleratorError where there is nothing to ask."""
    runs = (await catalogue.query(_RUNS)).to_pylist()
    results = (await catalogue.query(_RESULTS)).to_pylist()
    failures = (await catalogue.query(_FAILURES)).to_pylist()
    return Facts(
        tuple(
            LastRun(
                script=row["script"],
                state=row["state"],
                build_job=row["build_job"] or "",
                ended=row["ended"],
                wall=row["wall_s"],
                built=row["built"],
                reused=row["reused"],
                error=last_line(row["error"] or ""),
            )
            for row in runs
        ),
        tuple(
            LinkedResult(
                row["link"],
                row["job"] or "",
                row["method"] or "",
                row["recorded"],
                row["header"] or "",
            )
            for row in results
        ),
        tuple(
            Failure(
                job=row["job"],
                method=called(row["method"], row["script"], row["is_build"]),
                message=last_line((row["message"] or "").split("\n")[0]),
                at=row["moment"],
                where=_where(row["stage"], row["sliceno"]),
                state=row["state"],
            )
            for row in failures
        ),
    )


def scripts(workspace: Workspace) -> dict[str, str]:
    """The build scripts that there are, each with the first line of what it says of itself. Reads
    files: for threads."""
    from axtui.build.declared import description
    from axtui.build.scripts import find_scripts

    found = {}
    for name, path in find_scripts(workspace).items():
        lines = description(path).strip().splitlines()
        found[name] = lines[0] if lines else ""
    return found


def known(runs: tuple[LastRun, ...], found: dict[str, str]) -> list[LastRun]:
    """The scripts that there are, each with its last run; those that are gone are left out."""
    by_name = {run.script: run for run in runs}
    return [replace(by_name.get(name, LastRun(name)), about=about) for name, about in found.items()]


def _where(stage: str | None, sliceno: int | None) -> str:
    return f"slice {sliceno}" if sliceno is not None else stage or ""
