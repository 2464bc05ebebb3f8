"""`axtui.toml`, read one key at a time; what is wrong is told with its line and what is expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from axtui.addresses import server_url
from axtui.config import ACCELERATORS, Config, EngineConfig, WatchConfig, cores, user_name
from axtui.errors import ConfigError
from axtui.methodpackage import MethodPackage
from axtui.retention import Retention, retention, size
from axtui.suggest import did_you_mean
from axtui.tomllines import KeyLines

_WORKDIR_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LOOKS_LIKE_JOB = re.compile(r".*-(\d+|LATEST)")
_MOST_SLICES = 9999
_MODES = ("auto", "ask", "off")
_NO_KEYS = ("path", "root", "urd_server", "notes")
_KEYS = tuple(one.name for one in fields(Config) if one.name not in _NO_KEYS)


def read(path: Path, text: str) -> Config:
    """The settings in a text of `axtui.toml`. Raises ConfigError naming line and what is expected."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_message(path, text, str(error))) from None
    return TomlReader(path, values, KeyLines(text)).config()


def _syntax_message(path: Path, text: str, message: str) -> str:
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    reason = message[: place.start()] if place else message
    if place and place[1]:
        return f"{path}, line {place[1]}: not valid TOML: {reason} (column {place[2]})"
    return f"{path}, line {len(text.splitlines()) or 1}: not valid TOML: {reason} (end of the file)"


class TomlReader:
    """Turns the parsed file into a Config, one key at a time."""

    def __init__(self, path: Path, values: dict[str, Any], lines: KeyLines) -> None:
        self._path = path
        self._root = path.parent
        self._values = values
        self._lines = lines

    def config(self) -> Config:
        """The whole configuration, every key checked."""
        self._refuse_unknown(self._values, _KEYS)
        workdirs, server = self._workdirs(), self._urd_server()
        return Config(
            path=self._path,
            root=self._root,
            slices=self._whole("slices", default=cores(), most=_MOST_SLICES),
            methods=self._methods(),
            workdirs=MappingProxyType(workdirs),
            target=self._target(workdirs),
            inputs=self._folder("inputs"),
            results=self._folder("results"),
            urd=self._folder("urd") if not server else self._root / "urd",
            urd_server=server,
            engine=self._engine(),
            watch=self._watch(),
            packages=self._choice(
                "packages", self._values.get("packages", "strict"), ("strict", "names", "record")
            ),
            user=self._user(),
            retention=self._retention(),
            accelerator=self._accelerator(),
            durable=self._durable(),
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

    def _accelerator(self) -> str:
        value = self._values.get("accelerator")
        return "" if value is None else self._choice("accelerator", value, ACCELERATORS)

    def _durable(self) -> bool:
        value = self._values.get("durable", True)
        if not isinstance(value, bool):
            raise self._expected(("durable",), "true or false", value)
        return value

    def _watch(self) -> WatchConfig:
        """`watch = "ask"`, or a table with `mode` and modes of single scripts."""
        value = self._values.get("watch", "auto")
        if not isinstance(value, dict):
            return WatchConfig(self._choice("watch", value, _MODES))
        self._refuse_unknown(value, _keys(WatchConfig), "watch")
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

    def _urd_server(self) -> str:
        """The address that `urd` is, "" where it is a folder."""
        value = self._values.get("urd")
        if not isinstance(value, str) or not value.startswith(("http://", "https://")):
            return ""
        try:
            return server_url(value)
        except ValueError as error:
            raise self._error(("urd",), f"`urd`: {error}") from None

    def _resolve(self, value: object, *keys: str) -> Path:
        if not isinstance(value, str) or not value.strip() or "\0" in value:
            raise self._expected(keys, "the path of a folder", value)
        try:
            return (self._root / Path(value).expanduser()).resolve()
        except (RuntimeError, OSError) as error:
            raise self._error(keys, f"the path {value!r} leads nowhere: {error}") from None

    def _methods(self) -> tuple[MethodPackage, ...]:
        value = self._values.get("methods", ["methods"])
        if isinstance(value, (str, dict)):
            value = [value]
        if not isinstance(value, list) or not value:
            raise self._expected(("methods",), 'a list of folders such as ["methods"]', value)
        packages: dict[str, MethodPackage] = {}
        for item in value:
            package = self._package(item)
            if package.name in packages:
                raise self._error(
                    ("methods",), f"two method folders are named {package.name!r}; rename one"
                )
            packages[package.name] = package
        return tuple(packages.values())

    def _package(self, item: object) -> MethodPackage:
        """A method folder: its path, or a table with `folder`, `package` and `only`."""
        if not isinstance(item, dict):
            item = {"folder": item}
        self._refuse_unknown(item, ("folder", "package", "only"), "methods")
        folder = self._resolve(item.get("folder"), "methods")
        name = item.get("package", folder.name)
        if not isinstance(name, str) or not all(part.isidentifier() for part in name.split(".")):
            raise self._error(
                ("methods",),
                f"the method folder {item.get('package', item.get('folder'))!r} is imported as a "
                "Python package, so its name must be letters, digits and underscores, not starting "
                "with a digit",
            )
        only = item.get("only")
        if only is None:
            return MethodPackage(name, folder)
        if not isinstance(only, list) or not all(isinstance(method, str) for method in only):
            raise self._expected(("methods",), "a folder with `only` as a list of methods", only)
        return MethodPackage(name, folder, tuple((method, "") for method in only))

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
        self._refuse_unknown(table, _keys(EngineConfig), "engine")
        kind = table.get("kind", "local")
        if kind != "local":
            raise self._expected(("engine", "kind"), '"local"', kind)
        timeout = table.get("timeout", 0)
        if type(timeout) not in (int, float) or not 0 <= timeout < float("inf"):
            raise self._expected(("engine", "timeout"), "seconds, or 0 for no limit", timeout)
        slots = self._whole("engine", "slots", default=cores(), most=_MOST_SLICES, table=table)
        return EngineConfig(kind, slots, float(timeout), self._memory(table))

    def _memory(self, table: Mapping[str, Any]) -> int:
        if "memory" not in table:
            return 0
        found = size(table["memory"])
        if not found:
            expected = 'a size above 0 such as "2 GB" or "500 MiB"'
            raise self._expected(("engine", "memory"), expected, table["memory"])
        return found

    def _retention(self) -> Retention:
        table = self._values.get("retention", {})
        if not isinstance(table, dict):
            raise self._expected(("retention",), "a table ([retention])", table)
        self._refuse_unknown(table, _keys(Retention), "retention")

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


def _keys(section: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(section))
