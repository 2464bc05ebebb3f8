"""The records of an adopted job: what the Accelerator knew of it, in the form that axtui keeps.

What has no place in ours is not lost: the old records stand whole under `adopted` in `setup.json`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from axtui.build.adopt.oldworkdir import OldJob
from axtui.build.adopt.plan import RECORD, Plan
from axtui.build.contents import join_dataset
from axtui.data import canonical, digest, jobdir
from axtui.data.jobwithfile import JobWithFile
from axtui.engine.source import code_digest
from axtui.errors import AcceleratorError

Json = dict[str, Any]
KIND = "adopted"
_PYTHON = re.compile(r"\d+\.\d+")

_TYPES: Mapping[str, Callable[[Any], Any]] = {
    "set": set,
    "datetime": lambda value: dt.datetime(*value),
    "date": lambda value: dt.date(*value[:3]),
    "time": lambda value: dt.time(*value[3:]),
    "timedelta": lambda value: dt.timedelta(seconds=value),
    "Path": PurePosixPath,
    "PurePath": PurePosixPath,
}


class References:
    """Old ids as new ones, for one job."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def job(self, old: Any) -> str | None:
        """The id of a job here. One that was not adopted keeps its old id, unless a job of this
        workspace has that."""
        if not isinstance(old, str) or not old:
            return None
        found = self._plan.ids.get(old)
        if found is not None:
            return found
        workdir, _, number = old.rpartition("-")
        folder = self._plan.workdirs.get(workdir)
        taken = folder is not None and (folder / old).exists()
        return old if number.isdigit() and workdir and not taken else None

    def dataset(self, old: Any) -> str | None:
        """The id of a dataset here, as `job`."""
        if not isinstance(old, str) or not old:
            return None
        jobid, _, name = old.partition("/")
        found = self.job(jobid)
        return join_dataset(found, name or "default") if found else None

    def many(self, values: Mapping[str, Any], one: Callable[[Any], str | None]) -> Json:
        """The datasets or jobs that a job was given, by name."""
        found: Json = {}
        for name, value in values.items():
            if isinstance(value, list):
                found[name] = [new for item in value if (new := one(item)) is not None]
            else:
                found[name] = one(value)
        return found


def options(job: OldJob, references: References) -> Json:
    """The options of a job with the types that they had, as our records hold them."""
    typed = dict(job.setup["options"])
    for path, kind in job.setup.get("_typing") or ():
        _apply(typed, str(path).lstrip("/").split("/"), _converter(str(kind), references))
    return {name: _option(value) for name, value in typed.items()}


def _option(value: Any) -> Any:
    try:
        return canonical.to_json(value)
    except AcceleratorError:  # nested beyond measure, or text that is no text
        return canonical.to_json(repr(value))


def _converter(kind: str, references: References) -> Callable[[Any], Any]:
    if kind.startswith("[") and kind.endswith("]"):
        each = _converter(kind[1:-1], references)
        return lambda value: [None if item is None else each(item) for item in value]
    if kind == "JobWithFile":
        return lambda value: JobWithFile(references.job(value[0]) or str(value[0]), *value[1:])
    return _TYPES.get(kind, lambda value: value)


def _apply(held: Any, path: list[str], convert: Callable[[Any], Any]) -> None:
    """Convert what stands at a path of names; `*` means every name."""
    if not isinstance(held, dict):
        return
    name, *rest = path
    for key in list(held) if name == "*" else [name] if name in held else []:
        if rest:
            held[key] = dict(held[key]) if isinstance(held[key], dict) else held[key]
            _apply(held[key], rest, convert)
        elif held[key] is not None:
            try:
                held[key] = convert(held[key])
            except (TypeError, ValueError, AttributeError):
                continue  # stays what JSON made of it


def build_job(plan: Plan, job: OldJob) -> OldJob | None:
    """The old job of the build script that a job was made for, if it is there."""
    seen = {job.jobid}
    here: OldJob | None = job
    while here is not None and not here.is_build:
        parent = here.setup.get("parent")
        here = plan.old.get(str(parent)) if parent not in seen else None
        seen.add(str(parent))
    return here


