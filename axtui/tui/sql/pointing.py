"""Messages that point into a query: a line of it, and below it a mark under one character."""

from __future__ import annotations

_MARK = "^"


def pointed(message: str, width: int) -> str:
    """The message with every line that is pointed into cut to `width` around its mark, so that the
    mark stays below its character; other lines are as they were, to be wrapped."""
    lines = message.split("\n")
    for number in range(1, len(lines)):
        if lines[number].strip() == _MARK:
            place = lines[number].index(_MARK)
            lines[number - 1], place = _around(lines[number - 1], place, width)
            lines[number] = " " * place + _MARK
    return "\n".join(lines)


def _around(line: str, place: int, width: int) -> tuple[str, int]:
    """(what is seen of a line, where the place is in it)."""
    if len(line) <= width and place < width:
        return line, place
    head, sign, rest = line.partition(": ")
    lead = head + sign if sign and len(head) < width // 2 and len(head + sign) <= place else ""
    rest, at = line[len(lead) :], place - len(lead)
    room = max(3, width - len(lead))
    start = max(0, min(at - room // 2, len(rest) - room + 1))
    shown = rest[start : start + room]
    if start:
        shown = "…" + shown[1:]
    if start + room < len(rest):
        shown = shown[:-1] + "…"
    return lead + shown, len(lead) + at - start
