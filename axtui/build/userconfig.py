"""The settings of a user, not of a workspace: aliases and colours, in the file that the Accelerator has.

They are read from /etc/accelerator/config and `$XDG_CONFIG_HOME/accelerator/config` (`~/.config` where
that is not set); later ones win. `[include] path = ...` names files that are read before their includer.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from pathlib import Path

from axtui.errors import UserError

_OF_ALL = Path("/etc/accelerator/config")


def user_config(environ: Mapping[str, str] = os.environ) -> dict[str, dict[str, str]]:
    """{section: {name: value}} of the user's settings. Raises UserError for files that cannot be read."""
    parser = ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    for start in _starts(environ):
        for path, text in _texts(start, ()):
            try:
                parser.read_string(text, str(path))
            except Error as error:
                raise UserError(f"{path} is no configuration file: {error}") from None
    try:
        return {section: dict(parser[section]) for section in parser.sections()}
    except Error as error:
        raise UserError(f"a value in the user's configuration cannot be read: {error}") from None


def _starts(environ: Mapping[str, str]) -> Iterator[Path]:
    if "ACCELERATOR_IGNORE_ETC" not in environ:
        yield _OF_ALL
    folder = environ.get("XDG_CONFIG_HOME")
    if folder:
        yield Path(folder) / "accelerator" / "config"
    elif environ.get("HOME"):
        yield Path(environ["HOME"]) / ".config" / "accelerator" / "config"


def _texts(path: Path, includers: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """A file behind those it includes; nothing where there is none."""
    if path in includers:
        raise UserError(f"{includers[-1]} includes {path}, which includes it")
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        if includers:
            raise UserError(f"{includers[-1]} includes {path}: {error.strerror}") from None
        return
    parser = ConfigParser()
    try:
        parser.read_string(text, str(path))
        included = parser.get("include", "path", fallback="")
    except Error as error:
        raise UserError(f"{path} is no configuration file: {error}") from None
    for name in shlex.split(included):
        yield from _texts(path.parent / Path(name).expanduser(), (*includers, path))
    yield path, text
