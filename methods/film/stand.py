"""Where the drives stand: a block for each model, a place in it for each drive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from axtui.errors import UserError

from ..report.words import terabytes
from .blocks import Block, Wanted, arrange
from .lettering import width
from .page import Page
from .places import give_places, most_at_once
from .plan import Lives, Span

# More names than this cannot be taken in; the smallest models then share a block. Down to ENOUGH
# blocks they also do where that makes all squares so much larger that it is worth the names.
MOST_BLOCKS = 36
ENOUGH_BLOCKS = 16


@dataclass(frozen=True)
class Stand:
    """Where the drives stand: the distance of places, the blocks, and each drive's place."""

    pitch: int
    blocks: list[Block]
    block: np.ndarray
    place: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """Left edges of the drives' squares."""
        left, columns = self._of_blocks("x"), self._of_blocks("columns")
        return left + self.pitch * (self.place % columns)

    @property
    def y(self) -> np.ndarray:
        """Upper edges of the drives' squares."""
        top, columns = self._of_blocks("y"), self._of_blocks("columns")
        return top + self.pitch * (self.place // columns)

    def _of_blocks(self, name: str) -> np.ndarray:
        return np.array([getattr(block, name) for block in self.blocks])[self.block]


@dataclass(frozen=True)
class _Group:
    """The drives of a block: which models, which lives, how many of them there are ever at once."""

    models: list[int]
    members: np.ndarray
    size: int


def stand(lives: Lives, comes: np.ndarray, free: np.ndarray, page: Page) -> Stand:
    """Find a place for each drive, which it has from the frame `comes` to the frame `free`.

    Raises UserError if there are more drives than the picture has room for.
    """
    best: tuple[int, list[Block], list[_Group]] | None = None
    best_worth = 0.0
    for groups in _partings(lives, comes, free):
        if best is not None and len(groups) < ENOUGH_BLOCKS:
            break
        arranged = arrange([_wanted(group, lives, page) for group in groups], page.field)
        if arranged is None:
            continue
        shared = groups[-1].size if len(groups[-1].models) > 1 else 0
        worth = arranged[0] * (1 - shared / sum(group.size for group in groups)) ** 3
        if best is None or worth > best_worth:
            best, best_worth = (*arranged, groups), worth
    if best is None:
        raise UserError(
            f"a picture of {page.width} x {page.height} has no room for a square for each of "
            f"{len(comes):,} drives; ask for a larger one (options width and height)"
        )
    pitch, blocks, groups = best
    block, place = np.empty(len(comes), int), np.empty(len(comes), int)
    for number, group in enumerate(groups):
        those = group.members
        block[those] = number
        place[those] = give_places(comes[those].tolist(), free[those].tolist())
    return Stand(pitch, blocks, block, place)


def _partings(lives: Lives, comes: np.ndarray, free: np.ndarray) -> Iterator[list[_Group]]:
    """The models as groups, the largest first: each for itself, then ever more of the smallest as one."""

    def group(models: list[int]) -> _Group:
        members = np.flatnonzero(np.isin(lives.model, models))
        return _Group(models, members, most_at_once(comes[members], free[members]))

    single = [group([model]) for model in range(len(lives.names))]
    single.sort(key=lambda group: (-group.size, lives.names[group.models[0]]))
    if len(single) <= MOST_BLOCKS:
        yield single
    for kept in range(min(len(single) - 2, MOST_BLOCKS - 1), -1, -1):
        others = [model for group in single[kept:] for model in group.models]
        yield [*single[:kept], group(others)]


def _wanted(group: _Group, lives: Lives, page: Page) -> Wanted:
    """A block with the room that its name and its largest counts need."""
    note = ""
    if len(group.models) == 1:
        name = lives.names[group.models[0]]
        capacity = int(lives.capacity[group.members].max())
        note = terabytes(capacity) if capacity else ""
    else:
        name = f"{len(group.models)} other models"
    failed = int(lives.failed[group.members].sum())
    counts = f"{group.size:,} drives   {failed:,} failed"
    room = max(
        width(f"{name}  ", page.name_face) + width(note, page.count_face),
        width(counts, page.count_face),
    )
    return Wanted(name, note, group.size, room)


def opening_wave(stand: Stand, page: Page, span: Span) -> np.ndarray:
    """When the drives of the first day appear: from the left upper corner on, while nothing else."""
    reach = stand.x / page.width + stand.y / page.height / 2
    return span.first * 0.8 * reach / max(reach.max(), 1e-9)
