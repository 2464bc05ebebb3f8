"""Annual failure rates of everything that is imported: a table here, a report in results/."""

from axtui.errors import UserError

from .report.console import console_table

description = "Print annual failure rates per model, and link the report afr.html."


def main(urd):
    """Count, draw, link, print."""
    urd.begin("afr", update=True)
    imported = urd.latest("import")
    if not imported:
        raise UserError("nothing is imported yet; run the script `import` first")
    drives = imported.joblist.get("dataset_filter_columns")
    afr = urd.build("afr", source=drives)
    report = urd.build("afr_report", afr=afr, sources=sources(urd))
    urd.finish("afr", imported.timestamp)
    report.link_result("afr.html", description="annual failure rates, drawn")
    print(console_table(afr.json_load("afr.json")))


def sources(urd):
    """[input file, its jobs] for each imported period, oldest first."""
    entries = [urd.peek("import", timestamp) for timestamp in urd.since("import", 0)]
    return [[entry.caption, [str(job) for job in entry.joblist]] for entry in entries]
