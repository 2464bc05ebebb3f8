"""Finishing datasets: from a declaration and the sidecars of its slices to `DS/<name>.json`.

Needs neither pyarrow nor the data: the coordinator does it after each stage.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from axtui.data import context, declare, digest, dsmeta, jobdir, types
from axtui.data.declare import Declaration
from axtui.data.dsmeta import DatasetColumn, Meta
from axtui.errors import DatasetUsageError

Json = dict[str, Any]
LoadMeta = Callable[[str], Meta]


def finish_pending(job_path: Path, final: bool = True) -> list[str]:
    """Finish the datasets of a job that nobody finished, in chain order; their names.

    Not `final` (between stages): only those of which every slice is written. `final`: all of them,
    and DatasetUsageError for one that was never written or misses slices; what is only needed while
    writing is removed.
    """
    load_meta = _loader(job_path)
    done = []
    for declaration in in_chain_order(declare.pending(job_path), job_path.name):
        if final or _is_complete(job_path, declaration):
            _finish(declaration, job_path.name, job_path.joinpath, (job_path,), load_meta)
            done.append(declaration.name)
    if final:
        _clean(job_path)
    return done


def finish_here(place: context.Place, declaration: Declaration) -> None:
    """Finish a dataset inside the stage that wrote it."""
    _finish(declaration, place.jobid, place.find, (place.job_path, place.attempt), dsmeta.load)


def reopen(place: context.Place, declaration: Declaration, slices: Iterable[int]) -> None:
    """Let slices be written of a dataset that was finished when analysis was over. Raises
    DatasetUsageError where one of them has rows."""
    if not (place.job_path / declare.file_name(declaration.name)).exists():
        raise DatasetUsageError(f"the writer of {declaration.name!r} is finished")
    sidecars = [(sliceno, place.job_path / _sidecar(declaration, sliceno)) for sliceno in slices]
    for sliceno, sidecar in sidecars:
        if sidecar.exists() and jobdir.read_json(sidecar)["rows"]:
            raise DatasetUsageError(f"slice {sliceno} of {declaration.name!r} is written already")
    (place.job_path / dsmeta.meta_name(declaration.name)).unlink(missing_ok=True)
    for _, sidecar in sidecars:
        sidecar.unlink(missing_ok=True)


def discard(place: context.Place, name: str) -> None:
    """Forget a dataset that was being written, also for later stages."""
    folder = place.attempt / dsmeta.data_name(name, "")
    shutil.rmtree(folder.parent / jobdir.quote_name(name), ignore_errors=True)
    (place.attempt / declare.file_name(name)).unlink(missing_ok=True)
    if place.find(declare.file_name(name)).exists():
        marker = place.attempt / dsmeta.data_name(name, declare.DISCARDED, "json")
        marker.parent.mkdir(parents=True, exist_ok=True)
        jobdir.write_json(marker, {})


def write_meta_sidecar(
    folder: Path, declaration: Declaration, sliceno: int, facts: Mapping[str, Any]
) -> None:
    """The sidecar of a slice whose file the user wrote."""
    path = folder / dsmeta.data_name(declaration.name, sliceno)
    there = path.exists()
    if facts["rows"] and not there:
        raise DatasetUsageError(
            f"dataset {declaration.name!r}: slice {sliceno} is to have {facts['rows']} rows, but "
            f"{path.name} (see column_filename) was not written"
        )
    columns: Json = {
        column.name: {"min": None, "max": None, "kinds": []} for column in declaration.columns
    }
    for name, (low, high) in facts["minmax"].items():
        columns[name] |= {"min": types.to_json(low), "max": types.to_json(high)}
    path.parent.mkdir(parents=True, exist_ok=True)
    jobdir.write_json(
        path.with_suffix(".json"),
        {
            "file": path.name if there else None,
            "rows": facts["rows"],
            "bytes": path.stat().st_size if there else 0,
            "digest": digest.of_file(path) if there else None,
            "columns": columns,
        },
    )


def _loader(job_path: Path) -> LoadMeta:
    def load(ref: str) -> Meta:
        jobid, name = dsmeta.split_ref(ref)
        if jobid == job_path.name:
            return dsmeta.load_file(job_path / dsmeta.meta_name(name), jobid, name)
        return dsmeta.load(ref)

    return load


def in_chain_order(pending: list[Declaration], jobid: str) -> list[Declaration]:
    """So that a dataset comes after the one it follows and the one it extends."""
    waiting = {declaration.name: declaration for declaration in pending}
    ordered: dict[str, Declaration] = {}
    for one in pending:
        if one.name not in waiting:
            continue
        path = {one.name: one}  # each follows (or extends) the next; a chain may have thousands
        while path:
            last = next(reversed(path.values()))
            before = _next_before(last, jobid, waiting)
            if before is None:
                ordered[last.name] = waiting.pop(last.name)
                path.popitem()
            elif before in path:
                names = ", ".join(path)
                raise DatasetUsageError(f"datasets {names} follow one another in a circle")
            else:
                path[before] = waiting[before]
    return list(ordered.values())


def _next_before(declaration: Declaration, jobid: str, names: Collection[str]) -> str | None:
    """A dataset of the job, among these, that a dataset follows or extends."""
    for ref in (declaration.previous, declaration.parent):
        job, name = dsmeta.split_ref(ref or "")
        if job == jobid and name in names:
            return name
    return None


def _sidecar(declaration: Declaration, sliceno: int) -> str:
    return dsmeta.data_name(declaration.name, sliceno, "json")


def _is_complete(job_path: Path, declaration: Declaration) -> bool:
    return all((job_path / _sidecar(declaration, s)).exists() for s in range(declaration.slices))


def _clean(job_path: Path) -> None:
    folder = job_path / jobdir.DATASETS
    for path in folder.glob(f"*{declare.ENDING}"):
        path.unlink()
    for path in folder.glob("*/*.json"):
        if path.stem == declare.DISCARDED:
            shutil.rmtree(path.parent)
        else:
            path.unlink(missing_ok=True)


# -- one dataset -------------------------------------------------------------------------------------


def _finish(
    declaration: Declaration,
    jobid: str,
    find: Callable[[str], Path],
    folders: tuple[Path, ...],
    load_meta: LoadMeta,
) -> None:
    slices = _slices(declaration, jobid, find)
    parent = load_meta(declaration.parent) if declaration.parent else None
    lines = [found["rows"] for found in slices]
    if declaration.parent_lines is not None and lines != declaration.parent_lines:
        raise DatasetUsageError(
            f"dataset {declaration.name!r} must have as many rows in every slice as its parent "
            f"{declaration.parent}: {declaration.parent_lines}, but has {lines}"
        )
    raw: Json = {
        "format": dsmeta.FORMAT,
        "name": declaration.name,
        "job": jobid,
        "caption": declaration.caption or (parent.caption if parent else None),
        **(
            dsmeta.same_filename(parent)
            if parent and not declaration.filename
            else dsmeta.filename_json(declaration.filename)
        ),
        "hashlabel": None,
        "previous": declaration.previous,
        "parent": declaration.parent,
        "columns": _columns(declaration, jobid, parent, slices),
        "lines": lines,
        "slices": [_slice_json(declaration, found) for found in slices],
    }
    raw["hashlabel"] = _hashlabel(declaration, parent, raw["columns"])
    dsmeta.publish(raw, folders, load_meta)


def _slices(declaration: Declaration, jobid: str, find: Callable[[str], Path]) -> list[Json]:
    found: list[Json | None] = []
    for sliceno in range(declaration.slices):
        path = find(_sidecar(declaration, sliceno))
        found.append(jobdir.read_json(path) if path.exists() else None)
    ref = dsmeta.join_ref(jobid, declaration.name)
    if not any(found) and not declaration.allow_missing_slices:
        raise DatasetUsageError(
            f"nothing was written to dataset {ref}: use set_slice() or get_split_write(), or discard() it"
        )
    missing = [number for number, sidecar in enumerate(found) if sidecar is None]
    if missing and not declaration.allow_missing_slices:
        raise DatasetUsageError(
            f"dataset {ref}: slices {missing} were not written; write them, or make the writer with "
            "allow_missing_slices=True"
        )
    empty: Json = {"file": None, "rows": 0, "bytes": 0, "digest": None, "columns": {}}
    return [sidecar or empty for sidecar in found]


def _slice_json(declaration: Declaration, sidecar: Json) -> Json:
    file = sidecar["file"]
    name = f"{jobdir.DATASETS}/{jobdir.quote_name(declaration.name)}/{file}" if file else None
    return {
        "file": name,
        "rows": sidecar["rows"],
        "bytes": sidecar["bytes"],
        "digest": sidecar["digest"],
    }


def _columns(declaration: Declaration, jobid: str, parent: Meta | None, slices: list[Json]) -> Json:
    columns: Json = {}
    if parent is not None:
        same = len(parent.lines) == declaration.slices
        for name, column in parent.columns.items():
            if name not in declaration.dropped:
                source = column if same else column._replace(source=parent.ref, source_column=name)
                columns[name] = dsmeta.column_json(source)
    ref = dsmeta.join_ref(jobid, declaration.name)
    stored = declaration.stored_names()
    for declared in declaration.columns:
        kind = declared.stored_type
        facts = [found["columns"][stored[declared.name]] for found in slices if found["columns"]]
        low, high = (
            types.merge_extreme(choose, [types.from_json(kind, one[side]) for one in facts])
            for side, choose in (("min", min), ("max", max))
        )
        kinds = tuple(sorted({held for one in facts for held in one["kinds"]}))
        name = stored[declared.name]
        column = DatasetColumn(kind, declared.none_support, low, high, ref, name, kinds)
        columns[declared.name] = dsmeta.column_json(column)
    return columns


def _hashlabel(declaration: Declaration, parent: Meta | None, columns: Json) -> str | None:
    if parent is None or declaration.hashlabel_override or declaration.hashlabel is not None:
        return declaration.hashlabel
    return parent.hashlabel if parent.hashlabel in columns else None
