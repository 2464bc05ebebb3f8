"""Draw the failure rates as one HTML page that needs nothing but itself."""

from .report.page import page

description = "Draw annual failure rates as afr.html: self-contained, light and dark, printable."

jobs = ("afr",)

options = {
    # Where the rows come from, for the foot of the page: [input file, [job ids]] per period.
    "sources": [],
}


def synthesis(job):
    """Write afr.html."""
    html = page(jobs.afr.json_load("afr.json"), options.sources, str(jobs.afr))
    with job.open("afr.html", "w") as out:
        out.write(html)
