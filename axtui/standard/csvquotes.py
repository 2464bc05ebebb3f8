"""Quotes in a file that is imported without: they are told of, as they rarely belong to the values."""

from __future__ import annotations

from itertools import chain

from axtui.standard.csvformat import BOTH_QUOTES, CsvFormat
from axtui.standard.csvheader import Header

LINES_LOOKED_AT = 20


def unread_quote(line: bytes, format_: CsvFormat) -> str:
    """The quote character around a field of a line that is read without quotes; empty if none is.

    A separator inside quotes is seen, too: there the field ends in a later piece of the line.
    """
    if format_.quotes:
        return ""
    for quote in map(chr, BOTH_QUOTES):
        mark = quote.encode()
        if mark not in line:
            continue
        opened = False
        for field in _pieces(line.rstrip(b"\r"), format_):
            begins = field.startswith(mark)
            if ((begins and len(field) > 1) or opened) and field.endswith(mark):
                return quote
            opened = opened or begins
    return ""


def _pieces(line: bytes, format_: CsvFormat) -> list[bytes]:
    return [line] if format_.separator is None else line.split(bytes([format_.separator]))


def quote_warning(name: str, header: Header, data: bytes, format_: CsvFormat) -> str:
    """What to tell of quotes around the labels of the file `name`, or in the first lines of the
    `data` after them; empty if there is nothing to tell, or they are meant to stay."""
    if format_.keeps_quotes:
        return ""
    end = bytes([format_.line_end])
    most = header.to_skip + LINES_LOOKED_AT
    lines = data.split(end, most)[header.to_skip : most]
    for where, some in (("labels", chain.from_iterable(header.labels)), ("values", lines)):
        for text in some:
            if quote := unread_quote(text, format_):
                return (
                    f"warning: {name}: {where} stand in quotes, which become part of them; give "
                    f"{option(quote)} to read them as quotes (or quotes=False to keep them)"
                )
    return ""


def option(quote: str) -> str:
    """The option that mends it, as it is written in a build script."""
    return f"quotes={quote!r}"
