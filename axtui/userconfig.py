"""What a user has set for all their projects: aliases of commands, colours, defaults of `init`.

INI files, read in this order, later ones before earlier ones: `/etc/accelerator/config`,
`/etc/axtui/config`, then `accelerator/config` and `axtui/config` below `$XDG_CONFIG_HOME` (`~/.config`).
Each may name others: `[include] path = ...`; what includes comes before what is included.
`ACCELERATOR_IGNORE_ETC` leaves out those in `/etc`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from axtui.errors import ConfigError
from axtui.valueobject import value_object

if TYPE_CHECKING:
    from configparser import ConfigParser

_BUILT_IN = {"cat": 'grep -e ""'}


@value_object
class UserConfig:
    """`aliases` map a word to a command line, `colours` a use to its colours, as the files say."""

    aliases: Mapping[str, str] = field(default_factory=lambda: dict(_BUILT_IN))
    colours: Mapping[str, str] = field(default_factory=dict)
    init: Mapping[str, str] = field(default_factory=dict)


def files(environ: Mapping[str, str] = os.environ) -> Iterator[Path]:
    """Where such files may be, the weakest first."""
    if "ACCELERATOR_IGNORE_ETC" not in environ:
        yield Path("/etc/accelerator/config")
        yield Path("/etc/axtui/config")
    home = environ.get("HOME")
    base = environ.get("XDG_CONFIG_HOME") or (home and str(Path(home, ".config")))
    if base:
        yield Path(base, "accelerator", "config")
        yield Path(base, "axtui", "config")


def read(environ: Mapping[str, str] = os.environ) -> UserConfig:
    """The settings of this user. Raises ConfigError for a file that cannot be understood."""
    texts: list[tuple[Path, str]] = []
    for path in files(environ):
        if path.is_file():
            texts += _with_included(path, ())
    if not texts:
        return UserConfig()
    parser = _parser()
    for path, text in texts:
        _parse(parser, path, text)
    sections = {name: dict(parser[name]) for name in parser.sections()}
    return UserConfig(
        _BUILT_IN | sections.get("alias", {}),
        sections.get("colour", {}),
        sections.get("init", {}),
    )


def _parser() -> ConfigParser:
    from configparser import ConfigParser  # few have such a file

    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    return parser


def _parse(parser: ConfigParser, path: Path, text: str) -> None:
    from configparser import Error

    try:
        parser.read_string(text, str(path))
    except Error as error:
        raise ConfigError(f"{path}: {error}".replace("\n", " ")) from None


def _with_included(path: Path, above: tuple[Path, ...]) -> list[tuple[Path, str]]:
    """A file after all those that it includes."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        asked = f" (included by {above[-1]})" if above else ""
        raise ConfigError(f"{path}{asked}: cannot be read: {error}") from None
    parser = _parser()
    _parse(parser, path, text)
    found: list[tuple[Path, str]] = []
    for word in shlex.split(parser.get("include", "path", fallback="")):
        included = path.parent / Path(word).expanduser()
        if included in (*above, path):
            raise ConfigError(f"{path} includes {included}, which includes it")
        found += _with_included(included, (*above, path))
    return [*found, (path, text)]
