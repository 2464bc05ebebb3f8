"""What can stand where a job, a dataset, a method ... is asked for: values for the TAB key.

Each function is given to a parameter as its `shell_complete`. Nothing here may be slow: names come
from listing folders, help texts from small files, and neither from the catalog. What goes wrong
(no workspace, a wrong setting) completes to nothing.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from axtui.cli.completion.protocol import OPEN, VARIABLE
from axtui.cli.face import Face
from axtui.errors import AcceleratorError

if TYPE_CHECKING:
    from axtui.build.specs import Specs
    from axtui.workspace import Workspace

Item = CompletionItem[str]
Completer = Callable[[click.Context, click.Parameter, str], list[Item]]
_Source = Callable[["Workspace", click.Context, str], Iterable[Item]]
_MOST_READ = 1000
"""Of how many jobs, the newest, the records are read to see whether they have files."""
_MOST_DESCRIBED = 100
"""Help texts of jobs are read from their folders; the newest have one."""


def completer(source: _Source) -> Completer:
    """A completer of the items of `source` that begin with what was typed and are not there yet."""

    @functools.wraps(source)
    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[Item]:
        given = ctx.params.get(parameter.name or "")
        there = set(given) if isinstance(given, (tuple, list)) else set()
        try:
            workspace = _workspace(ctx)
            return [
                item
                for item in source(workspace, ctx, incomplete)
                if item.value.startswith(incomplete) and item.value not in there
            ]
        except (AcceleratorError, OSError):
            return []

    return complete


def either(*completers: Completer) -> Completer:
    """A completer of the items of several, in this order."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[Item]:
        found: dict[str, Item] = {}
        for one in completers:
            for item in one(ctx, parameter, incomplete):
                found.setdefault(item.value, item)
        return list(found.values())

    return complete


def _workspace(ctx: click.Context) -> Workspace:
    """The workspace that the options in front of the command name."""
    given = ctx.find_root().params
    return Face(given.get("workspace"), given.get("config_file")).workspace()


def _with_help() -> bool:
    """Whether the shell shows help texts; bash has no place for them."""
    return os.environ.get(VARIABLE) != "bash"


def _words(ctx: click.Context, name: str) -> set[str]:
    """The values of an argument on the line. Where an option waits for its value, click has not
    come to sort the arguments yet, and keeps them all apart."""
    value = ctx.params.get(name)
    found = [value] if isinstance(value, str) else list(value or ())
    return {*found, *ctx.args}


def _plain(names: Iterable[str]) -> Iterator[Item]:
    return (CompletionItem(name) for name in names)


# -- jobs and datasets


def _describe(specs: Specs, jobids: Iterable[str]) -> Iterator[Item]:
    """Job ids, the first ones with method and state."""
    from axtui.data import jobdir

    jobids = iter(jobids)
    for jobid in islice(jobids, _MOST_DESCRIBED if _with_help() else 0):
        yield CompletionItem(
            jobid, help=f"{specs.method(jobid)}, {jobdir.state(specs.path(jobid))}"
        )
    yield from _plain(jobids)


