"""One job, asked for by hand: a build script of one call, written, run and kept as any other.

What was asked for is in the script's source, which its job keeps; the job of the method itself is the
same that any build script would get for these options.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from axtui.build.methods import Method
from axtui.build.specs import Specs
from axtui.data.dsmeta import join_ref
from axtui.errors import UserError
from axtui.methodpackage import MethodPackage
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace

_FOLDER = "axtui_by_hand"
"""The folder in `.axtui` where such scripts lie; it is a package for Python."""


def values(workspace: Workspace, method: Method, typed: Mapping[str, str]) -> dict[str, Any]:
    """What people typed for options, datasets and jobs, as a build script would give it.

    An option that takes text takes it as it is; others are JSON where they can be read so (numbers,
    true, null, lists). Datasets and jobs are named as everywhere, several of them with commas between.
    Raises UserError for unknown names, for what does not fit an option, and for what does not exist.
    """
    specs = Specs(workspace)
    inputs = {name: ("dataset", many) for name, many in method.datasets}
    inputs |= {name: ("job", many) for name, many in method.jobs}
    given: dict[str, Any] = {}
    for name, text in typed.items():
        if name in method.options:
            given[name] = _option(method, name, text)
        elif name in inputs:
            given[name] = _input(specs, *inputs[name], text)
        else:
            known = [*method.options.options, *inputs]
            raise UserError(
                f"method {method.name} has no option, dataset or job {name!r}."
                f"{did_you_mean(name, known)} It has: {', '.join(known) or 'none'}."
            )
    method.options.convert_all({name: given[name] for name in given if name in method.options})
    return given


def write_script(
    workspace: Workspace, method: str, given: Mapping[str, Any]
) -> tuple[Workspace, str]:
    """Write the build script that builds one job. The workspace in which it is found, and its name.

    `given` are values as JSON holds them, as `values` makes them.
    """
    words = "".join(f"        {key}={value!r},\n" for key, value in given.items())
    text = (
        f'"""One job of {method}, asked for by hand."""\n\n\n'
        f"def main(urd):\n    urd.build(\n        {method!r},\n{words}    )\n"
    )
    return _written(workspace, f"by_hand_{method}", text)


def write_again(workspace: Workspace, jobid: str, method: str) -> tuple[Workspace, str]:
    """Write the build script that builds a job once more, though it exists: with the same options and
    inputs, by the method as it is now. The workspace in which it is found, and its name."""
    text = (
        f'"""{jobid} once more, asked for by hand."""\n\nfrom accelerator import Job\n\n\n'
        f"def main(urd):\n    given = Job({jobid!r}).params\n    urd.build(\n        {method!r},\n"
        "        options=given.options,\n        datasets=given.datasets,\n        jobs=given.jobs,\n"
        "        force_build=True,\n    )\n"
    )
    return _written(workspace, f"by_hand_{method}", text)


def _written(workspace: Workspace, name: str, text: str) -> tuple[Workspace, str]:
    folder = workspace.dot_axtui / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"build_{name}.py"
    beside = folder / f".{path.name}"
    beside.write_text(text)
    beside.replace(path)
    config = workspace.config
    return replace(
        workspace, config=replace(config, methods=(*config.methods, MethodPackage.of(folder)))
    ), name


def _option(method: Method, name: str, text: str) -> Any:
    """The typed text, if the option takes it so; else what it is as JSON."""
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    if isinstance(read, str):
        return text
    try:
        method.options.convert(name, text)
    except UserError:
        return read
    return text if "str" in method.options.options[name].kind else read


def _input(specs: Specs, kind: str, many: bool, text: str) -> Any:
    parts = [part.strip() for part in text.split(",") if part.strip()] if many else [text.strip()]
    found = [
        join_ref(*specs.dataset(part)) if kind == "dataset" else specs.job(part) for part in parts
    ]
    return found if many else found[0]
