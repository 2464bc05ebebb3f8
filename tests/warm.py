"""Programs that begin at once: forked from a process that has imported what they need.

`python tests/warm.py SOCKET BLANK` is that process. It listens at SOCKET, and ends when its stdin does.
Catalogs begin as copies of the empty one at BLANK, see `blankcatalog`, and are opened in DuckDB instances
that are kept, see `keptinstances`.
`Warm` starts one, and writes programs for a PATH (`axtui`, `ax`, `python`) that have it fork what they
are to run. Each program is a process of its own, with the arguments, folder, environment and open files
that it was given; only the imports are done. Anything else than a module of axtui runs in a Python of
its own, but for the code of `write_program`. To kill one is to kill the program that has it run, not it.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import io
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import time
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TextIO

_MODULES = ("axtui", "axtui.engine.start")
_LONGEST = 1 << 20

_PROGRAM = """#!{python} -ISs
import array, json, os, socket, sys
python, before = {python!r}, {before!r}
args = before + sys.argv[1:]
module = args[1:] if args[:1] == ["-P"] else args
if not before and (module[:1] != ["-m"] or module[1] not in {modules!r}):
    os.execv(python, [python, *args])
files = [int(name) for name in os.listdir("/dev/fd") if os.path.exists("/dev/fd/" + name)]
sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
sock.connect({socket!r})
asked = dict(args=args, files=files, cwd=os.getcwd(), environ=dict(os.environ), program=sys.argv[0])
data = json.dumps(asked).encode()
sock.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))])
code = sock.recv(64)
if not code:
    sys.exit("tests/warm.py has ended")
os._exit(int(code))
"""


class Warm:
    """A warm process, and the programs that it runs."""

    def __init__(self, folder: Path, hidden: Path, blank: Path) -> None:
        """`folder` is for its socket; modules in `hidden` come before those that are installed."""
        from axtui.engine.stageenv import SET_BY_ENGINE

        folder.mkdir(parents=True)
        self._socket = folder / "socket"
        environ = {**os.environ, **SET_BY_ENGINE, "PYTHONPATH": str(hidden)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", __file__, str(self._socket), str(blank)],
            stdin=subprocess.PIPE,
            env=environ,
        )
        deadline = time.monotonic() + 60
        while not self._socket.exists():
            assert self._process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)

    def write_programs(self, folder: Path) -> None:
        """Make `folder`, with `axtui`, `ax` and `python` in it."""
        folder.mkdir(parents=True)
        for name, before in (("axtui", ["-m", "axtui"]), ("ax", ["-m", "axtui"]), ("python", [])):
            self._write(folder / name, before)

    def write_program(self, folder: Path, name: str, code: str) -> Path:
        """Make a program `name` beside those in `folder`, which runs `code` with its arguments."""
        self._write(folder / name, ["-c", code])
        return folder / name

    def _write(self, path: Path, before: list[str]) -> None:
        path.write_text(
            _PROGRAM.format(
                python=sys.executable,
                before=before,
                modules=_MODULES,
                socket=str(self._socket),
            )
        )
        path.chmod(0o755)

    def end(self) -> None:
        """End it; what it has forked goes on."""
        self._process.communicate()


class _Server:
    def __init__(self, path: str) -> None:
        self._waiting: dict[int, socket.socket] = {}
        self._hears, self._rings = socket.socketpair()
        self._listens = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listens.bind(path + ".new")
        self._listens.listen(64)
        self._selector = selectors.DefaultSelector()
        Path(path + ".new").rename(path)

    def serve(self) -> dict[str, Any] | None:
        """Fork what is asked for. Returns in each child what it is to run, and None at the end."""
        for end in (self._hears, self._rings):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._rings.fileno(), warn_on_full_buffer=False)
        for source in (self._listens, self._hears, sys.stdin):
            self._selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._listens:
                    if asked := self._fork():
                        return asked
                elif key.fileobj is self._hears:
                    self._hears.recv(4096)
                    self._reap()
                else:
                    return None

    def _fork(self) -> dict[str, Any] | None:
        client, _ = self._listens.accept()
        room = socket.CMSG_SPACE(64 * array.array("i").itemsize)
        data, extra, _, _ = client.recvmsg(_LONGEST, room)
        files = array.array("i")
        for _, _, found in extra:
            files.frombytes(found)
        pid = os.fork()
        if pid == 0:
            asked: dict[str, Any] = json.loads(data)
            client.close()
            self._leave()
            _take_over(files, asked["files"])
            return asked
        for file in files:
            os.close(file)
        self._waiting[pid] = client
        return None

    def _leave(self) -> None:
        """Close what belongs to the server, so that nothing closes it later, when it is another's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for sock in (self._listens, self._hears, self._rings, *self._waiting.values()):
            sock.close()

    def _reap(self) -> None:
        while self._waiting:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            code = os.waitstatus_to_exitcode(status)
            with self._waiting.pop(pid) as client, contextlib.suppress(OSError):
                client.send(str(code if code >= 0 else 128 - code).encode())  # it may have gone


def _take_over(files: array.array[int], numbers: list[int]) -> None:
    """Have the files that were given under the numbers that they had, and no others."""
    above = max([*numbers, *files]) + 1
    moved = [os.dup2(file, above + index) for index, file in enumerate(files)]
    os.closerange(0, above)
    for file, number in zip(moved, numbers, strict=True):
        os.dup2(file, number)
        os.close(file)
    os.closerange(max(numbers) + 1, above + len(moved) + 64)


def _become(asked: dict[str, Any]) -> NoReturn:
    """Be the Python that was asked for, to its end."""
    args = asked["args"]
    atexit._clear()  # what the imports left is for the process that made them
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    time.tzset()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout, sys.stderr = _written(1), _written(2)
    sys.executable = str(Path(asked["program"]).with_name("python"))
    if args[0] == "-P":
        args = args[1:]
    else:
        sys.path.insert(0, asked["cwd"])
    code: Any = 0
    try:
        if args[0] == "-c":
            sys.argv = ["-c", *args[2:]]
            sys.modules["__main__"] = main = ModuleType("__main__")
            exec(args[1], vars(main))
        else:
            sys.argv = args[1:]
            runpy.run_module(args[1], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:
        code = 1
        traceback.print_exc()
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code or 0)


def _written(number: int) -> TextIO:
    """Standard output or standard error, buffered as Python does."""
    errors = "strict" if number == 1 else "backslashreplace"
    raw = io.FileIO(number, "w", closefd=False)
    if os.environ.get("PYTHONUNBUFFERED"):
        return io.TextIOWrapper(raw, "utf-8", errors, write_through=True)  # type: ignore[type-var]
    lines = number == 2 or raw.isatty()
    return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", errors, line_buffering=lines)


def _beside(name: str) -> ModuleType:
    """A module of this folder, which user code must not find."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Import, then serve."""
    import axtui.build.script
    import axtui.cli.progress_live
    import axtui.engine.forkserver  # noqa: F401
    import catalog.fold
    import catalog.read  # noqa: F401
    from axtui.cli.main import COMMANDS, module_of
    from axtui.engine import warmth

    blankcatalog, keptinstances = _beside("blankcatalog"), _beside("keptinstances")
    for name in COMMANDS:
        module_of(name)

    warmth.warm()
    blank = Path(sys.argv[2])
    if asked := _Server(sys.argv[1]).serve():
        with blankcatalog.copied(blank), keptinstances.kept():
            _become(asked)
    os._exit(0)  # DuckDB complains where it was imported only


if __name__ == "__main__":
    main()
