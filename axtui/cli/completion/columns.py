"""What can stand where columns are asked for: those of the datasets that are on the line already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from axtui.cli.completion import values
from axtui.errors import AcceleratorError

if TYPE_CHECKING:
    from axtui.workspace import Workspace

_PLACES = ("words", "dataset")
"""The parameters in which commands take datasets."""


@values.completer
def columns(workspace: Workspace, ctx: click.Context, incomplete: str) -> Iterator[values.Item]:
    """The names of columns, with their types; nothing as long as no dataset is named."""
    from axtui.build.specs import Specs
    from axtui.data import dsmeta

    specs = Specs(workspace)
    for word in _given(ctx):
        with suppress(AcceleratorError):
            meta = dsmeta.load(dsmeta.join_ref(*specs.dataset(word)))
            for name, raw in meta.raw["columns"].items():
                yield values.Item(name, help=raw["type"])


def _given(ctx: click.Context) -> Iterator[str]:
    """The words that may be datasets."""
    for place in _PLACES:
        given = ctx.params.get(place) or ()
        yield from [given] if isinstance(given, str) else given
    yield from ctx.args


def searched(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[values.Item]:
    """What stands behind `axtui grep`: a pattern, of which nothing can be known, unless `-e` has said
    it; then datasets and columns."""
    if not (ctx.params.get("words") or ctx.params.get("regexp")):
        return []
    return values.either(values.dataset_specs, columns)(ctx, parameter, incomplete)
