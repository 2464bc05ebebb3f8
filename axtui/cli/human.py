"""Numbers, sizes and times as people read them; it lives below the faces."""

from axtui.human import clock, count, plural, rate, seconds, size, when

__all__ = ["clock", "count", "plural", "rate", "seconds", "size", "when"]
