"""Whole frames: what seldom changes is kept, the rest drawn again for each."""

from __future__ import annotations

from . import captions, colours
from .canvas import Canvas
from .labels import Labels
from .scene import Scene
from .squares import Squares
from .timeline import Timeline


class Painter:
    """Paints any frame of a scene, all into one canvas."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.squares, self.timeline = Squares(scene), Timeline(scene)
        page = scene.page
        self._fixed = Canvas(page.width, page.height, colours.BACKGROUND)
        captions.draw_fixed(self._fixed, scene)
        self.timeline.draw_fixed(self._fixed)
        self._labels = Labels(scene, self._fixed)
        self._canvas = Canvas(page.width, page.height, colours.BACKGROUND)

    def paint(self, frame: int) -> Canvas:
        """The picture of a frame. It is painted over by the next call."""
        canvas = self._canvas
        self._labels.refresh(frame)
        canvas.start_from(self._fixed)
        self.squares.draw(canvas, frame)
        captions.draw_moving(canvas, self.scene, frame)
        self.timeline.draw_moving(canvas, frame)
        return canvas
