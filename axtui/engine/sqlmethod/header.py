"""What the comments at the head of a SQL method declare.

-- Failures and drive days by model.           what it does, in any number of lines
-- per: slice                                  or whole, which it is if nothing is said
-- dataset: source chain by serial_number      the table `source`
-- option: least int = 5  # drives at least    the parameter `$least`
-- hashlabel: model
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from axtui.data import types
from axtui.engine.sqlmethod.optionlines import option, without_help
from axtui.engine.sqlmethod.text import header_lines
from axtui.suggest import did_you_mean, near

_DECLARING = re.compile(r"([^\W\d]\w*)\s*:(?:\s+(.*)|)")
_DATASET = re.compile(
    r"(?P<name>\S+)(?:\s+(?P<reach>chain|list))?(?:\s+by\s+(?P<by>.+?))?(?:\s+since\s+(?P<since>\S+))?"
)
ENDINGS = ("csv", "json", "jsonl", "parquet")


class HeaderError(ValueError):
    """A declaration that means nothing; `line` is its line in the file."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Source:
    """A dataset that is a table: alone, with its whole `chain`, or a `list` of them. `by` is the column
    that it must be hashed on; `since` the dataset whose own source was the last one seen."""

    name: str
    reach: str = "single"
    by: str | None = None
    since: str | None = None


@dataclass
class Header:
    """All declarations of a file."""

    description: str = ""
    per: str = "whole"
    options: dict[str, Any] = field(default_factory=dict)
    helps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    datasets: dict[str, Source] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    hashlabel: str | None = None
    previous: str | None = None
    caption: str | None = None
    threads: int | None = None

    said: list[str] = field(default_factory=list)
    """What counts of it: the declarations as written, without words about options."""


def parse(sql: str) -> Header:
    """The header of a file. Raises HeaderError."""
    header = Header()
    about: list[str] = []
    for number, line in header_lines(sql):
        found = _DECLARING.fullmatch(line)
        word = found[1] if found else ""
        if found and word in _WORDS:
            try:
                _WORDS[word](header, (found[2] or "").strip())
            except ValueError as error:
                raise HeaderError(number, str(error)) from None
            value = found[2] or ""
            header.said.append(
                f"{word} {without_help(value) if word == 'option' else value.strip()}"
            )
        elif found and word.islower() and near(word, _WORDS):
            raise HeaderError(
                number, f"nothing is declared by {word!r}.{did_you_mean(word, _WORDS)}"
            )
        else:
            about.append(line)
    header.description = "\n".join(about).strip()
    _check(header, sql)
    return header


def _check(header: Header, sql: str) -> None:
    """What can only be told when all is read."""

    def refuse(word: str, message: str) -> None:
        lines = [n for n, line in header_lines(sql) if line.startswith(word)]
        raise HeaderError(lines[-1] if lines else 1, message)

    for source in header.datasets.values():
        if source.since is not None and source.since not in header.datasets:
            refuse("dataset", f"there is no dataset {source.since!r} for `since`; declare it, too")
    if header.previous is not None and header.previous not in header.datasets:
        refuse(
            "previous",
            f"there is no dataset {header.previous!r}; declare it: dataset: {header.previous}",
        )
    both = header.datasets.keys() & header.jobs.keys()
    if both:
        refuse("job", f"{min(both)!r} is both a dataset and a job")
    if header.per == "slice" and header.threads:
        refuse("threads", "a query per slice has one thread; `threads` is for `per: whole`")


# -- one function for each word ----------------------------------------------------------------------


def _per(header: Header, value: str) -> None:
    if value not in ("slice", "whole"):
        raise ValueError(f"`per` is slice or whole, not {value!r}")
    header.per = value


def _option(header: Header, value: str) -> None:
    name, declared, about = option(value)
    if name in header.options:
        raise ValueError(f"the option {name!r} is declared twice")
    header.options[name] = declared
    header.helps[name] = (about,) if about else ()


def _dataset(header: Header, value: str) -> None:
    found = _DATASET.fullmatch(value)
    if found is None or not found["name"].isidentifier():
        raise ValueError(
            "a dataset is declared as `dataset: NAME`, behind it perhaps chain or list, "
            "`by COLUMN` and `since NAME`"
        )
    name = found["name"]
    if name in header.datasets:
        raise ValueError(f"the dataset {name!r} is declared twice")
    if found["since"] and found["reach"] != "chain":
        raise ValueError("`since` says where a chain ends: write `dataset: NAME chain since OTHER`")
    header.datasets[name] = Source(name, found["reach"] or "single", found["by"], found["since"])


def _job(header: Header, value: str) -> None:
    name, _, file = value.partition(" ")
    file = file.strip()
    if not name.isidentifier() or not file.endswith(tuple(f".{ending}" for ending in ENDINGS)):
        raise ValueError(
            "a job is declared with the file of it that is the table: `job: NAME FILE`; "
            f"files end in {', '.join(ENDINGS)}"
        )
    if name in header.jobs:
        raise ValueError(f"the job {name!r} is declared twice")
    header.jobs[name] = file


def _column(header: Header, value: str) -> None:
    name, _, kind = value.rpartition(" ")
    name = name.strip().strip('"')
    if kind not in types.TYPES or not name:
        raise ValueError(
            f"a column is declared as `column: NAME TYPE`; {kind!r} is no column type"
            f".{did_you_mean(kind, types.TYPES) or ' Types are ' + ', '.join(types.TYPES)}"
        )
    header.columns[name] = kind


def _text(key: str) -> Callable[[Header, str], None]:
    def set_(header: Header, value: str) -> None:
        if not value:
            raise ValueError(f"`{key}` says nothing")
        if getattr(header, key) is not None:
            raise ValueError(f"`{key}` is said twice")
        setattr(header, key, value)

    return set_


def _threads(header: Header, value: str) -> None:
    if not value.isdecimal() or not int(value):
        raise ValueError(f"`threads` is a number from 1 on, not {value!r}")
    header.threads = int(value)


_WORDS: dict[str, Callable[[Header, str], None]] = {
    "per": _per,
    "option": _option,
    "dataset": _dataset,
    "job": _job,
    "column": _column,
    "hashlabel": _text("hashlabel"),
    "previous": _text("previous"),
    "caption": _text("caption"),
    "threads": _threads,
}
