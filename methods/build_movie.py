"""The movie of everything that is imported: drives come, grow old, fail and go. In results/.

Flags make another one, a short and small one for instance:

    axtui run movie --flags seconds=8,width=1280,height=720
"""

import math

from axtui.errors import UserError

from .film.needs import check_libraries
from .report.words import counted

description = "Draw the life of the fleet as a movie, and link movie.mp4 and movie.png."

# What a flag may set: an option of fleet_plan, its type, its least value, and what it must divide by.
SETTINGS = {
    "width": (int, 320, 4),
    "height": (int, 180, 4),
    "seconds": (float, 1, None),
    "fps": (int, 1, None),
}


def main(urd):
    """Follow the drives, lay them out, draw, link."""
    check_libraries()
    wanted = settings(urd.flags)
    urd.begin("movie", update=True)
    imported = urd.latest("import")
    if not imported:
        raise UserError("nothing is imported yet; run the script `import` first")
    drives = imported.joblist.get("dataset_filter_columns")
    stories = urd.build("drive_stories", source=drives)
    plan = urd.build("fleet_plan", stories=stories, **wanted)
    movie = urd.build("movie", plan=plan)
    urd.finish("movie", imported.timestamp)
    movie.link_result("movie.mp4", description="the life of the fleet, a square per drive")
    movie.link_result("movie.png", description="a frame of the movie")
    made = movie.load()
    print(f"{counted(made['drives'], 'drive')} in {made['seconds']:g} seconds: results/movie.mp4")


def settings(flags):
    """The options that flags of the form `name=value` set; other flags are not for this script."""
    wanted = {}
    for flag in sorted(flags):
        name, is_setting, text = flag.partition("=")
        if not is_setting:
            continue
        if name not in SETTINGS:
            raise UserError(f"the movie has no setting {name!r}; it has {', '.join(SETTINGS)}")
        kind, least, step = SETTINGS[name]
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value < math.inf or (step and value % step):
            of_step = f", a multiple of {step}" if step else ""
            raise UserError(f"{flag}: {name} must be a number, at least {least}{of_step}")
        wanted[name] = value
    return wanted
