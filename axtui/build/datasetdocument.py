"""The datasets of a job as the catalog knows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axtui.build.finish import dataset_metas
from axtui.errors import AcceleratorError

Json = dict[str, Any]


def dataset_documents(path: Path) -> list[Json]:
    """What the document of the job at `path` says of its finished datasets; [] where their metadata
    cannot be understood."""
    try:
        metas = dataset_metas(path)
    except (OSError, AcceleratorError):
        return []
    return [_dataset(meta) for meta in metas.values()]


def rows_made(datasets: list[Json]) -> int | None:
    """Rows a job made: those of datasets it wrote, or if it only links, of those it links."""
    counted = [dataset for dataset in datasets if dataset["slices"]] or datasets
    return sum(dataset["rows"] for dataset in counted) if counted else None


def _dataset(meta: Json) -> Json:
    from axtui.data import dsmeta

    parents = meta.get("parent") or []
    return {
        "name": meta["name"],
        "rows": sum(meta["lines"]),
        "hashlabel": dsmeta.hashlabel_of(meta),
        "previous": meta.get("previous"),
        "parents": [parents] if isinstance(parents, str) else list(parents),
        "caption": meta.get("caption"),
        "filename": meta.get("filename"),
        "content": meta.get("content"),
        "columns": [
            {
                "name": name,
                "position": position,
                "type": column["type"],
                "none": column["none"],
                "min": _text(column.get("min")),
                "max": _text(column.get("max")),
                "origin": column["source"]["dataset"],
                "origin_column": column["source"]["column"],
            }
            for position, (name, column) in enumerate(meta["columns"].items())
        ],
        "slices": [
            {
                "sliceno": number,
                "rows": part["rows"],
                "bytes": part["bytes"],
                "file": part["file"],
                "digest": part["digest"],
            }
            for number, part in enumerate(meta.get("slices", ()))
        ],
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
