"""What forms ask for, and starting what was asked."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping

from axtui.build import byhand
from axtui.build.methods import Method
from axtui.build.watch import typed as runtyped
from axtui.errors import BuildError
from axtui.tui.methods import page
from axtui.tui.methods.form import Field
from axtui.tui.program import program
from axtui.workspace import Workspace

_PATIENCE_S = 60.0


def script_fields(workspace: Workspace, flags: Iterable[str]) -> list[Field]:
    """The form of a build script."""
    offered = {"flags": sorted(flags), "workdir": list(workspace.config.workdirs)}
    defaults = {
        "flags": ", ".join(offered["flags"]) and f"known: {', '.join(offered['flags'])}",
        "workdir": workspace.config.target,
        "input": page.place(workspace.config.inputs, workspace.root),
    }
    return [
        Field(name, "", text, defaults.get(name, ""), offered=offered.get(name, ()))
        for name, text in runtyped.NAMES.items()
    ]


def method_fields(method: Method, datasets: Iterable[str]) -> list[Field]:
    """The form of a method; `datasets` are offered for its datasets."""
    fields = [
        Field(
            option.name,
            option.kind,
            " ".join(option.help),
            "" if option.required else repr(option.default),
            option.required,
        )
        for option in method.options
    ]
    names = sorted(set(datasets))
    for kind, inputs in (("dataset", method.datasets), ("job", method.jobs)):
        fields += [
            Field(name, f"{kind}s, with commas between" if many else kind, offered=names)
            for name, many in inputs
        ]
    return sorted(fields, key=lambda field: not field.required)


def start_method(workspace: Workspace, method: Method, typed: Mapping[str, str]) -> str:
    """Build one job in a process of its own; what that said. It takes a moment, so it is for
    threads. Raises AcceleratorError where what was typed cannot be, or it did not begin."""
    byhand.values(workspace, method, typed)
    words = [f"{name}={text}" for name, text in typed.items()]
    return _said(workspace, ["build", method.name, *words, "--detach"])


def foreseen(workspace: Workspace, script: str) -> str:
    """What a script would build, and why; for threads."""
    return _said(workspace, ["run", script, "--why"])


def _said(workspace: Workspace, words: list[str]) -> str:
    try:
        done = subprocess.run(
            [*program(workspace), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            cwd=workspace.root,
        )
    except subprocess.TimeoutExpired:
        raise BuildError(f"`axtui {' '.join(words)}` has said nothing for a minute") from None
    if done.returncode:
        raise BuildError(done.stderr.strip().removeprefix("axtui: "))
    return done.stdout
