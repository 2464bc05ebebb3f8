"""`dataset_type`: text columns of a chain of datasets become columns of any type."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from axtui.accelerator import Neutral, OptionEnum
from axtui.data.dataset import Dataset
from axtui.data.writer import DatasetWriter
from axtui.standard import sources
from axtui.standard.typejoined import can_join, type_slices
from axtui.standard.typenames import GUESSES, SHOWN, words
from axtui.standard.typeplan import Plan, make_plan
from axtui.standard.typerows import Tally, Typing, conversions

description = """
Convert columns of bytes, ascii or unicode to other types, over a chain of datasets.

Makes one dataset per dataset of the chain; the last is the default dataset (with
accelerator = "2021" one of the whole chain). Other columns are
inherited from the source, or copied where rows move (filter_bad, a typed or new hashlabel), or left
out with discard_untyped.

A value that cannot be converted and has no default fails the job; with filter_bad its line is set
apart in the dataset "bad" ("0.bad" and so on for those before the last).
"""


options: dict[str, Any] = {
    "column2type": {"COLNAME": OptionEnum(words(), shown=SHOWN, guesses=GUESSES)},  # {column: type}
    "timezone": str,  # datetimes (not dates or times) are in this time zone; they become UTC
    "hashlabel": str,  # column to hash on; not given: as the source; '': none
    "defaults": {},  # {column: text to convert instead, or None} for what cannot be converted
    "rename": {},  # {old: new} before typing; None leaves the column out
    "caption": "typed dataset",
    "discard_untyped": bool,  # leave out the columns that are not typed
    "filter_bad": False,  # set lines with a value that cannot be converted apart
    "numeric_comma": False,  # numbers have a decimal comma
    "length": -1,  # how many datasets of the chain; -1: back to where previous was made from
    "chain_slices": False,  # when rehashing: a dataset per slice of the source, chained
    "as_chain": Neutral(False),  # what chain_slices was called until 2022
    "compression": Neutral(6),  # accepted for the Accelerator's scripts; Parquet has its own
}

datasets = ("source", "previous")
jobs = ()


@dataclass
class Target:
    """What one plan is written to: one writer, or with chain_slices one per slice of the source."""

    plan: Plan
    writers: list[DatasetWriter]
    bad: DatasetWriter | None


def prepare(job: Any, options: Any, datasets: Any, slices: int) -> list[Target]:
    """Check all options against all sources, and make the writers; type few rows."""
    chain = sources.chain_since(datasets.source, datasets.previous, options.length)
    if not chain:
        print(f"nothing to type: the job of previous was made from {datasets.source.quoted} too")
    plans = [make_plan(group, options) for group in sources.groups(chain)]
    targets: list[Target] = []
    if plans:  # all have the same
        conversions(plans[0].names, options)
    for index, plan in enumerate(plans):
        name = "default" if index == len(plans) - 1 else str(index)
        before = targets[-1] if targets else None
        previous = before.writers[-1] if before else datasets.previous
        writers = _writers(job, options, plan, index, name, previous, slices)
        bad = _bad_writer(job, options, plan, name, before, datasets.previous)
        targets.append(Target(plan, writers, bad))
    if not _by_slice(options) and sources.is_small(chain, len(targets) * _readings(plans, slices)):
        tallies = [_slice_here(sliceno, targets, options, slices) for sliceno in range(slices)]
        synthesis(targets, tallies)
        job.finish_early()
    return targets


def _readings(plans: list[Plan], slices: int) -> int:
    """How often the sources are read: for each slice, where rows move."""
    return slices if any(plan.rehash for plan in plans) else 1


def _slice_here(sliceno: int, targets: list[Target], options: Any, slices: int) -> list[Tally]:
    """Type one slice of every dataset within prepare."""
    for target in targets:
        for writer in filter(None, [*target.writers, target.bad]):
            writer.set_slice(sliceno)
    return analysis(sliceno, targets, options, slices)


def _writers(
    job: Any, options: Any, plan: Plan, index: int, name: str, previous: Any, slices: int
) -> list[DatasetWriter]:
    keywords: dict[str, Any] = {
        "columns": plan.columns,
        "caption": options.caption,
        "hashlabel": plan.hashlabel,
        "filename": plan.last.filename if len(plan.sources) == 1 else None,
    }
    if not (plan.rehash and _by_slice(options)):
        return [
            job.datasetwriter(
                name=name,
                previous=previous,
                parent=_parent(plan, index),
                hashlabel_override=plan.override,
                **keywords,
            )
        ]
    made: list[DatasetWriter] = []
    for sliceno in range(slices):
        last = sliceno == slices - 1
        made.append(
            job.datasetwriter(
                name=name if last else f"{name}.{sliceno}",
                previous=made[-1] if made else previous,
                for_single_slice=sliceno,
                **keywords,
            )
        )
    return made


def _by_slice(options: Any) -> bool:
    return bool(options.chain_slices or options.as_chain)


def _parent(plan: Plan, index: int) -> Dataset | None:
    """The dataset whose other columns are inherited, under their new names."""
    if not plan.inherits:
        return None
    if not plan.views[0].links:
        return plan.last
    return plan.last.link_to_here(name=f"rename.{index}", rename=plan.views[0].links)


def _bad_writer(
    job: Any, options: Any, plan: Plan, name: str, before: Target | None, previous: Any
) -> DatasetWriter | None:
    if not options.filter_bad:
        return None
    columns = {}
    for column in plan.names:
        found = plan.last.columns[plan.views[-1].columns[column]]
        columns[column] = (found.type, found.none_support)
    return job.datasetwriter(  # type: ignore[no-any-return]
        name="bad" if name == "default" else f"{name}.bad",
        columns=columns,
        previous=before.bad if before else sources.sibling(previous, "bad"),
    )


def analysis(sliceno: int, prepare_res: list[Target], options: Any, slices: int) -> list[Tally]:
    """Type one slice of every dataset."""
    typings = []
    how = conversions(prepare_res[0].plan.names, options) if prepare_res else {}
    for target in prepare_res:
        by_slice = target.plan.rehash and _by_slice(options)
        writer = target.writers[sliceno if by_slice else 0]
        typings.append(Typing(target.plan, how, writer, target.bad))
    for joined, some in groupby(typings, can_join):
        if joined:
            type_slices(list(some), sliceno)
            continue
        for typing in some:
            if not typing.plan.rehash:
                typing.slice(sliceno)
            elif _by_slice(options):
                typing.split(sliceno)
            else:
                typing.gather(sliceno, slices)
    return [typing.tally for typing in typings]


def synthesis(prepare_res: list[Target], analysis_res: Any) -> None:
    """Tell what was set apart, and what was replaced by defaults."""
    per_slice = list(analysis_res)
    for index, target in enumerate(prepare_res):
        total = Tally()
        for tallies in per_slice:
            total.add(tallies[index])
        if total.bad or total.defaulted:
            print(f"{target.plan.last.quoted} -> {target.writers[-1].ds_name}")
        if total.bad:
            print(f"    {total.bad_rows} bad lines are set apart; values that cannot be converted:")
            for column, count in sorted(total.bad.items()):
                print(f"    {count:14,}   {column}")
        if total.defaulted:
            print("    values replaced by the default:")
            for column, count in sorted(total.defaulted.items()):
                print(f"    {count:14,}   {column}")
