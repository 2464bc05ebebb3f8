"""The datasets that an import of one CSV makes, and the plan to fill them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from axtui.data import database
from axtui.data.dataset import Dataset
from axtui.data.slicefile import GROUP_BYTES, GROUP_ROWS
from axtui.errors import NoSuchDatasetError
from axtui.standard.csvformat import column_labels, csv_format, wanted_label_lines
from axtui.standard.csvheader import Header, read_header
from axtui.standard.csvslices import Plan
from axtui.standard.csvtypes import Types


def begin(
    options: Mapping[str, Any], name: str, blocks: Iterable[bytes]
) -> tuple[Header, list[str]]:
    """Read the header of a CSV called `name`: the header, and the label of every column."""
    wanted = wanted_label_lines(options)
    header = read_header(name, blocks, csv_format(options), wanted, not options["labels"])
    return header, column_labels(name, options, header.labels)


def plan(
    job: Any,
    options: Mapping[str, Any],
    name: str,
    labels: list[str],
    *,
    dataset: str = "default",
    previous: Any = None,
    after: Plan | None = None,
    for_single_slice: int | None = None,
    team: int = 0,
    filename: str = "",
) -> Plan:
    """Make the writers of one CSV: its rows, and where asked for its bad and skipped lines.

    `filename` is what the datasets say they were made from, where that is not `name`. The rows follow the
    dataset `previous`; or those of `after`, an import of the same job. In analysis they are written by the
    process `for_single_slice`, or by `team` processes together.
    """
    format_ = csv_format(options)
    keywords = {"filename": filename or name, "for_single_slice": for_single_slice}
    good = job.datasetwriter(
        name=dataset,
        caption=f"csvimport of {name}",
        previous=after.good if after else previous,
        **keywords,
    )
    types = _add_columns(good, options, name, labels)

    def apart(kind: str, wanted: bool) -> Any:
        if not wanted:
            return None
        return job.datasetwriter(
            name=beside(dataset, kind),
            columns={"lineno": "int64", "data": "bytes"},
            caption=f"{kind} lines from csvimport of {name}",
            previous=getattr(after, kind) if after else _sibling(previous, kind),
            **keywords,
        )

    found = Plan(
        name=name,
        format=format_,
        labels=labels,
        discard=frozenset(options["discard"]),
        lineno_label=options["lineno_label"] or "",
        allow_bad=bool(options["allow_bad"]),
        good=good,
        bad=apart("bad", options["allow_bad"]),
        skipped=apart("skipped", format_.may_skip),
        team=team,
        types=types,
    )
    for writer in (found.good, found.bad, found.skipped):
        if team and writer is not None:
            writer.share(team)
    return found


def _add_columns(good: Any, options: Mapping[str, Any], name: str, labels: list[str]) -> Types:
    """Declare the columns of the rows; the types that some of them get."""
    kept = [label for label in labels if label not in options["discard"]]
    types = Types.of(options, name, kept)
    for label in kept:
        kind, none_support = types.stored(label)
        good.add(label, kind, none_support=none_support)
    if options["lineno_label"]:
        good.add(options["lineno_label"], "int64")
    return types


OFFSET = 4
"""Bytes that a row group holds of each value, beside its text."""


def processes_for(
    header: Header, line_end: int, columns: int, slices: int, size: int | None = None
) -> int:
    """So many processes must share the slices of a file, by its first lines, for the row groups that
    wait in each of them to fit in half of its room. `size` is what the file has, where that is known."""
    first = next(header.blocks, b"")
    header.blocks = chain([first], header.blocks)
    line = len(first) / max(1, first.count(line_end))
    row = line + OFFSET * columns
    rows = float(GROUP_ROWS)
    if size is not None and line:
        rows = min(rows, size / line / slices)
    group = max(1, min(GROUP_BYTES, int(rows * row)))
    fitting = max(1, database.room() // 2 // group)
    return -(-slices // fitting)


def share_of(sliceno: int, slices: int, team: int) -> range:
    """The slices that a process writes of what `team` processes import together."""
    return range(sliceno, slices, team)


def _sibling(previous: Any, kind: str) -> Dataset | None:
    """The bad (or skipped) lines that belong to the previous dataset of the chain."""
    if not previous:
        return None
    found = Dataset(previous)
    try:
        return Dataset(found.jobid, beside(found.name, kind))
    except NoSuchDatasetError:
        return None


def beside(dataset: str, kind: str) -> str:
    """The name of the dataset of bad or skipped lines that belongs to a dataset."""
    return kind if dataset == "default" else f"{dataset}.{kind}"


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
