"""A job as the catalog knows it: one document made from the job directory alone.

The same function serves a job that has just ended and `axtui reindex`, so both tell the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axtui.build.contents import split_dataset
from axtui.build.finish import dataset_metas
from axtui.build.inputs import LISTING_PREFIX
from axtui.data import canonical, digest, jobdir
from axtui.data.job import output_parts
from axtui.engine.places import Places
from axtui.engine.source import FrozenSource, code_digest
from axtui.errors import AcceleratorError

Json = dict[str, Any]
_MOST_OUTPUT = 1 << 20


def job_document(path: Path, workdirs: Mapping[str, Path], prints: bool = True) -> Json:
    """The document of event kind 'job'. What a damaged directory lacks is left out, and without
    `prints` what it printed."""
    workdir, number = jobdir.split_jobid(path.name)
    setup, end = _load(path / jobdir.SETUP), _end(path)
    stages = end.get("stages", [])
    datasets = _datasets(path)
    files = end.get("files", {})
    return {
        "jobid": path.name,
        "workdir": workdir,
        "number": number,
        "path": str(path),
        "state": _state(path, setup, end),
        **{name: setup.get(name) for name in _COPIED},
        "is_build": bool(setup.get("is_build")),
        "started": setup.get("starttime"),
        "ended": end.get("endtime") or end.get("ended"),
        "wall_s": _wall(setup, end),
        "cpu_s": sum(cpu) if (cpu := _known(stages, "cpu_s")) else None,
        "peak_rss": max(_known(stages, "peak_rss"), default=None),
        "content": end.get("content"),
        "rows": _rows(datasets),
        "bytes": sum(fact["size"] for fact in files.values()) if files else None,
        "reason": setup.get("reason"),
        "options": _options(setup),
        "inputs": _inputs(setup, end, workdirs),
        "reads": [
            {"dataset": dataset, "column": column}
            for dataset, columns in end.get("reads", {}).items()
            for column in columns
        ],
        "sources": _sources(path, setup, end),
        "datasets": datasets,
        "files": _files(files, set(end.get("registered", ()))),
        "stages": stages,
        "outputs": [
            {
                "stage": "analysis" if isinstance(key, int) else key,
                "sliceno": key if isinstance(key, int) else None,
                "text": text[-_MOST_OUTPUT:],
            }
            for key, text in (output_parts(path) if prints else {}).items()
        ],
        "environment": _environment(path.parent, setup.get("environment")),
        "used_packages": end.get("recorded", {}).get("imports", {}).get("distributions", {}),
        "environ": _environ(end),
        "subjobs": [{"jobid": job, "built": made} for job, made in end.get("subjobs", {}).items()],
        "error": _error(end),
        "alarm": end.get("alarm"),
    }


def damaged_document(path: Path) -> Json:
    """The document of a job whose records cannot be understood."""
    workdir, number = jobdir.split_jobid(path.name)
    return {
        "jobid": path.name,
        "workdir": workdir,
        "number": number,
        "state": "damaged",
        "path": str(path),
    }


def run_document(path: Path) -> Json:
    """The document of event kind 'run', for the job of a build script."""
    setup, end = _load(path / jobdir.SETUP), _end(path)
    return {
        "run": path.name,
        "build_job": path.name,
        "script": setup.get("script"),
        "workspace": setup.get("workspace"),
        "argv": setup.get("argv"),
        "user": setup.get("user"),
        "host": setup.get("host"),
        "started": setup.get("starttime"),
        "ended": end.get("endtime") or end.get("ended"),
        "state": _state(path, setup, end),
        "exit": end.get("exit", 1 if end.get("kind") else 0),
        "warnings": end.get("warnings", []),
        "jobs": [
            {"position": position, "jobid": jobid, "name": name, "method": method, "built": made}
            for position, (name, method, jobid, made) in enumerate(end.get("joblist", ()))
        ],
    }


def result_documents(path: Path) -> list[Json]:
    """The documents of event kind 'result' of a build script's job."""
    return list(_end(path).get("results", ()))


_COPIED = (
    "method",
    "package",
    "script",
    "build_job",
    "parent",
    "caption",
    "name",
    "host",
    "pid",
    "user",
    "slices",
    "seed",
    "key",
)


def _known(stages: list[Json], what: str) -> list[float]:
    """A figure of each stage of which it is known: of adopted jobs some were never kept."""
    return [stage[what] for stage in stages if stage[what] is not None]


def _rows(datasets: list[Json]) -> int | None:
    """Rows a job made: those of datasets it wrote, or if it only links, of those it links."""
    counted = [dataset for dataset in datasets if dataset["slices"]] or datasets
    return sum(dataset["rows"] for dataset in counted) if counted else None


def _load(path: Path) -> Json:
    with contextlib.suppress(OSError, AcceleratorError):
        return jobdir.read_json(path)
    return {}


def _end(path: Path) -> Json:
    return _load(path / jobdir.POST) or _load(path / jobdir.FAILED)


def _state(path: Path, setup: Json, end: Json) -> str:
    state = jobdir.state(path)
    if (state == "complete" or state in jobdir.FAILURES) and not (setup and end):
        return "damaged"
    return state


def _wall(setup: Json, end: Json) -> float | None:
    total = end.get("exectime", {}).get("total")
    if total is None and end.get("ended") and setup.get("starttime"):
        return float(end["ended"] - setup["starttime"])
    return None if total is None else float(total)


