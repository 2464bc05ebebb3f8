"""Resample the first day."""


def main(urd):
    readings = urd.build("readings", day="2026-03-01")
    urd.build("resample", source=readings)