def _method(job: OldJob) -> tuple[str, str]:
    """(method, package). That of a build script is its module."""
    method, package = job.setup["method"], job.setup.get("package")
    if job.is_build:
        package, _, method = method.rpartition(".")
    return method, str(package or "")


def script_of(job: OldJob) -> str:
    """The name of a build script, as `axtui script` lists it."""
    return _method(job)[0].removeprefix("build_")


def source_keys(job: OldJob, sources: Mapping[str, bytes]) -> tuple[dict[str, bytes], str | None]:
    """({key of a frozen source: bytes}, the key of the method's own file)."""
    method, package = _method(job)
    file = f"{method}.py" if job.is_build else f"a_{method}.py"
    folder = package.replace(".", "/")
    own = next((name for name in sorted(sources) if name.rpartition("/")[2] == file), None)
    inner = own.rpartition("/")[0] if own else ""
    if inner and (folder == inner or folder.endswith("/" + inner)):
        folder = folder[: -len(inner)].rstrip("/")
    keys = {name: f"{folder}/{name}" if folder else name for name in sources}
    return {keys[name]: data for name, data in sources.items()}, keys[own] if own else None


def index_lines(keys: Mapping[str, bytes]) -> list[Json]:
    """The modules among frozen sources."""
    return [
        {"module": key.removesuffix(".py").replace("/", "."), "path": key}
        for key in sorted(keys)
        if key.endswith(".py")
    ]


def environment(job: OldJob) -> Json:
    """What is known of the Python and packages that a job ran with."""
    versions = job.setup["versions"]
    python = str(versions.get("python") or "").partition(" ")[0]
    used = versions.get("accelerator")
    packages = {"accelerator": str(used)} if used else {}
    facts = [python, "cpython" if python else "", "", *packages.values()]
    return {
        "python": python,
        "implementation": facts[1],
        "platform": "",
        "packages": packages,
        "digest": digest.of_list(["adopted-environment", *facts]),
    }


def setup_record(
    plan: Plan, job: OldJob, path: str | None, environment: str, renamed: Mapping[str, str]
) -> Json:
    """`setup.json` of an adopted job; `path` is the key of its method's source."""
    old, references = job.setup, References(plan)
    method, package = _method(job)
    build = build_job(plan, job)
    made_by = references.job(build.jobid) if build and not job.is_build else None
    source = job.path.parent
    record: Json = {
        "format": jobdir.SETUP_FORMAT,
        "version": 1,
        "jobid": plan.ids[job.jobid],
        "method": method,
        "package": package,
        "path": path,
        "is_build": job.is_build,
        "caption": old.get("caption") or None,
        "name": None,
        "script": script_of(build) if build else None,
        "build_job": made_by,
        "parent": references.job(old.get("parent")),
        "slices": int(old.get("slices") or 1),
        "seed": int(old.get("seed") or 0),
        "hash": str(old.get("hash") or ""),
        "key": None,
        "reason": {
            "kind": KIND,
            "against": None,
            "text": f"adopted from {job.jobid} in {source}",
            "changes": [],
        },
        "options": options(job, references),
        "datasets": references.many(old["datasets"], references.dataset),
        "jobs": references.many(old["jobs"], references.job),
        "input_directory": str(old.get("input_directory") or ""),
        "environment": environment,
        "starttime": job.times()[0],
        "host": None,
        "pid": None,
        "user": None,
        RECORD: {
            "jobid": job.jobid,
            "workdir": str(source),
            "identity": job.identity,
            "renamed": dict(renamed),
            "setup": _option(old),
            "post": _option(job.post),
        },
    }
    if job.is_build:
        record |= {"flags": [], "argv": [], "horizon": None, "into": None, "concurrency": []}
    return record


