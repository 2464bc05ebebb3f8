"""The page of all commands, from the commands themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from axtui.cli.main import cli

_HEAD = """\
# Commands

Every command of `axtui`, as `axtui COMMAND --help` tells it; `ax` is the same program. What all of them
share, such as names of jobs, formats and exit codes, is in [The command line](../command-line.md). (This page
is made from the program: `python docs/_generate`.)
"""


def commands_page() -> str:
    """The text of docs/reference/cli.md."""
    context = click.Context(cli, info_name="axtui")
    parts = [_HEAD, *_command("axtui", cli)]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        parts += _commands(f"axtui {name}", command)
    return "\n".join(parts)


def _commands(name: str, command: click.Command) -> Iterator[str]:
    """A command, and those below it."""
    yield from _command(name, command)
    if isinstance(command, click.Group):
        for sub, each in command.commands.items():
            yield from _commands(f"{name} {sub}", each)


def _command(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    yield f"## {name}\n"
    yield f"`{usage}`\n"
    yield from _help(command.help or "")
    options = [
        _option(parameter, context)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
    ]
    if options:
        yield "| option | meaning |\n| --- | --- |"
        yield from options
        yield ""


def _help(text: str) -> Iterator[str]:
    """A help text: paragraphs as they are, examples (after a `\\b`) as a list."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        title, _, kept = paragraph.partition("\n")
        if title.strip() != "\b":
            yield f"{_escape(paragraph)}\n"
            continue
        title, _, lines = kept.partition("\n")
        yield f"{_escape(title)}\n"
        for line in lines.splitlines():
            command, _, about = re.sub(r" {2,}", "\0", line.strip()).partition("\0")
            yield f"- `{command}`" + (f": {_escape(about)}" if about else "")
        yield ""


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    kind = "" if option.is_flag or option.count else f" {option.make_metavar(context)}"
    default = option.default if option.show_default and option.default is not None else None
    note = f" Default: {default}." if default is not None else ""
    return f"| `{_cell(names + kind)}` | {_cell(_escape(option.help or ''))}{note} |"


def _escape(text: str) -> str:
    """Text without what Markdown would read as marks outside of backquotes."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([<*_\[\]])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
