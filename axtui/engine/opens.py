"""Files that code opens for reading while a method runs, noted as its inputs.

An audit hook sees every `open` of Python code, whoever calls it. It cannot see files opened by
compiled libraries (Arrow, DuckDB); those are reached through the data layer or named as inputs.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from importlib.util import source_from_cache
from pathlib import Path
from types import FrameType

from axtui.engine.places import OWN, Places, prefixes
from axtui.engine.source import is_frozen

_WATCHED = frozenset(("open", "os.listdir", "os.scandir"))
_KERNEL = ("/proc/", "/dev/", "/sys/")
_SYSTEM = (
    "/bin/",
    "/etc/",
    "/lib/",
    "/lib64/",
    "/nix/",
    "/opt/",
    "/run/",
    "/sbin/",
    "/snap/",
    "/usr/",
    "/var/",
)
_SYSTEM_MAC = ("/Applications/", "/Library/", "/System/", "/private/etc/", "/private/var/")


class OpenWatch:
    """Calls `note("input", path=...)` once for each regular file read.

    Left out are: `excluded` folders (workdirs, the job's own, axtui's own state), installed places,
    what the kernel invents, source files that are recorded as modules (`is_source`), files that
    this process wrote itself, and temporary files unless they lie below one of `roots` (the
    workspace, the input directory). Of files opened by a library on its own account, those of the
    system and hidden ones (settings, caches) are left out too.
    """

    def __init__(
        self,
        note: Callable[..., None],
        places: Places,
        *,
        roots: Iterable[Path | str],
        excluded: Iterable[Path | str],
        is_source: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self.active = False
        self._note = note
        self._places = places
        self._is_source = is_source
        self._roots = prefixes(roots)
        self._excluded = (*_KERNEL, *prefixes(excluded))
        self._temporary = prefixes([tempfile.gettempdir()])
        self._system = (*_SYSTEM, *(_SYSTEM_MAC if sys.platform == "darwin" else ()))
        self._system += prefixes([sys.prefix, sys.base_prefix])
        self._settled: set[str] = set()
        self._busy = threading.local()
        self._hooked = False

    def start(self) -> None:
        """Watch until `stop`. The hook itself stays in the process for good."""
        if not self._hooked:
            sys.addaudithook(self._hook)
            self._hooked = True
        self.active = True

    def stop(self) -> None:
        """Stop watching."""
        self.active = False

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if event not in _WATCHED or not self.active or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            if event == "open":
                self._opened(*args)
            else:
                self._listed(*args)
        except Exception:
            pass  # a note that fails must not become an error of the user's open()
        finally:
            self._busy.now = False

    def _opened(self, path: object, mode: object = None, flags: object = 0) -> None:
        if not isinstance(path, (str, bytes)) or not isinstance(flags, int):
            return
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - the name as given is the fact
        if name in self._settled:
            return
        if flags & os.O_ACCMODE == os.O_WRONLY or flags & os.O_TRUNC:
            self._settled.add(name)  # from now on its content is this process's own
            return
        if name.endswith(".pyc") and os.sep + "__pycache__" + os.sep in name:
            name = source_from_cache(name)
        if self._never(name):
            self._settled.add(name)
            return
        reader = self._reader()
        if reader is None or (not is_frozen(reader.f_globals) and self._librarys(name)):
            return
        if not os.path.lexists(name):
            if is_frozen(reader.f_globals):  # libraries look for their settings in many places
                self._note("absent", path=name)
            return
        if stat.S_ISREG(os.stat(name).st_mode):  # noqa: PTH116
            self._settled.add(name)
            if not self._is_source(name):
                self._note("input", path=name)

    def _listed(self, path: object = None) -> None:
        """User code lists a folder, itself or through `glob`, `pathlib` or `os.walk`."""
        if path is not None and not isinstance(path, (str, bytes)):
            return
        name = os.path.abspath(os.fsdecode(path or "."))  # noqa: PTH100
        if (name + os.sep) in self._settled or self._never(name + os.sep) or _importing():
            return
        reader = self._reader()
        if reader is not None and is_frozen(reader.f_globals):
            self._settled.add(name + os.sep)
            self._note("listing", path=name)

    def _never(self, name: str) -> bool:
        if name.startswith(self._excluded) or not self._places.outside(name):
            return True
        return name.startswith(self._temporary) and not name.startswith(self._roots)

    def _librarys(self, name: str) -> bool:
        """Whether a file looks like a library's own rather than data it was asked to read."""
        if name.startswith(self._roots):
            return False
        return name.startswith(self._system) or os.sep + "." in name

    def _reader(self) -> FrameType | None:
        """The innermost frame outside the standard library; None if it is axtui's own."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        innermost = frame
        while frame is not None and self._places.in_library(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is None:
            return innermost  # a thread that runs library code alone
        ours = frame.f_code.co_filename.startswith(OWN) and not is_frozen(frame.f_globals)
        return None if ours else frame


def _importing() -> bool:
    """Whether it is the import system that looks into a folder."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back if frame.f_code.co_filename == __file__ else None
    return False
