"""The page of the API, from the signatures and docstrings of what user code gets into its hands."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

_HEAD = """\
# API

Every class and function that methods, build scripts and notebooks can use, with all arguments. For what
they are good for, with examples: [methods](../methods.md), [datasets](../datasets.md),
[build scripts](../scripts.md), [notebooks](../notebook.md).
(This page is made from the program: `python docs/_generate`.)
"""

_SECTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "In methods": (
        "What stage functions are given, and what `from accelerator import ...` has.",
        {
            "CurrentJob, the running `job`": "axtui.data.currentjob:CurrentJob",
            "build": "axtui.accelerator.subjobs:build",
            "status": "axtui.data.status:status",
            "OptionString": "axtui.engine.options:OptionString",
            "OptionEnum": "axtui.engine.options:OptionEnum",
            "RequiredOption": "axtui.engine.options:RequiredOption",
            "OptionDefault": "axtui.engine.options:OptionDefault",
            "Neutral": "axtui.engine.options:Neutral",
            "JobWithFile": "axtui.data.jobwithfile:JobWithFile",
        },
    ),
    "Jobs and datasets": (
        "What methods are given as input, and build scripts get back.",
        {
            "Job": "axtui.data.job:Job",
            "Dataset": "axtui.data.dataset:Dataset",
            "DatasetList": "axtui.data.chain:DatasetList",
            "DatasetChain": "axtui.data.chain:DatasetChain",
            "DatasetWriter": "axtui.data.writer:DatasetWriter",
        },
    ),
    "In build scripts": (
        "What `main(urd)` is given, and what that returns.",
        {
            "UrdSessions, sessions and look-ups of the `urd`": "axtui.build.urdsession:UrdSessions",
            "Urd, the `urd`": "axtui.build.urd:Urd",
            "Submitted, from `urd.submit`": "axtui.build.submit:Submitted",
            "JobList, `urd.joblist`": "axtui.data.joblist:JobList",
        },
    ),
    "In notebooks and scripts": (
        "What `axtui.open` gives: for reading only.",
        {
            "axtui.open": "axtui:open",
            "Workspace, from `axtui.open`": "axtui.notebook.workspace:Workspace",
            "Jobs, `ws.jobs`": "axtui.notebook.jobs:Jobs",
            "Job, `ws.job(...)`": "axtui.notebook.job:Job",
            "Dataset, `ws.dataset(...)`": "axtui.notebook.dataset:Dataset",
            "Chain, `ds.chain()`": "axtui.notebook.chain:Chain",
            "Table, `ws.sql(...)`": "axtui.notebook.table:Table",
            "File, `job.files[...]`": "axtui.notebook.files:File",
            "Result, `ws.result(...)`": "axtui.notebook.files:Result",
            "Urd, `ws.urd`": "axtui.notebook.urd:Urd",
            "Entry, `ws.urd.latest(...)`": "axtui.notebook.urd:Entry",
            "Listing, what has names": "axtui.notebook.listing:Listing",
        },
    ),
    "Errors": ("`from accelerator import ...` has them all.", {"": "axtui.errors:*"}),
}
"""Section -> what it says, and heading -> module:name."""

_INTERNAL = {
    "CurrentJob": {"publish"},
    "Job": {"directory"},
    "Dataset": {"meta", "quoted", "fragments"},
    "Result": {"told"},
    "DatasetWriter": {"create", "close", "writers", "hashcheck", "ds_name"},
    "UrdSessions": {"submissions", "built", "close"},
    "Submitted": {"run", "drop", "needs", "seen", "built"},
}
"""What axtui itself uses, of classes that users have in their hands."""

_WIDTH = 96


def api_page() -> str:
    """The text of docs/reference/api.md."""
    parts = [_HEAD]
    for title, (about, objects) in _SECTIONS.items():
        parts.append(f"## {title}\n\n{about}\n")
        for heading, place in objects.items():
            parts += _entry(heading, place)
    return "\n".join(parts)


def _entry(heading: str, place: str) -> Iterator[str]:
    module, _, name = place.partition(":")
    home = import_module(module)
    if name == "*":
        yield from _errors(home)
        return
    thing = getattr(home, name)
    yield f"### {heading}\n"
    if inspect.isclass(thing) and not issubclass(thing, BaseException):
        yield f"{_doc(thing)}\n"
        yield from _inherited(thing)
        yield from _members(thing)
    else:
        yield _signed(name, thing)


def _errors(module: Any) -> Iterator[str]:
    offered = import_module("axtui.accelerator").__all__
    yield "| error | is a | meaning |\n| --- | --- | --- |"
    for name, thing in vars(module).items():
        if name in offered and inspect.isclass(thing):
            meaning = _doc(thing).split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
            yield f"| `{name}` | `{thing.__mro__[1].__name__}` | {meaning} |"
    yield ""


def _inherited(thing: type) -> Iterator[str]:
    """That it has all of another class of this page."""
    for base in thing.__mro__[1:]:
        if base in _anchors():
            yield f"It has all of [{base.__name__}](#{_anchors()[base]}), and:\n"
            return


@functools.cache
def _anchors() -> dict[Any, str]:
    """Class -> the anchor of its heading."""
    found = {}
    for _, objects in _SECTIONS.values():
        for heading, place in objects.items():
            module, _, name = place.partition(":")
            thing = getattr(import_module(module), name, None)
            found[thing] = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
    return found


def _members(thing: type) -> Iterator[str]:
    """Public methods and properties, in the order of the source; what another class of this page has
    is told there."""
    told = {*_INTERNAL.get(thing.__name__, ())}
    for base in thing.__mro__:
        if base is not thing and base in _anchors():
            return
        if not base.__module__.startswith("axtui."):
            continue
        for name, member in vars(base).items():
            if name.startswith("_") or name in told or not _doc(member):
                continue
            told.add(name)
            yield from _member(thing.__name__, name, member)


def _member(owner: str, name: str, member: Any) -> Iterator[str]:
    if isinstance(member, (property, functools.cached_property)):
        yield f"#### {owner}.{name}\n\n{_doc(member)}\n"
        return
    if isinstance(member, (classmethod, staticmethod)):
        member = member.__func__
    if callable(member):
        yield f"#### {owner}.{name}()\n\n{_signed(name, member)}"


def _signed(name: str, function: Callable[..., Any]) -> str:
    return f"```text\n{_signature(name, function)}\n```\n\n{_doc(function)}\n"


def _signature(name: str, function: Callable[..., Any]) -> str:
    signature = inspect.signature(function)
    shown = [
        _parameter(each)
        for each in signature.parameters.values()
        if each.name not in ("self", "cls") and not each.name.startswith("_")
    ]
    returns = signature.return_annotation
    tail = "" if returns is inspect.Signature.empty else f" -> {_type(returns)}"
    line = f"{name}({', '.join(shown)}){tail}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {each}," for each in shown), f"){tail}"])


def _parameter(parameter: inspect.Parameter) -> str:
    empty = inspect.Parameter.empty
    text = str(parameter.replace(annotation=empty, default=empty))
    typed = parameter.annotation is not empty
    if typed:
        text += f": {_type(parameter.annotation)}"
    if parameter.default is not empty:
        text += f" = {_default(parameter.default)}" if typed else f"={_default(parameter.default)}"
    return text


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _default(value: Any) -> str:
    """A default as it is written; "..." for one that only says that nothing was given."""
    text = repr(value)
    return "..." if re.search(r"[<>]", text) and not isinstance(value, str) else text


def _doc(thing: Any) -> str:
    text = thing.__doc__ if not isinstance(thing, str) else None
    return inspect.cleandoc(text) if text else ""
