"""When and where each drive is seen in the movie: frames to come and go in, and a place.

Dataset: a row per life, with its place in the picture (`x`, `y`: the upper left pixel of its
square) and the frames in which it comes and goes, with fractions. File `plan.json`: the measures
of the picture, its frames, and the blocks of the models.
"""

from .film.needs import check_libraries

description = "Lay out the fleet for the movie: a place for each drive, blocks for the models."

jobs = ("stories",)

options = {
    # Of the picture, in pixels; multiples of 4.
    "width": 1920,
    "height": 1080,
    "seconds": 32.0,
    "fps": 30,
}

COLUMNS = {
    "serial_number": "ascii",
    "model": "ascii",
    "block": "int32",
    "x": "int32",
    "y": "int32",
    "comes": "float64",
    "goes": ("float64", True),
    "failed": "bool",
    "born": "float64",  # a day number, as of date.toordinal
    "capacity_bytes": "int64",
}


def synthesis(job):
    """Write the dataset and `plan.json`."""
    check_libraries()
    from datetime import date

    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from .film import plan, stand
    from .film.clock import Clock
    from .film.page import Page

    page = Page(options.width, options.height)
    span = plan.Span.of(options.seconds, options.fps)
    days = [date.fromisoformat(day) for day in jobs.stories.json_load("days.json")]
    clock = Clock.over(days, span.first, span.last)

    stories = jobs.stories.dataset().to_arrow()
    stories = stories.sort_by([(name, "ascending") for name in ("model", "serial_number", "life")])
    lives = plan.Lives.from_table(stories)
    comes, goes = plan.events(lives, clock)
    lasting = np.where(lives.failed, plan.FAILING_SECONDS, plan.REMOVING_SECONDS) * span.fps
    at_first = lives.first_day == clock.days[0]
    taken = np.where(at_first, -1.0, comes)
    stood = stand.stand(lives, taken, goes + lasting, page)
    comes = np.where(at_first, stand.opening_wave(stood, page, span), comes)

    writer = job.datasetwriter(columns=COLUMNS, hashlabel="serial_number")
    rows = {
        "serial_number": stories["serial_number"],
        "model": stories["model"],
        "block": pa.array(stood.block, pa.int32()),
        "x": pa.array(stood.x, pa.int32()),
        "y": pa.array(stood.y, pa.int32()),
        "comes": pa.array(comes),
        "goes": pc.if_else(np.isfinite(goes), pa.array(goes), None),
        "failed": stories["failed"],
        "born": pa.array(lives.born),
        "capacity_bytes": pa.array(lives.capacity),
    }
    writer.write_table(pa.table(rows))
    found = {
        "width": page.width,
        "height": page.height,
        "fps": span.fps,
        "frames": span.frames,
        "first_frame": span.first,
        "last_frame": span.last,
        "days": [str(day) for day in days],
        "pitch": stood.pitch,
        "blocks": [block.as_dict() for block in stood.blocks],
    }
    job.json_save(found, "plan.json")
    return {"drives": len(comes), "blocks": len(stood.blocks), "pitch": stood.pitch}
