"""The warmest readings, and how far each lies above the mean of its station."""

import units
from accelerator import OptionEnum, build

options = {
    "limit": 5,  # how many to keep
    "scale": OptionEnum("celsius fahrenheit").celsius,  # what to tell them in
}
datasets = ("source",)


def analysis(sliceno):
    rows = datasets.source.iterate_chain(sliceno, ["celsius", "name", "station", "at"])
    known = [row for row in rows if row[0] is not None]
    print(f"{len(known)} readings with a temperature")
    return sorted(known, reverse=True)[: options.limit]


def synthesis(job, analysis_res):
    normals = build("normals", source=datasets.source.chain()).load()
    found = sorted((row for part in analysis_res for row in part), reverse=True)[: options.limit]
    writer = job.datasetwriter(
        columns={"above": "float64", "name": "unicode", "warmest": "float64"},
        caption="the warmest readings",
    )
    write = writer.get_split_write_dict()
    for celsius, name, station, _ in found:
        told = units.fahrenheit(celsius) if options.scale == "fahrenheit" else celsius
        above = units.rounded(celsius - normals[station])
        write({"above": above, "name": name, "warmest": units.rounded(told)})
    print(f"{len(found)} warmest readings")
    return found
