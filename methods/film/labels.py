"""What stands over each block: the name of the model, and how its drives do."""

from __future__ import annotations

from . import colours
from .canvas import Canvas
from .lettering import shortened, width, write
from .scene import Scene


class Labels:
    """Keeps the labels on a canvas right from frame to frame; only those that change are drawn."""

    def __init__(self, scene: Scene, canvas: Canvas) -> None:
        self.scene, self.canvas = scene, canvas
        self._shown: dict[int, tuple[int, int]] = {}

    def refresh(self, frame: int) -> None:
        """Make the labels those of a frame."""
        for number in range(len(self.scene.blocks)):
            counts = self.scene.counts_of_block(number, frame)
            if self._shown.get(number) != counts:
                self._shown[number] = counts
                self._draw(number, *counts)

    def _draw(self, number: int, running: int, failed: int) -> None:
        """A label; faint while there are no drives."""
        page, block = self.scene.page, self.scene.blocks[number]
        x, room = float(block.x), self._room(number)
        high = int(page.field.label_height)
        self.canvas.clear(block.x, block.y - high, int(room), high, colours.BACKGROUND)

        base = block.y - page.px(34)
        name = shortened(block.name, page.name_face, room)
        end = write(
            self.canvas, name, page.name_face, x, base, colours.INK if running else colours.FAINT
        )
        note = f"  {block.note}"
        if end - x + width(note, page.count_face) <= room:
            soft = colours.SOFT if running else colours.FAINT
            write(self.canvas, note, page.count_face, end, base, soft)

        base = block.y - page.px(11)
        if running:
            text = f"{running:,} drive{'s' if running != 1 else ''}"
            x = write(self.canvas, text, page.count_face, x, base, colours.SOFT) + page.px(12)
        if failed:
            write(self.canvas, f"{failed:,} failed", page.count_face, x, base, colours.RED)

    def _room(self, number: int) -> float:
        """How far a label may reach: to the next block on its shelf, or the end of the field."""
        page, block = self.scene.page, self.scene.blocks[number]
        following = self.scene.blocks[number + 1 : number + 2]
        end = page.right + page.px(10)
        if following and following[0].y == block.y:
            end = following[0].x - page.px(10)
        return end - block.x
