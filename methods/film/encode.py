"""Frames into h.264, in parts that stand alone, and the parts into one `.mp4`.

A part begins with a key frame and needs no other part, so parts can be made beside each other and
joined without encoding again. One thread and fixed settings: the same frames give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import BinaryIO

import av
from av.video.reformatter import ColorRange, Colorspace

from .canvas import Canvas
from .scene import Scene

QUALITY = {"preset": "veryfast", "crf": "18", "profile": "high"}
BT709 = 1  # of primaries, transfer and matrix, in the numbers of the standard


def _as_frame(canvas: Canvas) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(canvas.data, format="yuv420p")
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    return frame


def write_part(file: BinaryIO, pictures: Iterable[Canvas], scene: Scene) -> None:
    """Encode pictures of a scene into a file of their own, which begins at time 0."""
    fps, page = scene.fps, scene.page
    with av.open(file, "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("libx264", rate=fps, options=QUALITY)
        stream.width, stream.height, stream.pix_fmt = page.width, page.height, "yuv420p"
        stream.thread_count = 1
        context = stream.codec_context
        context.time_base = Fraction(1, fps)
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = ColorRange.MPEG
        # One key frame, at the beginning.
        context.gop_size = 10_000
        for number, picture in enumerate(pictures):
            frame = _as_frame(picture)
            frame.pts, frame.time_base = number, context.time_base
            out.mux(stream.encode(frame))
        out.mux(stream.encode())


def join(parts: Iterable[tuple[BinaryIO, int]], path: str, fps: int) -> None:
    """Put parts one behind the other, each at its first frame, without encoding again."""
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(path, "w", format="mp4", options=options) as out:
        stream = None
        for part, first in parts:
            with av.open(part) as source:
                video = source.streams.video[0]
                if stream is None:
                    stream = out.add_stream_from_template(video)
                for packet in source.demux(video):
                    if packet.dts is None:
                        continue
                    offset = round(Fraction(first, fps) / packet.time_base)
                    packet.pts += offset
                    packet.dts += offset
                    packet.stream = stream
                    out.mux(packet)


def write_picture(path: str, canvas: Canvas) -> None:
    """A picture as PNG."""
    frame = _as_frame(canvas).reformat(
        format="rgb24", src_colorspace=Colorspace.ITU709, dst_colorspace=Colorspace.ITU709
    )
    frame.to_image().save(path)
