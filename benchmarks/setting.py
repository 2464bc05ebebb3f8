"""What a comparison is run with."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peer import installed

ROWS = {"S": 100_000, "M": 1_000_000, "L": 10_000_000}
"""Rows of the large inputs, by size."""


@dataclass(frozen=True)
class Setting:
    """Where inputs and environments are kept, the environment with the Accelerator (None: it is left
    out), how large inputs are, how many slices both have, and how often each is run."""

    folder: Path
    real: Path | None
    size: str = "M"
    slices: int = 2
    runs: int = 3

    @property
    def rows(self) -> int:
        """Rows of the large inputs."""
        return ROWS[self.size]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that all comparisons have."""
    parser.add_argument("--folder", type=Path, default=Path(".benchmarks"), help="keeps inputs")
    parser.add_argument("--size", choices=ROWS, default="M", help="100,000, 1 or 10 million rows")
    parser.add_argument("--slices", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3, help="so many of each, in turn")
    parser.add_argument("--ours", action="store_true", help="leave the Accelerator out")


def setting_of(given: argparse.Namespace) -> Setting:
    """The setting that the options say; the Accelerator is installed for it where it is not there."""
    given.folder.mkdir(parents=True, exist_ok=True)
    folder = given.folder.resolve()
    real = None if given.ours else installed(folder)
    return Setting(folder, real, given.size, given.slices, given.runs)
