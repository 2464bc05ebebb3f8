"""Value objects are what frozen dataclasses are, to all who use them."""

from __future__ import annotations

from dataclasses import asdict, field, fields, replace

import orjson

from axtui.valueobject import value_object


@value_object
class Point:
    """A place."""

    x: int
    y: int = 2
    seen: tuple[str, ...] = field(default=(), compare=False, repr=False)


@value_object
class Pixel(Point):
    """A place with a colour."""

    colour: str = "red"


@value_object
class Named:
    """Tells its own name."""

    name: str

    def __repr__(self) -> str:
        return self.name


def test_equal_by_content_and_type() -> None:
    assert Point(1) == Point(1, 2, ("a",))
    assert Point(1) != Point(2)
    assert Point(1) != Pixel(1)
    assert len({Point(1), Point(1, 2), Pixel(1)}) == 2


def test_shown_by_content() -> None:
    assert repr(Pixel(1, seen=("a",))) == "Pixel(x=1, y=2, colour='red')"
    assert repr(Named("own")) == "own"


def test_what_works_on_dataclasses_works_on_them() -> None:
    assert [one.name for one in fields(Pixel)] == ["x", "y", "seen", "colour"]
    assert replace(Point(1), y=3) == Point(1, 3)
    assert asdict(Point(1)) == orjson.loads(orjson.dumps(Point(1))) | {"seen": ()}
