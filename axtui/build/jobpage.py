"""One job in full, whatever has become of it: complete, failed, running, lost, damaged or collected."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from axtui.build.changes import Change
from axtui.build.contents import user_files
from axtui.build.housekeeping.collected import epitaph, recall
from axtui.build.record import NO_RECORD, damaged_document, job_document
from axtui.build.specs import Specs
from axtui.data import jobdir
from axtui.engine.places import Places
from axtui.errors import AcceleratorError, NoSuchJobError
from axtui.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class JobPage:
    """What is known of one job.

    `document` is what the catalog is told of it, without prints; of a collected job it is what gc
    kept, with the end of the prints. `path` is its folder, None where that is gone. `damage` says
    what is wrong with a damaged one, `note` what became of a collected one. `root` is the workspace's
    folder.
    """

    jobid: str
    document: Mapping[str, Any]
    path: Path | None
    damage: str = ""
    note: str = ""
    root: str = ""

    def told(self, text: str) -> str:
        """A text of its records, in which paths inside the workspace are shown from there."""
        return text.replace(f"{self.root}/", "") if self.root else text

    @property
    def state(self) -> str:
        """Its state, as in the catalog; 'damaged' where a file is not what it was."""
        return "damaged" if self.damage else str(self.document.get("state"))

    @property
    def method(self) -> str:
        """Its method; '?' where that cannot be read."""
        return str(self.document.get("method") or "?")

    @property
    def is_build(self) -> bool:
        """Whether it is the job of a build script."""
        return bool(self.document.get("is_build"))

    @property
    def running(self) -> bool:
        """Whether it is being made."""
        return self.state == "running"

    @property
    def options(self) -> dict[str, str]:
        """Its options, values as text."""
        return {one["name"]: one["value"] for one in self.document.get("options") or ()}

    @property
    def reason(self) -> Mapping[str, Any]:
        """Why it was built, as it was recorded; empty for build scripts."""
        return self.document.get("reason") or {}

    @property
    def changes(self) -> list[Change]:
        """What differed from the job it was compared with."""
        return [Change(**change) for change in self.reason.get("changes") or ()]

    @property
    def against(self) -> str | None:
        """The job it was compared with when it was built: that it came in place of."""
        found: str | None = self.reason.get("against")
        return found

    @property
    def was(self) -> dict[str, str | None]:
        """Options that changed, with the values they had in the job it was compared with; None for
        one that was not there."""
        return {change.name: change.old for change in self.changes if change.part == "option"}

    @property
    def why(self) -> str:
        """Why it was built, in one line."""
        if self.is_build:
            return "build scripts always run; what they build is re-used"
        return str(self.reason.get("text") or "")

    @property
    def sources(self) -> list[Mapping[str, Any]]:
        """The source files that it ran (`path`, `module`, `role`, `text`), its own first."""
        order = {"method": 0, "script": 0, "import": 1}
        found = {one["path"]: one for one in reversed(self.document.get("sources") or ())}
        return sorted(found.values(), key=lambda one: (order.get(one["role"], 2), one["path"]))

    @property
    def files(self) -> list[Mapping[str, Any]]:
        """The files that its code made (`name`, `bytes`, `digest`, `registered`), those it gave out
        first."""
        held = {one["name"]: one for one in self.document.get("files") or ()}
        names = user_files(held)
        return sorted(
            (held[name] for name in names), key=lambda one: (not one["registered"], one["name"])
        )

    @property
    def error(self) -> Mapping[str, Any] | None:
        """How it failed (`kind`, `stage`, `sliceno`, `message`, `traceback`, `status`)."""
        found: Mapping[str, Any] | None = self.document.get("error")
        return found

    @property
    def culprit(self) -> str | None:
        """The job that it asked for and that failed, where it failed of that."""
        message = str((self.error or {}).get("message") or "")
        found = re.search(r"\((\w+-\d+)\) failed", message)
        return found[1] if found else None

    def get(self, name: str) -> Any:
        """Anything else the document tells; None where it does not."""
        return self.document.get(name)


def read_page(workspace: Workspace, spec: str) -> JobPage:
    """Everything about a job, named as for `Specs.job`; also of one that gc removed, by its id.

    Raises NoSuchJobError, saying what was near.
    """
    return replace(_read(workspace, spec), root=str(workspace.root))


def _read(workspace: Workspace, spec: str) -> JobPage:
    specs = Specs(workspace)
    try:
        jobid = specs.job(spec)
    except NoSuchJobError:
        if not specs.is_collected(spec):
            raise
        return _collected(workspace, spec)
    path = specs.path(jobid)
    try:
        document = job_document(path, workspace.config.workdirs, prints=False)
    except (AcceleratorError, OSError, *NO_RECORD) as error:
        if not path.is_dir():
            raise NoSuchJobError(f"the job {jobid} is gone: there is no {path}") from None
        return JobPage(jobid, damaged_document(path), path, str(error) or "cannot be read")
    return JobPage(jobid, document, path, _damage(path, document["state"]))


def _collected(workspace: Workspace, jobid: str) -> JobPage:
    workdir = workspace.config.workdirs[jobdir.split_jobid(jobid)[0]]
    record = recall(workdir, jobid)
    if record is None:
        raise NoSuchJobError(f"there is no job {jobid}")
    return JobPage(jobid, record["job"], None, note=epitaph(workdir, jobid) or "")


def _damage(path: Path, state: str) -> str:
    if state == "damaged":
        return "its records cannot be read"
    if state != "complete":
        return ""
    with contextlib.suppress(AcceleratorError, OSError):
        found = jobdir.damage(path, jobdir.load_post(path))
        return f"{found.name} {found.what}" if found else ""
    return "its completion record cannot be read"


def source_file(workspace: Workspace, page: JobPage) -> Path | None:
    """The file in the workspace that a job's method was read from; None where it is not there."""
    if not page.sources:
        return None
    path = Path(Places(workspace.root).path(str(page.sources[0]["path"])))
    return path if path.is_file() else None


