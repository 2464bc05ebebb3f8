"""Which files of a zip to import, under which dataset names, and in which order."""

from __future__ import annotations

import re
import stat
import string
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from axtui.errors import UserError
from axtui.standard.sources import as_in_2021

_ALLOWED = frozenset(string.ascii_letters + string.digits + "._-")


@dataclass(frozen=True)
class Member:
    """A file in a zip: its place in the zip's list, its name (for sorting) and its dataset's."""

    index: int
    path: str
    name: str
    dataset: str
    size: int


def is_stray(path: str) -> bool:
    """Whether a file in a zip is one that macOS adds, which nobody means to import."""
    parts = path.split("/")
    return "__MACOSX" in parts[:-1] or parts[-1] == ".DS_Store" or parts[-1].startswith("._")


def choose(infos: Iterable[zipfile.ZipInfo], options: Mapping[str, Any]) -> list[Member]:
    """The files to import, in the order in which they are chained.

    Raises UserError where options contradict each other, a named file is missing, or none is left.
    """
    where = options["filename"]
    inside = dict(options["inside_filenames"])
    if inside and (options["include_re"] or options["exclude_re"]):
        raise UserError("give either inside_filenames or include_re/exclude_re, not both")
    files = [(index, info) for index, info in enumerate(infos) if not _is_folder(info)]
    if inside:
        found = _named(files, inside, options["strip_dirs"], where)
    else:
        found = _matching(files, options)
    if not found and options["chaining"] != "off":  # a chain must end in the default dataset
        raise UserError(f"{where} has no file to import: {_what_there_is(files)}")
    return _in_order(found, inside, options["chaining"])


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or stat.S_ISDIR(info.external_attr >> 16)


def _short(path: str, strip_dirs: bool) -> str:
    return path.rpartition("/")[2] if strip_dirs else path


def _named(
    files: list[tuple[int, zipfile.ZipInfo]],
    inside: Mapping[str, str],
    strip_dirs: bool,
    where: str,
) -> list[Member]:
    found: dict[str, Member] = {}
    for index, info in files:
        name = _short(info.filename, strip_dirs)
        if name in inside and name not in found:
            found[name] = Member(index, info.filename, name, inside[name], info.file_size)
    missing = [name for name in inside if name not in found]
    if missing:
        raise UserError(f"{where} has no file named {missing}; {_what_there_is(files)}")
    return list(found.values())


def _matching(files: list[tuple[int, zipfile.ZipInfo]], options: Mapping[str, Any]) -> list[Member]:
    include = _pattern("include_re", options["include_re"] or ".")
    exclude = _pattern("exclude_re", options["exclude_re"] or "^$")
    found: list[Member] = []
    taken: set[str] = set()
    for index, info in files:
        path = info.filename
        if is_stray(path) or not include.search(path) or exclude.search(path):
            continue
        name = _short(path, options["strip_dirs"])
        dataset = _dataset_name(name, taken, options["chaining"])
        taken.add(dataset)
        found.append(Member(index, path, name, dataset, info.file_size))
    return found


def _pattern(option: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise UserError(f"{option} is {text!r}, which is no regular expression: {error}") from None


def _dataset_name(name: str, taken: set[str], chaining: str) -> str:
    found = "".join(char if char in _ALLOWED else "_" for char in name)
    if found == "default" and chaining != "off":
        found = "default_"
    while found in taken:
        found += "_"
    return found


def _in_order(found: list[Member], inside: Mapping[str, str], chaining: str) -> list[Member]:
    if chaining == "by_dict" and not inside:
        raise UserError("chaining by_dict needs inside_filenames")
    if chaining == "by_filename":
        found.sort(key=lambda member: member.name)
    elif chaining == "by_dsname":
        found.sort(key=lambda member: member.dataset)
    elif chaining == "by_dict" or (chaining == "on" and inside and not as_in_2021()):
        order = list(inside)
        found.sort(key=lambda member: order.index(member.name))
    if chaining != "off" and any(member.dataset == "default" for member in found[:-1]):
        raise UserError('in a chain only the last dataset can be named "default"')
    return found


def _what_there_is(files: list[tuple[int, zipfile.ZipInfo]], most: int = 5) -> str:
    names = [info.filename for _, info in files if not is_stray(info.filename)]
    if not names:
        return "it holds no files"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"it holds {', '.join(names[:most])}{more}"


_EVEN = 1.3
_SMALL = 4 << 20
_FILE = 256 << 10
"""A slice's file of a hundred columns takes as long to make as so many bytes take to be read."""


def is_little(sizes: Sequence[int], slices: int) -> bool:
    """Whether members of these sizes are imported in less time than it takes to bring up processes."""
    return sum(sizes) + len(sizes) * slices * _FILE <= _SMALL


def share_out(sizes: Sequence[int], processes: int) -> list[int | None]:
    """The process that imports each member: the largest first, to whoever has least.

    Where that leaves one with much more than the others, the largest members are None: all processes
    import them together, which costs each of them unpacking the whole.
    """
    order = sorted(range(len(sizes)), key=lambda index: (-sizes[index], index))
    together = 0
    while True:
        load = [0] * processes
        found: list[int | None] = [None] * len(sizes)
        for index in order[together:]:
            least = min(range(processes), key=lambda process: (load[process], process))
            found[index] = least
            load[least] += sizes[index] + 1
        even = max(load) <= _EVEN * sum(load) / processes
        if even or together == len(order) or sizes[order[together]] < _SMALL:
            return found
        together += 1
