"""`axtui attach`: follow a build that runs elsewhere."""

from __future__ import annotations

import time
from typing import NoReturn

import click

from axtui.build import events
from axtui.build.live.follower import Follower
from axtui.build.live.watching import LiveBuild, running
from axtui.build.specs import Specs
from axtui.cli.completion import values
from axtui.cli.ctrl_t import asked
from axtui.cli.detach import next_build
from axtui.cli.face import Face
from axtui.cli.nowtext import about, build_lines, own_width
from axtui.cli.progress import brief, shown, summary
from axtui.cli.running import named
from axtui.data import jobdir
from axtui.errors import BuildError, NoSuchJobError, UserError
from axtui.workspace import Workspace

_OVER = jobdir.FAILURES | {"complete", "lost"}


@click.command("attach", short_help="Follow a build that runs elsewhere.")
@click.argument("name", metavar="[JOB|SCRIPT]", required=False, shell_complete=values.running)
@click.option("-q", "--quiet", is_flag=True, help="Show no progress, only failures.")
@click.pass_obj
def command(face: Face, name: str | None, quiet: bool) -> None:
    """Show a running build as `axtui run` shows it, from its begin, and end with its exit code.

    Ctrl-C ends the looking on, not the build. Of a build that is over it says how it ended.

    \b
    Examples:
      axtui attach                   the one build that runs
      axtui attach import
      axtui attach dev-12            the build with this job
    """
    workspace = face.workspace()
    build = _build(workspace, name)
    _shown_to_its_end(workspace, build, quiet)
    following = next_build(build.log, build.build_job) if build.log else None
    while build.log is not None and following is not None:  # the other scripts of a detached run
        live = [one for one in running(workspace) if one.build_job == following]
        if live:
            _shown_to_its_end(workspace, live[0], quiet)
        else:
            _tell_end(workspace, following)
        following = next_build(build.log, following)


def wait_for_all(workspace: Workspace, quiet: bool) -> None:
    """Show what runs, one build after the other, until nothing does."""
    while live := running(workspace):
        _follow(workspace, live[0], quiet)
    click.echo("nothing runs")


def _shown_to_its_end(workspace: Workspace, build: LiveBuild, quiet: bool) -> None:
    """Show a build; exit with its code if that is not 0, or if we are told to stop looking on."""
    try:
        code = _follow(workspace, build, quiet)
    except KeyboardInterrupt:
        leave = f"(axtui abort {build.build_job} stops it)"
        click.echo(f"{build.script} {build.build_job} goes on {leave}", err=True)
        raise click.exceptions.Exit(130) from None
    if code:
        raise click.exceptions.Exit(code)


def _build(workspace: Workspace, name: str | None) -> LiveBuild:
    if name is not None:
        try:
            return named(workspace, name).build
        except NoSuchJobError:
            if _tell_end(workspace, name):
                raise click.exceptions.Exit(0) from None
            raise
    builds = running(workspace)
    if not builds:
        raise NoSuchJobError(f"nothing runs in {workspace.root}")
    if len(builds) > 1:
        names = ", ".join(f"{build.script} {build.build_job}" for build in builds)
        raise UserError(f"{len(builds)} builds run; name one of them: {names}")
    return builds[0]


def _tell_end(workspace: Workspace, name: str) -> bool:
    """Say how a build that is over ended; False where `name` is none. Exits with its exit code where
    that is not 0."""
    specs = Specs(workspace)
    try:
        path = specs.path(specs.job(name))
        setup = jobdir.load_setup(path)
    except NoSuchJobError:
        return False
    state = jobdir.state(path)
    if not setup.get("is_build") or state not in _OVER:
        return False
    script, head = setup["script"], f"{setup['script']} {path.name} is over"
    if state == "lost":
        raise BuildError(f"{head}: its process was killed; run it again: axtui run {script}")
    if state in jobdir.FAILURES:
        record = jobdir.read_json(path / jobdir.FAILED)
        _fail(f"{head}: {record['traceback'] or record['message']}", record.get("exit") or 1)
    click.echo(f"{head}: all went well (axtui job {path.name} -O shows what it printed)")
    return True


def _fail(message: str, code: int) -> NoReturn:
    name = click.style("axtui:", fg="red", bold=True)
    click.echo(f"{name} {message}", err=True)
    raise click.exceptions.Exit(code)


def _follow(workspace: Workspace, build: LiveBuild, quiet: bool) -> int:
    """Show a build until it ends; its exit code."""
    follower, failures = Follower(), list[events.JobFailed]()
    moment = time.time()
    ended: events.ScriptEnded | None = None

    def now() -> str:
        at = time.time()
        lines = build_lines(follower.state_at(at), at, about(build), width=own_width())
        return "\n".join(lines)

    with (
        shown(quiet, lambda: moment) as display,
        asked(lambda: display.say(now())),
    ):
        for told in build.events():
            moment = told.at
            follower.apply(told.event, told.at)
            if isinstance(told.event, events.JobFailed):
                failures.append(told.event)
            elif isinstance(told.event, events.ScriptEnded):
                ended = told.event
            display(told.event)
    if ended is None:
        return _lost_sight(workspace, build)
    if ended.exit_code:
        _fail(
            f"build script {build.script} failed\n{brief(ended.error, failures)}".rstrip(),
            ended.exit_code,
        )
    if not quiet:
        state = follower.state
        line = summary(build.script, state.built, state.reused, moment - build.started)
        click.secho(line, bold=True, err=True)
    return 0


def _lost_sight(workspace: Workspace, build: LiveBuild) -> int:
    """There is nothing more to see of a build: say why. Its exit code, if it is but over."""
    head = f"{build.script} {build.build_job} (process {build.pid})"
    state = jobdir.state(workspace.context().job_path(build.build_job))
    if state == "running":
        raise BuildError(f"{head} cannot be watched any more; it goes on")
    if state == "lost":
        raise BuildError(f"{head} died; `axtui status` says what was unfinished")
    _tell_end(workspace, build.build_job)  # it ended before it could be looked at
    return 0
