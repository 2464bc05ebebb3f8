"""The means of drawing: colours as the encoder has them, masks, text, and whole pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from methods.film import colours
from methods.film.canvas import Canvas
from methods.film.captions import capacity_text
from methods.film.lettering import Face, shortened, width, write

FACE = Face("Regular", 20)
WHITE, BLACK = colours.colour("#ffffff"), colours.colour("#000000")


def test_colours_are_those_of_bt709() -> None:
    assert colours.colour("#000000") == pytest.approx((16, 128, 128))
    assert colours.colour("#ffffff") == pytest.approx((235, 128, 128))
    assert colours.colour("#ff0000") == pytest.approx((62.6, 102.3, 240), abs=0.1)


def test_the_colours_of_age_grow_dark_and_are_never_the_red_of_failures() -> None:
    luma, _, red = colours.of_age(np.linspace(-1, 20, 200)).astype(int)
    assert (np.diff(luma) <= 0).all()
    assert luma[0] - luma[-1] > 100
    assert red.max() < colours.RED.red - 60


NEAR = (st.integers(-50, 75), st.integers(-50, 60))  # also across the edges, and beyond them


@given(*NEAR, st.integers(1, 40), st.integers(1, 40))
def test_a_stamp_covers_its_pixels_and_no_others(x: int, y: int, wide: int, high: int) -> None:
    canvas = Canvas(64, 48, BLACK)
    canvas.stamp(np.ones((high, wide), np.float32), x, y, WHITE)
    expected = np.full((48, 64), 16, np.uint8)
    expected[max(y, 0) : max(y + high, 0), max(x, 0) : max(x + wide, 0)] = 235
    assert (canvas.luma == expected).all()


def test_a_stamp_colours_the_pixels_of_colour_by_how_much_of_them_it_covers() -> None:
    canvas = Canvas(16, 16, BLACK)
    canvas.stamp(np.ones((2, 2), np.float32), 3, 4, colours.colour("#ff0000"))
    assert canvas.red[2].tolist() == [128, 184, 184, 128, 128, 128, 128, 128]
    assert (canvas.red[[0, 1, 3]] == 128).all()


def test_edges_between_pixels_are_blended() -> None:
    canvas = Canvas(16, 16, BLACK)
    canvas.fill(2.5, 3, 2, 1, WHITE)
    assert canvas.luma[3, 1:6].tolist() == [16, 126, 235, 126, 16]


def test_a_picture_whose_pixels_of_colour_do_not_come_out_even_is_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 4"):
        Canvas(1280, 722, BLACK)


def test_digits_have_one_width() -> None:
    for weight in ("Light", "Regular", "Semibold"):
        assert len({width(digit, Face(weight, 58)) for digit in "0123456789"}) == 1


def test_text_stands_where_it_is_told_to() -> None:
    left, right = Canvas(200, 40, BLACK), Canvas(200, 40, BLACK)
    assert write(left, "HH", FACE, 20, 30, WHITE) == pytest.approx(20 + width("HH", FACE))
    write(right, "HH", FACE, 180, 30, WHITE, 1)
    lit_left, lit_right = (np.flatnonzero((c.luma > 60).any(axis=0)) for c in (left, right))
    assert 20 <= lit_left[0] <= 23
    assert 177 <= lit_right[-1] <= 180
    rows = np.flatnonzero((left.luma > 60).any(axis=1))
    assert rows[-1] == 29, "letters stand on the base line"


def test_a_name_too_long_is_cut_and_says_so() -> None:
    name = "WDC WD10EADS WITH MORE"
    assert shortened(name, FACE, 1000) == name
    cut = shortened(name, FACE, 90)
    assert cut.endswith("\u2026")
    assert width(cut, FACE) <= 90


@pytest.mark.parametrize(
    ("capacity", "text"),
    [
        (0, "0 TB"),
        (4 * 10**12, "4 TB"),
        (999 * 10**12, "999 TB"),
        (4_490 * 10**12, "4.49 PB"),
        (1_082_040 * 10**12, "1.08 EB"),
    ],
)
def test_capacities_as_text(capacity: int, text: str) -> None:
    assert capacity_text(capacity) == text
