"""Datasets of an old job, written as those of a new one: Parquet slices and metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from axtui.build.adopt.crew import Crew
from axtui.build.adopt.olddataset import OldDataset, job_of
from axtui.build.adopt.oldworkdir import OldJob
from axtui.build.adopt.pickles import OldColumn
from axtui.build.adopt.plan import Plan
from axtui.build.adopt.slices import ColumnTask, SliceTask
from axtui.data import declare, dsmeta, jobdir, types
from axtui.data.dsmeta import DatasetColumn, Meta
from axtui.errors import DamagedJobError, DatasetUsageError, NoSuchWhateverError

Json = dict[str, Any]
_CHECKED = frozenset({"number", "float64", "float32", "int64", "int32", "date"})


class DatasetMaker:
    """Makes the datasets of jobs; `unhashed` are those that had to go without their hash label."""

    def __init__(self, plan: Plan, crew: Crew) -> None:
        self._plan, self._crew = plan, crew
        self.unhashed: list[str] = []

    def make(self, jobs: Sequence[OldJob]) -> dict[str, set[str]]:
        """Write all datasets of jobs below their staging folders; the jobs whose data each needs, by
        old id. Raises DamagedJobError, naming the dataset, for one that is not whole."""
        needed: dict[str, set[str]] = {job.jobid: set() for job in jobs}
        before = len(self.unhashed)
        try:
            for dataset in self._in_order(jobs):
                try:
                    raw = _One(self._plan, self._crew, dataset).make()
                except (DamagedJobError, DatasetUsageError, NoSuchWhateverError) as error:
                    raise DamagedJobError(f"dataset {dataset.name!r}: {error}") from None
                if dataset.hashlabel is not None and raw["hashlabel"] is None:
                    self.unhashed.append(dsmeta.join_ref(raw["job"], raw["name"]))
                refs = [column["source"]["dataset"] for column in raw["columns"].values()]
                refs += [raw["previous"]] if raw["previous"] else []
                needed[dataset.job] |= {dsmeta.split_ref(ref)[0] for ref in refs}
        except BaseException:
            del self.unhashed[before:]
            raise
        return needed

    def _in_order(self, jobs: Sequence[OldJob]) -> Iterator[OldDataset]:
        """The datasets of jobs, each after those it needs."""
        held = {
            dataset.ref: dataset
            for job in jobs
            for dataset in self._plan.datasets(job.jobid).values()
        }
        if len(jobs) == 1:  # as they were finished
            yield from held.values()
            return
        graph: dict[str, list[str]] = {}
        for ref, dataset in held.items():
            owners = (self._plan.owners.owner(column) for column in dataset.columns.values())
            others = [owner[0] for owner in owners if owner is not None]
            others += [dataset.previous] if dataset.previous else []
            graph[ref] = [other for other in others if other in held and other != ref]
        try:
            yield from (held[ref] for ref in TopologicalSorter(graph).static_order())
        except CycleError:
            raise DamagedJobError("its datasets follow one another in a circle") from None


class _One:
    """One dataset being made."""

    def __init__(self, plan: Plan, crew: Crew, dataset: OldDataset) -> None:
        self._plan, self._crew, self._old = plan, crew, dataset
        self._jobid = plan.ids[dataset.job]
        self._staging = plan.staging(self._jobid)
        self._ref = dsmeta.join_ref(self._jobid, dataset.name)
        self._linked: dict[str, DatasetColumn] = {}
        self._in_place = False

    def make(self) -> Json:
        """Write it; its metadata."""
        old = self._old
        self._linked = {
            name: found
            for name, column in old.columns.items()
            if (found := self._elsewhere(column)) is not None
        }
        own = {name: column for name, column in old.columns.items() if name not in self._linked}
        stored = declare.distinct_names(own)
        facts = self._write(own, stored)
        columns = {
            name: dsmeta.column_json(
                self._linked.get(name) or self._own(name, column, stored[name], facts)
            )
            for name, column in old.columns.items()
        }
        raw: Json = {
            "format": dsmeta.FORMAT,
            "name": old.name,
            "job": self._jobid,
            "caption": None if old.caption in ("", old.job) else old.caption,
            "filename": old.filename,
            "hashlabel": self._hashlabel(),
            "previous": self._new_ref(old.previous),
            "parent": self._parents(),
            "columns": columns,
            "lines": list(old.lines),
            "slices": [self._slice(found) for found in facts],
        }
        dsmeta.publish(raw, [self._staging], self._meta)
        return raw

    # -- whose data it is

    def _elsewhere(self, column: OldColumn) -> DatasetColumn | None:
        """The column of another dataset, which is here already, whose data this is."""
        owner = self._plan.owners.owner(column)
        if owner is None or owner[0] == self._old.ref:
            return None
        ref, name = owner
        new = self._new_ref(ref)
        if new is None:
            return None
        meta = self._meta(new)
        found = meta.columns[name]
        if found.type != column.type or tuple(meta.lines) != self._old.lines:
            return None
        return found._replace(none_support=column.none_support)

    def _new_ref(self, ref: str | None) -> str | None:
        if ref is None:
            return None
        jobid, name = dsmeta.split_ref(ref)
        return dsmeta.join_ref(self._plan.ids[jobid], name)

    def _meta(self, ref: str) -> Meta:
        jobid, name = dsmeta.split_ref(ref)
        folder = self._plan.folder(jobid)
        return dsmeta.load_file(folder / dsmeta.meta_name(name), jobid, name)

    def _parents(self) -> str | list[str] | None:
        """The parents that are here."""
        known = [ref for ref in self._old.parents if dsmeta.split_ref(ref)[0] in self._plan.ids]
        found = [new for ref in known if (new := self._new_ref(ref))]
        if self._old.merged:
            return found or None
        return found[0] if found else None

    def _hashlabel(self) -> str | None:
        """The hash label, if the rows lie where it has them: long ago some values had another hash."""
        label = self._old.hashlabel
        if label is None or label not in self._old.columns:
            return None
        if label not in self._linked:
            return label if self._in_place else None
        column = self._linked[label]
        held = self._meta(column.source)
        return label if held.hashlabel == column.source_column else None

    # -- its own data

    def _write(self, own: dict[str, OldColumn], stored: dict[str, str]) -> list[Json]:
        """The slices with the columns that are its own; none where it has none."""
        if not own:
            return []
        for name in own:
            declare.check_column_name(name)
        old = self._old
        hashed = old.hashlabel if old.hashlabel in own else None
        tasks = [
            SliceTask(
                str(self._staging / dsmeta.data_name(old.name, sliceno)),
                sliceno,
                len(old.lines),
                rows,
                hashed,
                tuple(
                    self._column(name, stored[name], column, sliceno)
                    for name, column in own.items()
                ),
            )
            for sliceno, rows in enumerate(old.lines)
        ]
        facts = self._crew.write(tasks, self._bytes(own))
        for sliceno in range(len(old.lines)):
            (self._staging / dsmeta.data_name(old.name, sliceno, "json")).unlink()
        self._in_place = all(found["in_place"] for found in facts)
        return facts

    def _column(self, name: str, stored: str, column: OldColumn, sliceno: int) -> ColumnTask:
        rows = self._old.lines[sliceno]
        if column.location is None:
            if rows:
                raise DamagedJobError(f"column {name!r} has no file, but {rows} rows")
            return ColumnTask(name, stored, column.type, "", "", 0, True)
        jobid, _, file = column.location.partition("/")
        root = self._plan.old[jobid].path if jobid in self._plan.old else None
        if root is None:
            raise DamagedJobError(f"column {name!r} lies in {jobid}, which is not there")
        if column.offsets:
            offset = column.offsets[sliceno]
            if rows and (offset is False or offset is None):
                raise DamagedJobError(f"column {name!r} has no place for slice {sliceno}")
            return ColumnTask(name, stored, column.type, str(root), file, int(offset or 0), False)
        return ColumnTask(
            name, stored, column.type, str(root), file.replace("%s", str(sliceno)), 0, True
        )

    def _bytes(self, own: dict[str, OldColumn]) -> int:
        """About how many bytes are read."""
        files = set()
        for column in own.values():
            jobid = job_of(column)
            if jobid is not None and column.location is not None:
                file = self._plan.old[jobid].path / column.location.partition("/")[2]
                names = [str(file)]
                if not column.offsets:
                    names = [str(file).replace("%s", str(n)) for n in range(len(self._old.lines))]
                files.update(names)
        return sum(path.lstat().st_size for path in map(Path, files) if path.exists())

    def _own(self, name: str, old: OldColumn, stored: str, facts: list[Json]) -> DatasetColumn:
        parts = [found["columns"][stored] for found in facts]
        low, high = (
            types.merge_extreme(choose, [types.from_json(old.type, part[side]) for part in parts])
            for side, choose in (("min", min), ("max", max))
        )
        # those of times are not to be relied on: with time zones some releases wrote nonsense
        if old.type in _CHECKED and (_less(low, old.min) or _less(old.max, high)):
            raise DamagedJobError(
                f"column {name!r} has values from {low} to {high}, but its metadata says {old.min} to "
                f"{old.max}: its files are damaged, or come from a machine of another byte order"
            )
        kinds = tuple(sorted({held for part in parts for held in part["kinds"]}))
        return DatasetColumn(old.type, old.none_support, low, high, self._ref, stored, kinds)

    def _slice(self, facts: Json) -> Json:
        name = f"{jobdir.DATASETS}/{jobdir.quote_name(self._old.name)}/{facts['file']}"
        return {
            "file": name,
            "rows": facts["rows"],
            "bytes": facts["bytes"],
            "digest": facts["digest"],
        }


def _less(one: Any, other: Any) -> bool:
    """Whether one value is below another, where both are there and can be compared."""
    if one is None or other is None:
        return False
    try:
        return bool(one < other)
    except TypeError:
        return False
