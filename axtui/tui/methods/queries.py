"""What the catalog tells of methods and scripts: how often each ran, and how it went the last time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from axtui.build.scripts import DEFAULT
from axtui.build.shelf import Entry

LAST = """
SELECT method, is_build, count(*) AS jobs, max_by(job, (started, number)) AS job,
       max_by(state, (started, number)) AS state, epoch(max(started)) AS started,
       max_by(wall_s, (started, number)) AS wall_s
FROM jobs WHERE state != 'collected' GROUP BY ALL
"""

JOBS = """
SELECT job, state, epoch(started) AS started, wall_s, why FROM jobs
WHERE method = $method AND is_build = $is_build AND state != 'collected'
ORDER BY started DESC, number DESC LIMIT $most
"""


@dataclass(frozen=True)
class Last:
    """The newest job of a method or script; `started` in seconds since 1970, `wall_s` in seconds."""

    job: str
    state: str
    started: float
    wall_s: float | None
    jobs: int


def method_of(entry: Entry) -> str:
    """What the jobs of an entry have as their method."""
    if entry.kind == "script" and entry.name != DEFAULT:
        return f"build_{entry.name}"
    return entry.name


def last_of(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, bool], Last]:
    """The rows of `LAST`, by method and whether it is a script."""
    return {
        (row["method"], row["is_build"]): Last(
            row["job"], row["state"], row["started"], row["wall_s"], row["jobs"]
        )
        for row in rows
    }
