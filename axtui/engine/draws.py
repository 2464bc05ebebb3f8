"""Random numbers that libraries draw when they are imported.

A stage has its generators seeded by its job, and what an import draws moves them on. Where the import
was done for many stages, each does the draws again (`Drawn.again`), so that what user code draws is the
same. That holds for numbers which nobody keeps; where a library may keep one, the import is not shared.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_OF_NO_USE = frozenset(
    (
        "multiprocessing.process",  # a key that processes share which are forked from one
        "rich.style",  # numbers of links
        "scipy.stats._distribution_infrastructure",  # examples in docstrings
        "tempfile",  # names; it draws anew in another process
    )
)
"""Modules whose numbers nobody uses for anything that counts."""
_PASSED_THROUGH = frozenset(("random", __name__))
_SEED = 20_260_101  # any: what is drawn must not differ from run to run


@dataclass(frozen=True)
class Drawn:
    """What was drawn: calls of the global generator of `random`, by name with their argument, and how
    many bits were asked for to seed new generators of numpy."""

    calls: tuple[tuple[str, tuple[int, ...]], ...] = ()
    bits: tuple[int, ...] = ()

    def again(self) -> None:
        """Draw all that, for nothing."""
        for name, arguments in self.calls:
            getattr(_generator(), name)(*arguments)
        if self.bits:
            from numpy.random import bit_generator

            draw = vars(bit_generator)["randbits"]
            for size in self.bits:
                draw(size)


class Draws:
    """Notes what is drawn; `wrong` are the modules that drew what they may keep, or did what cannot be
    done again."""

    def __init__(self) -> None:
        self._calls: list[tuple[str, tuple[int, ...]]] = []
        self._bits: list[int] = []
        self._inside = False
        self.wrong: list[str] = []

    @property
    def drawn(self) -> Drawn:
        """What was drawn."""
        return Drawn(tuple(self._calls), tuple(self._bits))

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what is drawn while the block runs. Generators are as they were afterwards."""
        from numpy.random import bit_generator

        generator, bits = _generator(), random.Random(_SEED).getrandbits
        before = generator.getstate()
        system = self._never(os.urandom)
        calls = {name: self._call(name) for name in ("_randbelow", "getrandbits", "random")}
        patches: list[tuple[Any, str, Any]] = [
            (os, "urandom", system),
            (random, "_urandom", system),
            (random.Random, "seed", self._seeding(random.Random.seed)),
            (bit_generator, "randbits", self._seeds(bits)),
            (random, "random", calls["random"]),
            (random, "getrandbits", calls["getrandbits"]),
            *((generator, name, call) for name, call in calls.items()),
        ]
        real = [(place, name, vars(place).get(name)) for place, name, _ in patches]
        for place, name, new in patches:
            setattr(place, name, new)
        try:
            yield
        finally:
            for place, name, old in real:
                if old is None:
                    delattr(place, name)
                else:
                    setattr(place, name, old)
            self._see_again(before)

    def _see_again(self, before: Any) -> None:
        """See that the calls lead to the same state, and go back to the one before."""
        generator = _generator()
        after = generator.getstate()
        generator.setstate(before)
        for name, arguments in self._calls:
            getattr(generator, name)(*arguments)
        if generator.getstate() != after:
            self.wrong.append("the generator of random")
        generator.setstate(before)

    def _check(self) -> None:
        frame = sys._getframe(1)
        while frame.f_back is not None and frame.f_globals.get("__name__") in _PASSED_THROUGH:
            frame = frame.f_back
        who = str(frame.f_globals.get("__name__"))
        if who not in _OF_NO_USE:
            self.wrong.append(who)

    def _never(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def drawn(*args: Any) -> Any:
            self._check()
            return real(*args)

        return drawn

    def _call(self, name: str) -> Callable[..., Any]:
        real = getattr(_generator(), name)

        def called(*args: int) -> Any:
            if self._inside:
                return real(*args)
            self._check()
            self._calls.append((name, args))
            self._inside = True
            try:
                return real(*args)
            finally:
                self._inside = False

        return called

    def _seeds(self, bits: Callable[[int], int]) -> Callable[[int], int]:
        def asked(size: int) -> int:
            self._check()
            self._bits.append(size)
            return bits(size)

        return asked

    def _seeding(self, real: Callable[..., None]) -> Callable[..., None]:
        def seed(generator: random.Random, a: Any = None, version: int = 2) -> None:
            if a is None:
                self._check()
            real(generator, a, version)

        return seed


def _generator() -> random.Random:
    """The one that the functions of `random` use."""
    found: random.Random = random.randint.__self__  # type: ignore[attr-defined]
    return found
