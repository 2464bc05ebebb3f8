"""Where a method package lies, found without importing it, and which methods its `methods.conf` lists."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from axtui.errors import ConfigError


def package_folder(name: str, project: Path) -> Path | None:
    """The folder of a package of any depth, looked for in the project and then where Python looks.

    Nothing is imported: not the package, nor those that it lies in. None where there is none.
    """
    path: list[str] = [str(project), *sys.path]
    for part in name.split("."):
        # by its last part alone: a namespace package asks for the parent of a longer name
        spec = PathFinder.find_spec(part, path) or _elsewhere(part)
        if spec is None or spec.submodule_search_locations is None:
            return None
        path = list(spec.submodule_search_locations)
    return Path(path[0]).absolute() if path else None


def _elsewhere(name: str) -> ModuleSpec | None:
    """What the finders say that installers of editable packages put beside the search path."""
    for finder in sys.meta_path:
        if getattr(finder, "__module__", "").startswith("__editable__"):
            spec = finder.find_spec(name, None)
            if spec is not None:
                return spec
    return None


def listed_methods(path: Path) -> dict[str, str] | None:
    """The methods that a `methods.conf` names, each with its interpreter ("" for none).

    None where there is no such file. Raises ConfigError for a line that says more.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    listed: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if len(words) > 2:
            raise ConfigError(
                f"{path}, line {number}: expected `method [interpreter]`, not {line.strip()!r}"
            )
        if words:
            listed[words[0]] = words[1] if len(words) == 2 else ""
    return listed
