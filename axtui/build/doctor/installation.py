"""The program and what it is built on: Python, the packages it needs, the extras it can use."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import NamedTuple

import axtui
from axtui.build.doctor.finding import Finding, ok, problem, warning

_OLDEST_PYTHON = (3, 11)
_REQUIREMENT = re.compile(r"\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_BOUND = re.compile(r"(>=|<=|==|!=|>|<|~=)\s*([\w.*]+)")
_LOADED = ("duckdb", "pyarrow", "orjson", "blake3", "numpy", "cloudpickle", "textual")
"""Packages with parts that are compiled or large: whether they load is tried."""


class Requirement(NamedTuple):
    """A distribution, the bounds on its version as (operator, version), and the extra it is of."""

    name: str
    bounds: tuple[tuple[str, str], ...]
    extra: str | None


def checks() -> Iterator[Finding]:
    """Findings about the installation."""
    yield _python()
    yield from _program()
    yield from _same_command()
    needed = requirements()
    yield from _packages([each for each in needed if each.extra is None])
    yield from _loading()
    yield from _extras(needed)


def requirements() -> list[Requirement]:
    """What the installed axtui says it needs."""
    found = []
    for text in metadata.requires("axtui") or ():
        match = _REQUIREMENT.fullmatch(text)
        if match is None:
            continue
        extra = _EXTRA.search(match[3] or "")
        found.append(
            Requirement(match[1], tuple(_BOUND.findall(match[2])), extra[1] if extra else None)
        )
    return found


def fits(version: str, bounds: tuple[tuple[str, str], ...]) -> bool:
    """Whether a version is within bounds; letters in versions (rc1, post2) are left out."""
    have = _numbers(version)
    for operator, text in bounds:
        want = _numbers(text)
        length = max(len(have), len(want))
        left, right = (each + (0,) * (length - len(each)) for each in (have, want))
        holds = {
            ">=": left >= right,
            "<=": left <= right,
            ">": left > right,
            "<": left < right,
            "==": left[: len(want)] == want,
            "!=": left != right,
            "~=": left >= right and left[: len(want) - 1] == want[:-1],
        }
        if not holds[operator]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(?:\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _python() -> Finding:
    shown = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        least = ".".join(map(str, _OLDEST_PYTHON))
        return problem("python", f"Python {shown} is too old", f"install Python {least} or later")
    return ok("python", f"{shown}, {sys.executable}")


def _program() -> Iterator[Finding]:
    here = Path(axtui.__file__).parent
    yield ok("axtui", f"{axtui.__version__} in {here}")
    found = shutil.which("axtui")
    beside = Path(sys.executable).parent / "axtui"
    if found and beside.exists() and not os.path.samefile(found, beside):  # noqa: PTH121
        yield warning(
            "axtui",
            f"the axtui that your shell finds is another: {found}",
            f"put {beside.parent} first in PATH, or activate its environment",
        )


def _same_command() -> Iterator[Finding]:
    """Two distributions that install a program `ax`: which one it is depends on their order."""
    try:
        version = metadata.version("accelerator")
    except metadata.PackageNotFoundError:
        return
    yield warning(
        "axtui",
        f"accelerator {version} is installed beside axtui, and both bring a program `ax`: it is that "
        "of the one that was installed last",
        "type axtui, which is always this one; or install axtui in an environment of its own",
    )


def _packages(needed: list[Requirement]) -> Iterator[Finding]:
    """One finding for all that fit, and one for each that does not."""
    fitting = []
    for requirement in needed:
        trouble = _misfit(requirement)
        if trouble:
            bounds = ",".join(f"{operator}{version}" for operator, version in requirement.bounds)
            yield problem("packages", trouble, f"pip install '{requirement.name}{bounds}'")
        else:
            fitting.append(f"{requirement.name} {metadata.version(requirement.name)}")
    if fitting:
        yield ok("packages", ", ".join(fitting))


def _misfit(requirement: Requirement) -> str | None:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return f"{requirement.name} is not installed"
    if fits(version, requirement.bounds):
        return None
    wanted = " and ".join(f"{operator}{bound}" for operator, bound in requirement.bounds)
    return f"{requirement.name} {version} does not fit: {wanted} is needed"


def _loading() -> Iterator[Finding]:
    for name in _LOADED:
        try:
            import_module(name)
        except Exception as error:  # a broken wheel may raise anything
            yield problem(
                "packages",
                f"{name} is installed but does not load: {type(error).__name__}: {error}",
                f"pip install --force-reinstall {name}",
            )


def _extras(needed: list[Requirement]) -> Iterator[Finding]:
    """Extras are nobody's duty: what is missing is told, and no more."""
    there = []
    for extra in sorted({requirement.extra for requirement in needed if requirement.extra}):
        missing = [
            requirement.name
            for requirement in needed
            if requirement.extra == extra and not _installed(requirement)
        ]
        if missing:
            names = ", ".join(missing)
            yield ok("extras", f"{extra} is not installed ({names}); pip install 'axtui[{extra}]'")
        else:
            there.append(extra)
    if there:
        yield ok("extras", ", ".join(there))


def _installed(requirement: Requirement) -> bool:
    try:
        return fits(metadata.version(requirement.name), requirement.bounds)
    except metadata.PackageNotFoundError:
        return False
