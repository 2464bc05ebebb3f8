"""Loading libraries into a process that stages are forked from, and the proof that they may be.

What is loaded here, all those stages share. So nothing may have happened but that modules were loaded:
no thread, process, connection or open file is left, nothing is printed or written, no random number
drawn that anybody keeps, no folder or signal handler changed, and no module of the user's loaded. Who
finds otherwise ends the process; the stages import the libraries themselves, as if there were none.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axtui.data.filestamp import Stamp
from axtui.engine.draws import Draws
from axtui.engine.environ import EnvironWatch
from axtui.engine.finder import KEPT
from axtui.engine.libraries import Libraries, files, installed, stamps, state
from axtui.engine.loaded import Brought, folders
from axtui.engine.places import Places
from axtui.engine.warmth import thread_count

_MOST = 1 << 29
"""Bytes of memory that libraries may take."""
_LONGEST = 60
"""Seconds until an import that hangs is ended, for which stages wait."""
_ACTS = (
    *("socket.", "subprocess.", "shutil.", "signal.", "sqlite3.", "tempfile."),
    *("os.exec", "os.fork", "os.posix_spawn", "os.system", "os.chdir", "os.mkdir", "os.remove"),
    *("os.rename", "os.link", "os.symlink", "os.truncate", "os.chmod"),
)
"""How audit events begin that are no mere import."""
_CACHE = f"{os.sep}__pycache__{os.sep}"


class NotProvenError(Exception):
    """Something happened that stages must not share."""


def load(libraries: Libraries, places: Places) -> tuple[Brought, dict[str, Stamp | None]]:
    """Import them as a stage did: what is recorded of that, and the stamps of all files that count.

    Raises NotProvenError, or whatever the libraries raise, where they must not be shared: this process
    is of no use then.
    """
    signal.alarm(_LONGEST)  # as nothing handles that, it ends the process
    before, environ = set(sys.modules), EnvironWatch(lambda _: False)
    environ.install()
    with _Watch().at_work() as watch:
        for name in libraries["modules"]:
            importlib.import_module(name)
    environ.uninstall()
    signal.alarm(0)
    _agree(libraries, before, places, watch.asked)
    found = stamps({*files(libraries["modules"]), *watch.read})
    return Brought(environ.own, watch.draws.drawn), found


def _agree(libraries: Libraries, before: set[str], places: Places, asked: set[str]) -> None:
    """See that the same was loaded as in the stage, where names that were `asked` for may have been the
    user's."""
    users = {name.partition(".")[0] for name in libraries["sources"]} - KEPT
    if users & (asked | sys.modules.keys()):
        raise NotProvenError("a library imports a module of the user's")
    names = libraries["modules"]
    news = [sys.modules[name] for name in sys.modules.keys() - before - KEPT]
    if any(places.outside(folder) for module in news for folder in folders(module)):
        raise NotProvenError("a module of the user's was loaded")
    if not {*installed(before, places)} <= {*names} <= sys.modules.keys():
        raise NotProvenError("other modules were loaded")
    if state(stamps(files(names))) != libraries["state"]:
        raise NotProvenError("files are others")


class _Watch:
    """Sees what happens meanwhile: `read` are the files that were opened, `asked` the top-level names that
    were looked for."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.asked: set[str] = set()
        self.draws = Draws()
        self._seen: list[str] = []
        self._active = False

    @contextmanager
    def at_work(self) -> Iterator[_Watch]:
        """Raises NotProvenError at the end of the block if more was done than to import."""
        with tempfile.TemporaryFile() as output:
            with _output_to(output.fileno()), self.draws.noted():
                before = _facts()
                sys.addaudithook(self._hear)
                sys.meta_path.insert(0, self)
                self._active = True
                try:
                    yield self
                finally:
                    self._active = False
                    sys.meta_path.remove(self)
                after = _facts()
            printed = os.fstat(output.fileno()).st_size
        what = [name for name in before if name != "memory" and before[name] != after[name]]
        what += self._seen + self.draws.wrong + ["output"] * bool(printed)
        what += ["memory"] * (after["memory"] - before["memory"] > _MOST)
        if what:
            raise NotProvenError(", ".join(what))

    def find_spec(self, name: str, *_: Any) -> None:
        """What the import system asks; others answer it."""
        self.asked.add(name.partition(".")[0])

    def _note(self, what: str) -> None:
        self._seen.append(what)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._active:
            return
        if event == "open":
            path, _, flags = args
            name = os.fsdecode(path) if isinstance(path, (str, bytes)) else ""
            if _CACHE in name:
                return  # compiled modules, which may be written
            if not name or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
                self._note(f"open {path}")
            else:
                self.read.add(os.path.abspath(name))  # noqa: PTH100 - links stay as written
        elif event.startswith(_ACTS):
            self._note(event)


def _facts() -> dict[str, Any]:
    """What an import leaves as it was, and the bytes of memory."""
    import numpy

    told = (signal.getsignal(number) for number in signal.valid_signals())
    numbers = numpy.random.get_state(legacy=False)
    return {
        "threads": thread_count(),
        "open files": sorted(os.listdir("/proc/self/fd")),  # noqa: PTH208
        "children": _has_children(),
        "folder": os.getcwd(),  # noqa: PTH109
        "signals": list(told),
        "random numbers": pickle.dumps(numbers),
        "memory": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE"),
    }


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


@contextmanager
def _output_to(fd: int) -> Iterator[None]:
    """What this process and its libraries print goes there while the block runs."""
    kept = {number: os.dup(number) for number in (1, 2)}
    for number in kept:
        os.dup2(fd, number)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)
