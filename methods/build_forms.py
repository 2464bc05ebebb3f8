"""One method in three forms: a loop over rows, DuckDB over slices, and SQL alone."""

from axtui.errors import UserError

description = "Count the failure rates three times, by a loop, in DuckDB and in SQL: they agree."

FORMS = ("afr_loop", "afr_columnar", "afr_sql")
COLUMNS = ("model", "drive_days", "failures", "afr")


def main(urd):
    """Build each form, compare them, print what each took."""
    imported = urd.peek_latest("import")
    if not imported:
        raise UserError("nothing is imported yet; run the script `import` first")
    drives = imported.joblist.get("dataset_filter_columns")
    found = {}
    for form in FORMS:
        job = urd.build(form, source=drives, days_per_row=14)
        found[form] = sorted(job.dataset().iterate(None, COLUMNS))
        print(f"{form:13} {len(found[form])} models, made in {job.post.exectime.total:.2f} s")
    for form in FORMS[1:]:
        if found[form] != found[FORMS[0]]:
            raise ValueError(f"{form} and {FORMS[0]} do not agree")
    print("all three agree")
    drawn = urd.build("afr", source=drives).dataset().iterate(None, COLUMNS[:3])
    if sorted(drawn) != [row[:3] for row in found["afr_sql"]]:
        raise ValueError("they do not agree with the report")
    print("and so does the report")
