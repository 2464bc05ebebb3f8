"""Forecast from the first day."""


def main(urd):
    readings = urd.build("readings", day="2026-03-01")
    urd.build("forecast", source=readings, horizon=2, concurrency=1)
