"""Which files count: those of the watched folders that are no droppings of editors and no output."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from axtui.config import Config

_DROPPING = re.compile(
    r"""4913 | .*~ | \#.*\# | .*\.sw[a-px-z] | .*\.py[co] | .*\.(?:tmp|bak|orig|rej) | .*___jb_(?:tmp|old)___
    """,
    re.VERBOSE,
)
"""What vim, emacs, PyCharm, patch and Python leave beside the files they write."""
_PYCACHE = "__pycache__"


class Scope:
    """The folders that are watched, and what in them counts.

    `named` are files that jobs were found to depend on, wherever they are: these count always, and
    their folders are watched, too. Folders that builds write to do not count, nor do hidden ones.
    """

    def __init__(self, config: Config, named: Iterable[str] = ()) -> None:
        self.config = config
        self._trees = _outermost([*config.method_folders, config.inputs])
        self._written = [
            str(folder)
            for folder in (
                *config.workdirs.values(),
                config.results,
                config.urd,
                config.root / ".axtui",
            )
        ]
        self._alone: set[str] = {str(config.path)}
        self.add(named)

    def add(self, named: Iterable[str]) -> bool:
        """More files that jobs depend on; whether a folder has to be watched that was not before."""
        before = set(self._folders())
        self._alone.update(path for path in named if not self._is_written(path))
        return not before.issuperset(self._folders())

    def counts(self, path: str) -> bool:
        """Whether a change of this file can matter."""
        if path in self._alone:
            return True
        tree = self.tree_of(path)
        return tree is not None and not self._is_written(path) and _is_plain(path[len(tree) :])

    def tree_of(self, path: str) -> str | None:
        """The watched tree that a path lies in."""
        return next((tree for tree in self._trees if _below(path, tree)), None)

    def in_inputs(self, path: str) -> bool:
        """Whether it is one of the input folder's."""
        return _below(path, str(self.config.inputs))

    def name(self, path: str) -> str:
        """A path as it is told: relative to the workspace where it lies in it."""
        root = str(self.config.root)
        return path[len(root) + 1 :] if _below(path, root) else path

    def roots(self) -> Iterator[tuple[str, bool]]:
        """(folder, whether with all below it) of what has to be watched. A tree that holds a folder
        which does not count is split, so that its thousands of files are not watched."""
        for tree in self._trees:
            yield from self._split(tree)
        for folder in self._folders():
            yield folder, False

    def files(self) -> Iterator[str]:
        """All files that are there now and count."""
        for tree in self._trees:
            yield from self._walk(tree)
        yield from (path for path in self._alone if self.tree_of(path) is None)

    def _folders(self) -> set[str]:
        """Folders of files outside the trees, and the outermost that is there of those that are gone."""
        found = set()
        for path in self._alone:
            folder = os.path.dirname(path)  # noqa: PTH120 - for hundreds of paths
            while self.tree_of(path) is None and folder and not os.path.isdir(folder):  # noqa: PTH112
                folder = os.path.dirname(folder)  # noqa: PTH120
            if self.tree_of(path) is None:
                found.add(folder)
        return found

    def _is_written(self, path: str) -> bool:
        return any(path == folder or _below(path, folder) for folder in self._written)

    def _split(self, folder: str) -> Iterator[tuple[str, bool]]:
        if not Path(folder).is_dir():
            return
        inner = [path for path in self._written if _below(path, folder)]
        hidden = any(entry.name.startswith(".") for entry in _folders_in(folder))
        if not inner and not hidden:
            yield folder, True
            return
        yield folder, False
        for entry in _folders_in(folder):
            if _counts_folder(entry.name) and not self._is_written(entry.path):
                yield from self._split(entry.path)

    def _walk(self, folder: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(folder))
        except OSError:
            return
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if _counts_folder(entry.name) and not self._is_written(entry.path):
                    yield from self._walk(entry.path)
            elif _counts_file(entry.name) and entry.is_file():
                yield entry.path


def _folders_in(folder: str) -> list[os.DirEntry[str]]:
    try:
        return [entry for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _outermost(folders: Iterable[Path]) -> list[str]:
    found: list[str] = []
    for folder in sorted({str(folder) for folder in folders}):
        if not any(folder == other or _below(folder, other) for other in found):
            found.append(folder)
    return found


def _below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_plain(below: str) -> bool:
    *folders, name = Path(below.lstrip(os.sep)).parts
    return _counts_file(name) and all(map(_counts_folder, folders))


def _counts_folder(name: str) -> bool:
    return not name.startswith(".") and name != _PYCACHE


def _counts_file(name: str) -> bool:
    return not name.startswith(".") and not _DROPPING.fullmatch(name)