def stages(job: OldJob) -> tuple[Json, list[Json]]:
    """(`exectime`, `stages`) of a completion record. Processor time and memory were not kept."""
    held = job.post.get("exectime") or job.setup.get("exectime") or {}
    times = {name: held[name] for name in held if isinstance(held[name], (int, float, list))}
    began, ended = job.times()
    times.setdefault("total", ended - began)
    found: list[Json] = []

    def add(stage: str, sliceno: int | None, begin: float, wall: float) -> None:
        found.append(
            {
                "stage": stage,
                "sliceno": sliceno,
                "started": begin,
                "ended": begin + wall,
                "wall_s": wall,
                "cpu_s": None,
                "peak_rss": None,
                "outcome": "ok",
            }
        )

    first = _seconds(times.get("prepare"))
    if first:
        add("prepare", None, began, first)
    slices = times.get("per_slice")
    for sliceno, wall in enumerate(slices if isinstance(slices, list) else ()):
        add("analysis", sliceno, began + first, _seconds(wall))
    last = _seconds(times.get("synthesis"))
    if last:
        add("synthesis", None, ended - last, last)
    return times, found


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def post_record(plan: Plan, job: OldJob, keys: Mapping[str, bytes], sealed: Json) -> Json:
    """`post.json` of an adopted job; `sealed` is the part on its files and datasets."""
    references = References(plan)
    began, ended = job.times()
    exectime, ran = stages(job)
    subjobs = {
        new: bool(made)
        for old, made in sorted(job.post["subjobs"].items(), key=_by_number)
        if (new := references.job(old)) is not None
    }
    record: Json = {
        "format": jobdir.POST_FORMAT,
        "version": 1,
        "jobid": plan.ids[job.jobid],
        "method": _method(job)[0],
        "key": None,
        "starttime": began,
        "endtime": ended,
        "exectime": exectime,
        "stages": ran,
        "subjobs": subjobs,
        "recorded": {} if job.is_build else _recorded(job, keys),
        "reads": {},
        "alarm": None,
        **sealed,
    }
    if job.is_build:
        record |= {"exit": 0, "warnings": [], "results": _results(plan, job)}
        record["joblist"] = _joblist(plan, job, subjobs)
    return record


def _by_number(item: tuple[str, Any]) -> tuple[int, str]:
    number = item[0].rpartition("-")[2]
    return (int(number) if number.isdigit() else 0), item[0]


def _joblist(plan: Plan, job: OldJob, subjobs: Mapping[str, bool]) -> list[list[Any]]:
    methods = {
        plan.ids[old]: plan.old[old]
        for old in job.post["subjobs"]
        if old in plan.old and old in plan.ids
    }
    found = []
    for new, made in subjobs.items():
        if new in methods:
            method = methods[new].setup["method"]
            found.append([method, method, new, made])
    return found


def _results(plan: Plan, job: OldJob) -> list[Json]:
    """What the script linked, of the jobs that are here."""
    return [
        {
            "link": str(link["linkname"]),
            "job": plan.ids[link["jobid"]],
            "file": str(link["name"]),
            "header": link.get("header"),
            "description": link.get("description"),
            "build_job": plan.ids[job.jobid],
        }
        for link in job.links()
        if link.get("jobid") in plan.ids
    ]


def _recorded(job: OldJob, keys: Mapping[str, bytes]) -> Json:
    """What decides re-use of a job that axtui built, as far as it is known. Of an adopted job nothing
    of it is ever compared: it has no key."""
    python = _PYTHON.match(str(job.setup["versions"].get("python") or ""))
    used = job.setup["versions"].get("accelerator")
    raw = {key: digest.of_bytes(data) for key, data in keys.items()}
    return {
        "imports": {
            "format": "axtui-imports-1",
            "python": f"cpython-{python[0]}" if python else "",
            "modules": [
                {**line, "raw": raw[line["path"]], "code": code_digest(keys[line["path"]])}
                for line in index_lines(keys)
            ],
            "files": [],
            "namespaces": [],
            "elsewhere": [],
            "missing": [],
            "imports": ["accelerator"] if used else [],
            "unrecorded": ["all that the Accelerator does not keep"],
            "distributions": {"accelerator": str(used)} if used else {},
            "direct": {},
            "search": {"front": [], "back": []},
            "paths": {},
            "environ": {},
        },
        "inputs": [],
        "declared": [
            {"name": key, "path": key, "digest": raw[key]}
            for key in sorted(keys)
            if not key.endswith(".py")
        ],
        "identity": True,
    }
