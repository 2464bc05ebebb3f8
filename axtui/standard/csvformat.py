"""What a CSV file looks like, as the options of `csvimport` say, and the labels of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from axtui.errors import UserError
from axtui.standard.sources import as_in_2021

BOTH_QUOTES = (ord('"'), ord("'"))
LINE_FEED = ord("\n")
RETURN = ord("\r")


@dataclass(frozen=True)
class CsvFormat:
    """How lines and fields are told apart. Characters are byte values.

    separator None: every line is one field. newline None: lines end with LF or CR LF, else only with
    this byte. quotes: the bytes that may open (and must close) a field; keeps_quotes: the options say
    that there are none, so that quotes belong to the values.
    """

    separator: int | None = ord(",")
    newline: int | None = None
    comment: int | None = None
    quotes: tuple[int, ...] = ()
    keeps_quotes: bool = False
    skip_lines: int = 0
    skip_empty_lines: bool = False
    allow_extra_empty: bool = False

    @property
    def line_end(self) -> int:
        """The byte that every line ends with."""
        return LINE_FEED if self.newline is None else self.newline

    @property
    def may_skip(self) -> bool:
        """Whether some lines are set apart as skipped."""
        return self.leaves_out or self.skip_lines > 0

    @property
    def leaves_out(self) -> bool:
        """Whether lines anywhere in the file may be skipped, by what they hold."""
        return self.comment is not None or self.skip_empty_lines


def csv_format(options: Mapping[str, Any]) -> CsvFormat:
    """The format that the options of a csvimport ask for. Raises UserError for impossible ones."""
    found = CsvFormat(
        separator=_character("separator", options["separator"]),
        newline=_character("newline", options["newline"]),
        comment=_character("comment", options["comment"]),
        quotes=_quotes(options["quotes"]),
        keeps_quotes=options["quotes"] in (False, "False"),
        skip_lines=options["skip_lines"] or 0,
        skip_empty_lines=bool(options["skip_empty_lines"]),
        allow_extra_empty=bool(options["allow_extra_empty"]),
    )
    if found.skip_lines < 0:
        raise UserError(f"skip_lines is {found.skip_lines}; it is a number of lines, from 0 up")
    if found.separator is not None:
        for name, taken in (("newline", (found.line_end,)), ("quotes", found.quotes)):
            if found.separator in taken:
                raise UserError(
                    f"separator and {name} are the same character {chr(found.separator)!r}"
                )
    return found


def _character(name: str, value: Any, instead: str = "empty") -> int | None:
    """An option that holds one character, as a byte; None if it is empty."""
    if not value:
        return None
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    if len(text) != 1 or ord(text) > 255:
        raise UserError(f"{name} is {text!r}; it must be one ISO-8859-1 character (or {instead})")
    return ord(text)


def _quotes(value: Any) -> tuple[int, ...]:
    if value is True or value == "True":
        return BOTH_QUOTES
    if value is False or value == "False":
        return ()
    found = _character("quotes", value, "True, False or empty")
    return () if found is None else (found,)


def column_labels(
    where: str, options: Mapping[str, Any], label_lines: Sequence[Sequence[bytes]]
) -> list[str]:
    """The name of every column of the file, in order, after strip_labels and rename.

    `label_lines`: the fields of each label line of the file. Raises UserError where there are no
    labels, they cannot be decoded, or two are the same.
    """
    labels = [str(label) for label in options["labels"]] or _joined(where, options, label_lines)
    if options["allow_extra_empty"]:
        while labels and labels[-1] == "":
            labels.pop()
    if not labels:
        raise UserError(f"{where}: no labels: the file names no columns; give the option labels")
    if options["strip_labels"]:
        labels = [label.strip() for label in labels]
    rename = options["rename"]
    labels = [rename.get(label, label) for label in labels]
    if len(set(labels)) < len(labels):
        twice = sorted({label for label in labels if labels.count(label) > 1})
        raise UserError(
            f"{where}: duplicate labels {twice}; give the option labels, or rename one of them"
        )
    return labels


def _joined(
    where: str, options: Mapping[str, Any], label_lines: Sequence[Sequence[bytes]]
) -> list[str]:
    """Labels over several lines are joined by spaces, column by column."""
    encoding = options["label_encoding"] or "utf-8"
    if len({len(fields) for fields in label_lines}) > 1:
        counts = [len(fields) for fields in label_lines]
        raise UserError(f"{where}: the label lines do not have equally many fields: {counts}")
    try:
        decoded = [
            [field.decode(encoding, "backslashreplace") for field in line] for line in label_lines
        ]
    except LookupError:
        raise UserError(
            f"label_encoding is {encoding!r}, which is no encoding Python knows"
        ) from None
    except UnicodeError as error:
        raise UserError(
            f"{where}: the labels are not {encoding}: {error}; set label_encoding"
        ) from None
    return [" ".join(parts) for parts in zip(*decoded, strict=True)]


def wanted_label_lines(options: Mapping[str, Any]) -> int:
    """How many lines with labels the file begins with. Until 2022 it had one, also where the option
    `labels` said others."""
    count = options["label_lines"]
    if count is None and options["labelsonfirstline"] is not None:
        count = int(options["labelsonfirstline"])
    if count is None:
        return 0 if options["labels"] and not as_in_2021() else 1
    if count < 0:
        raise UserError(f"label_lines is {count}; it is a number of lines, from 0 up")
    if count == 0 and not options["labels"]:
        raise UserError("label_lines is 0, so the option labels must name the columns")
    return int(count)
