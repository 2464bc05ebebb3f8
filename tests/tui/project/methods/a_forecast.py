"""Tomorrow's temperatures."""

from accelerator import status

options = {"horizon": 3}  # days to look ahead
datasets = ("source",)


def analysis(sliceno):
    print(f"slice {sliceno} looks {options.horizon} days ahead")
    with status(f"forecasting {options.horizon} days"):
        values = list(datasets.source.iterate(sliceno, "celsius"))
        with status(f"at reading {len(values)}"):
            return predicted(values) if sliceno == 1 else None


def predicted(values):
    return sum(values) / len(values)
