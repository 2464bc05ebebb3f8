"""What is said of a name that no job has: what it may have been meant to be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from axtui.errors import NoSuchJobError
from axtui.suggest import did_you_mean, near
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.build.specs import Specs

_JOB = re.compile(r"(?P<workdir>.+)-(?P<number>\d+)")


def unknown(specs: Specs, workspace: Workspace, name: str) -> NoSuchJobError:
    """The error for a name that is no job id, method, build script or name of a job."""
    from axtui.build.methodfiles import find_methods
    from axtui.build.scripts import find_scripts

    methods, scripts = find_methods(workspace), find_scripts(workspace)
    if name in methods or name in scripts:
        kind = "method" if name in methods else "build script"
        return NoSuchJobError(f"there is no job of the {kind} {name} yet")
    workdirs = workspace.config.workdirs
    if name.isascii() and name.isdigit():
        ids = [f"{workdir}-{name}" for workdir in workdirs]
        if meant := [jobid for jobid in ids if specs.path(jobid).is_dir()]:
            return NoSuchJobError(
                f"{name!r} is no job id; those have the workdir in front: {', '.join(meant)}"
            )
    names = {specs.name(jobid) for jobid in specs.jobs()}
    known = {*methods, *scripts, *workdirs, *names}
    return NoSuchJobError(
        f"no job is named {name!r}: it is no job id, method or build script."
        + did_you_mean(name, [*filter(None, known), *_of_near_workdirs(specs, workspace, name)])
    )


def _of_near_workdirs(specs: Specs, workspace: Workspace, name: str) -> list[str]:
    """What a job id with a misspelt workdir may mean."""
    match = _JOB.fullmatch(name)
    near_ones = near(match["workdir"], workspace.config.workdirs) if match else []
    meant = [f"{workdir}-{match['number']}" for workdir in near_ones if match]
    return [jobid for jobid in meant if specs.path(jobid).is_dir()]
