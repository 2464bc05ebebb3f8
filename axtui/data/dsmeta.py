"""Dataset metadata: `DS/<name>.json` of a job, read and written without pyarrow.

A *reference* names a dataset in full, `dev-11/default`. A column tells its *source*: the dataset
whose Parquet files hold it, slice by slice. Where the slice count changed between a dataset and its
parent, the source is the parent, and slice n is the parent's virtual slice n (see `virtual`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from axtui.data import context, digest, jobdir, types
from axtui.errors import DamagedJobError, DatasetError, NoSuchDatasetError, NoSuchJobError

FORMAT = "axtui-dataset-2"
OTHER_HASH = "axtui-dataset-1"
"""The form of before, which differs in the hash that put rows into slices, and in nothing else."""
DEFAULT = "default"
Json = dict[str, Any]


class DatasetColumn(NamedTuple):
    """One column of a dataset. `min` and `max` are None for types (or contents) that have none.

    `source` is the reference of the dataset that holds it, under the name `source_column`. `kinds`
    tells what a `number` holds (int, wide, float, big) and a time (naive, utc).
    """

    type: str
    none_support: bool
    min: Any
    max: Any
    source: str
    source_column: str
    kinds: tuple[str, ...] = ()


def join_ref(jobid: str, name: str) -> str:
    """The reference of a dataset."""
    return f"{jobid}/{name}"


def split_ref(ref: str) -> tuple[str, str]:
    """(job id, dataset name) of 'dev-3' or 'dev-3/name'."""
    jobid, slash, name = ref.partition("/")
    return jobid, name if slash else DEFAULT


def reference(spec: Any) -> str | None:
    """The reference for whatever a user may give for a dataset; None for nothing (or NoDataset).

    Takes a Dataset, a job, 'dev-3', 'dev-3/name', (job, name), {job: parameter} and a writer.
    """
    if not spec:
        return None
    if isinstance(spec, tuple | list):
        jobid, name = spec
        return join_ref(str(jobid), str(name))
    if isinstance(spec, dict):
        from axtui.data.dataset import Dataset

        if not all(spec):  # {datasets.previous: "source"} where no previous was given
            return None
        return reference(Dataset(spec))
    full = getattr(spec, "ds_name", None)
    return str(full) if full else join_ref(*split_ref(str(spec)))


def data_name(name: str, sliceno: int | str, ending: str = "parquet") -> str:
    """Name, inside its job, of a file of one slice of a dataset."""
    return f"{jobdir.DATASETS}/{jobdir.quote_name(name)}/{sliceno}.{ending}"


def meta_name(name: str) -> str:
    """Name, inside its job, of a dataset's metadata."""
    return f"{jobdir.DATASETS}/{jobdir.quote_name(name)}.json"


def locate(jobid: str, name: str) -> Path:
    """Path of a file of a job; files of the running job may still lie with the running stage."""
    active = context.active()
    if active.place is not None and active.place.jobid == jobid:
        return active.place.find(name)
    return active.job_path(jobid) / name


# -- the record --------------------------------------------------------------------------------------