REPLACED = """
SELECT o.job
FROM job n
JOIN job o
    ON o.method = n.method AND o.job <> n.job AND o.started <= n.started AND o.state <> 'running'
WHERE n.job = $job AND (NOT n.is_build OR o.script = n.script)
ORDER BY o.state = 'complete' DESC, o.started DESC, o.number DESC
LIMIT 1
"""
"""The job of the same method (or build script) before a job: what it is compared with where its
reason names none."""

USERS = """
SELECT 'input' AS how, i.argument, i.ref, i.job, j.method, j.name, j.state, j.started
FROM job_input i LEFT JOIN job j ON j.job = i.job
WHERE i.input_job = $job
UNION ALL
SELECT l.relation, l.argument, l.rests_on, l.job, j.method, j.name, j.state, j.started
FROM job_link l LEFT JOIN job j ON j.job = l.job
WHERE l.rests_on = $job AND l.relation <> 'input'
UNION ALL
SELECT 'result', r.link, r.file, r.build_job, NULL, NULL, NULL, r.recorded
FROM results r WHERE r.job = $job
ORDER BY how = 'result' DESC, started DESC, job
"""
"""What uses a job directly: jobs with it as an input, above it, or after it in a chain; and results."""

CHAINS = """
WITH RECURSIVE link AS (
    SELECT DISTINCT ref, split_part(ref, '/', 1) AS job,
        coalesce(nullif(split_part(ref, '/', 2), ''), 'default') AS name
    FROM job_input WHERE job = $job AND kind = 'dataset'
    UNION
    SELECT l.ref, split_part(d.previous, '/', 1), split_part(d.previous, '/', 2)
    FROM link l JOIN dataset d ON d.job = l.job AND d.name = l.name
    WHERE d.previous IS NOT NULL
)
SELECT l.ref, count(*) AS datasets, sum(d.rows)::BIGINT AS rows
FROM link l JOIN dataset d ON d.job = l.job AND d.name = l.name
GROUP BY l.ref HAVING count(*) > 1
"""
"""The rows in all of the chains that end in a job's input datasets, where these are not alone."""

GIVEN = """
SELECT * FROM (
    SELECT
        i.kind, i.argument, i.position, i.ref, i.input_job, j.method, j.name, j.state, i.rows,
        i.bytes, i.ordinal, i.kind = 'file' AS late
    FROM job_input i LEFT JOIN job j ON j.job = i.input_job
    WHERE i.job = $job
    UNION ALL
    SELECT
        CASE WHEN r.built THEN 'built' ELSE 're-used' END, r.name, NULL, r.job, r.job, j.method,
        j.name, j.state, j.rows, NULL, r.position, true
    FROM run_job r LEFT JOIN job j ON j.job = r.job
    WHERE r.run = $job
    UNION ALL
    SELECT
        CASE WHEN l.built THEN 'built' ELSE 're-used' END, NULL, NULL, l.rests_on, l.rests_on,
        j.method, j.name, j.state, j.rows, NULL, j.number, true
    FROM job_link l LEFT JOIN job j ON j.job = l.rests_on
    WHERE l.job = $job AND l.relation = 'subjob'
        AND NOT EXISTS (FROM run_job r WHERE r.run = $job AND r.job = l.rests_on)
)
ORDER BY late, ordinal
"""
"""The inputs of a job and the jobs that it asked for, with what is known of those jobs."""
