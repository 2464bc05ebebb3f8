"""Datasets that hold no data of their own: links to others, with columns renamed, left out, merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from axtui.data import context, declare, dsmeta
from axtui.data.dataset import KEEP, Dataset
from axtui.data.dsmeta import DatasetColumn, Meta
from axtui.errors import DatasetUsageError

Columns = dict[str, DatasetColumn]


def link_to_here(
    ds: Dataset,
    name: str,
    column_filter: Iterable[str] | None,
    rename: Mapping[str, str | None] | None,
    override_previous: Any,
    filename: str | None,
) -> Dataset:
    """See `Dataset.link_to_here`."""
    meta = ds.meta
    columns, hashlabel = _renamed(meta, rename or {})
    wanted = None if column_filter is None else set(column_filter)
    if wanted:
        missing = wanted - set(columns)
        if missing:
            raise DatasetUsageError(f"{ds.quoted} has no columns {sorted(missing)} to keep")
        columns = {column: found for column, found in columns.items() if column in wanted}
    if not columns:
        raise DatasetUsageError(f"no column of {ds.quoted} is left")
    previous = meta.previous
    if override_previous is not KEEP:
        previous = dsmeta.reference(override_previous)
        if previous is not None:
            dsmeta.load(previous)
    return _publish(
        name,
        meta,
        columns,
        caption=meta.caption,
        **(dsmeta.same_filename(meta) if filename is None else dsmeta.filename_json(filename)),
        hashlabel=hashlabel if hashlabel in columns else None,
        previous=previous,
        parent=meta.ref,
    )


def _renamed(meta: Meta, rename: Mapping[str, str | None]) -> tuple[Columns, str | None]:
    """The columns after renaming, and the hash label after it. A new name replaces a column of that
    name, unless that one is renamed too."""
    targets: dict[str, str] = {}
    for old, new in rename.items():
        if old not in meta.columns:
            raise DatasetUsageError(
                f"column {old!r} cannot be renamed: {meta.ref} has no such column"
            )
        if new is None:
            continue
        declare.check_column_name(new)
        if new in targets:
            raise DatasetUsageError(f"both {targets[new]!r} and {old!r} are renamed to {new!r}")
        targets[new] = old
    columns: Columns = {}
    for name, column in meta.columns.items():
        new = rename.get(name, name)
        if new is not None and (name in rename or name not in targets):
            columns[new] = column
    hashlabel = meta.hashlabel
    if hashlabel is not None and hashlabel in rename:
        hashlabel = rename[hashlabel]
    elif hashlabel in targets:
        hashlabel = None
    return columns, hashlabel


def merge(ds: Dataset, other: Dataset, name: str, previous: Any, allow_unrelated: bool) -> Dataset:
    """See `Dataset.merge`."""
    if ds.ref == other.ref:
        raise DatasetUsageError(f"{ds.quoted} cannot be merged with itself")
    if ds.meta.lines != other.meta.lines:
        raise DatasetUsageError(
            f"{ds.quoted} and {other.quoted} cannot be merged: they have other numbers of rows per slice"
        )
    if not allow_unrelated and not _ancestors(ds.ref) & _ancestors(other.ref):
        raise DatasetUsageError(
            f"{ds.quoted} and {other.quoted} have no common ancestor; if their rows do belong together, "
            "merge with allow_unrelated=True"
        )
    hashlabel = ds.hashlabel
    if other.hashlabel is not None:
        hashlabel = other.hashlabel
    elif hashlabel in other.meta.columns:
        hashlabel = None
    found = dsmeta.reference(previous)
    if found is not None:
        dsmeta.load(found)
    return _publish(
        name,
        ds.meta,
        ds.meta.columns | other.meta.columns,
        caption=None,
        filename=None,
        hashlabel=hashlabel,
        previous=found,
        parent=[ds.ref, other.ref],
    )


def _ancestors(ref: str) -> set[str]:
    """The datasets without parents that a dataset goes back to."""
    parent = dsmeta.load(ref).parent
    if not parent:
        return {ref}
    parents = parent if isinstance(parent, list) else [parent]
    return set().union(*(_ancestors(one) for one in parents))


def _publish(name: str, like: Meta, columns: Columns, **facts: Any) -> Dataset:
    """Write the metadata of a dataset of the running job that has the rows of `like`."""
    place = context.active().place
    if place is None:
        raise DatasetUsageError(
            "a dataset can be linked only inside a job: there is none running here"
        )
    from axtui.data.writer import is_open

    taken = (dsmeta.meta_name(name), declare.file_name(name))
    if is_open(place, name) or any(place.find(file).exists() for file in taken):
        raise DatasetUsageError(f"job {place.jobid} has a dataset named {name!r} already")
    raw: dict[str, Any] = {
        "format": dsmeta.FORMAT,
        "name": name,
        "job": place.jobid,
        **facts,
        "columns": {column: dsmeta.column_json(found) for column, found in columns.items()},
        "lines": like.lines,
        "slices": [],
    }
    for ref in facts["parent"] if isinstance(facts["parent"], list) else [facts["parent"]]:
        context.active().note("reads", dataset=ref, columns=sorted(dsmeta.load(ref).columns))
    dsmeta.publish(raw, (place.job_path, place.attempt), dsmeta.load)
    return Dataset(place.jobid, name)
