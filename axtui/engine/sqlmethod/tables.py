"""The tables of a SQL method: the datasets and the jobs' files that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.data.slicesql import Table
from axtui.data.sqlview import quoted, text
from axtui.engine.sqlmethod.header import Header, Source
from axtui.errors import UserError

if TYPE_CHECKING:
    from axtui.data.dataset import Dataset

_READERS = {"csv": "read_csv", "parquet": "read_parquet"}


def tables(header: Header, given: Mapping[str, Any]) -> dict[str, Table]:
    """{name: table} of the datasets that were given. Raises UserError where one is missing that is a
    table, or hashed on another column than was declared."""
    found = {}
    for source in header.datasets.values():
        value = given["datasets"][source.name]
        if not value:
            if source.name in _chained(header):
                continue  # what comes first follows nothing
            raise UserError(f"it needs the dataset {source.name!r}, which was not given")
        table = _table(source, value, given)
        for ds in table.datasets:
            _check_hash(source, ds)
        found[source.name] = table
    return found


def _chained(header: Header) -> set[str | None]:
    """The datasets that only say what the result follows."""
    return {header.previous, *(source.since for source in header.datasets.values())}


def _table(source: Source, value: Any, given: Mapping[str, Any]) -> Table:
    if source.reach == "list":
        return Table(list(value))
    if source.reach == "single":
        return Table([value])
    since = given["datasets"][source.since] if source.since else None
    chain = value.chain(stop_ds={since: source.name} if since else None)
    return Table(chain, like=value.chain())


def _check_hash(source: Source, ds: Dataset) -> None:
    if source.by is not None and ds.hashlabel != source.by:
        raise UserError(
            f"the dataset {source.name} must be hashed on {source.by!r}, but {ds.quoted} is hashed on "
            f"{ds.hashlabel!r}; dataset_hashpart makes one that is"
        )


def show_files(connection: Any, header: Header, given: Mapping[str, Any]) -> list[Path]:
    """Make views of the jobs' files; the files."""
    files = []
    for name, file in header.jobs.items():
        job = given["jobs"][name]
        if not job:
            raise UserError(f"it needs the job {name!r}, which was not given")
        path = Path(job.filename(file))
        if not path.is_file():
            raise UserError(f"{job} has no file {file}")
        reader = _READERS.get(file.rpartition(".")[2], "read_json")
        select = f"SELECT * FROM {reader}({text(str(path))})"
        connection.execute(f"CREATE VIEW {quoted(name)} AS {select}")
        files.append(path)
    return files
