"""One build as a script asks for it, and its keywords routed to options, datasets and jobs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from axtui.build.contents import Contents, join_dataset, split_dataset
from axtui.build.key import Call, Inputs
from axtui.build.methods import Method
from axtui.data import canonical
from axtui.errors import BuildError
from axtui.suggest import did_you_mean
from axtui.valueobject import value_object


@value_object
class Request:
    """What `urd.build` (or a subjob's build) was given, and on whose behalf it is done.

    `extra` are the free keywords; `parent` the job that asks, `depth` 0 for a build script.
    """

    method: str
    options: Mapping[str, Any] = field(default_factory=dict)
    datasets: Mapping[str, Any] = field(default_factory=dict)
    jobs: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    caption: str | None = None
    workdir: str | None = None
    concurrency: int | None = None
    force: bool = False
    parent: str | None = None
    build_job: str | None = None
    script: str | None = None
    depth: int = 0


def make_call(request: Request, method: Method) -> Call:
    """The typed call. Raises BuildError for keywords the method does not have, UserError for values."""
    given = _route(request, method)
    options = method.options.convert_all(given["options"])
    datasets = _inputs(given["datasets"], method.datasets, "dataset", method.name)
    jobs = _inputs(given["jobs"], method.jobs, "job", method.name)
    return Call(method.name, options, datasets, jobs, method.options.neutral(options))


def _route(request: Request, method: Method) -> dict[str, dict[str, Any]]:
    """Every free keyword goes where its name is declared, over what `options`, `datasets` or `jobs` say
    of that name; a name that is declared more than once is no free keyword."""
    names = method.homes
    given = {
        "options": dict(request.options or {}),
        "datasets": dict(request.datasets or {}),
        "jobs": dict(request.jobs or {}),
    }
    for key, value in request.extra.items():
        homes = names.get(key, ())
        if len(homes) > 1:
            raise BuildError(
                f"method {method.name} has {key!r} among its {' and its '.join(homes)}: "
                f"say which, as {homes[0]}={{{key!r}: ...}}"
            )
        if not homes:
            known = sorted(names)
            raise BuildError(
                f"method {method.name} has no option, dataset or job {key!r}."
                f"{did_you_mean(key, known)} It has: {', '.join(known) or 'none'}."
            )
        given[homes[0]][key] = value
    for kind in ("datasets", "jobs"):
        unknown = sorted(name for name in given[kind] if kind not in names.get(name, ()))
        if unknown:
            known = [name for name, homes in names.items() if kind in homes]
            raise BuildError(
                f"method {method.name} has no {kind[:-1]} {unknown[0]!r}."
                f"{did_you_mean(unknown[0], known)} It has: {', '.join(known) or 'none'}."
            )
    return given


def _inputs(
    given: Mapping[str, Any], declared: tuple[tuple[str, bool], ...], kind: str, method: str
) -> Inputs:
    found: dict[str, str | list[str] | None] = {}
    for name, many in declared:
        where = f"method {method}, {kind} {name}"
        value = given.get(name)
        if many:
            found[name] = [_one(item, kind, where) if item else "" for item in _many(value)]
        elif isinstance(value, (list, tuple)) and not _is_pair(value, kind):
            raise BuildError(f"{where}: takes one {kind}, not {len(value)} of them")
        else:
            found[name] = _one(value, kind, where) if value else None
    return found


def _is_pair(value: Any, kind: str) -> bool:
    """Whether a value is one dataset given as (job, name)."""
    return kind == "dataset" and isinstance(value, tuple) and len(value) == 2


def _many(value: Any) -> list[Any]:
    if not value:
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")] if "," in value else [value]
    return list(value)


def _one(value: Any, kind: str, where: str) -> str:
    if isinstance(value, (tuple, list)) and len(value) == 2 and kind == "dataset":
        value = f"{value[0]}/{value[1]}"
    if isinstance(value, Mapping) and len(value) == 1 and kind == "dataset":
        ((job, name),) = value.items()
        value = f"{job}/{name}"
    if not isinstance(value, (str, os.PathLike)):
        raise BuildError(f"{where}: expected a {kind}, got {value!r}")
    jobid, name = split_dataset(os.fspath(value))
    if kind == "job" and name != "default":
        raise BuildError(f"{where}: expected a job, got the dataset {value!r}")
    return join_dataset(jobid, name) if kind == "dataset" else jobid


def ids(inputs: Inputs) -> list[str]:
    """All ids in a set of inputs, without the empty places that lists may have."""
    found: list[str] = []
    for value in inputs.values():
        found += [value] if isinstance(value, str) else value or []
    return [one for one in found if one]


def keyed_options(call: Call, contents: Contents) -> dict[str, Any]:
    """The options as they count for the key: a file of a job stands for its bytes, not the job's id."""
    return {name: _keyed(value, contents) for name, value in call.options.items()}


def _keyed(value: Any, contents: Contents) -> Any:
    if type(value) in canonical.PLAIN:
        return value
    from axtui.data.jobwithfile import JobWithFile

    if isinstance(value, JobWithFile):
        digests = contents.files(str(value.job), value.name, bool(value.sliced))
        return (
            "file of a job",
            digests,
            value.name,
            bool(value.sliced),
            _keyed(value.extra, contents),
        )
    if isinstance(value, dict):
        return type(value)((key, _keyed(item, contents)) for key, item in value.items())
    if isinstance(value, (list, set, tuple)):
        return type(value)(_keyed(item, contents) for item in value)
    return value
