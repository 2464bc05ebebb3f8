"""From stories to a plan: when each drive comes and goes, in frames, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from axtui.errors import UserError

from ..report.words import terabytes
from .blocks import Block, Wanted, arrange
from .clock import Clock, spread
from .lettering import width
from .page import Page
from .places import give_places

# More names than this cannot be taken in; the smallest models then share a block.
MOST_BLOCKS = 36
OPENING_SECONDS = 2.4
ENDING_SECONDS = 3.5
# How long a place is still taken when its drive has failed, or was removed.
FAILING_SECONDS = 1.5
REMOVING_SECONDS = 0.7


@dataclass(frozen=True)
class Span:
    """The frames of the movie: how many a second, in all, and between which the days go by."""

    fps: int
    frames: int
    first: float
    last: float

    @classmethod
    def of(cls, seconds: float, fps: int) -> Span:
        """The frames of a movie of that length; opening and ending have at most a third of it."""
        frames = max(round(seconds * fps), 2)
        opening = min(OPENING_SECONDS, seconds / 6) * fps
        ending = min(ENDING_SECONDS, seconds / 6) * fps
        return cls(fps, frames, opening, frames - 1 - ending)


@dataclass(frozen=True)
class Lives:
    """The drives, one value per life: what is known, in the order of model and serial number.

    Days are day numbers (`date.toordinal`); `model` is the number of a name in `names`. A drive
    that never told its capacity has that of its model, one without a clock is new when it comes.
    """

    names: list[str]
    model: np.ndarray
    first_day: np.ndarray
    last_day: np.ndarray
    born: np.ndarray
    failed: np.ndarray
    capacity: np.ndarray

    @classmethod
    def from_table(cls, stories: Any) -> Lives:
        """The lives of an Arrow table with the columns of `drive_stories`."""
        coded = stories["model"].combine_chunks().dictionary_encode()
        model = coded.indices.to_numpy()
        known = stories["capacity_bytes"].fill_null(0).to_numpy()
        of_model = np.zeros(len(coded.dictionary), np.int64)
        np.maximum.at(of_model, model, known)
        first = _day_numbers(stories["first_day"])
        born = _day_numbers(stories["born"].combine_chunks().fill_null(date(1970, 1, 1)))
        return cls(
            names=coded.dictionary.to_pylist(),
            model=model,
            first_day=first,
            last_day=_day_numbers(stories["last_day"]),
            born=np.where(stories["born"].is_null().to_numpy(), first, born),
            failed=stories["failed"].to_numpy(),
            capacity=np.where(known > 0, known, of_model[model]),
        )


def _day_numbers(days: Any) -> np.ndarray:
    """Arrow dates, which count from 1970, as the day numbers of Python."""
    return days.cast("int32").to_numpy() + float(date(1970, 1, 1).toordinal())


def events(lives: Lives, clock: Clock) -> tuple[np.ndarray, np.ndarray]:
    """The frames in which drives come and go; a drive that stays goes at infinity.

    What happened between two days of the files is spread over the time between them, so that in
    the frame that shows a day of the files all is as the files say.
    """
    before = clock.before(lives.first_day)
    share = _turns(lives.first_day, lives.model)
    comes = clock.frame(before + (lives.first_day - before) * share)

    goes = np.full(len(comes), np.inf)
    for gone, start, stop in (
        (lives.failed, clock.before(lives.last_day), lives.last_day),
        (
            ~lives.failed & (lives.last_day < clock.days[-1]),
            lives.last_day,
            clock.after(lives.last_day),
        ),
    ):
        share = _turns(lives.last_day[gone], lives.model[gone])
        goes[gone] = clock.frame(start[gone] + (stop[gone] - start[gone]) * share)
    return np.minimum(comes, goes), goes


def _turns(day: np.ndarray, model: np.ndarray) -> np.ndarray:
    """Fractions of the time before each day, such that the models take turns."""
    within_model = spread(day * (model.max(initial=0) + 1) + model)
    order = np.argsort(within_model, kind="stable")
    shares = np.empty(len(day))
    shares[order] = spread(day[order])
    return shares


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


def stand(lives: Lives, comes: np.ndarray, free: np.ndarray, page: Page) -> Stand:
    """Find a place for each drive, which it has from the frame `comes` to the frame `free`.

    Raises UserError if there are more drives than the picture has room for.
    """
    groups = [np.flatnonzero(lives.model == model) for model in range(len(lives.names))]
    places = [_placed(members, comes, free) for members in groups]
    order = sorted(range(len(groups)), key=lambda model: (-max(places[model]), lives.names[model]))
    for kept in range(min(len(order), MOST_BLOCKS), 0, -1):
        parted = [[model] for model in order[:kept]]
        if kept < len(order):
            parted = [*parted[:-1], order[kept - 1 :]]
        chosen = [_together(models, groups, places, comes, free) for models in parted]
        wanted = [
            _wanted(models, lives, members, max(places_of) + 1, page)
            for models, (members, places_of) in zip(parted, chosen, strict=True)
        ]
        arranged = arrange(wanted, page.field)
        if arranged is not None:
            pitch, blocks = arranged
            block, place = np.empty(len(comes), int), np.empty(len(comes), int)
            for number, (members, places_of) in enumerate(chosen):
                block[members], place[members] = number, places_of
            return Stand(pitch, blocks, block, place)
    raise UserError(
        f"a picture of {page.width} x {page.height} has no room for a square for each of "
        f"{len(comes):,} drives; ask for a larger one (options width and height)"
    )


def _placed(members: np.ndarray, comes: np.ndarray, free: np.ndarray) -> list[int]:
    return give_places(comes[members].tolist(), free[members].tolist())


def _together(
    models: list[int],
    groups: list[np.ndarray],
    places: list[list[int]],
    comes: np.ndarray,
    free: np.ndarray,
) -> tuple[np.ndarray, list[int]]:
    """The drives of a block, of one model or several, and their places."""
    if len(models) == 1:
        return groups[models[0]], places[models[0]]
    members = np.concatenate([groups[model] for model in models])
    return members, _placed(members, comes, free)


def _wanted(
    models: list[int],
    lives: Lives,
    members: np.ndarray,
    places: int,
    page: Page,
) -> Wanted:
    """A block with the room that its name and its largest counts need."""
    if len(models) == 1:
        name, size = lives.names[models[0]], int(lives.capacity[members].max())
        capacity = terabytes(size) if size else ""
    else:
        name, capacity = f"{len(models)} other models", ""
    counts = f"{places:,} drives   {int(lives.failed[members].sum()):,} failed"
    room = max(
        width(f"{name}  ", page.name_face) + width(capacity, page.count_face),
        width(counts, page.count_face),
    )
    return Wanted(name, capacity, places, room)


def opening_wave(stand: Stand, page: Page, span: Span) -> np.ndarray:
    """When the drives of the first day appear: from the left upper corner on, while nothing else."""
    reach = stand.x / page.width + stand.y / page.height / 2
    return span.first * 0.8 * reach / max(reach.max(), 1e-9)
