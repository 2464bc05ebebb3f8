"""Where the drives stand: places are shared but never at once, blocks fit and do not overlap."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from axtui.errors import UserError
from methods.film.blocks import Block, Field, Wanted, arrange
from methods.film.page import Page
from methods.film.places import give_places, most_at_once
from methods.film.plan import Lives
from methods.film.stand import ENOUGH_BLOCKS, MOST_BLOCKS, stand

STAYS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30)), min_size=1, max_size=60)
FIELD = Field(x=10, y=20, width=900, height=500, label_height=30, gap_x=20, gap_y=10)
MODELS = st.lists(
    st.tuples(st.integers(1, 3000), st.integers(20, 200)), min_size=1, max_size=25
).map(lambda found: sorted(found, reverse=True))


@given(STAYS)
def test_nobody_stands_where_somebody_stands(stays: list[tuple[int, int]]) -> None:
    comes = [start for start, _ in stays]
    goes = [start + length for start, length in stays]
    places = give_places(comes, goes)
    together = sorted(zip(places, comes, goes, strict=True))
    for (place, _, gone), (next_place, came, _) in pairwise(together):
        assert place != next_place or gone <= came


@given(STAYS)
def test_no_more_places_than_ever_needed_at_once(stays: list[tuple[int, int]]) -> None:
    comes = [float(start) for start, _ in stays]
    goes = [start + length + 0.5 for start, length in stays]
    at_once = [sum(c <= moment < g for c, g in zip(comes, goes, strict=True)) for moment in comes]
    assert max(give_places(comes, goes)) + 1 == max(at_once)
    assert most_at_once(np.array(comes), np.array(goes)) == max(at_once)


@given(MODELS)
def test_blocks_are_in_the_field_with_room_for_all_and_do_not_overlap(
    models: list[tuple[int, int]],
) -> None:
    wanted = [Wanted(f"m{n}", "", places, label) for n, (places, label) in enumerate(models)]
    arranged = arrange(wanted, FIELD)
    if arranged is None:
        return
    pitch, blocks = arranged
    assert pitch % 2 == 0
    assert [block.name for block in blocks] == [each.name for each in wanted]
    boxes = []
    for block, each in zip(blocks, wanted, strict=True):
        assert block.columns * (block.rows - 1) < each.places <= block.columns * block.rows
        assert block.x % 2 == block.y % 2 == 0
        right = block.x + max(block.columns * pitch, each.label_width)
        boxes.append((block.x, block.y - FIELD.label_height, right, block.y + block.rows * pitch))
        assert boxes[-1][0] >= FIELD.x - 1
        assert boxes[-1][1] >= FIELD.y - 1
        assert boxes[-1][2] <= FIELD.x + FIELD.width + 1
        assert boxes[-1][3] <= FIELD.y + FIELD.height + 1
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other_left, other_top, other_right, other_bottom in boxes[number + 1 :]:
            apart_x = right <= other_left or other_right <= left
            apart_y = bottom <= other_top or other_bottom <= top
            assert apart_x or apart_y


def test_places_are_as_large_as_they_can_be() -> None:
    pitch, (block,) = arrange([Wanted("one", "", 1000, 50)], FIELD) or (0, [None])
    assert isinstance(block, Block)
    larger = pitch + 2
    room = int(FIELD.width // larger) * int((FIELD.height - FIELD.label_height) // larger)
    assert room < 1000


def test_what_cannot_fit_is_not_arranged() -> None:
    room = math.ceil(FIELD.width * FIELD.height / 4)
    assert arrange([Wanted("too many", "", room, 50)], FIELD) is None
    assert arrange([Wanted("name too long", "", 5, FIELD.width + 1)], FIELD) is None


def fleet(sizes: list[int]) -> tuple[Lives, np.ndarray, np.ndarray]:
    """Models with so many drives, all there all the time."""
    model = np.repeat(np.arange(len(sizes)), sizes)
    count = len(model)
    days = np.full(count, 737000.0)
    names = [f"MODEL {number:03}" for number in range(len(sizes))]
    failed, capacity = np.zeros(count, bool), np.full(count, 10**12)
    lives = Lives(names, model, days, days + 9, days, failed, capacity)
    return lives, np.zeros(count), np.full(count, np.inf)


def test_every_drive_has_a_square_of_its_own() -> None:
    stood = stand(*fleet([300, 40, 1]), Page(1280, 720))
    assert len(set(zip(stood.x.tolist(), stood.y.tolist(), strict=True))) == 341
    assert [block.name for block in stood.blocks] == ["MODEL 000", "MODEL 001", "MODEL 002"]
    assert [block.note for block in stood.blocks] == ["1 TB"] * 3


def test_of_eighty_models_the_smallest_share_a_block() -> None:
    sizes = [2000 - 20 * number for number in range(80)]
    stood = stand(*fleet(sizes), Page(1920, 1080))
    assert len(stood.blocks) <= MOST_BLOCKS
    others = 80 - len(stood.blocks) + 1
    assert stood.blocks[-1].name == f"{others} other models"
    assert stood.blocks[-1].places == sum(sizes[-others:])


def test_tiny_models_do_not_make_all_squares_small() -> None:
    sizes = [4000, 3000, 2000, 1000] + [500] * 12
    alone = stand(*fleet(sizes), Page(1920, 1080))
    with_tiny = stand(*fleet([*sizes, *[3] * 18]), Page(1920, 1080))
    assert len(with_tiny.blocks) >= ENOUGH_BLOCKS
    assert with_tiny.pitch >= alone.pitch - 2


def test_too_many_drives_for_the_picture_are_refused() -> None:
    with pytest.raises(UserError, match=r"320 x 180 has no room .* 30,000 drives; .*width"):
        stand(*fleet([30_000]), Page(320, 180))
