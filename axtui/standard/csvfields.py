"""One line of a CSV file into fields, exactly; for label lines and the few odd lines of a block.

What is ordinary is split in `csvsplit`, all lines of a block at once, by the same rules:
a field that begins with a quote ends at the next single quote of that kind, which a separator or the
end of the line must follow; two of them stand for one. Elsewhere quotes are ordinary bytes.
"""

from __future__ import annotations

from axtui.standard.csvformat import CsvFormat


class BadLine(ValueError):
    """A line that cannot be split; the text says why."""


def split_line(line: bytes, format_: CsvFormat) -> list[bytes]:
    """All fields of a line (without its end). Raises BadLine for wrong quotes.

    A separator at the very end opens one more, empty, field.
    """
    fields = []
    start = 0
    while True:
        if start < len(line) and line[start] in format_.quotes:
            field, stop = _quoted(line, start, format_)
        else:
            stop = (
                line.find(bytes([format_.separator]), start)
                if format_.separator is not None
                else -1
            )
            stop = len(line) if stop < 0 else stop
            field = line[start:stop]
        fields.append(field)
        if stop >= len(line):
            return fields
        start = stop + 1


def _quoted(line: bytes, start: int, format_: CsvFormat) -> tuple[bytes, int]:
    """The field whose opening quote is at `start`, and where the separator after it is."""
    quote = line[start : start + 1]
    parts = []
    at = start + 1
    while True:
        found = line.find(quote, at)
        if found < 0:
            raise BadLine(f"field {quote.decode('latin-1')}... is not closed on the same line")
        parts.append(line[at:found])
        if found + 1 == len(line) or line[found + 1] == format_.separator:
            return quote.join(parts), found + 1
        if line[found + 1 : found + 2] != quote:
            raise BadLine("something follows the closing quote of a field")
        at = found + 2


def label_fields(line: bytes, format_: CsvFormat) -> list[bytes]:
    """The fields of a label line; one empty label at its very end does not count."""
    fields = split_line(line, format_)
    if fields[-1] == b"" and (not line or line[-1] == format_.separator):
        fields.pop()
    return fields


def data_fields(line: bytes, format_: CsvFormat, width: int) -> list[bytes]:
    """The fields of a data line, which must be `width` many. Raises BadLine."""
    if not line and width > 1:
        raise BadLine(f"the line is empty, expected {width} fields")
    fields = split_line(line, format_)
    if format_.allow_extra_empty and len(fields) > width and not any(fields[width:]):
        fields = fields[:width]
    if len(fields) != width:
        few = "not enough" if len(fields) < width else "too many"
        raise BadLine(f"{few} fields: {len(fields)}, expected {width}")
    return fields
