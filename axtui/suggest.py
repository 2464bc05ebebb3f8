"""Near names for a name that does not exist: the "did you mean" of every face and error."""

from __future__ import annotations

from collections.abc import Iterable


def near(name: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Up to `most` of the known names that look like `name`, the nearest first."""
    import difflib

    lowered = {candidate.lower(): candidate for candidate in sorted(known, reverse=True)}
    matches = difflib.get_close_matches(name.lower(), lowered, n=most, cutoff=0.6)
    return [lowered[match] for match in matches]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence to end an error with, such as " Did you mean 'slices'?"; empty if none is near."""
    names = [repr(candidate) for candidate in near(name, known)]
    if not names:
        return ""
    if len(names) == 1:
        return f" Did you mean {names[0]}?"
    return f" Did you mean {', '.join(names[:-1])} or {names[-1]}?"