def _sources(path: Path, setup: Json, end: Json) -> list[Json]:
    """The frozen sources: by module, or by name where a method declared to depend on them."""
    source = FrozenSource(path / jobdir.SOURCE, Places(path))
    imports = end.get("recorded", {}).get("imports", {})
    codes = {entry["path"]: entry["code"] for entry in imports.get("modules", ())}
    declared = {fact["name"]: None for fact in end.get("recorded", {}).get("declared", ())}
    modules = {key: module for module, key in source.modules().items()}
    found = []
    for key, module in (declared | modules).items():
        data = source.frozen(key)
        if data is None:
            continue
        role = "import" if module else "depend_extra"
        if key == setup.get("path"):
            role = "script" if setup.get("is_build") else "method"
        found.append(
            {
                "path": key,
                "module": module,
                "role": role,
                "digest": digest.of_bytes(data),
                "code_digest": codes.get(key) or code_digest(data, key),
                "text": data.decode("utf-8", "replace"),
            }
        )
    return found


def _options(setup: Json) -> list[Json]:
    found = []
    for name, value in setup.get("options", {}).items():
        typed = canonical.from_json(value)
        found.append(
            {
                "name": name,
                "value": canonical.plain(typed),
                "type": type(typed).__name__,
                "digest": setup.get("parts", {}).get("options", {}).get(name),
            }
        )
    return found


def _inputs(setup: Json, end: Json, workdirs: Mapping[str, Path]) -> list[Json]:
    found: list[Json] = []
    for kind in ("dataset", "job"):
        for argument, value in setup.get(f"{kind}s", {}).items():
            refs = [ref for ref in (value if isinstance(value, list) else [value]) if ref]
            for position, ref in enumerate(refs):
                found.append(_input(kind, argument, position, ref, workdirs))
    read = [fact for fact in end.get("recorded", {}).get("inputs", ()) if _is_file(fact)]
    for position, fact in enumerate(read):
        found.append(
            {
                "kind": "file",
                "argument": None,
                "position": position,
                "ref": fact["path"].removeprefix("input:"),
                "job": None,
                "digest": fact["digest"],
                "bytes": fact["bytes"],
                "rows": None,
            }
        )
    return found


def _is_file(fact: Json) -> bool:
    """Not a folder of which the names were read, nor a file that was looked for in vain."""
    return fact["digest"] is not None and not fact["path"].startswith(LISTING_PREFIX)


def _input(kind: str, argument: str, position: int, ref: str, workdirs: Mapping[str, Path]) -> Json:
    jobid, name = split_dataset(ref)
    workdir, _ = jobdir.split_jobid(jobid)
    meta: Json = {}
    if kind == "dataset" and workdir in workdirs:
        meta = _load(jobdir.dataset_file(workdirs[workdir] / jobid, name))
    content = meta.get("content")
    if kind == "job" and workdir in workdirs:
        content = _load(workdirs[workdir] / jobid / jobdir.POST).get("content")
    return {
        "kind": kind,
        "argument": argument,
        "position": position,
        "ref": ref,
        "job": jobid,
        "digest": content,
        "bytes": None,
        "rows": sum(meta["lines"]) if meta.get("lines") else None,
    }


def _datasets(path: Path) -> list[Json]:
    try:
        metas = dataset_metas(path)
    except (OSError, AcceleratorError):
        return []
    return [_dataset(meta) for meta in metas.values()]


def _dataset(meta: Json) -> Json:
    from axtui.data import dsmeta

    parents = meta.get("parent") or []
    return {
        "name": meta["name"],
        "rows": sum(meta["lines"]),
        "hashlabel": dsmeta.hashlabel_of(meta),
        "previous": meta.get("previous"),
        "parents": [parents] if isinstance(parents, str) else list(parents),
        "caption": meta.get("caption"),
        "filename": meta.get("filename"),
        "content": meta.get("content"),
        "columns": [
            {
                "name": name,
                "position": position,
                "type": column["type"],
                "none": column["none"],
                "min": _text(column.get("min")),
                "max": _text(column.get("max")),
                "origin": column["source"]["dataset"],
                "origin_column": column["source"]["column"],
            }
            for position, (name, column) in enumerate(meta["columns"].items())
        ],
        "slices": [
            {
                "sliceno": number,
                "rows": part["rows"],
                "bytes": part["bytes"],
                "file": part["file"],
                "digest": part["digest"],
            }
            for number, part in enumerate(meta.get("slices", ()))
        ],
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _files(files: Json, registered: set[str]) -> list[Json]:
    return [
        {
            "name": name,
            "bytes": fact["size"],
            "digest": fact["digest"],
            "registered": name in registered,
        }
        for name, fact in files.items()
    ]


def _environment(workdir: Path, known: str | None) -> Json | None:
    if not known:
        return None
    held = _load(workdir / ".environments" / f"{known.partition(':')[2]}.json")
    return held | {"digest": known} if held else None


def _environ(end: Json) -> list[Json]:
    found = end.get("recorded", {}).get("imports", {}).get("environ", {})
    return [
        {"name": name, "digest": value, "declared": False} for name, value in sorted(found.items())
    ]


def _error(end: Json) -> Json | None:
    if not end.get("kind"):
        return None
    return {
        "kind": end["kind"],
        "stage": end.get("stage"),
        "sliceno": end.get("sliceno"),
        "message": end.get("message"),
        "traceback": end.get("traceback"),
        "status": "\n".join(end.get("status", ())),
    }
