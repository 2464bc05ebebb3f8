"""A workspace: the folder with `axtui.toml` or `accelerator.conf`, found from where one stands."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from axtui import config
from axtui.config import Config
from axtui.data.context import Context
from axtui.errors import ConfigError, NoWorkspaceError, StorageError
from axtui.valueobject import value_object

_DOT = ".axtui"


@value_object
class Workspace:
    """One workspace: its settings and its folders. Opening one writes nothing."""

    config: Config

    @property
    def root(self) -> Path:
        """The folder that holds `axtui.toml`; for `accelerator.conf` its project directory."""
        return self.config.root

    @property
    def dot_axtui(self) -> Path:
        """The folder of everything that can be rebuilt from the job directories."""
        return self.root / _DOT

    @property
    def catalog(self) -> Path:
        """The catalog's database file."""
        return self.dot_axtui / "catalog.duckdb"

    @property
    def journal(self) -> Path:
        """The folder of the journals that are folded into the catalog."""
        return self.dot_axtui / "journal"

    @property
    def locks(self) -> Path:
        """The folder of the locks that builders of one key take."""
        return self.dot_axtui / "locks"

    @property
    def target(self) -> Path:
        """The workdir that new jobs go to."""
        return self.config.workdirs[self.config.target]

    def context(self) -> Context:
        """A context to read the workspace with: no job is running in it."""
        return Context(
            workdirs=self.config.workdirs,
            slices=self.config.slices,
            input_directory=self.config.inputs,
            result_directory=self.config.results,
            accelerator=self.config.accelerator,
        )

    def make_folders(self) -> None:
        """Make every folder that a build writes to. Raises StorageError where that is refused.

        What a project of the Accelerator did not have before, its git does not see: the files that it
        ignores were chosen without knowing of us.
        """
        for folder in (self.dot_axtui, self.journal, self.locks, self.config.results):
            _make(folder)
        for folder in self.config.workdirs.values():
            _make(folder, writable=folder == self.target)
        _hide(self.dot_axtui)
        if self.config.path.suffix == ".conf":
            for folder in self.config.workdirs.values():
                _hide(folder)
            if not self.config.urd_server:
                _make(self.config.urd, writable=False)
                _hide(self.config.urd)


def open_workspace(folder: Path | None = None, config_file: Path | None = None) -> Workspace:
    """The workspace of a folder, of a configuration file, or of the current folder.

    Without arguments the nearest configuration file in the current folder or above it counts. Raises
    ConfigError where there is none, or where it is wrong.
    """
    if config_file is not None:
        return Workspace(config.load(config_file))
    if folder is not None:
        path = config_file_of(folder)
        if path is None:
            raise NoWorkspaceError(
                f"{folder} is no workspace: it has no {config.FILE_NAME} "
                f"(make one with: axtui init {folder})"
            )
        return Workspace(config.load(path))
    return Workspace(config.load(find_config(_current_folder())))


def config_file_of(folder: Path) -> Path | None:
    """The configuration file of a folder: `axtui.toml`, else `accelerator.conf`, else None."""
    paths = (folder / name for name in config.FILE_NAMES)
    return next((path for path in paths if path.is_file()), None)


def find_config(start: Path) -> Path:
    """The nearest configuration file in `start` or a folder above it. Raises NoWorkspaceError without
    one."""
    for folder in (start, *start.parents):
        path = config_file_of(folder)
        if path is not None:
            return path
    raise NoWorkspaceError(
        f"no {config.FILE_NAME} in {start} or above it; go to a workspace, name one with "
        "--workspace DIR, or make one with: axtui init DIR"
    )


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise ConfigError("the current folder has been removed; go to another one") from None


def _make(folder: Path, writable: bool = True) -> None:
    """Make a folder and those above it, and see that it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StorageError(f"{folder} is a file where a folder is needed; move it away") from None
    except NotADirectoryError:
        raise StorageError(f"a part of the path {folder} is a file, not a folder") from None
    except OSError as error:
        raise StorageError(
            f"cannot make the folder {folder}: {error.strerror}; make its place writable, or name "
            f"another in {config.FILE_NAME}"
        ) from None
    if writable and not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(
            f"the folder {folder} is read-only; make it writable, or name another in "
            f"{config.FILE_NAME}"
        )


def _hide(folder: Path) -> None:
    """Let git ignore a folder that is ours. Where another's cannot be written to, it is as it is."""
    with contextlib.suppress(OSError), (folder / ".gitignore").open("x") as file:
        file.write("*\n")
