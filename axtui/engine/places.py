"""Which files are the user's code and which are installed, and the names under which they are kept.

Everything axtui records about a source file carries a *key* instead of a path, so that a workspace
or a virtual environment can be moved without every job looking changed:

    methods/a_x.py                   below the workspace
    @axtui/standard/a_csvimport.py   a standard method
    /home/me/lib/pkg/mod.py          anywhere else (an editable install, a folder of PYTHONPATH)

A path below the workspace that itself begins with `@` gets a second `@`.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

OWN = str(Path(__file__).parent.parent) + os.sep
STANDARD = OWN + "standard" + os.sep
_STANDARD_KEY = "@axtui/"
_SITES = tuple(os.sep + name + os.sep for name in ("site-packages", "dist-packages"))


def in_site(path: str) -> bool:
    """Whether a file, or a folder that ends in a separator, is in one for installed packages."""
    return any(site in path for site in _SITES)


def prefixes(paths: Iterable[str | Path]) -> tuple[str, ...]:
    """Each path as it is written and as it really is, ending in a separator, for `startswith`."""
    found: dict[str, None] = {}
    for path in paths:
        for form in (os.path.abspath(path), os.path.realpath(path)):  # noqa: PTH100 - no resolving here
            found[form.rstrip(os.sep) + os.sep] = None
    return tuple(found)


@functools.lru_cache(maxsize=16)  # asked for with each job, and in each stage
def _interpreter(search: tuple[str, ...]) -> tuple[str, ...]:
    """Where the standard library of this interpreter lives, which searches for modules there."""
    places = [str(Path(os.__file__).parent)]
    for entry in search:
        name = Path(entry).name
        if name == "lib-dynload":
            places.append(str(Path(entry).parent))
        elif name == f"python{sys.version_info[0]}{sys.version_info[1]}.zip":
            places.append(entry)
    return prefixes(places)


@functools.cache
def _own() -> tuple[str, ...]:
    return prefixes([OWN])


class Places:
    """Tells user code from installed code, for one workspace.

    `workspace` and the method folders given elsewhere must be written alike (both resolved or both
    not): files are told to be inside by their name, so that a symbolic link inside the workspace
    counts as the place where it stands. A method folder is never installed, wherever it lies.
    """

    def __init__(self, workspace: Path | str, methods: Iterable[MethodFolder] = ()) -> None:
        self.workspace = os.path.abspath(workspace)  # noqa: PTH100 - links must stay as written
        self._inside = self.workspace.rstrip(os.sep) + os.sep
        self._interpreter = _interpreter(tuple(sys.path))
        self._installed = (*self._interpreter, *_own())
        folders = [folder for found in method_packages(methods).values() for folder in found]
        self._methods = (STANDARD, *(folder.rstrip(os.sep) + os.sep for folder in folders))

    def outside(self, path: str) -> bool:
        """Whether a file or folder lies outside all installed places: its bytes are recorded.

        The standard library, every `site-packages` and `dist-packages` and axtui itself are
        installed; axtui's standard methods are not, for they are methods like the user's, and no
        method folder is.
        """
        if path.startswith(self._methods):
            return True
        path += os.sep
        if path in self._methods:
            return True
        return not (path.startswith(self._installed) or in_site(path))

    def in_library(self, filename: str) -> bool:
        """Whether a code object's file name is one of the standard library."""
        return filename.startswith("<") or (
            filename.startswith(self._interpreter) and not in_site(filename)
        )

    def key(self, path: str) -> str:
        """The name under which a file is recorded."""
        if path.startswith(STANDARD):
            return _STANDARD_KEY + path[len(OWN) :]
        if path.startswith(self._inside):
            inner = path[len(self._inside) :]
            return "@" + inner if inner.startswith("@") else inner
        return path

    @property
    def marks(self) -> tuple[str, ...]:
        """What two of these must have in common to tell the same of every path."""
        return (self._inside, *self._methods, *self._installed)

    def path(self, key: str) -> str:
        """The file that a key stands for here and now."""
        if key.startswith(os.sep):
            return key
        if key.startswith("@@"):
            return self._inside + key[1:]
        if key.startswith(_STANDARD_KEY):
            return OWN + key[len(_STANDARD_KEY) :]
        return self._inside + key

    def base_path(self) -> list[str]:
        """The entries of `sys.path` that any process of this interpreter has, in order.

        Left out is what depends on how the process was started: the current folder and the folder
        of the script, which stand before the standard library without being in PYTHONPATH.
        """
        given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        asked = {os.path.abspath(entry) for entry in given if entry}  # noqa: PTH100
        library = str(Path(os.__file__).parent)
        found: dict[str, None] = {}
        passed = False
        for entry in sys.path:
            if not entry:
                continue
            full = os.path.abspath(entry)  # noqa: PTH100
            if passed or full in asked or not self.outside(full):
                found[full] = None
            passed = passed or full == library
        return list(found)


MethodFolder = Path | str | Sequence[str]
"""A method folder: its path, or (name of its package, path)."""


def method_packages(folders: Iterable[MethodFolder]) -> dict[str, list[str]]:
    """The package name of each method folder (its last part, if none is given), with the folders that
    share it."""
    packages: dict[str, list[str]] = {}
    for item in folders:
        name, folder = ("", item) if isinstance(item, (str, Path)) else item
        full = os.path.abspath(folder)  # noqa: PTH100 - links must stay as written
        packages.setdefault(name or Path(full).name, []).append(full)
    return packages
