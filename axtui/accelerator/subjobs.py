"""Building jobs from inside a method: in prepare and synthesis, up to five levels deep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axtui.data import canonical, context
from axtui.data.job import Job
from axtui.data.joblist import JobList
from axtui.errors import BuildError

jobs = JobList()
"""The subjobs this stage has built so far."""


def build(
    method: str,
    options: Mapping[str, Any] = {},
    datasets: Mapping[str, Any] = {},
    jobs: Mapping[str, Any] = {},
    name: str | None = None,
    caption: str | None = None,
    **kw: Any,
) -> Job:
    """The job of `method`, found or made; recorded as a subjob of the running job.

    Raises JobError where it runs and fails, BuildError in analysis and build scripts.
    """
    active = context.active()
    if active.request is None or active.place is None or active.place.stage == "build":
        raise BuildError("subjobs are built inside methods; in a build script use urd.build")
    answer = active.request(
        "build",
        {
            "method": method,
            "options": canonical.to_json(dict(options or {})),
            "datasets": {key: _ref(value) for key, value in (datasets or {}).items()},
            "jobs": {key: _ref(value) for key, value in (jobs or {}).items()},
            "extra": canonical.to_json({key: _plain(value) for key, value in kw.items()}),
            "name": name,
            "caption": caption,
        },
    )
    job = Job(answer["job"], name or method)
    globals()["jobs"].append((name or method, job))
    return job


def _ref(value: Any) -> Any:
    """A dataset or job parameter as it goes over the wire."""
    if value is None or value == "":
        return None
    if isinstance(value, (list, tuple)) and not isinstance(value, str):
        return [_ref(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _ref(item) for key, item in value.items()}
    return str(value)


def _plain(value: Any) -> Any:
    """A free keyword: jobs and datasets become plain text, the rest stays as it is."""
    return str(value) if isinstance(value, str) else value
