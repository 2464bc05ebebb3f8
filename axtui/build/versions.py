"""The versions of a result: the jobs whose files were linked under its name, and what differs."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axtui import human
from axtui.build.changes import Change
from axtui.build.heads import texts
from axtui.build.heads.head import head

Ask = Callable[[str, Mapping[str, Any]], Any]

_VERSIONS = """
SELECT r.job, r.file, epoch(max(r.recorded)) AS linked, j.method, j.script, j.state, j.path, w.text AS why
FROM result r
LEFT JOIN job j ON j.job = r.job
LEFT JOIN job_reason w ON w.job = r.job
WHERE r.link = $link AND r.job IS NOT NULL
GROUP BY ALL
ORDER BY linked DESC, r.job
"""
_BEHIND = """
SELECT job, method, script, state, epoch(coalesce(ended, started)) AS made, wall_s
FROM job
WHERE job IN (SELECT unnest($jobs::VARCHAR[]))
"""
_CHANGES = """
SELECT part, name, old, new, detail FROM job_reason_change WHERE job = $job ORDER BY ordinal
"""
_MOST_LINES = 2000


@dataclass(frozen=True)
class Version:
    """A file that was linked as a result; `path` is None where its job is gone."""

    job: str
    file: str
    linked: float
    method: str
    state: str
    why: str
    path: Path | None


@dataclass(frozen=True)
class Behind:
    """The job behind a result."""

    job: str
    method: str
    script: str
    state: str
    made: float | None
    seconds: float | None


def behind(ask: Ask, jobs: Iterable[str]) -> dict[str, Behind]:
    """What the catalog knows of the jobs behind results, by their ids."""
    rows = ask(_BEHIND, {"jobs": list(jobs)}).to_pylist()
    return {
        row["job"]: Behind(
            row["job"],
            row["method"] or "?",
            row["script"] or "",
            row["state"] or "unknown",
            row["made"],
            row["wall_s"],
        )
        for row in rows
    }


def versions(ask: Ask, link: str) -> list[Version]:
    """The versions of a result, the newest first; each job once."""
    found: dict[str, Version] = {}
    for row in ask(_VERSIONS, {"link": link}).to_pylist():
        path = Path(row["path"]) / row["file"] if row["path"] and row["file"] else None
        found.setdefault(
            row["job"],
            Version(
                row["job"],
                row["file"] or "",
                row["linked"],
                row["method"] or "?",
                row["state"] or "unknown",
                row["why"] or "",
                path,
            ),
        )
    return list(found.values())


def difference(ask: Ask, new: Version, old: Version, within: Iterable[Path]) -> list[str]:
    """What differs between two versions: why the job was built, its changed parts, sizes, and for
    texts the lines, as `diff -u` writes them."""
    found = [f"{new.job} was built: {new.why}" if new.why else f"{new.job} replaced {old.job}"]
    for row in ask(_CHANGES, {"job": new.job}).to_pylist():
        if row["part"] not in ("first", "forced"):  # of these the line above tells all
            found.append(f"  {Change(**row | {'detail': row['detail'] or ''}).words()}")
    folders = list(within)
    heads = [head(one.path, folders) if one.path else None for one in (old, new)]
    before, after = heads
    if before is None or before.path is None:
        return [*found, f"the file of {old.job} is not there any more"]
    if after is None or after.path is None:
        return [*found, f"the file of {new.job} is not there any more"]
    assert before.bytes is not None and after.bytes is not None
    sizes = f"{human.size(before.bytes)} -> {human.size(after.bytes)}"
    if before.lines and after.lines:
        lines = list(
            difflib.unified_diff(
                texts.wrapped(before.lines) if before.prose else before.lines,
                texts.wrapped(after.lines) if after.prose else after.lines,
                f"{old.job}/{old.file}",
                f"{new.job}/{new.file}",
                lineterm="",
            )
        )
        part = " (of their beginnings)" if before.cut or after.cut else ""
        same = [f"the texts are the same{part}"] if not lines else lines[:_MOST_LINES]
        return [*found, sizes, "", *same]
    facts = f"{', '.join(before.facts)} -> {', '.join(after.facts)}"
    return [*found, sizes, *([facts] if before.facts != after.facts else [])]
