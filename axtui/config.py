"""`axtui.toml`: the settings of a workspace, each with a default; errors name the line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from axtui.errors import ConfigError, NoSuchWorkdirError
from axtui.retention import Retention, retention
from axtui.suggest import did_you_mean
from axtui.tomllines import KeyLines

FILE_NAME = "axtui.toml"

_WORKDIR_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LOOKS_LIKE_JOB = re.compile(r".*-(\d+|LATEST)")
_MOST_SLICES = 9999
_MODES = ("auto", "ask", "off")


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How slices are run.

    `slots` is how many slices may work at once on this machine, over all builds; `timeout` the
    seconds after which a job is stopped (0: never).
    """

    kind: str
    slots: int
    timeout: float


@dataclass(frozen=True, slots=True)
class WatchConfig:
    """What a save does: "auto" runs the scripts that it affects, "ask" waits to be told, "off" does
    nothing. `scripts` are those with a mode of their own."""

    mode: str = "auto"
    scripts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, script: str) -> str:
        """The mode of one script."""
        return self.scripts.get(script, self.mode)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one workspace; all paths are absolute."""

    path: Path
    root: Path
    slices: int
    methods: tuple[Path, ...]
    workdirs: Mapping[str, Path]
    target: str
    inputs: Path
    results: Path
    urd: Path
    engine: EngineConfig
    watch: WatchConfig
    packages: str
    user: str
    retention: Retention

    def workdir(self, name: str) -> Path:
        """The folder of a workdir. Raises NoSuchWorkdirError, naming those that there are."""
        if name not in self.workdirs:
            known = ", ".join(self.workdirs)
            hint = did_you_mean(name, self.workdirs)
            raise NoSuchWorkdirError(f"there is no workdir {name!r} (there is: {known}).{hint}")
        return self.workdirs[name]


def load(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError naming line and what is expected."""
    path = path.parent.resolve() / path.name
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_message(path, text, str(error))) from None
    return _Reader(path, values, KeyLines(text)).config()


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def user_name() -> str:
    """The name of whoever runs this process, also where the system knows none."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid{os.getuid()}"


def _syntax_message(path: Path, text: str, message: str) -> str:
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    reason = message[: place.start()] if place else message
    if place and place[1]:
        return f"{path}, line {place[1]}: not valid TOML: {reason} (column {place[2]})"
    return f"{path}, line {len(text.splitlines()) or 1}: not valid TOML: {reason} (end of the file)"


class _Reader:
    """Turns the parsed file into a Config, one key at a time."""

    def __init__(self, path: Path, values: dict[str, Any], lines: KeyLines) -> None:
        self._path = path
        self._root = path.parent
        self._values = values
        self._lines = lines

    def config(self) -> Config:
        """The whole configuration, every key checked."""
        self._refuse_unknown(self._values, Config.__slots__[2:])
        workdirs = self._workdirs()
        return Config(
            path=self._path,
            root=self._root,
            slices=self._whole("slices", default=cores(), most=_MOST_SLICES),
            methods=self._methods(),
            workdirs=MappingProxyType(workdirs),
            target=self._target(workdirs),
            inputs=self._folder("inputs"),
            results=self._folder("results"),
            urd=self._folder("urd"),
            engine=self._engine(),
            watch=self._watch(),
            packages=self._choice(
                "packages", self._values.get("packages", "strict"), ("strict", "names", "record")
            ),
            user=self._user(),
            retention=self._retention(),
        )

    def _error(self, keys: tuple[str, ...], message: str) -> ConfigError:
        return ConfigError(f"{self._path}, line {self._lines.line(*keys)}: {message}")

    def _expected(self, keys: tuple[str, ...], expected: str, value: object) -> ConfigError:
        name = ".".join(keys)
        return self._error(keys, f"`{name}` must be {expected}, not {_shown(value)}")

    def _refuse_unknown(
        self, table: Mapping[str, Any], known: tuple[str, ...], *above: str
    ) -> None:
        for key in table:
            if key not in known:
                where = f" in [{'.'.join(above)}]" if above else ""
                hint = did_you_mean(key, known) or f" Known keys: {', '.join(known)}."
                raise self._error((*above, key), f"unknown key `{key}`{where}.{hint}")

    def _whole(self, *keys: str, default: int, most: int, table: Any = None) -> int:
        value = (self._values if table is None else table).get(keys[-1], default)
        if type(value) is not int or not 1 <= value <= most:
            raise self._expected(keys, f"a whole number from 1 to {most}", value)
        return value

    def _choice(self, keys: str | tuple[str, ...], value: object, choices: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in choices:
            options = ", ".join(f'"{choice}"' for choice in choices[:-1])
            where = (keys,) if isinstance(keys, str) else keys
            raise self._expected(where, f'{options} or "{choices[-1]}"', value)
        return value

    def _watch(self) -> WatchConfig:
        """`watch = "ask"`, or a table with `mode` and modes of single scripts."""
        value = self._values.get("watch", "auto")
        if not isinstance(value, dict):
            return WatchConfig(self._choice("watch", value, _MODES))
        self._refuse_unknown(value, WatchConfig.__slots__, "watch")
        scripts = value.get("scripts", {})
        if not isinstance(scripts, dict):
            expected = 'a table of scripts and modes, such as movie = "ask"'
            raise self._expected(("watch", "scripts"), expected, scripts)
        modes = {
            name: self._choice(("watch", "scripts", name), mode, _MODES)
            for name, mode in scripts.items()
        }
        mode = self._choice(("watch", "mode"), value.get("mode", "auto"), _MODES)
        return WatchConfig(mode, MappingProxyType(modes))

    def _folder(self, key: str) -> Path:
        return self._resolve(self._values.get(key, key), key)

    def _resolve(self, value: object, *keys: str) -> Path:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise self._expected(keys, "the path of a folder", value)
        try:
            return (self._root / Path(value).expanduser()).resolve()
        except (RuntimeError, OSError) as error:
            raise self._error(keys, f"the path {value!r} leads nowhere: {error}") from None

    def _methods(self) -> tuple[Path, ...]:
        value = self._values.get("methods", ["methods"])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not value:
            raise self._expected(("methods",), 'a list of folders such as ["methods"]', value)
        folders: dict[str, Path] = {}
        for item in value:
            folder = self._resolve(item, "methods")
            if not folder.name.isidentifier():
                raise self._error(
                    ("methods",),
                    f"the method folder {item!r} is imported as a Python package, so its name must "
                    "be letters, digits and underscores, not starting with a digit",
                )
            if folder.name in folders:
                raise self._error(
                    ("methods",), f"two method folders are named {folder.name!r}; rename one"
                )
            folders[folder.name] = folder
        return tuple(folders.values())

    def _workdirs(self) -> dict[str, Path]:
        value = self._values.get("workdirs", {"dev": "workdirs/dev"})
        if not isinstance(value, dict) or not value:
            expected = 'a table of names and paths, such as dev = "workdirs/dev"'
            raise self._expected(("workdirs",), expected, value)
        workdirs: dict[str, Path] = {}
        for name, path in value.items():
            keys = ("workdirs", name)
            if not _WORKDIR_NAME.fullmatch(name) or _LOOKS_LIKE_JOB.fullmatch(name):
                raise self._error(
                    keys,
                    f"{name!r} cannot name a workdir: use letters, digits, `_`, `.` and `-`, not "
                    "ending like a job id (`-12`)",
                )
            folder = self._resolve(path, *keys)
            self._check_place(keys, folder, workdirs)
            workdirs[name] = folder
        return workdirs

    def _check_place(self, keys: tuple[str, ...], folder: Path, others: Mapping[str, Path]) -> None:
        """A workdir has a path of its own, and the workspace does not lie in it."""
        for other, path in others.items():
            if path == folder:
                raise self._error(
                    keys, f"workdirs {other!r} and {keys[-1]!r} have one path, {folder}"
                )
        if self._root.is_relative_to(folder):
            raise self._error(
                keys, f"the workspace {self._root} lies inside its workdir {keys[-1]!r} ({folder})"
            )

    def _target(self, workdirs: Mapping[str, Path]) -> str:
        value = self._values.get("target", next(iter(workdirs)))
        if not isinstance(value, str) or value not in workdirs:
            raise self._expected(
                ("target",), f"the name of a workdir ({', '.join(workdirs)})", value
            )
        return value

    def _engine(self) -> EngineConfig:
        table = self._values.get("engine", {})
        if not isinstance(table, dict):
            raise self._expected(("engine",), "a table ([engine])", table)
        self._refuse_unknown(table, EngineConfig.__slots__, "engine")
        kind = table.get("kind", "local")
        if kind != "local":
            raise self._expected(("engine", "kind"), '"local"', kind)
        timeout = table.get("timeout", 0)
        if type(timeout) not in (int, float) or not 0 <= timeout < float("inf"):
            raise self._expected(("engine", "timeout"), "seconds, or 0 for no limit", timeout)
        slots = self._whole("engine", "slots", default=cores(), most=_MOST_SLICES, table=table)
        return EngineConfig(kind, slots, float(timeout))

    def _retention(self) -> Retention:
        table = self._values.get("retention", {})
        if not isinstance(table, dict):
            raise self._expected(("retention",), "a table ([retention])", table)
        self._refuse_unknown(table, Retention.__slots__, "retention")

        def refuse(key: str, expected: str, value: object) -> NoReturn:
            raise self._expected(("retention", key), expected, value)

        return retention(table, refuse)

    def _user(self) -> str:
        value = self._values.get("user")
        if value is None:
            return user_name()
        if not isinstance(value, str) or not re.fullmatch(r"[\w@+][\w.@+-]*", value):
            raise self._expected(("user",), "a name of letters, digits and . @ + - _", value)
        return value


def _shown(value: object) -> str:
    """A value as the file would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "a table"
    return str(value)
