"""Small pieces of SVG: elements, scales and axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from html import escape


def element(tag: str, *content: str, **attributes: object) -> str:
    """An element as text. `class_` becomes class, `stroke_width` stroke-width; content is not
    escaped, attributes are."""
    parts = [tag]
    for name, value in attributes.items():
        if value is not None:
            text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
            parts.append(f'{name.rstrip("_").replace("_", "-")}="{escape(str(text))}"')
    opening = " ".join(parts)
    return f"<{opening}>{''.join(content)}</{tag}>" if content else f"<{opening}/>"


def text(x: float, y: float, words: str, **attributes: object) -> str:
    """Escaped text at a place."""
    return element("text", escape(words), x=float(x), y=float(y), **attributes)


def tip(words: str) -> str:
    """Escaped words that appear when the mouse rests on the element around them."""
    return element("title", escape(words))


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight line."""
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=class_)


def area(upper: list[tuple[float, float]], lower: list[tuple[float, float]]) -> str:
    """Path data of the area between two lines."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in upper + lower[::-1])
    return f"M{points}Z"


def picture(width: float, height: float, name: str, description: str, *content: str) -> str:
    """A whole drawing, with the words that a screen reader says instead of it."""
    return element(
        "svg",
        tip(name),
        element("desc", escape(description)),
        *content,
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
    )


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` laid out from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.start + share * (self.end - self.start)


def round_steps(top: float, most: int) -> list[float]:
    """Round values from 0 to at least `top`, at most `most` steps apart."""
    rough = max(top, 1e-9) / most
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * times for times in (1, 2, 2.5, 5, 10) if unit * times >= rough * 0.999)
    return [number * step for number in range(math.ceil(top / step - 1e-9) + 1)]


@dataclass(frozen=True)
class Timeline:
    """Days laid out from left to right."""

    days: list[date]
    start: float
    end: float

    def x(self, day: date) -> float:
        """Where a day lies."""
        first, last = self.days[0].toordinal(), self.days[-1].toordinal()
        return Scale(first, last, self.start, self.end)(day.toordinal())

    def marks(self) -> list[tuple[float, str]]:
        """Places and labels of the axis: years, or the first and last day of a short time."""
        first, last = self.days[0], self.days[-1]
        years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
        if len(years) > 1:
            return [(self.x(day), str(day.year)) for day in years]
        return [(self.start, str(first)), (self.end, str(last))]
