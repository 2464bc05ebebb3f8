"""JSON as the Accelerator writes and reads it: sets and tuples become lists, objects come as DotDict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axtui.accelerator.pickles import found, save
from axtui.data.files import Name, Saved, dump_json, load_json, parse_json

__all__ = ["json_decode", "json_encode", "json_load", "json_save"]


def json_encode(variable: Any, sort_keys: bool = True, as_str: bool = False) -> str | bytes:
    """`variable` as indented ASCII JSON: bytes, or text with `as_str`."""
    data = dump_json(variable, bool(sort_keys)).removesuffix(b"\n")
    return data.decode("ascii") if as_str else data


def json_decode(s: str | bytes, unicode_as_utf8bytes: bool = False) -> Any:
    """The value of a JSON text; its objects are DotDicts."""
    return parse_json(s, unicode_as_utf8bytes)


def json_save(
    variable: Any,
    filename: Name = "result.json",
    sliceno: int | None = None,
    sort_keys: bool = True,
    _encoder: Callable[..., Any] = json_encode,
    temp: bool | None = False,
    background: bool = False,
) -> Saved:
    """Save a value as JSON into a file of the running job, or any file where none runs."""
    return save(
        lambda: _encoder(variable, sort_keys=sort_keys) + b"\n",
        load_json,
        filename,
        sliceno,
        temp,
        background,
    )


def json_load(
    filename: Name = "result.json",
    jobid: Any = None,
    sliceno: int | None = None,
    unicode_as_utf8bytes: bool = False,
) -> Any:
    """The value of a JSON file: of a job, else of the running job, else any."""
    return load_json(found(filename, jobid, sliceno), unicode_as_utf8bytes)
