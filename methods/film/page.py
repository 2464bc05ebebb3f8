"""How the picture is divided: the head with date and figures, the field of drives, the foot.

All measures are made for a picture of 1920 x 1080 and grow and shrink with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .blocks import Field
from .lettering import Face


@dataclass(frozen=True)
class Page:
    """A picture of `width` x `height` pixels and where things stand in it."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        """Pixels of this picture to one of the picture the measures are made for."""
        return min(self.width / 1920, self.height / 1080)

    def px(self, measure: float) -> float:
        """A measure in pixels of this picture."""
        return measure * self.unit

    def face(self, weight: str, size: float) -> Face:
        """A typeface in a size that fits this picture."""
        return Face(weight, max(round(self.px(size)), 7))

    @property
    def left(self) -> float:
        """Where everything begins."""
        return self.px(64)

    @property
    def right(self) -> float:
        """Where everything ends."""
        return self.width - self.px(64)

    @cached_property
    def name_face(self) -> Face:
        """For names of models."""
        return self.face("Semibold", 21)

    @cached_property
    def count_face(self) -> Face:
        """For what stands below the names."""
        return self.face("Regular", 19)

    @property
    def field(self) -> Field:
        """The part for the blocks of drives."""
        top = self.px(176)
        return Field(
            x=self.left,
            y=top,
            width=self.right - self.left,
            height=self.height - self.px(142) - top,
            label_height=self.px(56),
            gap_x=self.px(34),
            gap_y=self.px(22),
        )
