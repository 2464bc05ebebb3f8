"""Reading CSV files as blocks of whole lines: plain, gzip or inside a zip, with clear errors."""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from axtui.data.filestamp import Stamp, stamp
from axtui.errors import StorageError, UserError
from axtui.standard.inflate import Inflated

BLOCK_BYTES = 256 << 10
"""Small enough that the arrays over a block stay in the processor's cache."""
LINE_LIMIT = 16 << 20
_GZIP_MAGIC = b"\x1f\x8b"


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what may go wrong while reading `name` into one clear error."""
    try:
        yield
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UserError(f"{name} is a damaged compressed file: {error}; get a fresh copy") from None
    except zipfile.BadZipFile as error:
        raise UserError(f"{name} is a damaged zip file: {error}; get a fresh copy") from None
    except FileNotFoundError:
        raise UserError(f"there is no input file {name}") from None
    except IsADirectoryError:
        raise UserError(f"{name} is a folder where a file is meant") from None
    except PermissionError:
        raise UserError(f"{name} may not be read: permission denied") from None
    except OSError as error:
        raise StorageError(f"{name} could not be read: {error}") from error


@contextmanager
def open_csv(path: str | Path) -> Iterator[BinaryIO]:
    """A plain or gzip file, opened for reading what is in it. Raises UserError if it cannot be, or
    if the file was changed before the block ended."""
    with unchanged(path), ExitStack() as stack:
        with reading(str(path)):
            raw = stack.enter_context(Path(path).open("rb"))
            packed = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
        yield cast(BinaryIO, stack.enter_context(gzip.open(raw))) if packed else raw


def plain_size(path: str | Path) -> int | None:
    """The bytes of a file that is not packed; None for one that is."""
    with reading(str(path)), Path(path).open("rb") as file:
        return None if file.read(2) == _GZIP_MAGIC else Path(path).stat().st_size


@contextmanager
def open_zip(path: str | Path) -> Iterator[zipfile.ZipFile]:
    """A zip file. Raises UserError if it is none, or was changed before the block ended."""
    with unchanged(path):
        with reading(str(path)):
            found = zipfile.ZipFile(path)
        with found:
            yield found


@contextmanager
def open_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
) -> Iterator[IO[bytes]]:
    """A file inside a zip, opened for reading what is in it (it may itself be a gzip file). `name`
    is what messages call it."""
    with reading(name):
        try:
            with archive.open(member) as peeked:
                packed = peeked.read(2) == _GZIP_MAGIC
            path = Path(str(archive.filename))
            opened = Inflated(path, member) if Inflated.can(member) else archive.open(member)
        except NotImplementedError as error:
            raise UserError(f"{name} is compressed in a way Python cannot read: {error}") from None
        except RuntimeError as error:  # encrypted
            raise UserError(f"{name} cannot be unpacked: {error}") from None
    with ExitStack() as stack:
        stack.enter_context(opened)
        stream = stack.enter_context(gzip.open(cast(IO[bytes], opened))) if packed else opened
        yield cast(IO[bytes], stream)


@contextmanager
def unchanged(path: str | Path) -> Iterator[None]:
    """Hold that a file is the same after the block as before. Raises UserError if it is not."""
    before = _stamp(path)
    yield
    if _stamp(path) != before:
        raise UserError(f"{path} was changed while it was being read; import it again")


def _stamp(path: str | Path) -> Stamp | None:
    try:
        return stamp(os.stat(path))  # noqa: PTH116
    except OSError:
        return None


def line_blocks(
    stream: IO[bytes], name: str, line_end: int, block_bytes: int = BLOCK_BYTES
) -> Iterator[bytes]:
    """The content of a stream in blocks that end where a line ends (the last one may not).

    Raises UserError for a line over 16 MiB, and for what `reading` catches.
    """
    end = bytes([line_end])
    rest: list[bytes] = []
    waiting = 0
    while True:
        with reading(name):
            piece = stream.read(block_bytes)
        if not piece:
            break
        cut = piece.rfind(end) + 1
        if cut:
            if waiting + piece.find(end) > LINE_LIMIT:
                _too_long(name)
            yield b"".join([*rest, piece[:cut]])
            rest, waiting = [], 0
        rest.append(piece[cut:])
        waiting += len(piece) - cut
        if waiting > LINE_LIMIT:
            _too_long(name)
    if waiting:
        yield b"".join(rest)


def _too_long(name: str) -> None:
    raise UserError(
        f"{name} has a line of more than {LINE_LIMIT >> 20} MiB; is it a CSV file, "
        "and is the option newline right?"
    )
