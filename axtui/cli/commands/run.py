"""`axtui run`: run build scripts."""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from axtui.build import events
from axtui.build.foresight import likely_to_build
from axtui.build.live.follower import Follower
from axtui.build.oneengine import OneEngine
from axtui.build.scripts import script_path
from axtui.cli.arguments import AxCommand
from axtui.cli.completion import values
from axtui.cli.ctrl_t import asked
from axtui.cli.face import Face, accelerator_option, format_option
from axtui.cli.progress import Display, brief, shown, summary
from axtui.cli.stopping import forget_stdout, forget_terminal, stop_on_signals
from axtui.errors import BuildError, UrdError, UserError
from axtui.workspace import Workspace

if TYPE_CHECKING:
    from axtui.build.script import RunResult


def _concurrency(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str | None, int]:
    """`N` for all methods, `method=N` for one."""
    if not values:
        return {}
    from axtui.build.watch.typed import concurrency

    try:
        return concurrency(values)
    except UserError as error:
        raise click.BadParameter(str(error)) from None


def _timestamp(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A timestamp of the urd, or nothing."""
    if value is None:
        return None
    from axtui.build.timestamps import normal

    try:
        return normal(value)
    except UrdError as error:
        raise click.BadParameter(str(error)) from None


@click.command(
    "run", cls=AxCommand, short_help="Run build scripts: build what is missing, re-use the rest."
)
@click.argument("scripts", metavar="[SCRIPT]...", nargs=-1, shell_complete=values.scripts)
@click.option("--why", is_flag=True, help="Show what would be built, and why; build nothing.")
@click.option("--quiet", is_flag=True, help="Show no progress, only failures.")
@click.option("-q", "--quick", is_flag=True, help="Taken and not needed: every look-up is quick.")
@click.option(
    "--verbose",
    type=click.Choice(["no", "status", "dots", "log"]),
    default="status",
    help="How to show progress: not at all, live, or as plain lines (dots, log).",
)
@click.option("-p", "--full-path", is_flag=True, help="Tell the folders of the jobs at the end.")
@click.option("-W", "--just-wait", is_flag=True, help="Run nothing; wait until no build runs.")
@click.option(
    "-f",
    "--flags",
    metavar="FLAG,...",
    default="",
    shell_complete=values.flags,
    help="Flags for the build script.",
)
@click.option(
    "--horizon",
    metavar="TIMESTAMP",
    callback=_timestamp,
    help="See nothing in the urd that is later.",
)
@click.option(
    "-w", "--workdir", metavar="NAME", shell_complete=values.workdirs, help="Where new jobs go."
)
@click.option(
    "-c",
    "--concurrency",
    metavar="[METHOD=]N",
    multiple=True,
    callback=_concurrency,
    shell_complete=values.concurrency,
    help="Run at most N slices (of a method) at once.",
)
@click.option(
    "--input",
    "inputs",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Read input files from this folder instead of the one in axtui.toml.",
)
@click.option(
    "--profile",
    is_flag=True,
    help="Look at the jobs that are built while they run: which lines take longest.",
)
@click.option(
    "--detach",
    is_flag=True,
    help="Return once the build has begun; it goes on without this terminal.",
)
@accelerator_option
@format_option
@click.option("--detached", type=(int, click.Path(path_type=Path)), hidden=True)
@click.pass_obj
def command(
    face: Face,
    /,
    scripts: tuple[str, ...],
    why: bool,
    quiet: bool,
    flags: str,
    horizon: str | None,
    workdir: str | None,
    concurrency: Mapping[str | None, int],
    inputs: Path | None,
    profile: bool,
    detach: bool,
    format_: str,
    detached: tuple[int, Path] | None,
    verbose: str,
    full_path: bool,
    just_wait: bool,
    **_: Any,
) -> None:
    """Run build scripts one after the other (default: `build`). Jobs that exist are re-used; what
    is missing is built. The first script that fails ends it, with exit code 1.

    \b
    Examples:
      axtui run import afr
      axtui run import --why         what would be built, and why (also with --format json)
      axtui run -c csvimport=2       two slices of csvimport at once
      axtui run import --input ~/drives
      axtui run import --detach      goes on when you log out; see `axtui attach`
    """
    if format_ != "table" and not why:
        raise click.UsageError("--format is for what --why tells")
    workspace = face.workspace()
    if just_wait:
        from axtui.cli.commands.attach import wait_for_all

        wait_for_all(workspace, quiet)
        return
    if detach:
        if why:
            raise click.UsageError("--why builds nothing that could be detached")
        from axtui.cli.detach import start

        start(workspace)
        return
    if inputs is not None:
        workspace = replace(workspace, config=replace(workspace.config, inputs=inputs))
    how: dict[str, Any] = {
        "flags": frozenset(flag.strip() for flag in flags.split(",") if flag.strip()),
        "horizon": horizon,
        "workdir": workdir,
        "concurrency": concurrency,
        "hot": profile,
    }
    begun = None
    if detached is not None:
        from axtui.cli.detach import Begun

        begun = Begun(*detached)
        how["log"] = detached[1]
    names = scripts or ("build",)
    for name in names:
        script_path(workspace, name)  # all are there, before the first one works for an hour
    quiet |= verbose == "no"
    with closing(Scripts(workspace, quiet, how, begun, verbose in ("dots", "log"))) as running:
        if why:
            running.preview(names, format_)
            return
        running.full_path = full_path
        for name in names:
            running.run(name)


class Scripts:
    """Several scripts, one after the other, on one engine. Each raises BuildError if it fails."""

    def __init__(
        self,
        workspace: Workspace,
        quiet: bool,
        how: Mapping[str, Any],
        begun: events.Observer | None,
        plain: bool = False,
    ) -> None:
        self._workspace, self._quiet, self._how = workspace, quiet, how
        self._begun, self._plain = begun or events.ignore, plain
        self.full_path = False
        self._engine = OneEngine(workspace)
        stop_on_signals()
        if likely_to_build(workspace.config):
            self._engine().warm()  # while what a run needs is imported here

    def close(self) -> None:
        """End the engine."""
        self._engine.close()

    def preview(self, names: Sequence[str], format_: str) -> None:
        """Say what scripts would build. What they print about jobs that are not there would mislead."""
        from axtui.build.script import run_script
        from axtui.build.session import Session
        from axtui.cli.preview import show_preview, write_previews

        results: list[RunResult] = []
        for name in names:
            with Session(self._workspace, engine=self._engine) as session:
                results.append(run_script(session, name, why=True, **self._how))
            if format_ == "table":
                show_preview(results[-1])
            if results[-1].exit_code:
                break
        if format_ != "table":
            write_previews(results, format_)
        _refuse_failed(results[-1])

    def run(self, name: str) -> RunResult:
        """Run a script, showing how it goes; what came of it."""
        from axtui.build.script import run_script
        from axtui.build.session import Session

        started = time.monotonic()
        seen = _Seen()
        with (
            shown(self._quiet, plain=self._plain) as display,
            asked(lambda: display.say("\n".join(seen.now()))),
            Session(
                self._workspace, seen.and_shown(display, self._begun), engine=self._engine
            ) as session,
        ):
            result = run_script(session, name, **self._how)
        if result.preview.would_build:  # the script itself asked, by `why_build`
            from axtui.cli.preview import show_preview

            show_preview(result)
        result.error = brief(result.error or "", seen.failures)
        _refuse_failed(result)
        if not self._quiet:
            wall = time.monotonic() - started
            made, reused = len(result.built), len(result.reused)
            line = summary(result.script, made, reused, wall, seen.warnings)
            click.secho(line, bold=True, err=True)
        if self.full_path:
            context = self._workspace.context()
            for jobid in dict.fromkeys([*result.reused, *result.built]):
                click.echo(str(context.job_path(jobid)))
        return result


def _refuse_failed(result: RunResult) -> None:
    if result.exit_code:
        raise BuildError(f"build script {result.script} failed\n{result.error or ''}")


class _Seen:
    """What this process knows of the build it runs, beside what it shows: to answer CTRL-T, and to
    say nothing twice."""

    def __init__(self) -> None:
        self.failures: list[events.JobFailed] = []
        self.warnings = 0
        self._follower = Follower()

    def and_shown(self, display: Display, begun: events.Observer) -> events.Observer:
        """An observer that notes, and passes on to a display while someone reads it."""

        show: events.Observer = display

        def observe(event: events.Event) -> None:
            nonlocal show
            self._follower.apply(event, time.time())
            begun(event)
            if isinstance(event, events.JobFailed):
                self.failures.append(event)
            self.warnings += isinstance(event, events.Warned)
            try:
                show(event)
            except OSError as error:  # nobody reads on: the build goes on all the same
                show = events.ignore
                if error.errno == errno.EPIPE:  # as behind `| head`
                    forget_stdout()
                elif error.errno == errno.EIO:  # a terminal that was closed
                    forget_terminal()
                else:
                    raise

        return observe

    def now(self) -> list[str]:
        """What every slice is doing."""
        from axtui.cli.nowtext import build_lines, own_width

        at = time.time()
        return build_lines(self._follower.state_at(at), at, width=own_width())
