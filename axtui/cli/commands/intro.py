"""`axtui intro`: the first steps."""

from __future__ import annotations

import click

_STEPS = """\
Make a workspace that runs, and run it:
    axtui init my-project && cd my-project
    axtui run

In a project that has an accelerator.conf there is nothing to make:
    axtui run                    the build script build.py, as `ax run` does; no server is needed
    axtui run import afr         two build scripts
    axtui init --from accelerator.conf     write axtui.toml from it, when you like

What there is:
    axtui script                 the build scripts
    axtui method                 the methods, yours and those that come with axtui
    axtui init --example         an example to look into (like `ax init --examples`)

What was made:
    axtui                        the dashboard: rebuilds what you save, shows everything
    axtui job METHOD             the newest job of a method
    axtui ds METHOD              its dataset
    axtui grep PATTERN METHOD    its rows
    axtui urd                    the log of finished builds
    axtui sql "SELECT * FROM jobs"

Every command: axtui --help. One command: axtui COMMAND --help."""


@click.command("intro", short_help="Show the first steps.")
def command() -> None:
    """The first steps with axtui, in a new workspace or a project of the Accelerator.

    \b
    Example:
      axtui intro
    """
    click.echo(_STEPS)
