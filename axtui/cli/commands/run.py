"""`axtui run`: run build scripts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from axtui.cli.face import Face

if TYPE_CHECKING:
    from axtui.build.session import RunResult


def _concurrency(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str | None, int]:
    """`N` for all methods, `method=N` for one."""
    found: dict[str | None, int] = {}
    for value in values:
        method, _, number = value.rpartition("=")
        if not number.isdigit() or int(number) < 1 or ("=" in value and not method):
            raise click.BadParameter(f"expected N or METHOD=N, got {value!r}")
        found[method or None] = int(number)
    return found


@click.command("run", short_help="Run build scripts: build what is missing, re-use the rest.")
@click.argument("scripts", metavar="[SCRIPT]...", nargs=-1)
@click.option("--why", is_flag=True, help="Show what would be built, and why; build nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Show no progress, only failures.")
@click.option("-f", "--flags", metavar="FLAG,...", default="", help="Flags for the build script.")
@click.option("--horizon", metavar="TIMESTAMP", help="See nothing in the urd that is later.")
@click.option("-w", "--workdir", metavar="NAME", help="Where new jobs go.")
@click.option(
    "-c",
    "--concurrency",
    metavar="[METHOD=]N",
    multiple=True,
    callback=_concurrency,
    help="Run at most N slices (of a method) at once.",
)
@click.pass_obj
@click.pass_context
def command(
    ctx: click.Context,
    face: Face,
    scripts: tuple[str, ...],
    why: bool,
    quiet: bool,
    flags: str,
    horizon: str | None,
    workdir: str | None,
    concurrency: Mapping[str | None, int],
) -> None:
    """Run build scripts one after the other (default: `build`). Jobs that exist are re-used; what
    is missing is built. The first script that fails ends it, with exit code 1.

    \b
    Examples:
      axtui run import afr
      axtui run import --why         what would be built, and why
      axtui run -c csvimport=2       two slices of csvimport at once
    """
    workspace = face.workspace()
    from axtui.build.session import Session
    from axtui.cli.progress import shown, summary

    for name in scripts or ("build",):
        started = time.monotonic()
        with shown(quiet) as display, Session(workspace, display) as session:
            result = session.run_script(
                name,
                flags=[flag.strip() for flag in flags.split(",") if flag.strip()],
                why=why,
                horizon=horizon,
                workdir=workdir,
                concurrency=concurrency,
            )
        wall = time.monotonic() - started
        if result.exit_code:
            ctx.exit(1)
        if why:
            _preview(name, result)
        elif not quiet:
            line = summary(name, len(result.built), len(result.reused), wall)
            click.secho(line, bold=True, err=True)


def _preview(name: str, result: RunResult) -> None:
    if not result.would_build:
        click.echo(f"{name}: nothing to build, {len(result.reused)} re-used")
        return
    click.echo(f"{name}: would build {len(result.would_build)}, re-use {len(result.reused)}")
    for method, reason in result.would_build:
        click.echo(f"  {click.style(method, bold=True)}  {reason}")
