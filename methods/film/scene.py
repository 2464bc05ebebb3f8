"""What there is to draw: the drives of the plan, and what holds in each frame."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from .blocks import Block
from .clock import Clock
from .page import Page


@dataclass(frozen=True)
class Counts:
    """What the figures of a frame are. Capacity is in bytes."""

    running: int
    failures: int
    capacity: int


@dataclass(frozen=True)
class Scene:
    """The fleet in time and space.

    Arrays have a value per life: `cell` is the number of its place among all places, block after
    block; `comes` and `goes` are frames, `goes` infinite for a drive that stays; `born` is a day.
    """

    page: Page
    fps: int
    frames: int
    clock: Clock
    pitch: int
    blocks: list[Block]
    block: np.ndarray
    cell: np.ndarray
    comes: np.ndarray
    goes: np.ndarray
    failed: np.ndarray
    born: np.ndarray
    capacity: np.ndarray

    @classmethod
    def from_plan(cls, plan: dict[str, Any], drives: Any) -> Scene:
        """The scene of a `plan.json` and the Arrow table of its dataset."""
        blocks = [Block(**block) for block in plan["blocks"]]
        drives = drives.sort_by([(name, "ascending") for name in ("block", "y", "x", "comes")])
        column = {name: drives[name].to_numpy() for name in drives.column_names if name != "goes"}
        block, pitch = column["block"], plan["pitch"]
        left, top, columns = (
            np.array([getattr(each, name) for each in blocks])[block]
            for name in ("x", "y", "columns")
        )
        row = (column["y"] - top) // pitch
        place = row * columns + (column["x"] - left) // pitch
        return cls(
            page=Page(plan["width"], plan["height"]),
            fps=plan["fps"],
            frames=plan["frames"],
            clock=Clock.over(
                [date.fromisoformat(day) for day in plan["days"]],
                plan["first_frame"],
                plan["last_frame"],
            ),
            pitch=pitch,
            blocks=blocks,
            block=block,
            cell=_first_cells(blocks)[:-1][block] + place,
            comes=column["comes"],
            goes=drives["goes"].fill_null(np.inf).to_numpy(),
            failed=column["failed"],
            born=column["born"],
            capacity=column["capacity_bytes"],
        )

    @cached_property
    def first_cells(self) -> np.ndarray:
        """The number of the first place of each block, and how many there are in all."""
        return _first_cells(self.blocks)

    @cached_property
    def failures(self) -> np.ndarray:
        """The frames of all failures, in order."""
        return np.sort(self.goes[self.failed])

    @cached_property
    def _moments(self) -> list[tuple[np.ndarray, ...]]:
        """Per block: frames of coming, of going, of failures; the last is for all blocks."""
        members = [self.block == number for number in range(len(self.blocks))]
        return [
            (
                np.sort(self.comes[those]),
                np.sort(self.goes[those]),
                np.sort(self.goes[those & self.failed]),
            )
            for those in [*members, np.ones(len(self.block), bool)]
        ]

    def counts(self, frame: float) -> Counts:
        """The figures of all drives."""
        running, failures = self._counted(-1, frame)
        there = (self.comes <= frame) & (frame < self.goes)
        return Counts(running, failures, int(self.capacity[there].sum()))

    def counts_of_block(self, number: int, frame: float) -> tuple[int, int]:
        """How many drives of a block run, and how many have failed so far."""
        return self._counted(number, frame)

    def busiest_frame(self) -> int:
        """The frame in which the most failures of the last second can be seen, and many drives."""
        frames = np.arange(self.frames)
        fails, running = self._moments[-1][2], self._moments[-1][0]
        recent = np.searchsorted(fails, frames) - np.searchsorted(fails, frames - self.fps)
        there = np.searchsorted(running, frames) - np.searchsorted(self._moments[-1][1], frames)
        return int(np.argmax((recent + 1) * there))

    def _counted(self, number: int, frame: float) -> tuple[int, int]:
        comes, goes, fails = (
            int(np.searchsorted(moments, frame, side="right")) for moments in self._moments[number]
        )
        return comes - goes, fails


def _first_cells(blocks: list[Block]) -> np.ndarray:
    return np.cumsum([0, *(block.columns * block.rows for block in blocks)])
