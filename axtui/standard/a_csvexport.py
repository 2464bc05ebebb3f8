"""`csvexport`: datasets as a CSV file, or as one per slice."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from axtui.accelerator import status
from axtui.data.dataset import Dataset
from axtui.errors import UserError
from axtui.standard import sources
from axtui.standard.csvlines import Field, LineFormat, field, pieces

description = """
Write datasets, or chains of them, as CSV: the rows of slice 0 of all of them, then those of slice 1,
and so on; with sliced a file for each slice.

Floats are written as Python's repr, times as its str, json with sorted keys and escaped to ASCII,
bytes as UTF-8 (with backslashes for what is none). With chain_source, the part of the chain of every
source is written that the job previous has not.
"""


options: dict[str, Any] = {
    "filename": "result.csv",  # compressed with gzip if it ends with .gz or has .gz. in it
    "separator": ",",
    "line_separator": "\n",
    "labelsonfirstline": True,
    "chain_source": False,  # the whole chain of each source, back to what previous exported
    "quote_fields": "",  # any text, mostly '"' or "'"; '' for none
    "lazy_quotes": True,  # quote only values that need it
    "none_as": None,  # text for None, for all columns or {label: text}; else 'None', in json 'null'
    "labels": [],  # the columns, in this order; [] for all of the (first) source, sorted
    "sliced": False,  # a file per slice: name%02d.csv or the like, else .0, .1 ... are appended
    "compression": 6,  # level of gzip
}

datasets = (["source"],)
jobs = ("previous",)

Wanted = tuple[list[str], list[Dataset]]
"""The columns, and the datasets in order."""
_COPY_BYTES = 1 << 20


def prepare(job: Any, options: Any, datasets: Any, jobs: Any, slices: int) -> Wanted:
    """What to write; everything is checked before rows are read. Few rows are written here."""
    found = _sources(options, datasets, jobs)
    labels = list(options.labels)
    if not labels and datasets.source:
        labels = sorted(datasets.source[0].columns)
    for source in found:
        missing = [name for name in labels if name not in source.columns]
        if missing:
            known = ", ".join(sorted(source.columns))
            raise UserError(
                f"dataset {source.quoted} has no column {missing[0]!r}; it has: {known}"
            )
    _check_none(options.none_as, labels)
    if options.sliced:
        _sliced_name(options.filename, 0)
    if sources.is_small(found):
        _write_all(job, (labels, found), options, slices)
        job.finish_early()
    return labels, found


def _write_all(job: Any, wanted: Wanted, options: Any, slices: int) -> None:
    """Write what analysis and synthesis would, byte for byte."""
    if options.sliced:
        for sliceno in range(slices):
            analysis(sliceno, wanted, job, options)
        return
    with job.open(options.filename, "wb") as file:
        for sliceno in range(slices):
            header = options.labelsonfirstline and sliceno == 0
            _write(file, sliceno, wanted, options, header)


def _sources(options: Any, datasets: Any, jobs: Any) -> list[Dataset]:
    given = [source for source in datasets.source if source]
    if not given:
        raise UserError("no source was given")
    if not options.chain_source:
        return given
    stops: list[Any] = [None] * len(given)
    if jobs.previous:
        stops = jobs.previous.params["datasets"].get("source")
        if not isinstance(stops, list) or len(stops) != len(given):
            raise UserError(
                f"previous ({jobs.previous}) must be a csvexport of as many sources as this one, "
                f"{len(given)}"
            )
    return [ds for one, stop in zip(given, stops, strict=True) for ds in one.chain(stop_ds=stop)]


def _check_none(none_as: Any, labels: list[str]) -> None:
    if not none_as or isinstance(none_as, str):
        return
    if not isinstance(none_as, dict):
        raise UserError(f"none_as is {none_as!r}; it must be a text, or {{label: text}}")
    unknown = sorted(set(none_as) - set(labels))
    if unknown:
        raise UserError(f"none_as has labels that are not exported: {', '.join(unknown)}")


def _sliced_name(filename: str, sliceno: int) -> str:
    if "%" not in filename:
        return f"{filename}.{sliceno}"
    try:
        return filename % (sliceno,)
    except (TypeError, ValueError) as error:
        raise UserError(
            f"filename is {filename!r}; for a file per slice it must have one %d, %02d or the like "
            f"({error})"
        ) from None


def analysis(sliceno: int, prepare_res: Wanted, job: Any, options: Any) -> None:
    """Write one slice: a file of its own, or a part of the file."""
    if options.sliced:
        name = _sliced_name(options.filename, sliceno)
        with job.open(name, "wb") as file:
            _write(file, sliceno, prepare_res, options, options.labelsonfirstline)
        return
    header = options.labelsonfirstline and sliceno == 0
    with job.open(_part(options), "wb", sliceno=sliceno, temp=True) as file:
        _write(file, sliceno, prepare_res, options, header)


def _part(options: Any) -> str:
    return f"{options.filename}.part"


def _write(file: IO[bytes], sliceno: int, wanted: Wanted, options: Any, header: bool) -> None:
    labels, chain = wanted
    form = LineFormat(
        options.separator, options.line_separator, options.quote_fields, bool(options.lazy_quotes)
    )
    with _opened(file, options) as out:
        if header:
            out.write(form.header(labels))
        for source in chain:
            fields = [_field(source, name, options.none_as) for name in labels]
            for batch in sources.batches(source, sliceno, list(dict.fromkeys(labels))):
                for piece in pieces(batch):
                    out.write(form.joined([one.texts(piece, form) for one in fields]))


def _field(source: Dataset, name: str, none_as: Any) -> Field:
    return field(name, source.columns[name].type, none_as)


@contextmanager
def _opened(file: IO[bytes], options: Any) -> Iterator[IO[bytes]]:
    """The file, through gzip where its name says so; without times, so that equal rows are equal
    files."""
    name = options.filename.lower()
    if not (name.endswith(".gz") or ".gz." in name):
        yield file
        return
    with gzip.GzipFile("", "wb", options.compression, file, mtime=0) as packed:
        yield packed  # type: ignore[misc]


def synthesis(job: Any, options: Any, slices: int) -> None:
    """Put the parts together."""
    if options.sliced:
        return
    with job.open(options.filename, "wb") as out:
        for sliceno in range(slices):
            told = f"Assembling {options.filename} ({sliceno + 1}/{slices})"
            with status(told), job.open(_part(options), "rb", sliceno=sliceno) as part:
                shutil.copyfileobj(part, out, _COPY_BYTES)
