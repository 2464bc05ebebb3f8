"""Splitting CSV blocks: numpy against the line-by-line rules, and both against written-out cases."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axtui.standard.csvfields import BadLine, data_fields, label_fields, split_line
from axtui.standard.csvformat import BOTH_QUOTES, CsvFormat
from axtui.standard.csvsplit import split_block

COMMA = ord(",")
DOUBLE = (ord('"'),)


def reference(data: bytes, format_: CsvFormat, width: int, first: int, to_skip: int):
    """Rows (ordinal, number, fields), bad (ordinal, number, data) and skipped (number, data)."""
    end = bytes([format_.line_end])
    lines = data.split(end)
    open_end = len(lines)  # of a last line without its end a CR is kept, as it is no end of a line
    if lines[-1] == b"":
        lines.pop()
    rows, bad, skipped = [], [], []
    used = 0
    for number, line in enumerate(lines, first):
        if format_.newline is None and line.endswith(b"\r") and number - first + 1 < open_end:
            line = line[:-1]
        comment = format_.comment is not None and line[:1] == bytes([format_.comment])
        if number - first < to_skip or comment or (format_.skip_empty_lines and not line):
            skipped.append((number, line))
            continue
        try:
            rows.append((used, number, data_fields(line, format_, width)))
        except BadLine:
            bad.append((used, number, line))
        used += 1
    return rows, bad, skipped, used


def vectorised(data: bytes, format_: CsvFormat, width: int, first: int, to_skip: int):
    block = split_block(data, format_, width, first, to_skip)
    columns = [block.column(index, slice(None)).to_pylist() for index in range(width)]
    ordinals = np.arange(block.rows) if block.ordinals is None else block.ordinals
    numbers = np.arange(block.rows) + first if block.numbers is None else block.numbers
    fields = [list(row) for row in zip(*columns, strict=True)]
    rows = list(zip(ordinals.tolist(), numbers.tolist(), fields, strict=True))
    bad = list(zip(block.bad.ordinals, block.bad.numbers, block.bad.data, strict=True))
    skipped = list(zip(block.skipped.numbers, block.skipped.data, strict=True))
    assert block.rows == len(rows)
    assert len(block.bad.why) == len(bad)
    return rows, bad, skipped, block.used


formats = st.builds(
    CsvFormat,
    separator=st.sampled_from([COMMA, COMMA, COMMA, ord("\t"), 0xA4, None]),
    newline=st.sampled_from([None, None, None, ord("\n"), ord("\r"), ord("|")]),
    comment=st.sampled_from([None, None, ord("#"), ord('"')]),
    quotes=st.sampled_from([(), (), DOUBLE, (ord("'"),), BOTH_QUOTES]),
    skip_empty_lines=st.booleans(),
    allow_extra_empty=st.booleans(),
)
CHUNKS = [b",", b",", b"\n", b"\n", b"\r\n", b"\r", b'"', b'""', b"'", b"#", b"a", b"bc"]
ODD_CHUNKS = [b"|", b"\t", b"\xa4", b"\0", b'","', b'"x,y"', b"''", b"\xef\xbb\xbf", b'a""b']
pieces = st.lists(st.sampled_from([*CHUNKS, *ODD_CHUNKS]), max_size=40).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(pieces, formats, st.integers(1, 4), st.integers(1, 9), st.integers(0, 3))
def test_blocks_follow_the_rules_for_lines(data, format_, width, first, to_skip):
    assert vectorised(data, format_, width, first, to_skip) == reference(
        data, format_, width, first, to_skip
    )


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.lists(st.text("ab,\"' #\r", max_size=4), min_size=3, max_size=3), max_size=20),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_writer_quotes_comes_back(rows, line_end):
    rows = [[field.replace("\r", "") for field in row] for row in rows]
    text = "".join(
        ",".join('"' + field.replace('"', '""') + '"' for field in row) + line_end for row in rows
    )
    found, bad, _, _ = vectorised(text.encode(), CsvFormat(quotes=DOUBLE), 3, 1, 0)
    assert [[field.decode() for field in fields] for _, _, fields in found] == rows
    assert bad == []


@settings(max_examples=80, deadline=None)
@given(pieces, formats, st.integers(1, 3), st.integers(1, 5))
def test_any_selection_of_rows_is_that_of_all_rows(data, format_, width, step):
    block = split_block(data, format_, width, 1, 0)
    for index in range(width):
        whole = block.column(index, slice(None)).to_pylist()
        for offset in range(step):
            assert block.column(index, slice(offset, None, step)).to_pylist() == whole[offset::step]
            chosen = np.arange(offset, block.rows, step)
            assert block.column(index, chosen).to_pylist() == whole[offset::step]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b"", [b""]),
        (b"a,b", [b"a", b"b"]),
        (b"a,", [b"a", b""]),
        (b'"a,b",c', [b"a,b", b"c"]),
        (b'"a""b"', [b'a"b']),
        (b'""', [b""]),
        (b'"",""', [b"", b""]),
        (b'""""', [b'"']),
        (b'a"b,c', [b'a"b', b"c"]),
        (b' "a"', [b' "a"']),
        (b"'a,b'", [b"'a", b"b'"]),
    ],
)
def test_quotes_as_written(line, fields):
    assert split_line(line, CsvFormat(quotes=DOUBLE)) == fields


@pytest.mark.parametrize("line", [b'"', b'"a', b'"a"b', b'"a""', b'x,"y', b'"a" ,b', b'"""'])
def test_wrong_quotes_make_a_bad_line(line):
    with pytest.raises(BadLine):
        split_line(line, CsvFormat(quotes=DOUBLE))


def test_both_quotes_each_close_what_they_opened():
    both = CsvFormat(quotes=BOTH_QUOTES)
    assert split_line(b'"it\'s",\'say "x"\'', both) == [b"it's", b'say "x"']


@pytest.mark.parametrize(
    ("line", "labels"), [(b"a,b,", [b"a", b"b"]), (b"a,b,,", [b"a", b"b", b""]), (b"", [])]
)
def test_an_empty_label_at_the_very_end_does_not_count(line, labels):
    assert label_fields(line, CsvFormat()) == labels


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"a", "not enough fields: 1, expected 2"),
        (b"a,b,c", "too many fields: 3, expected 2"),
        (b"a,b,", "too many fields: 3, expected 2"),
        (b"", "the line is empty, expected 2 fields"),
        (b'"a,b', "not closed"),
    ],
)
def test_a_bad_line_tells_why(line, why):
    with pytest.raises(BadLine, match=re.escape(why)):
        data_fields(line, CsvFormat(quotes=DOUBLE), 2)


def test_an_empty_line_is_good_where_there_is_one_column():
    assert vectorised(b"a\n\nb\n", CsvFormat(), 1, 1, 0)[0] == [
        (0, 1, [b"a"]),
        (1, 2, [b""]),
        (2, 3, [b"b"]),
    ]


def test_the_last_line_needs_no_end():
    assert [row[2] for row in vectorised(b"a,b\nc,d", CsvFormat(), 2, 1, 0)[0]] == [
        [b"a", b"b"],
        [b"c", b"d"],
    ]
