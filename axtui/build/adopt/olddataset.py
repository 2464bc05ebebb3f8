"""Datasets of the Accelerator: their metadata, and which dataset a column's data really belongs to.

A dataset that adds columns to another, or shows one of another job, says of each column in which file
its values are; that is all that tells whose they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from axtui.build.adopt import pickles
from axtui.build.adopt.oldworkdir import DATASETS, OldJob
from axtui.build.adopt.pickles import OldColumn, text
from axtui.data.types import TYPES
from axtui.errors import DamagedJobError

_ESCAPED = {chr(code): f"\\x{code:02x}" for code in (*range(32), 37, 47)} | {"\\": "\\\\"}
Place = tuple[str, tuple[Any, ...] | None]
"""What tells the data of a column from any other: the file, and where the slices begin in it."""


@dataclass(frozen=True)
class OldDataset:
    """One dataset. `previous` and `parents` are 'job/name'; `lines` are rows per slice."""

    job: str
    name: str
    filename: str | None
    hashlabel: str | None
    caption: str | None
    columns: dict[str, OldColumn]
    previous: str | None
    parents: tuple[str, ...]
    merged: bool
    lines: tuple[int, ...]

    @property
    def ref(self) -> str:
        """'job/name'."""
        return f"{self.job}/{self.name}"


def place_of(column: OldColumn) -> Place:
    """Where the data of a column is."""
    return str(column.location), tuple(column.offsets) if column.offsets else None


def job_of(column: OldColumn) -> str | None:
    """The job in whose folder the data of a column is; None where it has none."""
    return column.location.partition("/")[0] if column.location else None


def datasets(job: OldJob) -> dict[str, OldDataset]:
    """All datasets of a job by name, in the order in which they were finished."""
    names = _names(job)
    return {name: _load(job, name) for name in names}


def _names(job: OldJob) -> list[str]:
    old = _version(job) < 4
    try:
        if old:
            return [line for line in job.read("datasets.txt").decode().split("\n") if line]
        return [text(name) for name in pickles.plain(job.read(f"{DATASETS}/LIST"))]
    except FileNotFoundError:
        return []
    except (TypeError, UnicodeDecodeError):
        raise DamagedJobError("the list of its datasets cannot be read") from None


def _version(job: OldJob) -> int:
    return int(job.setup["version"])


def _load(job: OldJob, name: str) -> OldDataset:
    quoted = "".join(_ESCAPED.get(char, char) for char in name)
    file = f"{DATASETS}/{quoted}.p" if _version(job) >= 4 else f"{name}/dataset.pickle"
    try:
        raw = pickles.plain(job.read(file))
        return _understood(job.jobid, name, raw)
    except FileNotFoundError:
        raise DamagedJobError(f"dataset {name!r}: {file} is missing") from None
    except DamagedJobError as error:
        raise DamagedJobError(f"dataset {name!r}: {error}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedJobError(
            f"dataset {name!r}: its metadata is not understood ({type(error).__name__}: {error})"
        ) from None


def _understood(jobid: str, name: str, raw: dict[Any, Any]) -> OldDataset:
    held = {text(key): value for key, value in raw.items()}
    if tuple(held["version"])[:1] != (3,):
        raise DamagedJobError(f"its metadata is of version {held['version']!r}, unknown to axtui")
    columns = {text(key): column for key, column in dict(held["columns"]).items()}
    for label, column in columns.items():
        _check(label, column, len(held["lines"]))
    parents = held["parent"] or ()
    merged = isinstance(parents, (tuple, list))
    return OldDataset(
        job=jobid,
        name=name,
        filename=_optional(held["filename"]),
        hashlabel=_optional(held["hashlabel"]),
        caption=_optional(held["caption"]),
        columns=columns,
        previous=_reference(held["previous"]),
        parents=tuple(_full(one) for one in (parents if merged else (parents,)) if one),
        merged=merged and bool(parents),
        lines=tuple(int(count) for count in held["lines"]),
    )


def _check(label: str, column: Any, slices: int) -> None:
    if not isinstance(column, OldColumn):
        raise DamagedJobError(f"column {label!r} is described by no column")
    if column.type not in TYPES:
        raise DamagedJobError(
            f"column {label!r} has the type {column.type!r}, which is older than the Accelerator's "
            "present ones"
        )
    if column.compression != "gzip":
        raise DamagedJobError(f"column {label!r} is compressed with {column.compression!r}")
    if column.offsets and len(column.offsets) != slices:
        raise DamagedJobError(f"column {label!r} has the places of {len(column.offsets)} slices")


def _optional(value: Any) -> str | None:
    return None if value is None else text(value)


def _reference(value: Any) -> str | None:
    return _full(value) if value else None


def _full(value: Any) -> str:
    found = text(value)
    return found if "/" in found else f"{found}/default"


class Owners:
    """Whose data the columns of datasets are. `datasets_of` gives the datasets of a job by its old id,
    or None where the job is not known."""

    def __init__(self, datasets_of: Callable[[str], dict[str, OldDataset] | None]) -> None:
        self._datasets_of = datasets_of
        self._places: dict[str, dict[Place, tuple[str, str]]] = {}

    def owner(self, column: OldColumn) -> tuple[str, str] | None:
        """('job/name', column) of the dataset that holds the data of a column; None where no known
        dataset does, as where it has no data."""
        jobid = job_of(column)
        if jobid is None:
            return None
        if jobid not in self._places:
            self._places[jobid] = self._of_job(jobid)
        return self._places[jobid].get(place_of(column))

    def _of_job(self, jobid: str) -> dict[Place, tuple[str, str]]:
        """The first dataset that was finished with some data wrote it."""
        found: dict[Place, tuple[str, str]] = {}
        for dataset in (self._datasets_of(jobid) or {}).values():
            for label, column in dataset.columns.items():
                if job_of(column) == jobid:
                    found.setdefault(place_of(column), (dataset.ref, label))
        return found
