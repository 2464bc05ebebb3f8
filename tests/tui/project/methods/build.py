"""Read three days and report the warmest readings."""


def main(urd):
    for day in (1, 2, 3):
        urd.begin("readings", f"2026-03-0{day}", caption="readings of a day")
        urd.get("readings", f"<2026-03-0{day}")
        urd.build_chained("readings", name="readings", day=f"2026-03-0{day}")
        urd.finish("readings")

    urd.begin("report", "2026-03-03", caption="warmest readings", update=True)
    readings = urd.latest("readings").joblist["readings"]
    warmest = urd.build("warmest", source=readings, limit=5)
    page = urd.build("page", warmest=warmest)
    urd.finish("report")

    page.link_result("page.html", "report/page.html")
    page.link_result("warmest.txt", "report/warmest.txt")
    page.link_result("chart.png", "report/chart.png")
    print(f"{len(warmest.load())} warmest readings are in results/report")
