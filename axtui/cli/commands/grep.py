"""`axtui grep`: the rows of datasets that match."""

from __future__ import annotations

from typing import Any

import click

from axtui.cli import ctrl_t
from axtui.cli.arguments import AxCommand, MaybeValue, flag
from axtui.cli.completion import columns, values
from axtui.cli.face import Face

_MANY: dict[str, Any] = {"multiple": True}
_COLUMN: dict[str, Any] = {
    "metavar": "COLUMN",
    "multiple": True,
    "shell_complete": columns.columns,
}


@click.command("grep", cls=AxCommand, short_help="Show the rows of datasets that match.")
@click.argument(
    "words",
    metavar="PATTERN DATASET... [COLUMN]...",
    nargs=-1,
    shell_complete=columns.searched,
)
@flag("-c", "--chain", negation="dont", help="Follow the chains of the datasets.")
@click.option(
    "--chain-length", "--cl", type=int, metavar="N", help="At most N of each chain.", **_MANY
)
@click.option(
    "--stop-ds",
    metavar="DATASET",
    help="No dataset of the chain up to this one.",
    shell_complete=values.dataset_specs,
    **_MANY,
)
@click.option(
    "--colour",
    "--color",
    cls=MaybeValue,
    choices=("auto", "never", "always"),
    metavar="[WHEN]",
    shell_complete=lambda ctx, parameter, begun: [
        word for word in ("auto", "never", "always") if word.startswith(begun)
    ],
    help="Colour what matches: auto, never or always (always if it is not said).",
)
@click.option("--no-colour", "--no-color", is_flag=True, hidden=True)
@flag("--lined", negation="not", help="Lines in colours that alternate.")
@flag("-F", "--fixed-strings", negation="not", help="Patterns are texts, no regular expressions.")
@flag(
    "-N",
    "--numeric",
    negation="not",
    help="Patterns are numbers: 7, a comparison (<7, >=7) or a range: 1:7, with its end 1:=7, without "
    "its start 1<:7; an empty one is any number.",
)
@flag("-i", "--ignore-case", negation="dont", help="Capital and small letters are the same.")
@flag("-v", "--invert-match", negation="dont", help="Show the rows that do not match.")
@flag(
    "-o",
    "--only-matching",
    negation="not",
    help="Show only what matches of each value (with -l: only columns that do).",
)
@flag(
    "-l",
    "--list-matching",
    negation="dont",
    help="Show only which datasets (with -S: which slices) have matches.",
)
@click.option("-m", "--max-count", type=int, metavar="N", help="Stop after N rows that match.")
@flag("-H", "--headers", negation="no", help="Show the names of the columns, where they change.")
@flag("-O", "--ordered", negation="not", help="Show one slice after the other.")
@flag(
    "-M", "--allow-missing-columns", negation="dont", help="Datasets need not have all the columns."
)
@click.option("-g", "--grep", "grep", help="Search only this column.", **_COLUMN)
@click.option("+g", "--dont-grep", help="Search all columns but this one.", **_COLUMN)
@flag("-r", "--roundrobin", negation="not", help="A row of each slice in turn.")
@click.option(
    "-s", "--slice", "slice_", type=int, metavar="SLICE", help="Search only this slice.", **_MANY
)
@click.option(
    "-u",
    "--unique",
    cls=MaybeValue,
    metavar="[COLUMN]",
    shell_complete=columns.columns,
    help="Show each row once; or one row for each value of the columns named.",
)
@flag("-D", "--show-dataset", negation="dont", help="Show the dataset in front of each row.")
@flag("-S", "--show-sliceno", negation="dont", help="Show the slice in front of each row.")
@flag("-L", "--show-lineno", negation="dont", help="Show the number of each row in its slice.")
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(("csv", "raw", "json")),
    default="csv",
    show_default=True,
    help="How to write rows.",
)
@click.option(
    "-t",
    "--separator",
    metavar="TEXT",
    help="What stands between fields (a tab; on a terminal, spaces up to a tab stop).",
)
@click.option(
    "-T",
    "--tab-length",
    metavar="LENGTHS",
    help="Fields at tab stops: TAB/FIELD/MIN, or as NAME=N; `/` for 8/16/2.",
)
@click.option(
    "-B", "--before-context", type=int, metavar="N", help="Show N rows before each match."
)
@click.option("-A", "--after-context", type=int, metavar="N", help="Show N rows after each match.")
@click.option(
    "-C",
    "--context",
    type=int,
    metavar="N",
    help="Show N rows before and after, of the same slice.",
)
@click.option(
    "-e", "--regexp", metavar="PATTERN", help="A pattern: rows match that match any.", **_MANY
)
@click.option(
    "-d",
    "--dataset",
    metavar="DATASET",
    help="A dataset to search.",
    shell_complete=values.dataset_specs,
    **_MANY,
)
@click.option("-n", "--column", help="A column to show.", **_COLUMN)
@click.option("+n", "--not-column", help="Show all columns but this one.", **_COLUMN)
@click.pass_obj
def command(face: Face, /, **options: Any) -> None:
    """Show the rows of datasets in which any value of any column matches a pattern.

    The first word is the pattern, then come datasets as `axtui ds` takes them, then columns to show.
    Patterns are Python's regular expressions, searched for in the text of each value.
    Every flag is taken back by `+c` for `-c`, and `--dont-chain` for `--chain`.

    \b
    Examples:
      axtui grep Seagate import
      axtui grep -c -H -g model '^ST4' import serial_number date
      axtui grep -N '>=40' import temperature -n date
      axtui grep -l -c ZA1 import
      axtui grep -e '' import | head
    """
    with ctrl_t.unharmed():
        from axtui.cli.grep.command import grep

        grep(face, options)
