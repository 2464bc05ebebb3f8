"""Imports of a build script, which runs in the builder's own process: frozen like a method's, then undone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from axtui.engine.imports import Recorder
from axtui.engine.loaded import folders
from axtui.engine.places import MethodFolder, Places
from axtui.engine.source import FrozenSource


@contextmanager
def script_imports(
    workspace: Path, method_folders: Sequence[MethodFolder], source: Path | None
) -> Iterator[Recorder]:
    """While the block runs, user modules are imported anew and from `source` (None: from where they
    are); afterwards none is left.

    So a script sees the files as they are now, however long this process has been running.
    """
    places = Places(workspace, method_folders)
    recorder = Recorder(places, method_folders, FrozenSource(source, places))
    path_before, modules_before = list(sys.path), dict(sys.modules)
    recorder.take_finder()
    try:
        yield recorder
    finally:
        sys.meta_path.remove(recorder)
        sys.path[:] = path_before
        for name, module in list(sys.modules.items()):
            if modules_before.get(name) is not module and (
                name.partition(".")[0] == "accelerator" or any(map(places.outside, folders(module)))
            ):
                del sys.modules[name]
        for name, module in modules_before.items():  # what was dropped to be imported anew
            sys.modules.setdefault(name, module)
