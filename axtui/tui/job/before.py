"""The job before a job: what it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axtui.build.jobpage import REPLACED, JobPage, read_page
from axtui.errors import AcceleratorError

if TYPE_CHECKING:
    from axtui.tui.app import Axtui


async def job_before(app: Axtui, page: JobPage) -> str | None:
    """The job that a job was compared with when it was built, or else the last one of its method (or
    script) before it; None where there is none."""
    if page.against:
        return page.against
    rows = (await app.catalogue.query(REPLACED, {"job": page.jobid})).to_pylist()
    return str(rows[0]["job"]) if rows else None


async def page_before(app: Axtui, page: JobPage) -> JobPage | None:
    """Everything about that job; None where there is none, or nothing is known of it any more."""
    jobid = await job_before(app, page)
    if jobid is None:
        return None
    try:
        return await app.catalogue.call(read_page, app.workspace, jobid)
    except AcceleratorError:
        return None
