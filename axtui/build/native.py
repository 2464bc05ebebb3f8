"""Settings written down as an `axtui.toml`: how a project that has an `accelerator.conf` gets its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from axtui.config import Config
from axtui.methodpackage import MethodPackage


def as_toml(config: Config) -> str:
    """The text of an `axtui.toml` in the root of the workspace that means the same.

    Methods, workdirs, inputs, results and the urd stay where they are, so that all jobs are found
    again. What had no meaning is in comments.
    """
    lines = [f"# What {config.path.name} says, for axtui. docs: the page on configuration.", ""]
    lines.append(f"slices = {config.slices}")
    lines += _methods(config)
    lines.append(f"target = {_text(config.target)}")
    for key, folder in (("inputs", config.inputs), ("results", config.results)):
        lines.append(f"{key} = {_path(folder, config.root)}")
    urd = _text(config.urd_server) if config.urd_server else _path(config.urd, config.root)
    lines.append(f"urd = {urd}")
    if config.accelerator:
        lines.append(f"accelerator = {_text(config.accelerator)}")
    lines += ["", "[workdirs]"]
    lines += [
        f"{_text(name)} = {_path(folder, config.root)}" for name, folder in config.workdirs.items()
    ]
    if config.notes:
        lines += ["", "# Read, and not taken over:"]
        lines += [f"# - {note}" for note in config.notes]
    return "\n".join(lines) + "\n"


def _methods(config: Config) -> Iterator[str]:
    yield "methods = ["
    for package in config.methods:
        yield f"    {_package(package, config.root)},"
    yield "]"


def _package(package: MethodPackage, root: Path) -> str:
    folder = _path(package.folder, root)
    if package == MethodPackage.of(package.folder):
        return folder
    parts = [f"folder = {folder}"]
    if package.name != package.folder.name:
        parts.append(f"package = {_text(package.name)}")
    if package.listed is not None:
        names = ", ".join(_text(name) for name, _ in package.listed)
        parts.append(f"only = [{names}]")
    return f"{{ {', '.join(parts)} }}"


def _path(path: Path, root: Path) -> str:
    inside = path.is_relative_to(root)
    return _text(str(path.relative_to(root)) if inside else str(path))


def _text(value: str) -> str:
    """A text as TOML writes it; its escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
