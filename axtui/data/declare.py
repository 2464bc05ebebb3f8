"""What a dataset writer was declared with: kept in `DS/<name>.writer.json` until it is finished.

Plain JSON, so that the slices can open the writer `prepare` made and the coordinator can finish it.
"""

from __future__ import annotations

import base64
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from axtui.data import dsmeta, jobdir, types
from axtui.data.dsmeta import DatasetColumn
from axtui.errors import DatasetUsageError

FORMAT = "axtui-writer-1"
ENDING = ".writer.json"
DISCARDED = "discarded"
"""File in the data folder of a dataset whose writer was discarded after it had been declared."""
UNSET: Any = object()


@dataclass
class Declared:
    """One column as declared. `type` may be a `parsed:` one; `default` is pickled, or None."""

    name: str
    type: str
    none_support: bool
    default: str | None = None

    @property
    def stored_type(self) -> str:
        """The column type without `parsed:`."""
        return self.type.rpartition(":")[2]

    def fixer(self, copy_mode: bool) -> types.Fixer:
        """What checks and converts the values written to this column."""
        if copy_mode and self.stored_type in ("json", "pickle"):
            return lambda value: value
        default = (
            {}
            if self.default is None
            else {"default": pickle.loads(base64.b64decode(self.default))}
        )
        return types.fixer(self.type, self.none_support, **default)


@dataclass
class Declaration:
    """Everything that is fixed about a dataset before its rows are written."""

    name: str
    slices: int
    stage: str
    columns: list[Declared] = field(default_factory=list)
    filename: str | None = None
    hashlabel: str | None = None
    hashlabel_override: bool = False
    caption: str | None = None
    previous: str | None = None
    parent: str | None = None
    parent_lines: list[int] | None = None
    dropped: list[str] = field(default_factory=list)
    meta_only: bool = False
    for_single_slice: int | None = None
    copy_mode: bool = False
    allow_missing_slices: bool = False

    def add(self, name: str, spec: Any, default: Any = UNSET, none_support: Any = UNSET) -> None:
        """Declare a column. Raises DatasetUsageError for a bad name, type or default."""
        name = str(name)
        kind, none = _spec(name, spec)
        if none_support is not UNSET:
            none = bool(none_support)
        if any(column.name == name for column in self.columns):
            raise DatasetUsageError(f"column {name!r} of dataset {self.name!r} is declared twice")
        check_column_name(name)
        types.lookup(kind)
        column = Declared(name, kind, none)
        if default is not UNSET:
            column.default = base64.b64encode(pickle.dumps(default)).decode()
            column.fixer(self.copy_mode)  # a default that the column cannot hold is refused here
        self.columns.append(column)

    def column(self, name: str) -> Declared | None:
        """A declared column by name."""
        return next((column for column in self.columns if column.name == name), None)

    def check(self) -> None:
        """Raises DatasetUsageError where rows could not be written for this declaration."""
        if not self.columns:
            raise DatasetUsageError(f"dataset {self.name!r} has no columns")
        if self.hashlabel is None:
            return
        hashed = self.column(self.hashlabel)
        if hashed is None:
            raise DatasetUsageError(
                f"dataset {self.name!r} has hashlabel {self.hashlabel!r}, which is not a column it writes"
            )
        if not types.TYPES[hashed.stored_type].hashable:
            raise DatasetUsageError(
                f"hashlabel {self.hashlabel!r} has type {hashed.stored_type}, which cannot be hashed"
            )

    def save(self, folder: Path) -> None:
        """Write it below a job (or attempt) folder."""
        jobdir.write_json(_file(folder, self.name), {"format": FORMAT} | asdict(self))


def _spec(name: str, spec: Any) -> tuple[str, bool]:
    if isinstance(spec, DatasetColumn):
        return spec.type, spec.none_support
    if isinstance(spec, str):
        return spec, False
    if isinstance(spec, tuple | list) and len(spec) == 2 and isinstance(spec[0], str):
        return spec[0], bool(spec[1])
    raise DatasetUsageError(
        f"column {name!r}: {spec!r} is neither a type name nor (type, none_support)"
    )


def check_column_name(name: str) -> None:
    """Raises DatasetUsageError for a name that cannot be stored."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise DatasetUsageError(f"column name {name!r} is not valid Unicode") from None
    if name.endswith(types.FLAGS):
        raise DatasetUsageError(f"column name {name!r} ends like the hidden columns axtui adds")


def _file(folder: Path, name: str) -> Path:
    return folder / jobdir.DATASETS / (jobdir.quote_name(name) + ENDING)


def file_name(name: str) -> str:
    """Name, inside its job, of the declaration of a dataset."""
    return f"{jobdir.DATASETS}/{jobdir.quote_name(name)}{ENDING}"


def load(path: Path) -> Declaration:
    """A declaration from its file."""
    raw: Mapping[str, Any] = jobdir.read_json(path)
    found = Declaration(**{key: value for key, value in raw.items() if key != "format"})
    found.columns = [Declared(**column) for column in raw["columns"]]
    return found


def pending(job_path: Path) -> list[Declaration]:
    """The declarations of a job whose datasets are not finished, nor discarded."""
    found = []
    for path in sorted((job_path / jobdir.DATASETS).glob(f"*{ENDING}")):
        declaration = load(path)
        done = job_path / dsmeta.meta_name(declaration.name)
        gone = job_path / dsmeta.data_name(declaration.name, DISCARDED, "json")
        if not done.exists() and not gone.exists():
            found.append(declaration)
    return found
