"""`csvimport_zip`: the CSV files in a zip become a chain of datasets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any
from zipfile import ZipFile, ZipInfo

from axtui.accelerator import OptionEnum, status
from axtui.standard.a_csvimport import options as csv_options
from axtui.standard.csvformat import csv_format
from axtui.standard.csvheader import Header
from axtui.standard.csvslices import Plan, import_lines, import_share, result
from axtui.standard.csvsource import BLOCK_BYTES, line_blocks, open_member, open_zip
from axtui.standard.csvwriters import begin, cores, plan, processes_for, share_of
from axtui.standard.zipmembers import Member, choose, is_little, share_out

description = """
The CSV files in a zip become datasets, one each, all in one job.

Takes all options of csvimport, where filename is the zip. Without inside_filenames all files are
imported, but for those macOS adds (__MACOSX, ._x, .DS_Store); datasets are named after their file.
If the datasets are chained, or there is only one, the last of them is the default dataset too.

chaining:  off          no chain
           on           by_dict if inside_filenames is given, else by_ziporder
           by_filename  in the order of the file names
           by_dsname    in the order of the dataset names
           by_dict      in the order of inside_filenames (pass an OrderedDict)
           by_ziporder  in the order of the zip
"""


options: dict[str, Any] = {
    **csv_options,
    "inside_filenames": {},  # {file in the zip: name of its dataset}; empty: all files
    "chaining": OptionEnum("off on by_filename by_dsname by_dict by_ziporder").on,
    "include_re": "",  # import only files whose path matches (anywhere; use ^ and $)
    "exclude_re": "",  # and of these not those that match this
    "strip_dirs": False,  # names in inside_filenames, of datasets and for sorting have no folders
}

datasets = ("previous",)
jobs = ()

HEADER_BYTES = 64 << 10
Todo = list[tuple[Member, int | None, Plan]]
"""What to import, the process that does (None: all together), and the plan for it."""


def prepare(job: Any, options: Any, datasets: Any, slices: int) -> Todo:
    """Choose the members and read their labels, so that each has its writers; import all of it where
    that is little."""
    todo: Todo = []
    line_end = csv_format(options).line_end
    counts = None
    with open_zip(job.input_filename(options.filename)) as archive:
        infos = archive.infolist()
        members = choose(infos, options)
        here = is_little([member.size for member in members], slices)
        team = min(slices, cores())
        owners = share_out([member.size for member in members], team)
        for member, owner in zip(members, owners, strict=True):
            name = _name(options, member)
            info = infos[member.index]
            with _opened(archive, info, name, options, HEADER_BYTES) as (header, labels):
                needed = processes_for(header, line_end, len(labels), slices, member.size)
            together = not here and (owner is None or needed > 1)
            after = todo[-1][2] if todo and options.chaining != "off" else None
            made = plan(
                job,
                options,
                name,
                labels,
                dataset=member.dataset,
                previous=datasets.previous,
                after=after,
                for_single_slice=None if together or here else owner,
                team=max(team, needed) if together else 0,
            )
            todo.append((member, None if together else owner, made))
        if here:
            counts = {
                member.dataset: _imported(archive, member, made, options, slices)
                for member, _, made in todo
            }
    if counts is not None:  # only now, as the zip must not have changed meanwhile
        job.finish_early(synthesis(todo, [counts], job, options, slices))
    return todo


def _imported(
    archive: ZipFile, member: Member, made: Plan, options: Any, slices: int
) -> dict[str, list[int]]:
    """Import a member into all slices of its dataset."""
    with _opened(archive, archive.infolist()[member.index], made.name, options) as (header, _):
        return import_lines(made, header, slices)


def analysis(
    sliceno: int, prepare_res: Todo, job: Any, options: Any, slices: int
) -> dict[str, dict[str, list[int]]]:
    """Import the members that are this process's into all slices of their datasets, and of those that
    are imported together its share of slices."""
    mine = [one for one in prepare_res if one[1] == sliceno or sliceno < one[2].team]
    done: dict[str, dict[str, list[int]]] = {}
    if not mine:
        return done
    with open_zip(job.input_filename(options.filename)) as archive, status("importing") as update:
        infos = archive.infolist()
        for number, (member, owner, todo) in enumerate(mine, 1):
            update(f"importing {member.path} ({number} of {len(mine)})")
            if owner is not None:
                done[member.dataset] = _imported(archive, member, todo, options, slices)
                continue
            opened = partial(_opened, archive, infos[member.index], todo.name, options)
            with opened() as (header, _):
                share = share_of(sliceno, slices, todo.team)
                done[member.dataset] = import_share(todo, header, slices, share, opened)
    return done


@contextmanager
def _opened(
    archive: ZipFile, info: ZipInfo, name: str, options: Any, size: int = BLOCK_BYTES
) -> Iterator[tuple[Header, list[str]]]:
    line_end = csv_format(options).line_end
    with open_member(archive, info, name) as stream:
        yield begin(options, name, line_blocks(stream, name, line_end, size))


def synthesis(
    prepare_res: Todo, analysis_res: Any, job: Any, options: Any, slices: int
) -> dict[str, Any]:
    """Make the last dataset the default one."""
    counts: dict[str, list[dict[str, list[int]]]] = {}
    for part in analysis_res:
        for dataset, lines in part.items():
            counts.setdefault(dataset, []).append(lines)
    kinds = {"default": "good", "bad": "bad", "skipped": "skipped"}
    last: dict[str, Any] = {}
    for _, _, made in prepare_res:
        writers = {name: getattr(made, kind) for name, kind in kinds.items()}
        last = {name: writer.finish() for name, writer in writers.items() if writer is not None}
    if options.chaining != "off" or len(prepare_res) == 1:
        for name, dataset in last.items():
            if dataset.name != name:
                dataset.link_to_here(name)
    members = {
        member.dataset: result(counts[member.dataset], slices) for member, _, _ in prepare_res
    }
    return result(chain.from_iterable(counts.values()), slices) | {"datasets": members}


def _name(options: Any, member: Member) -> str:
    return f"{options.filename}:{member.path}"
