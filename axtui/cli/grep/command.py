"""`axtui grep`, from its options to its output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from itertools import cycle
from pathlib import Path
from typing import Any

import click

from axtui.build.grep.modules import user_modules
from axtui.build.grep.plan import Asked, Search, make_search
from axtui.build.grep.run import Lines, Progress, found_lines, found_places
from axtui.build.specs import Specs
from axtui.cli import colour, ctrl_t
from axtui.cli.arguments import given
from axtui.cli.face import Face
from axtui.cli.grep.colours import Colours
from axtui.cli.grep.form import Form
from axtui.cli.grep.news import news
from axtui.cli.grep.output import Output
from axtui.cli.grep.stripes import make_striper
from axtui.cli.grep.tabs import TabStops
from axtui.cli.grep.words import Words, sort_words
from axtui.data import context, dsmeta
from axtui.data.dataset import Dataset
from axtui.data.grep.patterns import make_patterns
from axtui.data.grep.search import Query
from axtui.data.pandaslater import spare_pandas
from axtui.errors import UserError

Options = Mapping[str, Any]
_PROGRAMS = ("axtui", "ax")


def grep(face: Face, options: Options) -> None:
    """Search, and write what is found. Raises UserError for what cannot be, UsageError for wrong use."""
    _check(options)
    specs = Specs(face.workspace())
    words = sort_words(
        lambda spec: dsmeta.join_ref(*specs.dataset(spec)),
        options["words"],
        options["regexp"],
        options["dataset"],
        options["column"],
        bool(options["not_column"]),
    )
    if not words.patterns or not words.datasets:
        raise click.UsageError("name a pattern, then datasets (and columns)")
    asked = _asked(options, words)
    most = options["max_count"]
    if most is not None and most < 1:
        return
    plan = make_search(asked, _datasets(specs, options, words.datasets))
    if not plan.parts:
        return
    form = _form(options, words, asked)
    raw = form.kind == "raw"
    striper = make_striper(form.lined_colours, raw) if options["lined"] else None
    output = Output(sys.stdout.buffer, most, asked.query.after, striper)
    progress = Progress(plan.tasks)
    if Path(sys.argv[0]).name in _PROGRAMS:
        spare_pandas()
    write = _list if asked.listing else _show
    with user_modules(face.workspace(), plan):
        write(plan, form, output, progress, bool(options["headers"]))


def _show(plan: Search, form: Form, output: Output, progress: Progress, headers: bool) -> None:
    headers = headers and form.kind != "json"
    parts = iter(plan.parts if headers else ())
    with found_lines(plan, form.write, progress) as found, _telling(progress):
        at = -1
        for task, lines in found:
            while headers and at < task.number:
                at += 1
                part = next(parts)
                if part.changes:
                    output.header(form.header(part.shown))
            if lines is None:
                output.end()
            else:
                output.lines(task, lines)
            if output.full:
                return


def _list(plan: Search, form: Form, output: Output, progress: Progress, headers: bool) -> None:
    if headers and form.kind != "json":
        output.header(form.header([], listing=True))
    with found_places(plan, progress, not form.show_slice) as found, _telling(progress):
        for task in found:
            sliceno = task.slices[0] if form.show_slice else None
            line = form.place(str(task.part.dataset), sliceno)
            output.lines(task, Lines([line], "M"))
            if output.full:
                return


def _telling(progress: Progress) -> Any:
    """CTRL-T, and SIGUSR1, tell how far it is."""
    if not progress.tasks:
        return nullcontext()
    tell = news(progress)
    return ctrl_t.asked(lambda: click.echo(tell(), err=True))


# -- from options to what is asked --------------------------------------------------------------------


def _check(options: Options) -> None:
    for one, other in (
        ("numeric", "fixed_strings"),
        ("column", "not_column"),
        ("grep", "dont_grep"),
    ):
        if options[one] and options[other]:
            names = [f"--{name.replace('_', '-')}" for name in (one, other)]
            raise click.UsageError(f"use {names[0]} or {names[1]}, not both")


def _asked(options: Options, words: Words) -> Asked:
    patterns = make_patterns(
        words.patterns, options["fixed_strings"], options["numeric"], options["ignore_case"]
    )
    listing = options["list_matching"] and not options["only_matching"]
    before, after = (0, 0) if listing else _context()
    unique = _unique()
    most = options["max_count"] if unique is None else None
    headers = options["headers"] and options["format_"] != "json"
    return Asked(
        Query(patterns, options["invert_match"], before, after, None if listing else most),
        _slices(options["slice_"]),
        tuple(words.columns),
        frozenset(options["not_column"]),
        frozenset(options["grep"]),
        frozenset(options["dont_grep"]),
        options["allow_missing_columns"],
        unique,
        options["ordered"],
        options["roundrobin"],
        fences=headers and not listing,
        listing=listing,
    )


def _context() -> tuple[int, int]:
    """(rows before, rows after); the last of -A, -B and -C that says so counts."""
    found = {"before_context": 0, "after_context": 0}
    for name, text in given("before_context", "after_context", "context"):
        names = found if name == "context" else (name,)
        found.update(dict.fromkeys(names, int(text or 0)))
    if min(found.values()) < 0:
        raise click.UsageError("context cannot be less than 0 rows")
    return found["before_context"], found["after_context"]


def _unique() -> frozenset[str] | None:
    """The columns of -u; none for all of them, None without it."""
    found: list[str] | None = None
    for _, column in given("unique"):
        found = [] if column is None else [*(found or ()), column]
    return None if found is None else frozenset(found)


def _slices(wanted: Iterable[int]) -> tuple[int, ...]:
    slices = context.active().slices
    for sliceno in wanted:
        if not 0 <= sliceno < slices:
            raise UserError(f"there is no slice {sliceno}: slices are 0 to {slices - 1}")
    return tuple(dict.fromkeys(wanted)) or tuple(range(slices))


def _datasets(specs: Specs, options: Options, references: Iterable[str]) -> list[Dataset]:
    datasets = [Dataset(reference) for reference in references]
    if not options["chain"]:
        return datasets
    lengths = cycle(options["chain_length"] or [-1])
    stops = cycle(options["stop_ds"] or [""])
    found: list[Dataset] = []
    for dataset, length, stop in zip(datasets, lengths, stops, strict=False):
        last = dsmeta.join_ref(*specs.dataset(stop)) if stop else None
        found += dataset.chain(length=length, stop_ds=last)
    return found


def _form(options: Options, words: Words, asked: Asked) -> Form:
    wanted = _wanted_colour()
    enabled = colour.on_stdout() if wanted == "auto" else wanted == "always"
    separator, tabs = _between()
    everything = words.patterns == [""] and not options["numeric"]
    only = options["only_matching"] and ("columns" if options["list_matching"] else "parts")
    return Form(
        asked.query.patterns,
        Colours(enabled),
        Colours(enabled, lined=options["lined"]),
        options["format_"],
        separator,
        tabs,
        options["show_dataset"],
        options["show_sliceno"],
        options["show_lineno"],
        only or "",
        enabled and not everything,
        options["ignore_case"],
        single=options["lined"] or options["max_count"] is not None,
    )


def _wanted_colour() -> str:
    found = "auto"
    for name, word in given("colour", "no_colour"):
        found = "never" if name == "no_colour" else (word or "always").lower()
    if found not in ("auto", "never", "always"):
        raise click.UsageError(f"--colour is auto, never or always, not {found!r}")
    return "never" if click.get_current_context().params["no_colour"] else found


def _between() -> tuple[str | None, TabStops]:
    """(what stands between fields, or None for tab stops; the tab stops). The last of -t and -T
    counts."""
    separator: str | None = None if sys.stdout.isatty() else "\t"
    tabs = TabStops()
    for name, text in given("separator", "tab_length"):
        assert text is not None
        if name == "separator":
            separator = text
        else:
            separator, tabs = None, tabs.changed(text)
    return separator, tabs
