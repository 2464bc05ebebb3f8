"""Which column type of a dataset holds a column of a query."""

from __future__ import annotations

_KINDS = {
    "boolean": "bool",
    **dict.fromkeys(("tinyint", "smallint", "integer", "utinyint", "usmallint"), "int32"),
    **dict.fromkeys(("bigint", "uinteger"), "int64"),
    **dict.fromkeys(("hugeint", "ubigint", "uhugeint"), "number"),
    "float": "float32",
    "double": "float64",
    **dict.fromkeys(("varchar", "enum"), "unicode"),
    "blob": "bytes",
    "date": "date",
    "time": "time",
    **dict.fromkeys(
        ("timestamp", "timestamp_s", "timestamp_ms", "timestamp_us", "timestamp with time zone"),
        "datetime",
    ),
    "json": "json",
}
_CASTS = {
    "timestamp_ns": "{}::TIMESTAMP",
    "time with time zone": "{}::TIME",
    "time_ns": "{}::TIME",
    "interval": "epoch({})",
    "uuid": "{}::VARCHAR",
    "bignum": "{}::VARCHAR",
    '"null"': "NULL::VARCHAR",
    "bit": "{}::VARCHAR",
}
"""How to make something that a dataset holds of the other types."""
_NESTED = "to_json({})"


class UnfitColumn(Exception):
    """A column of a query that no dataset can hold; says what to write instead."""


def column_types(described: list[tuple[str, str]], forced: dict[str, str]) -> dict[str, str]:
    """{column: type} for [(column, DuckDB's type)] of a query.

    `forced` are types that were declared. Raises UnfitColumn.
    """
    names = [name for name, _ in described]
    for name in names:
        if names.count(name) > 1:
            raise UnfitColumn(
                f"two columns are called {name!r}: give one of them another name with AS"
            )
    unknown = [name for name in forced if name not in names]
    if unknown:
        raise UnfitColumn(
            f"a type is declared for the column {unknown[0]!r}, but the query gives {', '.join(names)}"
        )
    return {name: forced.get(name) or _type_of(name, kind) for name, kind in described}


def _type_of(name: str, kind: str) -> str:
    base = kind.partition("(")[0].strip().lower() if not kind.endswith("]") else ""
    if base == "decimal":
        return "number" if kind.endswith(",0)") else "float64"
    found = _KINDS.get(base)
    if found is not None:
        return found
    shown = '"' + name.replace('"', '""') + '"'
    cast = _CASTS.get(base, _NESTED).format("...")
    raise UnfitColumn(
        f"the column {name!r} is of type {kind}, which a dataset cannot hold: write {cast} AS {shown}"
    )
