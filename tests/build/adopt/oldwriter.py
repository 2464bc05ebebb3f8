"""Writes old workdirs: the Accelerator's format on disk, as little of it as tests need."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import json
import pickle
import struct
import sys
import tarfile
import types
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Column = namedtuple("Column", "type compression location min max offsets none_support")
Column.__name__ = Column.__qualname__ = "_DatasetColumn_3_3"
Column.__module__ = "accelerator.dataset"


@contextlib.contextmanager
def _as_theirs() -> Iterator[None]:
    """While the block runs, their module is where pickle looks for the class of columns."""
    names = ("accelerator", "accelerator.dataset")
    before = {name: sys.modules.get(name) for name in names}
    for name in names:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["accelerator.dataset"]._DatasetColumn_3_3 = Column  # type: ignore[attr-defined]
    yield
    for name, module in before.items():
        if module is None:
            del sys.modules[name]
        else:
            sys.modules[name] = module


def pickled(value: Any) -> bytes:
    """As their metadata is pickled."""
    with _as_theirs():
        return pickle.dumps(value, 2)


# -- values --------------------------------------------------------------------------------------------


def _text(data: bytes | None) -> bytes:
    if data is None:
        return b"\xff\0\0\0\0"
    head = bytes([len(data)]) if len(data) < 255 else b"\xff" + struct.pack("=I", len(data))
    return head + data


def _number(value: Any) -> bytes:
    if value is None:
        return b"\0"
    if isinstance(value, float):
        return b"\x01" + struct.pack("=d", value)
    if -5 <= value <= 122:
        return bytes([0x80 | (value + 5)])
    for size, form in ((2, "h"), (4, "i"), (8, "q")):
        if -(1 << (size * 8 - 1)) <= value < 1 << (size * 8 - 1):
            return bytes([size]) + struct.pack("=" + form, value)
    size = value.bit_length() // 8 + 1
    return bytes([size]) + value.to_bytes(size, "little", signed=True)


def _moment(value: Any) -> bytes:
    if value is None:
        return bytes(8)
    date = value if isinstance(value, dt.datetime) else dt.date(1970, 1, 1)
    first = date.year << 14 | date.month << 10 | date.day << 5 | value.hour
    first |= (0x20000000 if value.tzinfo else 0) | (0x10000000 if value.fold else 0)
    return struct.pack("=II", first, value.minute << 26 | value.second << 20 | value.microsecond)


def _date(value: dt.date | None) -> bytes:
    return struct.pack("=I", 0 if value is None else value.year << 9 | value.month << 5 | value.day)


_NAN64 = bytes.fromhex("deaddeaddeadf0ff")[:: 1 if sys.byteorder == "little" else -1]
_NAN32 = bytes.fromhex("dead80ff")[:: 1 if sys.byteorder == "little" else -1]


def _fixed(form: str, none: bytes) -> Any:
    return lambda value: none if value is None else struct.pack("=" + form, value)


def _complex(form: str, none: bytes) -> Any:
    return lambda v: none * 2 if v is None else struct.pack("=" + form * 2, v.real, v.imag)


ENCODERS: Mapping[str, Any] = {
    "number": _number,
    "int64": _fixed("q", struct.pack("=q", -(1 << 63))),
    "int32": _fixed("i", struct.pack("=i", -(1 << 31))),
    "float64": _fixed("d", _NAN64),
    "float32": _fixed("f", _NAN32),
    "complex64": _complex("d", _NAN64),
    "complex32": _complex("f", _NAN32),
    "bool": lambda value: b"\xff" if value is None else bytes([value]),
    "datetime": _moment,
    "time": _moment,
    "date": _date,
    "bytes": _text,
    "ascii": lambda value: _text(None if value is None else value.encode("ascii")),
    "unicode": lambda value: _text(None if value is None else value.encode()),
    "json": lambda value: _text(json.dumps(value).encode()),
    "pickle": lambda value: _text(pickle.dumps(value, 4)),
}


def column_bytes(kind: str, values: Iterable[Any]) -> bytes:
    """One slice of a column as its file holds it."""
    return gzip.compress(b"".join(map(ENCODERS[kind], values)), 1)


# -- jobs ----------------------------------------------------------------------------------------------


class OldProject:
    """A project with one workdir `dev`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workdir = root / "workdirs" / "dev"
        self.workdir.mkdir(parents=True)
        (self.workdir / ".slices").write_text("2")

    def job(
        self,
        number: int,
        method: str = "words",
        *,
        setup: Mapping[str, Any] | None = None,
        post: Mapping[str, Any] | None = None,
        files: Mapping[str, bytes] | None = None,
        source: str = "def synthesis():\n    return 1\n",
    ) -> Path:
        """A finished job."""
        path = self.workdir / f"dev-{number}"
        path.mkdir()
        record: dict[str, Any] = {
            "version": 4,
            "jobid": path.name,
            "method": method,
            "package": "methods",
            "caption": "",
            "hash": "ab" * 20,
            "seed": 17,
            "slices": 2,
            "parent": None,
            "input_directory": "/in",
            "versions": {"python": "3.9.2 (main)", "accelerator": "2022.8.4"},
            "options": {},
            "datasets": {},
            "jobs": {},
        }
        (path / "setup.json").write_text(json.dumps(record | dict(setup or {})))
        ended: dict[str, Any] = {
            "version": 1,
            "starttime": 1_600_000_000.0 + number,
            "endtime": 1_600_000_000.5 + number,
            "exectime": {"prepare": 0.1, "per_slice": [0.2, 0.1], "synthesis": 0.1, "total": 0.5},
            "files": sorted(files or {}),
            "subjobs": {},
        }
        (path / "post.json").write_text(json.dumps(ended | dict(post or {})))
        for name, data in (files or {}).items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
        with tarfile.open(path / "method.tar.gz", "w:gz") as archive:
            info = tarfile.TarInfo(f"a_{method}.py")
            info.size = len(source)
            archive.addfile(info, io.BytesIO(source.encode()))
        return path

    def dataset(
        self,
        path: Path,
        columns: Mapping[str, tuple[str, list[list[Any]]]],
        *,
        name: str = "default",
        layout: str = "slices",
        linked: Mapping[str, Any] | None = None,
        **facts: Any,
    ) -> dict[str, Any]:
        """A dataset with `columns` {name: (type, values by slice)}, in a layout: 'slices', 'columns' (a
        file of each column) or 'one'; `linked` are columns of others. Its metadata."""
        folder = path / "DS"
        folder.mkdir(exist_ok=True)
        data = {
            label: [column_bytes(kind, part) if part else b"" for part in parts]
            for label, (kind, parts) in columns.items()
        }
        held: dict[str, Any] = {}
        merged = b""
        for at, (label, (kind, parts)) in enumerate(columns.items()):
            file = f"DS/{name}.d/%s.{chr(97 + at)}"
            offsets: list[Any] | None = None
            if layout == "slices":
                for sliceno, part in enumerate(data[label]):
                    self._write(path / (file % sliceno), part)
            else:
                place = len(merged) if layout == "one" else 0
                offsets = []
                for part in data[label]:
                    offsets.append(place if part else False)
                    place += len(part)
                merged += b"".join(data[label])
                file = f"DS/{name}.m" if layout == "one" else file % "m"
                if layout == "columns":
                    self._write(path / file, b"".join(data[label]))
            present = [v for part in parts for v in part if v is not None and v == v]
            ordered = kind in ("int64", "int32", "float64", "float32", "number", "date")
            low, high = (min(present), max(present)) if ordered and present else (None, None)
            none = any(v is None for part in parts for v in part)
            location = f"{path.name}/{file}"
            held[label] = Column(kind, "gzip", location, low, high, offsets, none)
        if layout == "one":
            self._write(path / "DS" / f"{name}.m", merged)
        first = next(iter(columns.values()))[1] if columns else []
        meta = {
            "version": (3, 3),
            "filename": None,
            "hashlabel": None,
            "caption": path.name,
            "columns": held | dict(linked or {}),
            "previous": None,
            "parent": None,
            "lines": [len(part) for part in first],
        } | facts
        (folder / f"{name}.p").write_bytes(pickled(meta))
        names = pickle.loads((folder / "LIST").read_bytes()) if (folder / "LIST").exists() else []
        (folder / "LIST").write_bytes(pickled([*names, name]))
        return meta

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        if data:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
