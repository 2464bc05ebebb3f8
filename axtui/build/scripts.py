"""Build scripts by name: which there are, and where they are."""

from __future__ import annotations

from pathlib import Path

from axtui.errors import NoSuchWhateverError
from axtui.suggest import did_you_mean
from axtui.workspace import Workspace

DEFAULT = "build"
"""The script that runs where none is named."""


def called(method: str, script: str | None, is_build: bool) -> str:
    """What people call the maker of a job: its method, or 'build script x' of that of `build_x`."""
    return f"build script {script or method.removeprefix('build_')}" if is_build else method


def find_scripts(workspace: Workspace) -> dict[str, Path]:
    """All build scripts by name: `build_x.py` is `x`, and `build.py` is `build`."""
    found: dict[str, Path] = {}
    for folder in workspace.config.method_folders:
        for path in sorted(folder.glob("build*.py")) if folder.is_dir() else ():
            if path.stem == "build":
                found.setdefault(DEFAULT, path)
            elif path.stem.startswith("build_"):
                found.setdefault(path.stem[6:], path)
    return found


def script_path(workspace: Workspace, name: str) -> tuple[str, Path]:
    """(name, file) of a script called `x`, `build_x`, `package.x` or by its file.

    Raises NoSuchWhateverError, suggesting near names.
    """
    scripts = find_scripts(workspace)
    plain = Path(name).stem if name.endswith(".py") else name
    package, _, last = plain.rpartition(".")
    short = last.removeprefix("build_") if last != DEFAULT else last
    for known in workspace.config.methods:
        path = known.folder / (f"build_{short}.py" if short != DEFAULT else "build.py")
        if path.is_file() and f".{known.name}".endswith(f".{package}" if package else ""):
            return short, path
    raise NoSuchWhateverError(
        f"there is no build script {name!r}.{did_you_mean(short, scripts)} "
        f"There is: {', '.join(sorted(scripts)) or _none(workspace)}."
    )


def _none(workspace: Workspace) -> str:
    """That there is no script at all, and where one would be found."""
    folders = workspace.config.method_folders
    missing = [str(folder) for folder in folders if not folder.is_dir()]
    if missing:
        return f"none, for the folder {missing[0]} does not exist (see `methods` in axtui.toml)"
    where = ", ".join(map(str, folders))
    return f"none in {where} (a script is a file build.py or build_NAME.py)"
