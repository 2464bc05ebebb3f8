"""What a user wants of every new workspace: the section [init] of the user's settings."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from axtui.errors import ConfigError


@dataclass(frozen=True)
class InitDefaults:
    """What counts where an option of `axtui init` is not given; None where nothing is said."""

    slices: int | None = None
    name: str | None = None
    inputs: Path | None = None
    tcp: str | None = None
    no_git: bool = False
    example: bool = False
    template: str | None = None
    workdirs: tuple[str, ...] = ()


def read(settings: Mapping[str, str]) -> InitDefaults:
    """The defaults in the words of a file: `slices`, `name`, `input`, `tcp`, `no-git`, `examples`,
    `workdir-template`, `workdir`. Raises ConfigError."""
    slices = settings.get("slices")
    if slices is not None and not (slices.isdecimal() and 1 <= int(slices) <= 9999):
        raise _error("slices", "a whole number from 1 to 9999", slices)
    inputs = settings.get("input")
    try:
        workdirs = shlex.split(settings.get("workdir", ""))
    except ValueError:
        raise _error("workdir", "words, quoted where needed", settings["workdir"]) from None
    return InitDefaults(
        slices=None if slices is None else int(slices),
        name=settings.get("name"),
        inputs=Path(inputs).expanduser() if inputs else None,
        tcp=settings.get("tcp"),
        no_git=_truth(settings, "no-git"),
        example=_truth(settings, "examples"),
        template=settings.get("workdir-template"),
        workdirs=tuple(workdirs),
    )


def _truth(settings: Mapping[str, str], key: str) -> bool:
    word = settings.get(key, "false").lower()
    if word not in ("true", "false"):
        raise _error(key, "true or false", settings[key])
    return word == "true"


def _error(key: str, wanted: str, given: str) -> ConfigError:
    return ConfigError(f"your settings: `{key}` in [init] is {wanted}, not {given!r}")
