"""`axtui hist`: how often values are there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from axtui.cli import colour
from axtui.cli.arguments import AxCommand, flag
from axtui.cli.completion import columns as completed
from axtui.cli.completion import values
from axtui.cli.face import Face
from axtui.errors import UserError

if TYPE_CHECKING:
    from axtui.data.chain import DatasetList

_FORMATS = ("aligned", "bars", "csv", "ssv", "tsv")


@click.command("hist", cls=AxCommand, short_help="Show how often values are there.")
@click.argument("dataset", metavar="DATASET", shell_complete=values.dataset_specs)
@click.argument("columns", metavar="[COLUMN]...", nargs=-1, shell_complete=completed.columns)
@flag("-c", "--chain", negation="dont", help="Follow the chain of the dataset.")
@click.option("--chain-length", "--cl", type=int, metavar="N", help="At most N of the chain.")
@click.option(
    "--stop-ds",
    metavar="DATASET",
    help="No dataset of the chain up to this one.",
    shell_complete=values.dataset_specs,
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="How to write it (bars on a terminal, else tsv).",
)
@flag("-t", "--toplist", negation="not", help="No ranges: the most frequent values.")
@click.option(
    "-m",
    "--max-count",
    type=int,
    metavar="N",
    help="At most N values or ranges (about 20; 0: each).",
)
@click.option(
    "-s",
    "--slice",
    "slices",
    type=int,
    multiple=True,
    metavar="SLICE",
    help="Count only this slice.",
)
@click.pass_obj
def command(
    face: Face,
    dataset: str,
    columns: tuple[str, ...],
    chain: bool,
    chain_length: int | None,
    stop_ds: str | None,
    format_: str | None,
    toplist: bool,
    max_count: int | None,
    slices: tuple[int, ...],
) -> None:
    """Show how often values of a column are there: numbers by ranges, all else, and several columns
    together, each by itself.

    The column can be left out where there is but one. `-c` is taken back by `+c` or `--dont-chain`.

    \b
    Examples:
      axtui hist import capacity
      axtui hist -c import model -t -m 10
      axtui hist import model failure -f csv
    """
    from axtui.build.histogram.histogram import make_histogram
    from axtui.build.specs import Specs
    from axtui.cli.grep.colours import Colours
    from axtui.cli.histforms import lines
    from axtui.data import context, dsmeta
    from axtui.data.dataset import Dataset

    specs = Specs(face.workspace())
    found = Dataset(dsmeta.join_ref(*specs.dataset(dataset)))
    stop = dsmeta.join_ref(*specs.dataset(stop_ds)) if stop_ds else None
    length = (-1 if chain_length is None else chain_length) if chain else 1
    datasets = found.chain(length, stop_ds=stop)
    if not datasets:
        return
    known = set(range(context.active().slices))
    wanted = sorted(known & set(slices) if slices else known)
    most = None if max_count is None else max(max_count, 0)
    histogram = make_histogram(datasets, columns or _only(datasets), wanted, toplist, most)
    form = format_ or ("bars" if sys.stdout.isatty() else "tsv")
    if histogram.rows:
        for line in lines(histogram.rows, form, Colours(colour.on_stdout())):
            click.echo(line, color=True)
    for note in histogram.notes:
        click.echo(f"axtui: {note}", err=True)


def _only(datasets: DatasetList) -> tuple[str, ...]:
    """The column that all have, if it is one."""
    common = set.intersection(*(set(ds.columns) for ds in datasets))
    if len(common) == 1:
        return tuple(common)
    raise UserError(f"name a column, or several: {', '.join(sorted(common))}")
