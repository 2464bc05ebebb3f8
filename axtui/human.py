"""Numbers, sizes and times as people read them."""

from __future__ import annotations

from datetime import datetime


def count(number: int) -> str:
    """1234567 as '1,234,567'."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """'1 row', '2 rows'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """Bytes with a unit: '12 B', '3.4 kB', '120 MB'."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 999.5 or unit == "TB":
            digits = 1 if unit != "B" and number < 99.95 else 0
            return f"{number:.{digits}f} {unit}"
        number /= 1000
    raise AssertionError("the loop always returns")


def seconds(number: float) -> str:
    """A duration: '3 ms', '0.31 s', '8.2 s', '2:05', '1:02:05'."""
    if number < 0.0995:
        return f"{number * 1000:.0f} ms"
    if number < 0.995:
        return f"{number:.2f} s"
    if number < 59.95:
        return f"{number:.1f} s"
    return clock(number)


def clock(number: float) -> str:
    """A duration as a running clock: '0:07', '12:40', '1:02:05'."""
    whole = max(0, round(number))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def rate(number: float) -> str:
    """Rows per second: '950/s', '52k/s', '1.3M/s'."""
    if number < 9_999.5:
        return f"{number:.0f}/s"
    if number < 999_500:
        return f"{number / 1e3:.0f}k/s"
    return f"{number / 1e6:.1f}M/s"


def when(moment: float | None) -> str:
    """Unix seconds as local date and time."""
    if moment is None:
        return ""
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M:%S")


def ago(number: float) -> str:
    """How long ago something was, shortly: '0 s', '12 s', '3 min', '5 h', '12 d', '3 y'."""
    for unit, length, most in (("s", 1, 60), ("min", 60, 60), ("h", 3600, 48), ("d", 86400, 730)):
        if number < length * most:
            return f"{int(max(0.0, number) // length)} {unit}"
    return f"{int(number // (365 * 86400))} y"
