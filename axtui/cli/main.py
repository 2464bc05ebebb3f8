"""`axtui` and `ax`: the one entry to all commands, and the one place where errors become messages."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

import click

from axtui import __version__, userconfig
from axtui.cli import aliases, colour
from axtui.cli.face import Face, accelerator_option
from axtui.cli.stopping import Terminated, forget_stdout
from axtui.errors import AcceleratorError, DashboardError, NoWorkspaceError
from axtui.suggest import did_you_mean

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "init": "Make a workspace that runs.",
    "run": "Run build scripts: build what is missing, re-use the rest.",
    "build": "Build one job of a method, by hand.",
    "watch": "Rebuild what a save affects, as long as it runs.",
    "status": "Show what runs now: builds, jobs, slices.",
    "attach": "Follow a build that runs elsewhere.",
    "abort": "Stop running jobs or builds.",
    "why": "Show why a job was built.",
    "job": "List jobs, or show one.",
    "ds": "Show datasets: columns, rows, chains.",
    "grep": "Show the rows of datasets that match.",
    "hist": "Show how often values are there.",
    "sql": "Ask the catalog, or any dataset, in SQL.",
    "graph": "Show where something comes from, and what comes of it.",
    "method": "List methods, or describe some.",
    "script": "List build scripts.",
    "urd": "Show the log of finished builds.",
    "workdir": "List workdirs, or the jobs of one.",
    "du": "Show what takes how much of the disk.",
    "pin": "Keep jobs for good, or list those that are kept.",
    "unpin": "Let go of jobs that were pinned.",
    "gc": "Remove the jobs that nothing needs.",
    "fsck": "Check that all is as it was written.",
    "adopt": "Take over jobs that the Accelerator made.",
    "reindex": "Make the catalog anew from the job directories.",
    "open": "Open a result.",
    "sherlock": "Show which job made a file.",
    "serve": "Show the dashboard in a browser.",
    "board-server": "The same as serve, as `ax` has it.",
    "urd-server": "Share an urd with others over the network.",
    "doctor": "Find what is wrong with the set-up, and how to mend it.",
    "completion": "Make TAB complete commands, jobs, datasets ... in your shell.",
    "alias": "Show the aliases of commands.",
    "intro": "Show the first steps.",
    "version": "Show the versions of axtui and Python.",
    "server": "Not needed: builds need no server.",
    "help": "Show the help of a command.",
}
"""Every command and its short help, so that `--help` need import none of them."""

SECTIONS = {
    "Build": ("init", "run", "watch", "build", "why", "status", "attach", "abort"),
    "Look": (
        "job",
        "ds",
        "grep",
        "hist",
        "sql",
        "graph",
        "open",
        "sherlock",
        "serve",
        "board-server",
        "method",
        "script",
        "urd",
        "urd-server",
        "workdir",
        "du",
    ),
    "Keep": ("adopt", "pin", "unpin", "gc", "fsck", "reindex"),
    "This program": ("doctor", "completion", "alias", "help", "intro", "version", "server"),
}
"""How `--help` orders the commands."""

EXIT_CODES = {
    0: "fine",
    1: "the work failed, or what was asked for is not there",
    2: "wrong use: the command line cannot be understood",
    129: "stopped by SIGHUP: the terminal was closed",
    130: "stopped with Ctrl-C",
    141: "whoever read the output went away (`| head`)",
    143: "stopped by SIGTERM",
}
"""How the program ends, and what each way means."""

_POINTER = "Start with `axtui init DIR` and `axtui run` in it, or `axtui COMMAND --help`."


def module_of(name: str) -> ModuleType:
    """The module of a command, imported now."""
    return import_module(f"axtui.cli.commands.{name.replace('-', '_')}")


class _Commands(click.Group):
    """The commands, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = module_of(cmd_name).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"there is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=help_)
            for name, help_ in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections = {
            title: [name for name in names if name in COMMANDS] for title, names in SECTIONS.items()
        }
        sorted_in = {name for names in sections.values() for name in names}
        sections["More"] = [name for name in COMMANDS if name not in sorted_in]
        for title, names in sections.items():
            if names:
                with formatter.section(title):
                    formatter.write_dl([(name, COMMANDS[name]) for name in names], col_max=12)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), text) for code, text in EXIT_CODES.items()])


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--workspace",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The workspace, if it is not found upwards from the current folder.",
)
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration file of the workspace.",
)
@accelerator_option
@click.option(
    "--plain",
    is_flag=True,
    help="Without a command: what the dashboard would show first, as plain text.",
)
@click.version_option(__version__, message="axtui %(version)s")
@click.pass_context
def cli(ctx: click.Context, workspace: Path | None, config_file: Path | None, plain: bool) -> None:
    """Keep computations as assets: methods become jobs, jobs keep everything they made.

    Without a command it opens the dashboard of the workspace (in a pipe, or where the terminal
    cannot show it: a summary).

    \b
    Examples:
      axtui                          the dashboard
      axtui init my-project          make a workspace
      axtui run import afr           run two build scripts
      axtui job csvimport            the newest job of a method
      axtui sql "SELECT job, method, why FROM jobs"
    """
    if workspace is not None and config_file is not None:
        raise click.UsageError("give --workspace or --config, not both", ctx)
    ctx.obj = Face(workspace, config_file)
    ctx.color = colour.asked_for()
    if ctx.invoked_subcommand is None:
        _no_command(ctx, plain)
    elif plain:
        raise click.UsageError("--plain is for axtui without a command", ctx)


