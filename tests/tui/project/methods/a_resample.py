"""Readings at other times: takes its time."""

import time

from accelerator import status

options = {"minutes": 5}
datasets = ("source",)


def analysis(sliceno):
    print(f"slice {sliceno} begins")
    with status("resampling"):
        while True:
            time.sleep(0.01)
