"""Draw the movie of the fleet: `movie.mp4`, and its busiest frame as `movie.png`.

Frames are drawn in parallel: a part is two seconds, slices take turns with the parts and encode
each into a file of its own, and `synthesis` joins the files. So the movie has the same bytes
whatever the number of slices.
"""

from contextlib import ExitStack

from accelerator import status

from .film.needs import check_libraries

description = "Draw the plan of the fleet as movie.mp4 (h.264) and movie.png, in parallel slices."

jobs = ("plan",)

PART_SECONDS = 2


def prepare():
    """The parts: first frame, and frame after the last."""
    check_libraries()
    plan = jobs.plan.json_load("plan.json")
    step = PART_SECONDS * plan["fps"]
    starts = range(0, plan["frames"], step)
    return [(start, min(start + step, plan["frames"])) for start in starts]


def analysis(sliceno, slices, job, prepare_res):
    """Every n-th part."""
    from .film.encode import write_part

    painter = _painter()
    for start, stop in prepare_res[sliceno::slices]:
        with status(f"drawing frames {start} to {stop - 1} of {prepare_res[-1][1]}"):
            pictures = (painter.paint(frame) for frame in range(start, stop))
            with job.open(_part_name(start), "wb", temp=True) as out:
                write_part(out, pictures, painter.scene)


def synthesis(job, prepare_res):
    """Join the parts, and draw the busiest frame once more."""
    from .film.encode import join, write_picture

    painter = _painter()
    with ExitStack() as stack:
        parts = [
            (stack.enter_context(job.open(_part_name(start), "rb")), start)
            for start, _ in prepare_res
        ]
        join(parts, "movie.mp4", painter.scene.fps)
    job.register_file("movie.mp4")
    frame = painter.scene.busiest_frame()
    write_picture("movie.png", painter.paint(frame))
    job.register_file("movie.png")
    scene = painter.scene
    return {"drives": len(scene.comes), "seconds": scene.frames / scene.fps, "poster": frame}


def _painter():
    from .film.frames import Painter
    from .film.scene import Scene

    plan = jobs.plan.json_load("plan.json")
    return Painter(Scene.from_plan(plan, jobs.plan.dataset().to_arrow()))


def _part_name(start):
    return f"part-{start:06}.mp4"
