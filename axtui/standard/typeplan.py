"""What `dataset_type` makes: which columns, by which conversions, into which datasets.

All that can be wrong with the options is found here, before a row is read.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from axtui.data.dataset import Dataset
from axtui.data.types import TYPES
from axtui.errors import UserError
from axtui.standard.sources import as_in_2021
from axtui.standard.typenames import TypeName, can_be_none, parse

TEXT_TYPES = ("bytes", "ascii", "unicode")


@dataclass(frozen=True)
class Renamed:
    """The columns of a dataset under their new names. A column may stand under two names: where a
    typed column is made from a renamed one, the old name stays."""

    columns: dict[str, str]
    """{name: column of the dataset}"""
    hashlabel: str | None
    links: dict[str, str | None]
    """The renames that a dataset which only links would need."""


def renamed(source: Dataset, rename: Mapping[str, str | None], typed: Container[str]) -> Renamed:
    """Apply `rename`. Raises UserError where two columns get the same name."""
    given = {old: new for old, new in rename.items() if old in source.columns}
    taken = _taken(source, rename)
    copies = {old: new for old, new in given.items() if new is not None and new in typed}
    moves = {old: new for old, new in given.items() if old not in copies}
    for old in [old for old in copies if old in taken]:  # it is replaced itself: nothing to keep
        moves[old] = copies.pop(old)
    hashlabel = source.hashlabel
    if hashlabel in copies:
        moves[hashlabel] = None
        label: str | None = copies[hashlabel]
    elif hashlabel in moves:
        label = moves[hashlabel]
    else:
        label = None if hashlabel in taken else hashlabel
    columns = {name: name for name in source.columns if name not in moves}
    columns |= {new: old for old, new in moves.items() if new is not None}
    columns |= {new: old for old, new in copies.items()}
    return Renamed(columns, label, moves)


def renamed_in_2021(
    source: Dataset, rename: Mapping[str, str | None], typed: Container[str], own: bool
) -> Renamed:
    """As `renamed`, by the meaning of 2021. A dataset of its `own` has no column that a typed one was
    made from under another name; one that inherits has all columns of the source under their old
    names, but for those that are renamed to None."""
    taken = _taken(source, rename)
    old = source.hashlabel
    label = None if old is None else rename.get(old, old)
    if label in typed and taken.get(str(label), label) != old:
        label = None  # another column has its name now
    made = {new: old for new, old in taken.items() if new in typed}
    made = {name: name for name in source.columns if name in typed} | made
    if own:
        rest = [name for name in source.columns if name not in made and name not in made.values()]
        kept = {rename.get(name, name): name for name in rest}
        columns = {new: old for new, old in kept.items() if new is not None and new not in made}
        return Renamed(columns | made, label, {})
    gone = [name for name in source.columns if rename.get(name, "") is None and name not in made]
    columns = {name: name for name in source.columns if name not in gone}
    label = None if old in gone else label
    return Renamed(columns | made, label, dict.fromkeys(gone))


def _taken(source: Dataset, rename: Mapping[str, str | None]) -> dict[str, str]:
    """{new name: old name}. Raises UserError where two columns get the same name."""
    found: dict[str, str] = {}
    for old, new in rename.items():
        if old not in source.columns or new is None:
            continue
        if new in found:
            raise UserError(
                f"columns {found[new]!r} and {old!r} of {source.quoted} are both renamed to {new!r}"
            )
        found[new] = old
    return found


@dataclass(frozen=True)
class Plan:
    """One dataset to make, from one dataset or several that follow one another."""

    sources: list[Dataset]
    views: list[Renamed]
    names: dict[str, TypeName]
    """{typed column: type}"""
    copied: list[str]
    """Columns that are only copied."""
    columns: dict[str, tuple[str, bool]]
    """{column to write: (type, none_support)}, typed ones first."""
    hashlabel: str | None
    override: bool
    """Whether the hash label of the parent is not inherited."""
    rehash: bool
    inherits: bool
    """Whether untyped columns come from the source as the parent."""

    @property
    def last(self) -> Dataset:
        """The source that comes last in the chain."""
        return self.sources[-1]


def make_plan(sources: Sequence[Dataset], options: Mapping[str, Any]) -> Plan:
    """Plan one dataset. Raises UserError where the options do not fit the sources."""
    names = {column: parse(str(text)) for column, text in options["column2type"].items()}
    if not names:
        raise UserError("column2type names no columns")
    views = _views(sources, options, names, own=True)
    for source, view in zip(sources, views, strict=True):
        _check_columns(source, view, names)
    label = _label(views, names, options["hashlabel"])
    several = len(sources) > 1
    discard = options["discard_untyped"]
    own = bool(options["filter_bad"] or label.rehash or several)
    copied = _untyped(sources, views, names) if own and not discard else []
    if not own:
        views = _views(sources, options, names, own=False)
    if several and discard is False:
        _refuse_loss(sources, views, {*names, *copied})
    columns = {
        name: (kind.stored, _none_support(sources, views, name, kind, options))
        for name, kind in names.items()
    }
    for name in copied:
        found = [s.columns[v.columns[name]] for s, v in zip(sources, views, strict=True)]
        columns[name] = (found[-1].type, any(column.none_support for column in found))
    _check_label(label, columns, sources[-1])
    kept = label.name in columns
    return Plan(
        list(sources),
        views,
        names,
        copied,
        columns,
        label.name if kept else None,  # one that is not written is inherited from the parent
        not label.name or (label.asked and kept),
        label.rehash,
        inherits=not own and not discard,
    )


def _views(
    sources: Sequence[Dataset], options: Mapping[str, Any], names: Container[str], own: bool
) -> list[Renamed]:
    rename = options["rename"]
    if rename and as_in_2021():
        return [renamed_in_2021(source, rename, names, own) for source in sources]
    return [renamed(source, rename, names) for source in sources]


@dataclass(frozen=True)
class _Label:
    """The hash label: its name, whether the options ask for it, and whether rows move for it."""

    name: str | None
    asked: bool
    rehash: bool


def _label(views: Sequence[Renamed], names: Mapping[str, TypeName], asked: str | None) -> _Label:
    if asked is not None:
        return _Label(asked or None, True, bool(asked))
    labels = {view.hashlabel for view in views}
    inherited = labels.pop() if len(labels) == 1 else None
    return _Label(inherited, False, inherited in names)


def _check_label(label: _Label, columns: Mapping[str, tuple[str, bool]], source: Dataset) -> None:
    if label.name is None:
        return
    if label.name in columns:
        kind = columns[label.name][0]
        if not TYPES[kind].hashable:
            raise UserError(f"column {label.name!r} becomes {kind}, which cannot be a hashlabel")
    elif label.asked:
        raise UserError(
            f"hashlabel is {label.name!r}, which is no column that is kept of {source.quoted}"
        )


def _check_columns(source: Dataset, view: Renamed, names: Mapping[str, TypeName]) -> None:
    for column in names:
        if column not in view.columns:
            known = ", ".join(sorted(view.columns))
            raise UserError(f"dataset {source.quoted} has no column {column!r}; it has: {known}")
        kind = source.columns[view.columns[column]].type
        if kind not in TEXT_TYPES:
            raise UserError(
                f"column {column!r} of {source.quoted} is {kind}; only bytes, ascii and unicode "
                "columns can be typed"
            )


def _untyped(
    sources: Sequence[Dataset], views: Sequence[Renamed], names: Mapping[str, TypeName]
) -> list[str]:
    """The columns that are not typed, and that all sources have, with the same type."""

    def kinds(name: str) -> set[str]:
        pairs = zip(sources, views, strict=True)
        return {source.columns[view.columns[name]].type for source, view in pairs}

    return [
        name
        for name in views[-1].columns
        if name not in names
        and all(name in view.columns for view in views)
        and len(kinds(name)) == 1
    ]


def _refuse_loss(sources: Sequence[Dataset], views: Sequence[Renamed], kept: set[str]) -> None:
    """Raise UserError for columns of the last source that one dataset of all cannot have."""
    lost = sorted(set(views[-1].columns) - kept)
    if lost:
        raise UserError(
            f"discard_untyped is False, but columns {lost} of {sources[-1].quoted} are not in all "
            "datasets of the chain with the same type"
        )


def _none_support(
    sources: Sequence[Dataset],
    views: Sequence[Renamed],
    name: str,
    kind: TypeName,
    options: Mapping[str, Any],
) -> bool:
    return can_be_none(kind, name, options["defaults"]) or any(
        s.columns[v.columns[name]].none_support for s, v in zip(sources, views, strict=True)
    )
