"""What people type to name something that runs now: a build, by its script or job, or one of its jobs."""

from __future__ import annotations

from dataclasses import dataclass

from axtui.build.live.state import State
from axtui.build.live.watching import LiveBuild, running
from axtui.errors import NoSuchJobError, UserError
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace


@dataclass(frozen=True)
class Running:
    """A running build, or one of its jobs: `jobid` is the build's own where all of it is meant."""

    build: LiveBuild
    state: State
    jobid: str

    @property
    def is_build(self) -> bool:
        """Whether all of the build is meant."""
        return self.jobid == self.build.build_job

    @property
    def name(self) -> str:
        """The build's script, or the job's method."""
        job = self.state.job(self.jobid)
        return job.method if job else self.build.script

    @property
    def script_names(self) -> tuple[str, str]:
        """What its build script is called."""
        return self.build.script, f"build_{self.build.script}"

    @property
    def title(self) -> str:
        """'import dev-12' or 'csvimport dev-13'."""
        return f"{self.name} {self.jobid}"


def everything(workspace: Workspace) -> list[Running]:
    """All builds that run, each followed by its running jobs."""
    found = []
    for build in running(workspace):
        state = build.now()
        found.append(Running(build, state, build.build_job))
        found += [Running(build, state, job.jobid) for job in state.jobs]
    return found


def named(workspace: Workspace, name: str) -> Running:
    """What runs under a job id, the name of a script (or `build_NAME`), or of a method; of a script
    and a method with one name the script is meant. Raises NoSuchJobError where nothing runs under it,
    UserError where several do."""
    found = everything(workspace)
    matches = [one for one in found if one.jobid == name]
    matches = matches or [one for one in found if one.is_build and name in one.script_names]
    matches = matches or [one for one in found if one.name == name]
    if len(matches) > 1:
        ids = ", ".join(one.jobid for one in matches)
        raise UserError(f"{len(matches)} of {name!r} run now ({ids}); name one by its job id")
    if matches:
        return matches[0]
    if not found:
        raise NoSuchJobError(f"{name!r} does not run: nothing runs in {workspace.root}")
    known = [one.jobid for one in found] + [one.name for one in found]
    raise NoSuchJobError(
        f"{name!r} does not run now (what runs: {', '.join(one.title for one in found)})."
        + did_you_mean(name, known)
    )
