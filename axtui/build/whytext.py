"""The words for why a job was built, line by line, as every face tells them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

PARTS = {
    "source": "its code changed",
    "option": "an option changed",
    "dataset": "an input dataset holds something else",
    "job": "an input job holds something else",
    "input": "an input file changed",
    "package": "a package that its code imported changed",
    "python": "another Python",
    "environ": "an environment variable changed",
    "declared": "a file it declares to depend on changed",
    "slices": "another number of slices",
    "accelerator": "another Accelerator is asked for",
    "subjob": "a job that it built changed",
    "damaged": "the job that could have been used is damaged",
    "rules": "axtui has other rules by now",
    "forced": "it was built by force",
    "first": "there was no job of this method to compare with",
}
"""What each kind of change means."""
_NAMELESS = ("first", "forced", "python", "rules", "slices")
_FEW = 5
"""Values of no more parts are shown whole."""
Kind = Literal["plain", "change", "old", "new", "place"]


@dataclass(frozen=True)
class Line:
    """One line: `kind` is plain, change (what changed, `name` which one), old, new, or place (where
    in a file the lines after it are). `deep` lines belong to a diff of lines."""

    kind: Kind
    text: str
    name: str = ""
    deep: bool = False


def lines(reason: Mapping[str, Any], is_build: bool) -> Iterator[Line]:
    """A recorded reason in words."""
    changes = reason.get("changes") or ()
    if reason.get("kind") == "adopted":
        yield Line("plain", f"was {reason['text']}")
        return
    if is_build or not changes:
        yield Line("plain", "build scripts always run; what they build is re-used")
        return
    if reason.get("against"):
        yield Line("plain", f"was compared with {reason['against']}:")
    for change in changes:
        yield from _change(change)


def _change(change: Mapping[str, Any]) -> Iterator[Line]:
    part, detail = change["part"], change.get("detail") or ""
    yield Line("change", PARTS.get(part, part), "" if part in _NAMELESS else change["name"])
    told = bool(detail) and part == "source"  # lines say more than digests
    if part == "option" and (found := list(_differing(change["old"], change["new"]))):
        yield from found
        return
    for kind, value in (("old", change["old"]), ("new", change["new"])):
        if value is not None and not told:
            for line in value.splitlines():
                yield Line("old" if kind == "old" else "new", line)
    for line in detail.splitlines():
        yield Line(_kind(line), line, deep=True)


def _kind(line: str) -> Kind:
    return {"+": "new", "-": "old", "@": "place"}.get(line[:1], "plain")  # type: ignore[return-value]


def _differing(old: str | None, new: str | None) -> Iterator[Line]:
    """The parts of two long JSON values that differ, a line each; none where they are no such."""
    try:
        sides = [json.loads(text or "") for text in (old, new)]
    except ValueError:
        return
    if not all(isinstance(side, (dict, list)) for side in sides):
        return
    written = [json.dumps(side, indent=1, ensure_ascii=False).splitlines() for side in sides]
    if max(map(len, written)) <= _FEW:
        return
    old_lines, new_lines = ([line.rstrip(",") for line in side] for side in written)
    for line in difflib.ndiff(old_lines, new_lines):
        if line[:1] in "+-":
            yield Line(_kind(line), line[1:].strip())