def _no_command(ctx: click.Context, plain: bool) -> None:
    """The dashboard of the workspace, or where it cannot be shown a summary. Outside of workspaces,
    where to start."""
    from axtui.cli import dashboard

    face = ctx.find_object(Face)
    assert face is not None
    try:
        workspace = face.workspace()
    except NoWorkspaceError as error:
        if face.folder is not None:
            raise
        click.echo(ctx.get_help())
        click.echo(f"\n{error}\n\n{_POINTER}")
        return
    if plain or dashboard.hindrance():
        dashboard.summary(ctx, workspace)
    else:
        face.show("dashboard")


def main() -> NoReturn:
    """The program: run the command of `sys.argv` and exit."""
    shell = os.environ.get("_AXTUI_COMPLETE")
    sys.exit(complete(shell, sys.argv[1:]) if shell else run(sys.argv[1:]))


def complete(shell: str, args: Sequence[str]) -> int:
    """Answer a shell that completes a command line. It is told nothing of what goes wrong."""
    from axtui.cli.completion.protocol import SHELLS, answer

    if shell not in SHELLS:
        _say(f"there is no completion for {shell!r}")
        return 2
    with contextlib.suppress(Exception):
        print(answer(cli, shell, args))
    return 0


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit code. Errors become one message on stderr."""
    try:
        code = _invoke(list(args))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        forget_stdout()
        return 141


def _invoke(args: list[str]) -> int:
    try:
        words = aliases.expanded(args, userconfig.read().aliases)
        with cli.make_context("axtui", words) as ctx:
            cli.invoke(ctx)
            return 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        _usage_error(error)
        return error.exit_code
    except Terminated as stopped:
        _say("stopped")
        return stopped.exit_code
    except (KeyboardInterrupt, click.Abort):
        _say("stopped")
        return 130
    except DashboardError as error:
        _failed(error, str(error))
        return error.exit_code
    except AcceleratorError as error:
        return _failed(error, str(error))
    except BrokenPipeError:
        raise
    except Exception as error:
        if _is_catalog_error(error):
            return _failed(error, str(error))
        text = f"{type(error).__name__}: {error}"
        return _failed(
            error,
            f"unexpected error: {text}\nThis is a fault of axtui; AXTUI_DEBUG=1 shows where.",
        )


def _is_catalog_error(error: Exception) -> bool:
    """Whether the catalog says what is wrong (it knows nothing of our errors)."""
    errors = sys.modules.get("catalog.errors")
    return errors is not None and isinstance(error, errors.CatalogError)


def _failed(error: Exception, message: str) -> int:
    if os.environ.get("AXTUI_DEBUG") not in (None, "", "0"):
        import traceback

        traceback.print_exception(error)
    _say(message)
    return 1


def _usage_error(error: click.ClickException) -> None:
    ctx = getattr(error, "ctx", None)
    _say(_words(error, ctx))
    if ctx is not None:
        click.echo(f"Try: {ctx.command_path} --help", err=True, color=colour.asked_for())


def _words(error: click.ClickException, ctx: click.Context | None) -> str:
    """The message of wrong use, with names that are near a wrong one."""
    if isinstance(error, click.NoSuchOption) and ctx is not None:
        params = [p for p in ctx.command.get_params(ctx) if not getattr(p, "hidden", False)]
        known = [opt for param in params for opt in param.opts]
        name = error.option_name
        long = [opt for opt in known if opt.startswith("--")]
        hint = did_you_mean(name, long) if name.startswith("--") else ""
        return f"{ctx.command_path} has no option {name!r}.{hint}"
    return error.format_message()


def _say(message: str) -> None:
    """One message of ours on stderr."""
    name = click.style("axtui:", fg="red", bold=True)
    click.echo(f"{name} {message.rstrip()}", err=True, color=colour.asked_for())
