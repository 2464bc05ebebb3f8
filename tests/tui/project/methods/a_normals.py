"""The mean temperature of each station."""

import units

datasets = (["source"],)


def analysis(sliceno):
    sums = {}
    for source in datasets.source:
        for station, celsius in source.iterate(sliceno, ["station", "celsius"]):
            if celsius is not None:
                total, count = sums.get(station, (0.0, 0))
                sums[station] = (total + celsius, count + 1)
    return sums


def synthesis(analysis_res):
    means = {}
    for sums in analysis_res:
        for station, (total, count) in sums.items():
            means[station] = units.rounded(total / count)
    return means
