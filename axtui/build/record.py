"""A job as the catalog knows it: one document made from the job directory alone.

The same function serves a job that has just ended and `axtui reindex`, so both tell the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axtui.build.contents import split_dataset
from axtui.build.datasetdocument import dataset_documents, rows_made
from axtui.build.inputs import LISTING_PREFIX
from axtui.build.jobrecords import JobRecords, Shared
from axtui.data import canonical, digest, jobdir
from axtui.data.job import output_parts
from axtui.engine.source import FrozenSource, code_digest

Json = dict[str, Any]
NO_RECORD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What is raised for records that parse but are none."""
_MOST_OUTPUT = 1 << 20


def job_document(
    path: Path, workdirs: Mapping[str, Path], prints: bool = True, shared: Shared | None = None
) -> Json:
    """The document of event kind 'job'. What a damaged directory lacks is left out, and without
    `prints` what it printed.

    `shared` is what is known already of that which jobs have in common, where many are told of.
    """
    return document_of(JobRecords(path), shared or Shared(workdirs), prints)


def document_of(records: JobRecords, shared: Shared, prints: bool = True) -> Json:
    """As `job_document`, of records that are read."""
    path, setup, end = records.path, records.setup, records.end
    workdir, number = jobdir.split_jobid(path.name)
    stages = end.get("stages", [])
    datasets = dataset_documents(path)
    files = end.get("files", {})
    return {
        "jobid": path.name,
        "workdir": workdir,
        "number": number,
        "path": str(path),
        "state": records.state,
        **{name: setup.get(name) for name in _COPIED},
        "is_build": bool(setup.get("is_build")),
        "started": setup.get("starttime"),
        "ended": end.get("endtime") or end.get("ended"),
        "wall_s": _wall(setup, end),
        "cpu_s": sum(cpu) if (cpu := _known(stages, "cpu_s")) else None,
        "peak_rss": max(_known(stages, "peak_rss"), default=None),
        "content": end.get("content"),
        "rows": rows_made(datasets),
        "bytes": sum(fact["size"] for fact in files.values()) if files else None,
        "reason": setup.get("reason"),
        "options": _options(setup),
        "inputs": _inputs(setup, end, shared),
        "reads": [
            {"dataset": dataset, "column": column}
            for dataset, columns in end.get("reads", {}).items()
            for column in columns
        ],
        "sources": _sources(path, setup, end, shared),
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
        "environment": _environment(path, setup, shared),
        "used_packages": end.get("recorded", {}).get("imports", {}).get("distributions", {}),
        "environ": _environ(end),
        "subjobs": [{"jobid": job, "built": made} for job, made in end.get("subjobs", {}).items()],
        "error": _error(end),
        "alarm": end.get("alarm"),
    }


def known_document(path: Path, workdirs: Mapping[str, Path]) -> Json:
    """As `job_document`; of a job whose records cannot be understood, what is known nevertheless."""
    try:
        return job_document(path, workdirs)
    except NO_RECORD:
        return damaged_document(path)


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
    return run_of(JobRecords(path))


def run_of(records: JobRecords) -> Json:
    """As `run_document`, of records that are read."""
    setup, end = records.setup, records.end
    return {
        "run": records.path.name,
        "build_job": records.path.name,
        "script": setup.get("script"),
        "workspace": setup.get("workspace"),
        "argv": setup.get("argv"),
        "user": setup.get("user"),
        "host": setup.get("host"),
        "started": setup.get("starttime"),
        "ended": end.get("endtime") or end.get("ended"),
        "state": records.state,
        "exit": end.get("exit", 1 if end.get("kind") else 0),
        "warnings": end.get("warnings", []),
        "jobs": [
            {"position": position, "jobid": jobid, "name": name, "method": method, "built": made}
            for position, (name, method, jobid, made) in enumerate(end.get("joblist", ()))
        ],
    }


def result_documents(path: Path) -> list[Json]:
    """The documents of event kind 'result' of a build script's job."""
    return results_of(JobRecords(path))


def results_of(records: JobRecords) -> list[Json]:
    """As `result_documents`, of records that are read."""
    return list(records.end.get("results", ()))


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


def _wall(setup: Json, end: Json) -> float | None:
    total = end.get("exectime", {}).get("total")
    if total is None and end.get("ended") and setup.get("starttime"):
        return float(end["ended"] - setup["starttime"])
    return None if total is None else float(total)


def _environment(path: Path, setup: Json, shared: Shared) -> Json | None:
    known = setup.get("environment")
    return shared.environment(os.fspath(path.parent), known) if known else None


def _sources(path: Path, setup: Json, end: Json, shared: Shared) -> list[Json]:
    """The frozen sources: by module, or by name where a method declared to depend on them."""
    source = FrozenSource(path / jobdir.SOURCE, shared.places)
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


def _inputs(setup: Json, end: Json, shared: Shared) -> list[Json]:
    found: list[Json] = []
    for kind in ("dataset", "job"):
        for argument, value in setup.get(f"{kind}s", {}).items():
            refs = [ref for ref in (value if isinstance(value, list) else [value]) if ref]
            for position, ref in enumerate(refs):
                found.append(_input(kind, argument, position, ref, shared))
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


def _input(kind: str, argument: str, position: int, ref: str, shared: Shared) -> Json:
    content = shared.content(kind, ref)
    return {
        "kind": kind,
        "argument": argument,
        "position": position,
        "ref": ref,
        "job": split_dataset(ref)[0],
        "digest": content.digest,
        "bytes": None,
        "rows": content.rows,
    }


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
