"""What a build is doing now, as lines of styled text."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable

import click

from axtui.build.live.nowtext import Piece, build_pieces, job_pieces
from axtui.build.live.state import State
from axtui.build.live.watching import LiveBuild
from axtui.cli.tables import cell_width, cut


def build_lines(state: State, now: float, about: str = "", width: int | None = None) -> list[str]:
    """A build: a line about itself, then its jobs, each with its subjobs below; styled, and cut to
    `width` cells where that is given. `now` is in seconds since 1970."""
    return [_styled(line, width) for line in build_pieces(state, now, about)]


def job_lines(state: State, jobid: str, now: float, width: int | None = None) -> list[str]:
    """One running job of a build, and its subjobs."""
    return [_styled(line, width) for line in job_pieces(state, jobid, now)]


def own_width() -> int | None:
    """The width of our terminal; None where there is none, and nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def about(build: LiveBuild) -> str:
    """Who runs a build, and where."""
    detached = ", detached" if build.log else ""
    return f"{build.user}, process {build.pid}{detached}"


def _styled(pieces: Iterable[Piece], width: int | None) -> str:
    made, left = "", width
    for text, style in pieces:
        if left is not None:
            text = cut(text, left) if left > 0 else ""
            left -= cell_width(text)
        if style in ("bold", "dim"):
            made += click.style(text, **{style: True}) if text else ""
        else:
            made += click.style(text, fg=style) if style and text else text
    return made
