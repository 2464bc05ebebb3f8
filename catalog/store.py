"""The catalog's file as a file: copied, replaced, moved aside, looked into."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.errors import CatalogError, CatalogNewerError
from catalog.layout import UNBORN_SUFFIX, database_path, journal_folder, sync_folder, try_flock
from catalog.schema import attach, refuse_newer, version_of

_KEPT_ASIDE = 3
_SIGNALLED = "Query interrupted"
"""What DuckDB says, as a RuntimeError, in place of what the handler of a signal raised within it."""
# Errors of the machine, not of the file: no reason to think a catalog damaged.
_MACHINE_ERRORS = tuple(
    os.strerror(number)
    for number in (
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.EMFILE, errno.ENFILE),
        *(errno.ENOSPC, errno.EDQUOT, errno.ENOMEM),
    )
)


class DamagedError(Exception):
    """The file is not a catalog that can be read; the message is the reason."""


@dataclass
class State:
    """What a catalog says of itself."""

    version: int
    definitions: str
    complete: bool
    positions: dict[str, int] = field(default_factory=dict)


@contextlib.contextmanager
def connection(path: Path, *, read_only: bool) -> Iterator[Any]:
    """A DuckDB connection with the catalog file at `path` attached, closed at the end.

    Extensions are never fetched. Ctrl-C while a statement runs raises KeyboardInterrupt.
    """
    import duckdb

    settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    con = duckdb.connect(config=settings)
    try:
        attach(con, path, read_only=read_only)
        yield con
    except RuntimeError as error:
        if str(error) == _SIGNALLED:
            raise KeyboardInterrupt from None
        raise
    finally:
        con.close()


@contextlib.contextmanager
def transaction(path: Path) -> Iterator[Any]:
    """A connection that writes to the file at `path`; at the end all is in the one file. Where it fails
    the file is of no use."""
    with connection(path, read_only=False) as con:
        con.execute("BEGIN")
        yield con
        con.execute("COMMIT")
        con.execute("CHECKPOINT catalog")


@contextlib.contextmanager
def discarded(scratch: Path) -> Iterator[None]:
    """Remove the scratch file and its log, if they are still there, however the work ends."""
    try:
        yield
    finally:
        for path in (scratch, scratch.with_name(scratch.name + ".wal")):
            path.unlink(missing_ok=True)


def read_state(path: Path, migrations: Path | None = None) -> State | None:
    """The state of the catalog at `path`; None if there is no such file.

    Raises DamagedError if it is no readable catalog, CatalogNewerError if it is of a newer
    program, CatalogError if the machine refuses to open it.
    """
    import duckdb

    if not path.exists():
        return None
    try:
        with path.open("rb"):
            pass
        with connection(path, read_only=True) as con:
            state = State(*version_of(con))
            refuse_newer(state.version, path, migrations)
            found = con.execute("SELECT journal, position FROM journal_position").fetchall()
            state.positions = dict(found)
            return state
    except CatalogNewerError:
        raise
    except OSError as error:
        raise CatalogError(f"cannot read {path}: {error.strerror}") from error
    except (duckdb.Error, CatalogError) as error:
        raise explain(path, error) from error


def explain(path: Path, error: Exception) -> Exception:
    """What an error met on opening or reading a catalog means: see `read_state`."""
    import duckdb

    text = str(error)
    if "version number" in text and "only read" in text:
        return CatalogNewerError(
            f"{path} was written by a newer DuckDB than {duckdb.__version__}: install that one, "
            "or run `axtui reindex` to rebuild the catalog for this one"
        )
    if "lock on file" in text:
        return CatalogError(f"{path} is held open for writing by another program: close it there")
    if isinstance(error, duckdb.OutOfMemoryException) or any(t in text for t in _MACHINE_ERRORS):
        return CatalogError(f"cannot read {path}: {text}")
    return DamagedError(text.splitlines()[0] if text else type(error).__name__)


def check(path: Path) -> None:
    """Read every value of the catalog at `path`. Raises DamagedError at the first it cannot."""
    import duckdb

    try:
        with connection(path, read_only=True) as con:
            version_of(con)
            tables = con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
            ).fetchall()
            for (table,) in tables:
                con.execute(f'SELECT max(hash(COLUMNS(*))) FROM "{table}"').fetchall()
    except (duckdb.Error, CatalogError) as error:
        raise explain(path, error) from error


def scratch_path(folder: Path) -> Path:
    """A new name for the copy that a fold works on; `sweep` knows such names."""
    return folder / f".catalog-{os.getpid()}-{secrets.token_hex(4)}.fold"


def sweep(folder: Path) -> None:
    """Remove what killed folds and killed writers left. Only with the fold lock held."""
    for path in folder.glob(".catalog-*.fold*"):
        path.unlink(missing_ok=True)
    for path in journal_folder(folder).glob(f".*{UNBORN_SUFFIX}"):
        with dead_journal(path) as dead:
            if dead:
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def dead_journal(path: Path) -> Iterator[bool]:
    """Whether no process holds the journal any more; while it yields True, none can take it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        yield try_flock(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def copy(source: Path, target: Path) -> None:
    """Copy a file; in the kernel, sharing blocks, where the file system can. Raises OSError."""
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, target)
        return
    with source.open("rb") as read, target.open("wb") as write:
        left = os.fstat(read.fileno()).st_size
        try:
            while left > 0:
                done = os.copy_file_range(read.fileno(), write.fileno(), left)
                if done == 0:
                    break
                left -= done
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
                raise
        if left > 0:
            read.seek(0)
            write.seek(0)
            write.truncate()
            shutil.copyfileobj(read, write, 1 << 20)


def publish(folder: Path, scratch: Path) -> None:
    """Put the finished file in the catalog's place, durably, in one step. Raises OSError."""
    handle = os.open(scratch, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    target = database_path(folder)
    # A log beside the old file can only be of someone who wrote to it by hand; it does not fit.
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    scratch.rename(target)
    sync_folder(folder)


def set_aside(folder: Path) -> Path:
    """Move a damaged catalog out of the way, keep a few of such, and return where it is now."""
    path = database_path(folder)
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%dT%H%M%S')}")
    while aside.exists():
        aside = aside.with_name(aside.name + "x")
    path.rename(aside)
    for old in sorted(folder.glob(f"{path.name}.damaged-*"))[:-_KEPT_ASIDE]:
        if old.is_file():
            old.unlink()
    return aside