class Meta:
    """The metadata of one dataset, as read from or about to be written to JSON."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw
        self.name: str = raw["name"]
        self.job: str = raw["job"]
        self.caption: str | None = raw["caption"]
        self.filename: str | None = raw["filename"]
        self.filename_is_input: bool = raw.get("filename_is_input", False)
        """Whether `filename` is relative to the input directory, wherever that is now."""
        self.hashlabel: str | None = hashlabel_of(raw)
        self.hashed_otherwise: str | None = raw["hashlabel"] if self.hashlabel is None else None
        """The column whose hash of before put the rows where they are."""
        self.previous: str | None = raw["previous"]
        self.parent: str | list[str] | None = raw["parent"]
        self.lines: list[int] = raw["lines"]
        self.slices: list[Json] = raw["slices"]
        self.own: str = raw["own"]
        self.content: str = raw["content"]
        self.ref = join_ref(self.job, self.name)
        """The reference of this dataset."""

    @property
    def rows(self) -> int:
        """Rows in all slices."""
        return sum(self.lines)

    @cached_property
    def columns(self) -> dict[str, DatasetColumn]:
        """The columns, in order."""
        return {name: _column(found) for name, found in self.raw["columns"].items()}

    def file(self, sliceno: int) -> Path | None:
        """The Parquet file of a slice; None where the slice is empty and has no file."""
        name = self.slices[sliceno]["file"] if self.slices else None
        return locate(self.job, name) if name else None


def hashlabel_of(raw: Mapping[str, Any]) -> str | None:
    """The hash label of a dataset's metadata. A dataset that was sliced by another hash has none: its
    rows lie elsewhere than those of other datasets that are equal in that column."""
    found: str | None = raw.get("hashlabel")
    return None if raw.get("format") == OTHER_HASH else found


def _column(raw: Json) -> DatasetColumn:
    low, high = (types.from_json(raw["type"], raw[side]) for side in ("min", "max"))
    source = raw["source"]
    kinds = tuple(raw.get("kinds", ()))
    return DatasetColumn(
        raw["type"], raw["none"], low, high, source["dataset"], source["column"], kinds
    )


def column_json(column: DatasetColumn) -> Json:
    """A column as metadata holds it."""
    found: Json = {
        "type": column.type,
        "none": column.none_support,
        "min": types.to_json(column.min),
        "max": types.to_json(column.max),
        "source": {"dataset": column.source, "column": column.source_column},
    }
    if column.kinds:
        found["kinds"] = sorted(column.kinds)
    return found


def filename_json(filename: str | None) -> Json:
    """The file a dataset was made from, as metadata holds it: a path below the input directory is kept
    relative to it, so that the same data has the same metadata when the workspace has moved."""
    inputs = context.active().input_directory
    path = Path(filename or "")
    if not path.is_absolute() or path == inputs or not path.is_relative_to(inputs):
        return {"filename": filename or None}
    return {"filename": str(path.relative_to(inputs)), "filename_is_input": True}


def same_filename(meta: Meta) -> Json:
    """The file of another dataset, as metadata holds it."""
    marked = {"filename_is_input": True} if meta.filename_is_input else {}
    return {"filename": meta.filename, **marked}


# -- reading -----------------------------------------------------------------------------------------

_known: dict[str, tuple[tuple[int, int, int], Meta]] = {}
_KNOWN_LIMIT = 20_000


def load(ref: str) -> Meta:
    """The metadata of a dataset.

    Raises NoSuchDatasetError or NoSuchJobError where there is none, DamagedJobError where it cannot
    be read.
    """
    jobid, name = split_ref(ref)
    return load_file(locate(jobid, meta_name(name)), jobid, name)


def load_file(path: Path, jobid: str, name: str) -> Meta:
    """Like `load`, of a file whose place is known."""
    try:
        found = os.stat(path)  # noqa: PTH116 - hot: asked for every dataset of a chain
    except OSError:
        raise _missing(path, jobid, name) from None
    key = (found.st_ino, found.st_mtime_ns, found.st_size)
    known = _known.get(str(path))
    if known is not None and known[0] == key:
        return known[1]
    raw = jobdir.read_json(path)
    if raw.get("format") not in (FORMAT, OTHER_HASH):
        raise DamagedJobError(f"{path} is not dataset metadata of the form {FORMAT}")
    meta = Meta(raw)
    if len(_known) >= _KNOWN_LIMIT:
        _known.clear()
    _known[str(path)] = (key, meta)
    return meta


def _missing(path: Path, jobid: str, name: str) -> DatasetError | NoSuchJobError:
    folder = path.parent
    job_path = folder.parent
    if not job_path.is_dir():
        return NoSuchJobError(f"there is no job {jobid!r} (looked in {job_path.parent})")
    names = [found.stem for found in folder.glob("*.json") if not found.stem.endswith(".writer")]
    has = f"it has: {', '.join(sorted(names))}" if names else "it has none"
    return NoSuchDatasetError(f"job {jobid} has no dataset {name!r}; {has}")


# -- what it holds, as a digest ----------------------------------------------------------------------


def own_digest(slices: Iterable[Mapping[str, Any]]) -> str:
    """Digest of the data a dataset holds itself, whatever job it is in."""
    return digest.of_list(["axtui-own-1", *(found["digest"] or "" for found in slices)])


def content_digest(raw: Mapping[str, Any], load_meta: Callable[[str], Meta]) -> str:
    """Digest of all a dataset is and holds: equal for equal data under any job id."""
    me = join_ref(raw["job"], raw["name"])
    parts: list[str] = ["axtui-content-1"]
    for key in ("name", "caption", "filename", "hashlabel"):
        parts += _optional(raw[key])
    if raw.get("filename_is_input"):
        parts.append("input")
    parts += [str(len(raw["lines"])), *map(str, raw["lines"])]
    for name, column in raw["columns"].items():
        source = column["source"]
        if source["dataset"] == me:
            held = raw["own"]
        else:
            meta = load_meta(source["dataset"])
            held = meta.own if len(meta.lines) == len(raw["lines"]) else meta.content
        parts += [name, column["type"], str(column["none"]), held, source["column"]]
    parts += _optional(load_meta(raw["previous"]).content if raw["previous"] else None)
    return digest.of_list(parts)


def _optional(value: str | None) -> tuple[str, str]:
    """None and '' as different parts of a digest."""
    return ("-", "") if value is None else ("+", value)


def publish(raw: Json, folders: Iterable[Path], load_meta: Callable[[str], Meta]) -> None:
    """Fill in the digests and the place in the order of finishing, and write the metadata into the
    last of `folders`; together they hold all the job's metadata so far."""
    raw["own"] = own_digest(raw["slices"])
    raw["content"] = content_digest(raw, load_meta)
    places = list(dict.fromkeys(folders))
    raw["order"] = sum(_count_metas(folder / jobdir.DATASETS) for folder in places)
    path = places[-1] / meta_name(raw["name"])
    path.parent.mkdir(parents=True, exist_ok=True)
    jobdir.write_json(path, raw)


def _count_metas(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    names = os.listdir(folder)  # noqa: PTH208 - names, not paths
    return sum(name.endswith(".json") and not name.endswith(".writer.json") for name in names)
