"""What living builds use: how a build keeps `gc` from removing a job between finding and using it.

Each session has a file `.inuse/HOST-PID-RANDOM.jobs` in each workdir that it uses jobs of, with the
ids of these jobs, and holds a lock on it as long as it lives. It adds an id, and looks whether the job
is there, while it shares the lock of the workdir; `gc` reads all these files, and takes jobs away,
while it holds that lock alone. So a job is either claimed before `gc` looks, and stays, or taken
away before the claim, and the build sees that it is gone. A claim covers all that the job rests on.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from axtui.build.workdirusers import note_user
from axtui.data import jobdir
from axtui.data.disk import Disk, explain, explained

FOLDER = ".inuse"
_LOCK = "lock"
_COLLECTOR = "collector"
_SUFFIX = ".jobs"


class InUse:
    """The claims of one session, in all workdirs of its workspace. Threads may share it."""

    def __init__(self, workdirs: Mapping[str, Path], config: Path | None = None) -> None:
        """`config` is the configuration file of the workspace: in each workdir that the session uses
        it is noted (`workdirusers`), so that `gc` knows of it when the session is over."""
        self._workdirs, self._config = workdirs, config
        self._claimed: set[str] = set()
        self._open: dict[str, _Claims | None] = {}
        self._mutex = threading.Lock()

    def claim(self, jobid: str) -> bool:
        """Whether the job is complete and there; it then stays there as long as this session lives.

        A second claim costs nothing, the first a few system calls. In a workdir that this user
        cannot write to, nothing can be claimed, and the answer is only about now.
        """
        if jobid in self._claimed:
            return True
        workdir, _ = jobdir.split_jobid(jobid)
        if workdir not in self._workdirs:
            return False
        path = f"{self._workdirs[workdir]}/{jobid}"
        with self._mutex:
            claims = self._enter(workdir)
            if claims is None:
                there = jobdir.is_complete(path)
            else:
                there = claims.add_and_look(jobid, path)
            if there:
                self._claimed.add(jobid)
            return there

    def allocate(self, disk: Disk, workdir: str) -> tuple[str, Path]:
        """A new job directory (`jobdir.allocate`), which is this session's own from the first moment."""
        with self._entered(workdir) as claims:
            jobid, path = jobdir.allocate(disk, self._workdirs[workdir], workdir)
            if claims is not None:
                claims.add(jobid)
            self._claimed.add(jobid)
            return jobid, path

    def close(self) -> None:
        """The session ends. Its claims stay for a `gc` that is at work: what that decided to remove
        it decided before it could know of this session's builds."""
        with self._mutex:
            for claims in self._open.values():
                if claims is not None:
                    claims.close()
            self._open.clear()
            self._claimed.clear()

    def _enter(self, workdir: str) -> _Claims | None:
        """This session's claims in a workdir; to be called with the mutex."""
        if workdir not in self._open:
            self._open[workdir] = _start(self._workdirs[workdir])
            if self._config is not None and self._open[workdir] is not None:
                note_user(self._workdirs[workdir], self._config)
        return self._open[workdir]

    @contextlib.contextmanager
    def _entered(self, workdir: str) -> Iterator[_Claims | None]:
        with self._mutex:
            claims = self._enter(workdir)
            if claims is None:
                yield None
                return
            with claims.shared():
                yield claims


class _Claims:
    """The open file of one session in one workdir."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._gate = _open(folder / _LOCK)
        host = "".join(c if c.isalnum() else "_" for c in os.uname().nodename)[:64]
        self._path = folder / f"{host}-{os.getpid()}-{os.urandom(4).hex()}{_SUFFIX}"
        with self.shared():
            self._own = _open(self._path)
            fcntl.flock(self._own, fcntl.LOCK_EX)

    @contextlib.contextmanager
    def shared(self) -> Iterator[None]:
        fcntl.flock(self._gate, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def add(self, jobid: str) -> None:
        try:
            os.write(self._own, f"{jobid}\n".encode())
        except OSError as error:
            raise explain(error, "write", self._path) from error

    def add_and_look(self, jobid: str, path: str) -> bool:
        """Claim a job; whether it is there. In few steps: it is done for each job looked up."""
        fcntl.flock(self._gate, fcntl.LOCK_SH)
        try:
            self.add(jobid)
            return jobdir.is_complete(path)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def close(self) -> None:
        with self.shared():
            if _is_free(self._folder / _COLLECTOR):
                self._path.unlink(missing_ok=True)
            os.close(self._own)
        os.close(self._gate)


def _start(workdir: Path) -> _Claims | None:
    folder = workdir / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        return _Claims(folder)
    except PermissionError:
        return None
    except OSError:
        if os.access(workdir, os.W_OK):
            raise
        return None


# -- the side of gc


class Collector:
    """What `gc` holds of one workdir: no other `gc` is at work in it meanwhile.

    Made before anything is decided: from then on no claim is lost, whatever becomes of its session.
    """

    def __init__(self, workdir: Path, waiting: Callable[[int], None]) -> None:
        """Waits for another `gc`; `waiting` is told its process then. Raises StorageError where the
        workdir cannot be written to."""
        self._folder = workdir / FOLDER
        with explained("lock", self._folder):
            self._folder.mkdir(exist_ok=True)
            self._gate = _open(self._folder / _LOCK)
            self._fd = _open(self._folder / _COLLECTOR)
            if not self._try():
                waiting(int(os.pread(self._fd, 32, 0).split(b"\n")[0] or b"0"))
                fcntl.flock(self._fd, fcntl.LOCK_EX)
            os.ftruncate(self._fd, 0)
            os.write(self._fd, f"{os.getpid()}\n".encode())

    def _try(self) -> bool:
        with self.alone():  # a session that ends looks at this lock, too
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """While this lasts nobody claims a job, nor makes one. Keep it short: builds wait."""
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def forget_the_dead(self) -> None:
        """Remove the claims of sessions that are gone. Only before deciding, and `alone`: what those
        sessions made is in the job directories by now."""
        for path in _claim_files(self._folder):
            if _is_free(path):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let another `gc` in."""
        os.close(self._gate)
        os.close(self._fd)


def claimed(workdir: Path, living: bool = False) -> set[str]:
    """The jobs that sessions have claimed in a workdir (`living`: those that have not ended)."""
    found: set[str] = set()
    for path in _claim_files(workdir / FOLDER):
        if living and _is_free(path):
            continue
        with contextlib.suppress(FileNotFoundError):
            found.update(path.read_text().split())
    return found


def dead_sessions(workdir: Path) -> list[Path]:
    """Claims of sessions that ended without taking them back. They do no harm; `gc` removes them."""
    return [path for path in _claim_files(workdir / FOLDER) if _is_free(path)]


def _claim_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{_SUFFIX}"))


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)


def _is_free(path: Path) -> bool:
    """Whether no living process holds the lock of a file."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return not path.exists()
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(fd)
    return True
