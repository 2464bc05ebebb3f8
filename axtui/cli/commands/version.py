"""`axtui version`."""

from __future__ import annotations

import platform

import click

from axtui import __version__


@click.command("version", short_help="Show the versions of axtui and Python.")
def command() -> None:
    """Which axtui this is, and what it runs on.

    \b
    Example:
      axtui version
    """
    click.echo(f"axtui {__version__}")
    click.echo(
        f"Running on {platform.python_implementation()} {platform.python_version()} "
        f"({platform.system()} {platform.machine()})"
    )
