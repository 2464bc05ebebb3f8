description = "The warmest day of each city."

datasets = ("source",)


def analysis(sliceno):
    """Runs once per slice, all slices at the same time: the warmest among this slice's rows."""
    warmest = {}
    for city, day, celsius in datasets.source.iterate(sliceno, ("city", "day", "celsius")):
        if city not in warmest or (celsius, day) > warmest[city]:
            warmest[city] = (celsius, day)
    return warmest


def synthesis(analysis_res, job):
    """Runs once, after all slices: put their answers together. What it returns is the result."""
    warmest = {}
    for part in analysis_res:
        for city, found in part.items():
            warmest[city] = max(found, warmest.get(city, found))
    with job.open("warmest.csv", "w") as out:
        for city, (celsius, day) in sorted(warmest.items()):
            print(city, celsius, day, sep=",", file=out)
    return warmest
