"""`axtui ds`: what datasets hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import click

from axtui import human
from axtui.build.specs import Specs
from axtui.cli import dsshow
from axtui.cli.arguments import AxCommand
from axtui.cli.completion import values
from axtui.cli.face import Face, format_option, the_one, tui_option
from axtui.cli.tables import Column, document, write, write_json
from axtui.data import dsmeta, jobdir
from axtui.errors import DamagedJobError, NoSuchWhateverError
from axtui.tui.places import TABS

_LIST = (
    Column("dataset", firm=True),
    Column("rows", human.count, right=True),
    Column("columns", human.count, right=True),
    Column("hashlabel"),
    Column("previous"),
    Column("caption"),
)
_COLUMNS = tuple(Column(name) for name in ("dataset", "column", "type", "none", "min", "max"))
_SLICES = (
    Column("dataset"),
    Column("slice", right=True),
    Column("rows", human.count, right=True),
)


def _place(face: Face, specs: tuple[str, ...], **_: Any) -> tuple[str, str]:
    spec = the_one(specs, "dataset")
    return "data", "/".join(Specs(face.workspace()).dataset(spec)) if spec else ""


@click.command("ds", cls=AxCommand, short_help="Show datasets: columns, rows, chains.")
@click.argument("specs", metavar="[DATASET]...", nargs=-1, shell_complete=values.dataset_specs)
@click.option("-c", "--chain", is_flag=True, help="List the datasets of its chain, oldest first.")
@click.option("-C", "--non-empty-chain", is_flag=True, help="The same without those without rows.")
@click.option("-l", "--list", "list_", is_flag=True, help="List all datasets of the job.")
@click.option(
    "-L",
    "--list-chained",
    "--chainedlist",
    is_flag=True,
    help="The same, with rows of their chains.",
)
@click.option(
    "-m",
    "--no-min-max",
    "--suppress-minmax",
    is_flag=True,
    help="Leave out the least and greatest values.",
)
@click.option(
    "-n", "--no-columns", "--suppress-columns", is_flag=True, help="Leave out the columns."
)
@click.option("-q", "--suppress-errors", is_flag=True, help="Leave out what is not there.")
@click.option("-s", "--slices", is_flag=True, help="Show the rows of each slice.")
@click.option(
    "-S",
    "--chain-slices",
    "--chainedslices",
    is_flag=True,
    help="Show the rows per slice of the chain.",
)
@click.option(
    "-w",
    "--where",
    "--location",
    is_flag=True,
    help="Show which dataset physically holds a column.",
)
@click.option("--head", type=click.IntRange(1), metavar="N", help="Show the first N rows.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="How many datasets to list where none is named, newest first; 0: all.",
)
@format_option
@click.pass_obj
@tui_option(_place, TABS["data"])
def command(
    face: Face,
    specs: tuple[str, ...],
    chain: bool,
    non_empty_chain: bool,
    list_: bool,
    list_chained: bool,
    no_min_max: bool,
    no_columns: bool,
    slices: bool,
    chain_slices: bool,
    where: bool,
    head: int | None,
    limit: int,
    format_: str,
    suppress_errors: bool,
) -> None:
    """Show what datasets hold: columns with types and limits, rows, chains. Without one, list the
    newest.

    DATASET is a job as `axtui job` takes it, and behind a `/` the name of the dataset (`default`
    if there is none). Behind that `~N` goes N back in the chain, `^` to the parent.

    \b
    Examples:
      axtui ds                       the newest datasets
      axtui ds dev-12
      axtui ds dataset_type --head 10
      axtui ds import/default~2 -s
      axtui ds dev-12 -c --format csv
    """
    resolver = Specs(face.workspace())
    if not specs:
        if head is not None:
            raise click.UsageError("--head shows rows of datasets: name one")
        _write_newest(resolver, limit, list_chained, format_)
        return
    found = list(_found(resolver, specs, suppress_errors))
    if head is not None:
        for reference in found:
            dsshow.write_head(reference, head, format_)
    elif list_ or list_chained:
        jobids = dict.fromkeys(dsmeta.split_ref(reference)[0] for reference in found)
        names = [
            dsmeta.join_ref(job, name) for job in jobids for name in resolver.dataset_names(job)
        ]
        write(_LIST, [_list_row(name, list_chained) for name in names], format_)
    elif chain or non_empty_chain:
        metas = [meta for reference in found for meta in dsshow.chain(reference)]
        kept = [meta.ref for meta in metas if meta.rows or not non_empty_chain]
        write(_LIST, map(_list_row, kept), format_)
    elif chain_slices or (slices and format_ != "table"):
        write(_SLICES, _slice_rows(found, chain_slices), format_)
    elif format_ == "json":
        metas = [dsmeta.load(reference) for reference in found]
        write_json([document("ds", dsshow.facts(meta)) for meta in metas])
    elif format_ == "csv":
        write(_COLUMNS, _column_rows(found), format_)
    else:
        for reference in found:
            dsshow.show(dsmeta.load(reference), not no_columns, not no_min_max, slices, where)


def _found(resolver: Specs, specs: tuple[str, ...], leave_out: bool) -> Iterator[str]:
    for spec in specs:
        try:
            yield dsmeta.join_ref(*resolver.dataset(spec))
        except NoSuchWhateverError:
            if not leave_out:
                raise


def _write_newest(resolver: Specs, limit: int, chained: bool, format_: str) -> None:
    """List the newest datasets, `limit` of them; 0 for all."""
    rows = (_list_row(name, chained) for name in islice(_newest(resolver), limit or None))
    write(_LIST, rows, format_, empty="no datasets yet; methods make some")


def _newest(resolver: Specs) -> Iterator[str]:
    """The datasets of all complete jobs, the newest first; those of damaged jobs are left out."""
    for jobid in resolver.jobs():
        if jobdir.state(resolver.path(jobid)) == "complete":
            with suppress(DamagedJobError):
                yield from (dsmeta.join_ref(jobid, name) for name in resolver.dataset_names(jobid))


def _list_row(reference: str, chained: bool = False) -> dict[str, Any]:
    meta = dsmeta.load(reference)
    rows = sum(link.rows for link in dsshow.chain(reference)) if chained else meta.rows
    return {
        "dataset": meta.ref,
        "rows": rows,
        "columns": len(meta.raw["columns"]),
        "hashlabel": meta.hashlabel,
        "previous": meta.previous,
        "caption": meta.caption,
    }


def _slice_rows(references: list[str], chained: bool) -> Iterator[dict[str, Any]]:
    for reference in references:
        metas = dsshow.chain(reference) if chained else [dsmeta.load(reference)]
        slices = max(len(meta.lines) for meta in metas)
        for number in range(slices):
            rows = sum(meta.lines[number] for meta in metas if number < len(meta.lines))
            yield {"dataset": reference, "slice": number, "rows": rows}


def _column_rows(references: list[str]) -> Iterator[dict[str, Any]]:
    for reference in references:
        for name, raw in dsmeta.load(reference).raw["columns"].items():
            limits = {side: dsshow.value(raw[side]) for side in ("min", "max")}
            yield {
                "dataset": reference,
                "column": name,
                "type": raw["type"],
                "none": raw["none"],
                **limits,
            }
