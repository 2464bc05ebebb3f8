"""`accelerator.conf`: the configuration of a project that was written for the Accelerator.

The keys mean what they mean there. What has no meaning here (addresses to listen at, other
interpreters) is read, checked and told in the notes of the configuration.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from axtui.acceleratorkeys import (
    EARLIER,
    KEYS,
    NOTES,
    OWN_PACKAGES,
    REQUIRED,
    SHIPPED_PACKAGES,
    URD_FOLDER,
)
from axtui.addresses import host_and_port, is_loopback, url_of
from axtui.config import Config, EngineConfig, WatchConfig, cores, user_name
from axtui.errors import ConfigError
from axtui.methodpackage import MethodPackage
from axtui.packagefolder import listed_methods, package_folder
from axtui.retention import Retention
from axtui.suggest import did_you_mean
from axtui.urdtoken import find_token

SUBFOLDER = "axtui"
"""Where in each workdir our jobs lie, so that the Accelerator's own jobs and ours never mix."""

_VARIABLE = re.compile(r"(?<!\\)\$\{([^}=]*)(?:=([^}]*))?\}")


def read(path: Path, text: str, environ: Mapping[str, str] = os.environ) -> Config:
    """The settings in a text of `accelerator.conf`. Raises ConfigError with the line."""
    return _Reader(path, text, environ).config()


def own_folders(path: Path, environ: Mapping[str, str] = os.environ) -> tuple[Path, list[Path]]:
    """(the project's root, the folders of its workdirs) that an `accelerator.conf` names, as the
    Accelerator itself uses them. Nothing else in it needs to be right. Raises ConfigError."""
    path = path.parent.resolve() / path.name
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    return _Reader(path, text, environ).own_folders()


def interpolated(text: str, environ: Mapping[str, str]) -> str:
    """A value with each `${VAR}` and `${VAR=DEFAULT}` replaced; an unknown VAR without DEFAULT is ""."""
    return _VARIABLE.sub(lambda found: environ.get(found[1], found[2] or ""), text)


def unset_variables(text: str, environ: Mapping[str, str]) -> list[str]:
    """The variables without a default that a value names and the environment lacks, in order."""
    found = _VARIABLE.finditer(text)
    return [match[1] for match in found if match[2] is None and match[1] not in environ]


