"""The list of all jobs, as the catalog tells it: one query, with a filter of `jobfilter` in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from axtui.build.jobfilter import parse

_COLUMNS = """
SELECT
    j.job, j.state, j.method, nullif(j.name, j.method) AS name, j.script, j.started,
    coalesce(
        j.wall_s, CASE WHEN j.state = 'running' THEN epoch(now()) - epoch(j.started) END
    ) AS wall_s,
    j.rows, j.bytes,
    CASE WHEN j.state IN ('failed', 'damaged') THEN string_split(j.error, chr(10))[1] END AS error,
    CASE WHEN j.is_build THEN '' ELSE j.why END AS why,
    j.caption, j.is_build, j.against, j.build_job, j.path, j.number
FROM jobs j
"""
_NEWEST_FIRST = "ORDER BY j.started DESC NULLS LAST, j.workdir, j.number DESC"
_COUNT = "SELECT count(*) AS jobs FROM jobs j"

KNOWN = """
WITH named AS (
    SELECT 'method' AS field, method AS value, count(*) AS uses FROM job GROUP BY method
    UNION ALL SELECT 'script', script, count(*) FROM job GROUP BY script
    UNION ALL SELECT 'name', name, count(*) FROM job GROUP BY name
    UNION ALL SELECT 'user', user_name, count(*) FROM job GROUP BY user_name
    UNION ALL SELECT 'host', host, count(*) FROM job GROUP BY host
    UNION ALL SELECT 'workdir', workdir, count(*) FROM job GROUP BY workdir
    UNION ALL SELECT 'python', python, count(*) FROM environment GROUP BY python
    UNION ALL SELECT 'option', name, count(*) FROM job_option GROUP BY name
    UNION ALL SELECT 'dataset', name, count(*) FROM dataset GROUP BY name
    UNION ALL SELECT 'package', name, count(*) FROM job_package GROUP BY name
)
SELECT field, value FROM named WHERE value <> '' ORDER BY field, uses DESC, value LIMIT 5000
"""
"""The values that fields of the filter have in the workspace, the most frequent first."""


@dataclass(frozen=True)
class Listing:
    """A question to the catalog: `sql` and `params` give the jobs, the newest first, `count` how many
    there are without a filter (rows with one column, `jobs`)."""

    sql: str
    count: str
    params: Mapping[str, Any] = field(default_factory=dict)


def listing(
    text: str, now: datetime, *, collected: bool = False, script: str | None = None, limit: int = 0
) -> Listing:
    """What to ask for the jobs that a filter finds; '' finds all.

    Those that gc removed are left out unless `collected`, or unless the filter names states. With
    `script` only jobs that this build script asked for. `limit` 0 is no limit. Raises FilterError.
    """
    found = parse(text, now)
    params = dict(found.params)
    conditions = [f"({found.where})"]
    if not collected and not found.names_state:
        conditions.append("j.state <> 'collected'")
    if script is not None:
        conditions.append("j.script = $of_script")
        params["of_script"] = script
    where = f"WHERE {' AND '.join(conditions)}"
    most = f"LIMIT {int(limit)}" if limit else ""
    return Listing(f"{_COLUMNS} {where} {_NEWEST_FIRST} {most}", _counted(collected), params)


def _counted(collected: bool) -> str:
    return _COUNT if collected else f"{_COUNT} WHERE j.state <> 'collected'"


def known_values(rows: list[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The rows of `KNOWN` as values by field, for `filtercompletion.completed`."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["field"], []).append(row["value"])
    return found
