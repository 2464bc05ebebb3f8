"""Which of the words of a search are patterns, which datasets, and which columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from axtui.errors import NoSuchWhateverError


@dataclass
class Words:
    """The words of a command line, sorted. Datasets are references."""

    patterns: list[str]
    datasets: list[str]
    columns: list[str]


def sort_words(
    dataset: Callable[[str], str],
    words: Iterable[str],
    patterns: Iterable[str],
    datasets: Iterable[str],
    columns: Iterable[str],
    no_columns: bool = False,
) -> Words:
    """Sort words: a pattern, if options named none; datasets; and from the first that is none, or where
    options named columns and datasets, columns (with `no_columns` there are none). `dataset` finds the
    one that a word names, or raises NoSuchWhateverError."""
    found = Words(list(patterns), [dataset(spec) for spec in datasets], list(columns))
    for word in words:
        if not found.patterns:
            found.patterns.append(word)
        elif found.columns and found.datasets:
            found.columns.append(word)
        else:
            try:
                found.datasets.append(dataset(word))
            except NoSuchWhateverError:
                if not found.datasets or no_columns:
                    raise
                found.columns.append(word)
    return found
