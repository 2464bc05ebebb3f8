description = "Which day was the warmest in each city?"


def main(urd):
    imported = urd.build("csvimport", filename="temperatures.csv")
    typed = urd.build(
        "dataset_type",
        source=imported,
        column2type={"city": "unicode:utf-8", "day": "date:%Y-%m-%d", "celsius": "float64"},
    )
    warmest = urd.build("warmest", source=typed)

    for city, (celsius, day) in sorted(warmest.load().items()):
        print(f"{city:<10} {celsius:5.1f} °C  {day}")
    warmest.link_result("warmest.csv")
