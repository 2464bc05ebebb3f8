"""`csvimport`: a CSV file becomes a dataset whose columns are all `bytes`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axtui.accelerator import Neutral, OptionDefault, OptionEnum, OptionString
from axtui.standard.csvformat import csv_format
from axtui.standard.csvheader import Header
from axtui.standard.csvslices import Plan, import_lines, import_share, result
from axtui.standard.csvsource import line_blocks, open_csv, plain_size, reading
from axtui.standard.csvwriters import begin, cores, plan, processes_for, share_of
from axtui.standard.typenames import GUESSES, SHOWN, words

description = """
A CSV file (plain or gzip) becomes a dataset; every column is bytes, but for those in column2type,
which are typed as by dataset_type.

Line i of the data goes to slice i modulo the slices. Fields never span lines. A line with too few or
too many fields, or with wrong quotes, fails the job; with allow_bad such lines are set apart in the
dataset "bad" (lineno, data). Lines left out by comment, skip_lines or skip_empty_lines are in the
dataset "skipped".

A value that cannot be converted and has no default fails the job, also with allow_bad: dataset_type
with filter_bad sets such rows apart. Types that may change are better given by dataset_type, which
does not read the file again.
"""


options: dict[str, Any] = {
    "filename": OptionString,  # the file, below the input directory
    "separator": ",",  # one ISO-8859-1 character; empty: each line is one field
    "comment": "",  # lines that begin with this character are skipped
    "newline": "",  # empty: \n or \r\n; or the one character that ends lines
    "quotes": "",  # empty: none (warned of where there are some); False: none; True: " and '; or one
    "label_lines": int,  # lines with labels (joined by a space); 1, or 0 where labels is given
    "labelsonfirstline": Neutral(None),  # how label_lines 1 and 0 were said until 2022: True, False
    "label_encoding": "utf-8",  # of the labels in the file
    "labels": [],  # the names of the columns, instead of those in the file
    "strip_labels": False,  # remove white space around labels (before rename)
    "rename": {},  # {label: new label} for those that are in the file (before discard)
    "discard": set(),  # labels of columns to leave out
    "lineno_label": "",  # name of a column to add with the line number (int64)
    "allow_bad": False,  # set bad lines apart in the dataset "bad" instead of failing
    "allow_extra_empty": False,  # a line may have more fields, if they are empty
    "skip_lines": 0,  # so many lines at the beginning are skipped
    "skip_empty_lines": False,  # empty lines are skipped
    "column2type": OptionDefault(  # {column: type}, as for dataset_type; others stay bytes
        {"COLNAME": OptionEnum(words(), shown=SHOWN, guesses=GUESSES)}, default={}
    ),
    "timezone": str,  # of column2type: datetimes are in this time zone; they become UTC
    "defaults": {},  # of column2type: {column: text, or None} for what cannot be converted
    "numeric_comma": False,  # of column2type: numbers have a decimal comma
    "compression": Neutral(6),  # accepted for the Accelerator's scripts; Parquet has its own
}

datasets = ("previous",)
jobs = ()


SMALL_BYTES = 4 << 20
"""A file up to this size is imported in less time than it takes to bring up more processes."""


def prepare(job: Any, options: Any, datasets: Any, slices: int) -> Plan:
    """Read the labels and make the writers; and import all of it where that is little."""
    name = options.filename
    path = job.input_filename(name)
    with reading(name):
        small = Path(path).stat().st_size <= SMALL_BYTES
    with _opened(job, options) as (header, labels):
        line_end = csv_format(options).line_end
        needed = processes_for(header, line_end, len(labels), slices, plain_size(path))
        team = min(slices, max(cores(), needed))
        alone = small or team == 1
        todo = plan(
            job,
            options,
            name,
            labels,
            previous=datasets.previous,
            team=0 if alone else team,
            filename=path,
        )
        counts = import_lines(todo, header, slices) if alone else None
    if counts is not None:  # only now, as the file must not have changed meanwhile
        job.finish_early(result([counts], slices))
    return todo


def analysis(
    sliceno: int, prepare_res: Plan, job: Any, options: Any, slices: int
) -> dict[str, list[int]] | None:
    """Each process reads the whole file and imports the lines of its slices."""
    if sliceno >= prepare_res.team:
        return None
    with _opened(job, options) as (header, _):
        share = share_of(sliceno, slices, prepare_res.team)
        return import_share(prepare_res, header, slices, share, lambda: _opened(job, options))


def synthesis(analysis_res: Any, slices: int) -> dict[str, Any]:
    """Count the lines."""
    return result([counts for counts in analysis_res if counts is not None], slices)


@contextmanager
def _opened(job: Any, options: Any) -> Iterator[tuple[Header, list[str]]]:
    name = options.filename
    with open_csv(job.input_filename(name)) as stream:
        yield begin(options, name, line_blocks(stream, name, csv_format(options).line_end))
