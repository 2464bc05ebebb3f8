"""Which methods there are, by their files: nothing is imported or read, so that faces can ask often."""

from __future__ import annotations

import sys
from pathlib import Path

import axtui.standard
from axtui.engine.looked import Glance
from axtui.engine.resolve import Listings
from axtui.engine.source import SQL
from axtui.methodpackage import MethodPackage
from axtui.valueobject import value_object
from axtui.workspace import Workspace

STANDARD = "axtui.standard"
_STANDARD_FOLDER = str(Path(axtui.standard.__file__).parent)
_VERSION = ".".join(map(str, sys.version_info[:3]))


@value_object
class MethodFile:
    """A method by its file. `broken` says why it cannot be used, where that shows already, and
    `mend` what to do."""

    name: str
    path: Path
    module: str
    package: str
    broken: str | None = None
    mend: str | None = None

    @property
    def standard(self) -> bool:
        """Whether it comes with axtui."""
        return self.package == STANDARD


class MethodFiles:
    """`find_methods` for who asks again and again: looked for anew where the names in a folder of
    methods are others by now. It takes a `stat` of each folder (a third of a look-up was this)."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._listings = workspace, Listings()
        packages = workspace.config.methods
        self._folders = [_STANDARD_FOLDER, *(str(package.folder) for package in packages)]
        self._names: list[frozenset[str]] = []
        self._found: dict[str, MethodFile] = {}

    def now(self, glance: Glance) -> dict[str, MethodFile]:
        """What `find_methods` finds."""
        names = [self._listings.names(folder, glance.stat).files for folder in self._folders]
        if names != self._names:
            self._found = find_methods(self._workspace)
            self._names = names
        return self._found


def find_methods(workspace: Workspace) -> dict[str, MethodFile]:
    """All methods by name: the standard ones, and those of the method folders, which come first."""
    found: dict[str, MethodFile] = {}
    for path in sorted(Path(_STANDARD_FOLDER).glob("a_*.py")):
        name = path.stem[2:]
        found[name] = MethodFile(name, path, f"{STANDARD}.{path.stem}", STANDARD)
    for package in workspace.config.methods:
        folder = package.folder
        for path in _files(folder) if folder.is_dir() else ():
            name = method_name(path)
            if package.has(name):
                found[name] = _of_workspace(path, package, found.get(name))
    return found


def method_name(path: Path) -> str:
    """The method that a file is: `a_NAME.py` or `NAME.sql`."""
    return path.stem if path.suffix == SQL else path.stem[2:]


def _files(folder: Path) -> list[Path]:
    return [*sorted(folder.glob("a_*.py")), *sorted(folder.glob(f"[!.]*{SQL}"))]


def _python_name(stem: str) -> str:
    return "".join(letter if f"a{letter}".isidentifier() else "_" for letter in stem)


def _of_workspace(path: Path, package: MethodPackage, other: MethodFile | None) -> MethodFile:
    name = method_name(path)
    module = f"a_{name}"
    broken = mend = None
    if other is not None and not other.standard:
        broken = f"method {name} is defined twice, in {other.path} and in {path}; rename one"
        mend = "rename one of the two files"
    elif path.suffix == SQL and name.startswith("a_"):
        broken = (
            f"{path} would be the method {name}: a method in SQL is called as its file, without the a_; "
            f"rename it to {name[2:]}{SQL}"
        )
        mend = "rename the file"
    elif not module.isidentifier():
        broken = (
            f"{path} cannot be a method: its name must be a Python name (letters, digits, _), as "
            f"{_python_name(path.stem)}{path.suffix} is"
        )
        mend = "rename the file"
    elif not _is_this(package.interpreter(name)):
        broken = (
            f"method {name} asks for the interpreter {package.interpreter(name)!r} in "
            f"{package.folder / 'methods.conf'}; axtui runs every method with the Python it runs on "
            f"itself ({_VERSION}): take the name out of methods.conf, or run axtui with that Python"
        )
        mend = (
            f"make {path} run on Python 3, and take {package.interpreter(name)!r} out of its line in "
            f"{package.folder / 'methods.conf'}"
        )
    return MethodFile(name, path, f"{package.name}.{module}", package.name, broken, mend)


def _is_this(interpreter: str) -> bool:
    """Whether a name of an interpreter means the one that runs: "DEFAULT", "3", "3.12", "3.12.1"."""
    return interpreter in ("", "DEFAULT") or f"{_VERSION}.".startswith(f"{interpreter}.")