@completer
def job_ids(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Job ids, the newest first."""
    from axtui.build.specs import Specs

    specs = Specs(workspace)
    yield from _describe(specs, (job for job in specs.jobs() if job.startswith(incomplete)))


@completer
def _folders(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """A job may be named by its folder."""
    if incomplete.startswith((".", "/", "~")):
        yield CompletionItem(incomplete, type="dir")


@completer
def datasets(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Jobs that have datasets, the newest first, and behind the slash the names of datasets."""
    from axtui.build.specs import Specs
    from axtui.data import jobdir
    from axtui.data.dsmeta import DEFAULT

    specs = Specs(workspace)
    job, slash, _ = incomplete.partition("/")
    if slash and job:
        for name in specs.dataset_names(specs.job(job)):
            yield CompletionItem(f"{job}/{name}")
        return
    with_datasets = [
        jobid
        for jobid in specs.jobs()
        if jobid.startswith(incomplete) and (specs.path(jobid) / jobdir.DATASETS).is_dir()
    ]
    for item in _describe(specs, with_datasets):
        if jobdir.dataset_file(specs.path(item.value), DEFAULT).exists():
            yield item
        else:
            yield CompletionItem(f"{item.value}/", type=OPEN, help=item.help)


# -- code


@completer
def methods(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Methods, those of the workspace first."""
    from axtui.build.declared import first_line
    from axtui.build.methodfiles import find_methods

    for file in sorted(find_methods(workspace).values(), key=lambda file: file.standard):
        if file.name.startswith(incomplete):
            yield CompletionItem(file.name, help=first_line(file.path) if _with_help() else None)


@completer
def scripts(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Build scripts."""
    from axtui.build.declared import first_line
    from axtui.build.scripts import find_scripts

    for name, path in find_scripts(workspace).items():
        yield CompletionItem(name, help=first_line(path) if _with_help() else None)


@completer
def flags(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Flags that the scripts on the line ask for, and those that axtui knows."""
    from axtui.build.declared import flags_asked
    from axtui.build.scripts import find_scripts

    head, comma, _ = incomplete.rpartition(",")
    taken = set(head.split(","))
    wanted = _words(ctx, "scripts")
    own = {
        flag
        for name, path in find_scripts(workspace).items()
        if not wanted or name in wanted
        for flag in flags_asked(path)
    }
    for flag in [*sorted(own), "force_build", "why_build"]:
        if flag not in taken:
            yield CompletionItem(f"{head}{comma}{flag}")


@completer
def concurrency(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """`METHOD=` of every method."""
    from axtui.build.methodfiles import find_methods

    for name in sorted(find_methods(workspace)):
        yield CompletionItem(f"{name}=", type=OPEN)


job_specs = either(job_ids, scripts, methods, _folders)
"""Whatever names a job: its id, a build script, a method, a folder."""

dataset_specs = either(datasets, methods, _folders)
"""Whatever names a dataset: a job that has some, with its name behind a slash; a method."""


# -- what runs


@completer
def running(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Builds that run, by script and by id, and their jobs that run."""
    from axtui.build.live.watching import running as builds

    for build in builds(workspace):
        yield CompletionItem(build.script, help=f"build script, {build.build_job}")
        yield CompletionItem(build.build_job, help=f"build script {build.script}")
        for job in build.now().jobs:
            yield CompletionItem(job.jobid, help=job.method)


# -- the rest of a workspace


@completer
def workdirs(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Workdirs."""
    yield from (
        CompletionItem(name, help=str(path)) for name, path in workspace.config.workdirs.items()
    )


@completer
def results(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Linked results."""
    from axtui.build.results import job_of, linked_jobs

    for name, target in linked_jobs(workspace.config.results).items():
        yield CompletionItem(name, help=job_of(target))


@completer
def job_files(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """JOB/FILE: jobs that have files for others, and behind the slash the files."""
    from axtui.build.jobinfo import registered
    from axtui.build.specs import Specs

    specs = Specs(workspace)
    job, slash, _ = incomplete.partition("/")
    if slash and job:
        names = registered(specs.path(specs.job(job)))
        yield from _plain(f"{job}/{name}" for name in names)
        return
    begins = (jobid for jobid in specs.jobs() if jobid.startswith(incomplete))
    with_files = (one for one in islice(begins, _MOST_READ) if registered(specs.path(one)))
    for item in _describe(specs, with_files):
        yield CompletionItem(f"{item.value}/", type=OPEN, help=item.help)


@completer
def urd_entries(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Urd lists (those of others with their user), and behind the slash timestamps, latest first."""
    from axtui.build.urdstore import open_urd

    log = open_urd(workspace.config, patience=0.0)
    for path in log.list():
        for name in (path.removeprefix(f"{log.user}/"), path):
            if incomplete.startswith(f"{name}/"):
                for entry in reversed(log.entries(path)):
                    yield CompletionItem(f"{name}/{entry['timestamp']}", help=entry["caption"])
                return
        own = path.startswith(f"{log.user}/") and not incomplete.startswith(f"{log.user}/")
        yield CompletionItem(path.removeprefix(f"{log.user}/") if own else path)


@completer
def saved_queries(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """Saved queries."""
    from axtui.build.asking import query_folders
    from catalog.saved import saved_queries as saved

    for name, query in saved(query_folders(workspace)).items():
        yield CompletionItem(name, help=query.description)


@completer
def query_parameters(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[Item]:
    """`NAME=` of the parameters of the saved query on the line."""
    from axtui.build.asking import query_folders
    from catalog.saved import saved_queries as saved

    there = saved(query_folders(workspace))
    for name in _words(ctx, "query") & there.keys():
        for parameter in there[name].parameters:
            yield CompletionItem(f"{parameter.name}=", type=OPEN, help=parameter.text)
