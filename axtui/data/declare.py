"""What a dataset writer was declared with: kept in `DS/<name>.writer.json` until it is finished.

Plain JSON, so that the slices can open the writer `prepare` made and the coordinator can finish it.
"""

from __future__ import annotations

import base64
import os
import pickle
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axtui.data import context, dsmeta, fixers, jobdir, types, virtual
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

    def fixer(self, copy_mode: bool) -> fixers.Fixer:
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
    team: int | None = None
    copy_mode: bool = False
    allow_missing_slices: bool = False

    def add(self, name: str, spec: Any, default: Any = UNSET, none_support: Any = UNSET) -> None:
        """Declare a column. Raises DatasetUsageError for a bad name, type or default."""
        name = str(name)
        kind, none = _spec(name, spec)
        if none_support is not UNSET:
            none = bool(none_support)
        if name in [column.name for column in self.columns]:
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

    def stored_names(self) -> dict[str, str]:
        """{column: its name in the Parquet files}."""
        return distinct_names(column.name for column in self.columns)

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

    @property
    def chooses(self) -> bool:
        """Whether who writes it in analysis chooses the slices, instead of writing its own."""
        return self.for_single_slice is not None or self.team is not None

    def save(self, folder: Path) -> None:
        """Write it below a job (or attempt) folder."""
        path = folder / file_name(self.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [vars(column) for column in self.columns]  # `asdict` copies each value
        jobdir.write_json(path, {"format": FORMAT} | vars(self) | {"columns": columns})


def new(
    place: context.Place, columns: Mapping[str, Any], parent: Any, *, name: str, **facts: Any
) -> Declaration:
    """A declaration for the running job, its columns added in sorted order.

    Raises DatasetUsageError for a name that is taken, and whatever else cannot be.
    """
    if not isinstance(name, str):
        raise DatasetUsageError(f"a dataset name is text, not {name!r}")
    if any(place.find(file).exists() for file in (dsmeta.meta_name(name), file_name(name))):
        raise DatasetUsageError(f"job {place.jobid} has a dataset named {name!r} already")
    declaration = Declaration(name=name, slices=context.active().slices, stage=place.stage, **facts)
    _add_parent(declaration, parent, columns)
    for column, spec in sorted(columns.items()):
        if spec is not None:
            declaration.add(column, spec)
    return declaration


def _add_parent(declaration: Declaration, parent: Any, columns: Mapping[str, Any]) -> None:
    dropped = sorted(name for name, spec in columns.items() if spec is None)
    ref = dsmeta.reference(parent)
    if ref is None:
        if dropped:
            raise DatasetUsageError(f"columns {dropped} cannot be left out: there is no parent")
        return
    meta = dsmeta.load(ref)
    unknown = [name for name in dropped if name not in meta.columns]
    if unknown:
        raise DatasetUsageError(
            f"columns {unknown} cannot be left out: {ref} has none of that name"
        )
    declaration.parent, declaration.dropped = ref, dropped
    declaration.parent_lines = virtual.lines(meta, declaration.slices)
    if declaration.hashlabel_override:
        return
    if declaration.hashlabel is None:
        if columns.get(meta.hashlabel or "") is not None:
            declaration.hashlabel = meta.hashlabel
    elif declaration.hashlabel != meta.hashlabel:
        raise DatasetUsageError(
            f"hashlabel {declaration.hashlabel!r} is not that of the parent {ref} ({meta.hashlabel!r}); "
            "set hashlabel_override=True to change it"
        )


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


def distinct_names(columns: Iterable[str]) -> dict[str, str]:
    """{column: the name it has in Parquet files and in SQL}: the same, unless it is empty or differs
    from an earlier one only by case, which many readers do not see; then `_2`, `_3`, ... is added."""
    taken: set[str] = set()
    found = {}
    for column in columns:
        base = column.replace("\0", "_") or "_"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.casefold())
        found[column] = name
    return found


def file_name(name: str) -> str:
    """Name, inside its job, of the declaration of a dataset."""
    return f"{jobdir.DATASETS}/{jobdir.quote_name(name)}{ENDING}"


def load(path: Path) -> Declaration:
    """A declaration from its file."""
    raw: Mapping[str, Any] = jobdir.read_json(path)
    found = Declaration(**{key: value for key, value in raw.items() if key != "format"})
    found.columns = [Declared(**column) for column in raw["columns"]]
    return found


def pending(job_path: Path, known: Collection[str] = ()) -> list[Declaration]:
    """The declarations of a job whose datasets are not finished, nor discarded, without those of the
    names that are `known`."""
    folder = job_path / jobdir.DATASETS
    if not folder.is_dir():
        return []
    names = set(os.listdir(folder))  # noqa: PTH208 - names, not paths
    besides = {file_name(name).rpartition("/")[2] for name in known}
    found = []
    for name in sorted(names - besides):
        stem = name.removesuffix(ENDING)
        # told by names: a declaration of a hundred columns takes half a millisecond to read
        if stem == name or f"{stem}.json" in names:
            continue
        if not (folder / stem / f"{DISCARDED}.json").exists():
            found.append(load(folder / name))
    return found
