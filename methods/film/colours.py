"""The colours of the movie, as the encoder wants them: one luma and two chroma values, BT.709."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Colour(NamedTuple):
    """A colour in limited range: luma 16 to 235, chroma 16 to 240 with 128 for none."""

    luma: float
    blue: float
    red: float


def colour(text: str) -> Colour:
    """`#rrggbb` as a Colour."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return Colour(
        16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748
    )


BACKGROUND = colour("#0c0f14")
PLACE = colour("#161b23")  # a place where no drive is
INK = colour("#f3f6f9")
SOFT = colour("#8e9aa8")
FAINT = colour("#39434f")
RED = colour("#ff4136")
HOT = colour("#fff3e4")  # the first moment of a failure
EMBER = colour("#571a1c")  # what is left of it for a while
REMOVED = colour("#93a1b0")

# Age in years and colour: new drives glow, old ones are dim. No red: that is for failures.
AGES = (
    (0.0, "#d4fff3"),
    (0.4, "#86f5dc"),
    (1.2, "#35cfc4"),
    (2.2, "#2a9fd0"),
    (3.4, "#3a72cf"),
    (4.6, "#5352b5"),
    (6.0, "#594494"),
)
OLDEST_YEARS = AGES[-1][0]
_STEPS = 256


def _age_ramp() -> np.ndarray:
    years = np.linspace(0, OLDEST_YEARS, _STEPS)
    stops = np.array([colour(text) for _, text in AGES])
    at = [year for year, _ in AGES]
    planes = [np.interp(years, at, stops[:, plane]) for plane in range(3)]
    return np.rint(np.stack(planes)).astype(np.uint8)


AGE_RAMP = _age_ramp()  # (3, 256): plane, step of age


def of_age(years: np.ndarray) -> np.ndarray:
    """The colours of drives of these ages: (3, n) bytes."""
    steps = np.clip(years * ((_STEPS - 1) / OLDEST_YEARS), 0, _STEPS - 1)
    return AGE_RAMP[:, steps.astype(np.intp)]


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """`share` (0 to 1) of the second colour in the first."""
    return Colour(*(a + (b - a) * share for a, b in zip(first, second, strict=True)))
