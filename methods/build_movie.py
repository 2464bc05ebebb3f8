"""The movie of everything that is imported: drives come, grow old, fail and go. In results/."""

from axtui.errors import UserError

from .film.needs import check_libraries

description = "Draw the life of the fleet as a movie, and link movie.mp4 and movie.png."


def main(urd):
    """Follow the drives, lay them out, draw, link."""
    check_libraries()
    urd.begin("movie", update=True)
    imported = urd.latest("import")
    if not imported:
        raise UserError("nothing is imported yet; run the script `import` first")
    drives = imported.joblist.get("dataset_filter_columns")
    stories = urd.build("drive_stories", source=drives)
    plan = urd.build("fleet_plan", stories=stories)
    movie = urd.build("movie", plan=plan)
    urd.finish("movie", imported.timestamp)
    movie.link_result("movie.mp4", description="the life of the fleet, a square per drive")
    movie.link_result("movie.png", description="a frame of the movie")
    found = movie.load()
    print(f"results/movie.mp4: {found['drives']:,} drives in {found['seconds']:.0f} seconds")
