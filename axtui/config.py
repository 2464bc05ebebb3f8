"""The settings of a workspace, whichever file holds them: `axtui.toml`, or a project's `accelerator.conf`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from types import MappingProxyType

from axtui import memory
from axtui.errors import ConfigError, NoSuchWorkdirError
from axtui.methodpackage import MethodPackage
from axtui.retention import Retention
from axtui.suggest import did_you_mean
from axtui.valueobject import value_object

FILE_NAME = "axtui.toml"
ACCELERATOR_FILE = "accelerator.conf"
FILE_NAMES = (FILE_NAME, ACCELERATOR_FILE)
"""The files that make a folder a workspace; the first that is there counts."""

ACCELERATORS = ("today", "2021")
"""The Accelerators whose meaning there is: until August 2022 typing a chain made one dataset of it."""
ACCELERATOR_VARIABLE = "AXTUI_ACCELERATOR"
"""The environment variable that says which of them, before the file."""


@value_object
class EngineConfig:
    """How slices are run.

    `slots` is how many slices may work at once on this machine, over all builds; `timeout` the
    seconds after which a job is stopped (0: never); `memory` the bytes that all slices at work may
    use together (0: a part of what the machine has).
    """

    kind: str
    slots: int
    timeout: float
    memory: int = 0


@value_object
class WatchConfig:
    """What a save does: "auto" runs the scripts that it affects, "ask" waits to be told, "off" does
    nothing. `scripts` are those with a mode of their own."""

    mode: str = "auto"
    scripts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, script: str) -> str:
        """The mode of one script."""
        return self.scripts.get(script, self.mode)


@value_object
class Config:
    """The settings of one workspace; all paths are absolute.

    `urd_server` is the address of the server that keeps the urd, "" where it is in the folder `urd`.
    `accelerator` is one of ACCELERATORS, or "" where nothing was said: that means today's, and axtui
    warns where the other would have given something else. `durable`: a job is told to be complete only
    when its files are on the disk. `notes` say what in the file has no meaning
    here, and why.
    """

    path: Path
    root: Path
    slices: int
    methods: tuple[MethodPackage, ...]
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
    accelerator: str = ""
    durable: bool = True
    urd_server: str = ""
    notes: tuple[str, ...] = ()

    @property
    def slice_memory(self) -> int:
        """Bytes of memory that a slice at work should keep within."""
        return memory.per_slice(self.engine.memory, min(self.slices, self.engine.slots))

    @property
    def method_folders(self) -> tuple[Path, ...]:
        """The folders of methods and build scripts."""
        return tuple(package.folder for package in self.methods)

    @property
    def method_packages(self) -> tuple[tuple[str, str], ...]:
        """(name, folder) of each method package, as processes that import methods are told."""
        return tuple(package.pair for package in self.methods)

    def package_of(self, folder: Path) -> str:
        """The name under which the modules of a method folder are imported."""
        names = (package.name for package in self.methods if package.folder == folder)
        return next(names, folder.name)

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
    return _as_asked(_read(path, text))


def _read(path: Path, text: str) -> Config:
    if path.suffix == ".conf":
        from axtui import acceleratorconf

        return acceleratorconf.read(path, text)
    from axtui import tomlconfig

    return tomlconfig.read(path, text)


def _as_asked(found: Config) -> Config:
    """The settings with what the environment says before the file."""
    asked = os.environ.get(ACCELERATOR_VARIABLE)
    if not asked:
        return found
    if asked not in ACCELERATORS:
        known = " or ".join(ACCELERATORS)
        raise ConfigError(f"{ACCELERATOR_VARIABLE} is {asked!r}; it can be {known}")
    return replace(found, accelerator=asked)


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def user_name() -> str:
    """The name of whoever runs this process, also where the system knows none; as in the Accelerator
    `URD_AUTH=user:password` goes before it."""
    import getpass

    user, colon, _ = os.environ.get("URD_AUTH", "").partition(":")
    if user and colon and "/" not in user:
        return user
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"uid{os.getuid()}"
