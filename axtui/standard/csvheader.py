"""The lines before the data: those that are skipped, and those with labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from axtui.errors import UserError
from axtui.standard.csvfields import BadLine, label_fields
from axtui.standard.csvformat import CsvFormat


@dataclass
class Header:
    """The label lines as fields, the skipped lines met on the way (number, content), and what follows:
    the number of the next line, how many of the coming lines are still to be skipped, and the blocks."""

    labels: list[list[bytes]]
    blocks: Iterator[bytes]
    next_line: int = 1
    to_skip: int = 0
    skipped: list[tuple[int, bytes]] = field(default_factory=list)


def read_header(
    name: str, blocks: Iterable[bytes], format_: CsvFormat, wanted: int, needed: bool = True
) -> Header:
    """Read as many lines as it takes to have `wanted` label lines.

    Where the file ends before, the labels are those of the lines there are, and no line counts as
    skipped, as in the Accelerator. Raises UserError where there is none (if they are `needed`), or the
    quotes of a label line are wrong.
    """
    coming = iter(blocks)
    header = Header([], coming, to_skip=format_.skip_lines)
    block, at = b"", 0
    while len(header.labels) < wanted:
        if at >= len(block):
            block, at = next(coming, b""), 0
            if not block:
                if needed and not header.labels:
                    _ended(name, header, wanted)
                header.skipped.clear()
                break
        stop = block.find(format_.line_end, at)
        ended = stop >= 0
        stop = stop if ended else len(block)
        returned = ended and format_.newline is None and block[at:stop].endswith(b"\r")
        _take(name, header, block[at : stop - returned], format_)
        at = stop + 1
    header.blocks = chain([block[at:]], coming) if at < len(block) else coming
    return header


def _take(name: str, header: Header, line: bytes, format_: CsvFormat) -> None:
    comment = format_.comment is not None and line[:1] == bytes([format_.comment])
    number = header.next_line
    header.next_line += 1
    if header.to_skip or comment or (format_.skip_empty_lines and not line):
        header.to_skip = max(0, header.to_skip - 1)
        header.skipped.append((number, line))
        return
    try:
        header.labels.append(label_fields(line, format_))
    except BadLine as error:
        raise UserError(f"{name}, line {number}: the labels cannot be read: {error}") from None


def _ended(name: str, header: Header, wanted: int) -> None:
    lines = header.next_line - 1
    if lines == 0:
        raise UserError(f"{name} is empty: it has no labels, so its columns have no names")
    raise UserError(
        f"{name}: no labels: the file ends after {lines} lines, {len(header.skipped)} of them skipped, "
        f"and {wanted} lines with labels are wanted"
    )