class _Reader:
    """Turns one file into a Config. A value is the list of its words, with the line it stands on."""

    def __init__(self, path: Path, text: str, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ
        self._notes: list[str] = []
        self._values: dict[str, list[tuple[int, list[str]]]] = {}
        self._emptied: dict[str, tuple[int, list[str]]] = {}
        for line, key, words in self._entries(text):
            self._values.setdefault(key, []).append((line, words))
        self._root = self._folder("project directory", path.parent)

    def config(self) -> Config:
        """The whole configuration, every key checked."""
        for key in REQUIRED:
            if key not in self._values:
                raise self._missing(key)
        workdirs, server = self._workdirs(), self._urd_server()
        self._explain()
        return Config(
            path=self._path,
            root=self._root,
            slices=self._slices(),
            methods=self._methods(),
            workdirs=MappingProxyType(workdirs),
            target=self._target(workdirs),
            inputs=self._folder("input directory", self._root),
            results=self._folder("result directory", self._root),
            urd=self._root / URD_FOLDER,
            engine=EngineConfig("local", cores(), 0.0),
            watch=WatchConfig(),
            packages="strict",
            user=user_name(),
            retention=Retention(),
            urd_server=server,
            notes=tuple(self._notes),
        )

    def own_folders(self) -> tuple[Path, list[Path]]:
        """The root, and the folders in which the workdirs of ours are."""
        return self._root, [folder.parent for folder in self._workdirs().values()]

    # -- the text

    def _entries(self, text: str) -> Iterator[tuple[int, str, list[str]]]:
        """(line, key, words) of each value, in order."""
        key = ""
        for number, line in enumerate(text.splitlines(), 1):
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            value = line
            if line == line.lstrip():
                key, colon, value = line.partition(":")
                if not colon:
                    raise self._error(number, f"expected `key: value`, not {stripped!r}")
                key = EARLIER.get(key, key)
                if key not in KEYS:
                    hint = did_you_mean(key, KEYS) or f" Known keys: {', '.join(KEYS)}."
                    raise self._error(number, f"unknown key `{key}`.{hint}")
            elif not key:
                raise self._error(
                    number, "a value that belongs to no key: the first line is indented"
                )
            words = self._words(number, value)
            if words:
                yield number, key, words
            elif unset := unset_variables(value, self._environ):
                self._emptied[key] = number, unset

    def _words(self, line: int, value: str) -> list[str]:
        try:
            return shlex.split(interpolated(value, self._environ), comments=True)
        except ValueError as error:
            raise self._error(line, f"{value.strip()!r} cannot be read: {error}") from None

    def _missing(self, key: str) -> ConfigError:
        if key not in self._emptied:
            return ConfigError(f"{self._path}: `{key}` is missing")
        line, unset = self._emptied[key]
        names = " and ".join(unset)
        return self._error(
            line,
            f"`{key}` has no value, as {names} {'is' if len(unset) == 1 else 'are'} not set in the "
            f"environment; set it, or give a default: ${{{unset[0]}=DEFAULT}}",
        )

    def _error(self, line: int, message: str) -> ConfigError:
        return ConfigError(f"{self._path}, line {line}: {message}")

    def _many(self, key: str, least: int, most: int, form: str) -> Iterator[tuple[int, list[str]]]:
        for line, words in self._values.get(key, []):
            if not least <= len(words) <= most:
                found = " ".join(words)
                raise self._error(line, f"`{key}` takes {form} on each line, not {found!r}")
            yield line, words

    def _one(self, key: str) -> tuple[int, str] | None:
        """(line, value) of a key that takes one word."""
        found = list(self._many(key, 1, 1, "one value (quote it if it has spaces)"))
        if len(found) > 1:
            raise self._error(
                found[1][0], f"`{key}` takes one value, and has one on line {found[0][0]}"
            )
        return (found[0][0], found[0][1][0]) if found else None

    # -- single keys

    def _slices(self) -> int:
        given = self._one("slices")
        assert given is not None
        line, value = given
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 9999:
            raise self._error(
                line, f"`slices` must be a whole number from 1 to 9999, not {value!r}"
            )
        return int(value)

    def _resolve(self, value: str, base: Path) -> Path:
        return Path(os.path.realpath(base / value))

    def _folder(self, key: str, default: Path) -> Path:
        base = self._path.parent if key == "project directory" else getattr(self, "_root", default)
        given = self._one(key)
        return self._resolve(given[1], base) if given else default

    def _workdirs(self) -> dict[str, Path]:
        workdirs: dict[str, Path] = {}
        for line, (name, value) in self._many("workdirs", 2, 2, "`name path`"):
            folder = self._resolve(value, self._root)
            path = folder / SUBFOLDER
            if workdirs.get(name) == path:
                continue  # said twice, as configurations with ${USER} do
            if name in workdirs:
                raise self._error(line, f"the workdir {name!r} is given two paths")
            if path in workdirs.values():
                raise self._error(line, f"two workdirs have the path {folder}")
            if self._root.is_relative_to(folder):
                raise self._error(
                    line, f"the project {self._root} lies inside its workdir {name!r} ({folder})"
                )
            if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", name):
                raise self._error(line, f"{name!r} cannot name a workdir")
            workdirs[name] = path
        return workdirs

    def _target(self, workdirs: Mapping[str, Path]) -> str:
        given = self._one("target workdir")
        if given is None:
            return next(iter(workdirs))
        line, name = given
        if name not in workdirs:
            raise self._error(
                line, f"`target workdir` {name!r} is none of the workdirs ({', '.join(workdirs)})"
            )
        return name

    def _methods(self) -> tuple[MethodPackage, ...]:
        packages: dict[str, MethodPackage] = {}
        for line, words in self._many("method packages", 1, 2, "`package [auto-discover]`"):
            name, discover = words[0], words[1:]
            if discover not in ([], ["auto-discover"]):
                raise self._error(
                    line,
                    f"after the package {name!r} stands nothing or auto-discover, not {discover[0]!r}",
                )
            if name in OWN_PACKAGES:
                continue
            folder = package_folder(name, self._root)
            if folder is None and name in SHIPPED_PACKAGES:
                self._notes.append(NOTES["shipped"].format(name))
                continue
            if folder is None:
                raise self._error(
                    line,
                    f"there is no package {name!r}, neither in {self._root} nor where Python looks; "
                    "correct the name, or install it beside axtui",
                )
            packages[name] = MethodPackage(name, folder, self._listed(folder, auto=bool(discover)))
        return tuple(packages.values())

    def _listed(self, folder: Path, auto: bool) -> tuple[tuple[str, str], ...] | None:
        """The methods of a package with their interpreters; None where all count, and ask for none."""
        path = folder / "methods.conf"
        listed = listed_methods(path)
        if listed is None:
            if not auto:
                self._notes.append(
                    f"{folder} has no methods.conf and no auto-discover: every a_*.py and *.sql in it is "
                    "a method"
                )
            return None
        if not auto:
            return tuple(listed.items())
        if not any(listed.values()):
            return None
        found = {file.stem[2:]: "" for file in folder.glob("a_*.py")}
        found |= {file.stem: "" for file in folder.glob("*.sql")}
        return tuple((found | {name: listed[name] for name in listed.keys() & found}).items())

    def _urd_server(self) -> str:
        """The address of a remote urd that the user has a token for, else ""."""
        server = ""
        for line, words in self._many("urd", 1, 2, "`[local|remote] [path or host:port]`"):
            if len(words) == 2 and words[0] not in ("local", "remote"):
                raise self._error(
                    line, f"before the address of `urd` stands local or remote, not {words[0]!r}"
                )
            try:
                host, port = host_and_port(words[-1], "localhost")
            except ValueError:
                host, port = "", 0  # a socket, of a server on this machine
            if words[0] == "local" or not port:
                self._notes.append(NOTES["urd"])
            elif find_token(self._environ):
                server = url_of(host, port, tls=not is_loopback(host))
            else:
                self._notes.append(NOTES["remote urd"])
        return server

    # -- what has no meaning here

    def _explain(self) -> None:
        """Check and tell what axtui does without."""
        for key in ("listen", "board listen", "logfile"):
            if self._one(key):
                self._notes.append(NOTES[key])
        for line, (name, value) in self._many("interpreters", 2, 2, "`name path`"):
            if name == "DEFAULT":
                raise self._error(line, "the interpreter DEFAULT cannot be given another path")
            self._notes.append(
                f"interpreter {name!r} ({value}): all methods run with the Python that axtui runs on; "
                "methods that ask for another one are refused when they are built"
            )
