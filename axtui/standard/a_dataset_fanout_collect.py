"""`dataset_fanout_collect`: the values that `dataset_fanout` makes datasets of."""

from __future__ import annotations

from typing import Any

from axtui.accelerator import OptionString
from axtui.data.types import TYPES
from axtui.standard import sources
from axtui.standard.fanned import fan_chain, grouped

description = "The values of a column, as text, over a chain of datasets: a part of dataset_fanout."


options: dict[str, Any] = {
    "column": OptionString,  # the column
    "length": -1,  # how many datasets of the chain; -1: back to where previous was made from
}

datasets = ("source",)
jobs = ("previous",)


def prepare(job: Any, options: Any, datasets: Any, jobs: Any, slices: int) -> None:
    """Find all values where there are few rows."""
    chain = fan_chain(datasets.source, jobs.previous, options.column, options.length)
    if sources.is_small(chain):
        parts = [analysis(sliceno, options, datasets, jobs) for sliceno in range(slices)]
        job.finish_early(synthesis(parts))


def analysis(sliceno: int, options: Any, datasets: Any, jobs: Any) -> set[str]:
    """The values in one slice."""
    column = options.column
    found: set[str] = set()
    for source in fan_chain(datasets.source, jobs.previous, column, options.length):
        kind = TYPES[source.columns[column].type]
        for batch in sources.batches(source, sliceno, [column]):
            found.update(grouped(kind, batch, column)[0])
    return found


def synthesis(analysis_res: Any) -> set[str]:
    """The values in all slices."""
    values: set[str] = set().union(*analysis_res)
    return values
