"""What the processes of one job imported, brought together into the record that the job keeps.

{"format", "python": "cpython-3.11",
 "modules": [{"module", "path": key, "raw", "code"}],   user modules, by the bytes that ran
 "namespaces": [name], "files": [{"path", "raw"}],      packages without a file; loaded by path
 "elsewhere": [name], "missing": [name],                names found installed; names not found
 "imports": [name], "distributions": {name: version}, "direct": {name: digest},
 "search": {"front": [], "back": []}, "paths": {package: [key]},
 "environ": {name: digest or None}, "unrecorded": [plain words]}
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from axtui.build.distributions import Installed
from axtui.data import digest
from axtui.engine.source import FrozenSource, code_digest

FORMAT = "axtui-imports-1"
PYTHON = f"{sys.implementation.name}-{sys.version_info.major}.{sys.version_info.minor}"
_NAMES = ("namespaces", "elsewhere", "missing", "imports", "unrecorded")

Record = Mapping[str, Any]


def merge(records: Iterable[Record], source: FrozenSource, installed: Installed) -> dict[str, Any]:
    """The union of the records of one job's processes, completed.

    `source` is the job's frozen source, from which the code digests are made; `installed` the state
    of packages when the fork server was started.
    """
    modules: dict[tuple[str, str, str], dict[str, str]] = {}
    files: dict[tuple[str, str], dict[str, str]] = {}
    names: dict[str, set[str]] = {kind: set() for kind in _NAMES}
    search: dict[str, dict[str, None]] = {"front": {}, "back": {}}
    paths: dict[str, list[str]] = {}
    environ: dict[str, str | None] = {}
    for record in records:
        for entry in record["modules"]:
            modules[entry["module"], entry["path"], entry["raw"]] = dict(entry)
        for entry in record["files"]:
            files[entry["path"], entry["raw"]] = dict(entry)
        for kind, found in names.items():
            found.update(record[kind])
        for side, entries in search.items():
            entries.update(dict.fromkeys(record["search"][side]))
        paths |= record["paths"]
        environ |= record["environ"]
    recorded = {module for module, _, _ in modules}
    for module, key in source.modules().items():  # imported only in processes that user code forked
        data = source.frozen(key)
        if module not in recorded and data is not None:
            raw = digest.of_bytes(data)
            modules[module, key, raw] = {"module": module, "path": key, "raw": raw}
    for entry in modules.values():
        entry["code"] = _code(entry, source)
    used = installed.used(names["imports"])
    return {
        "format": FORMAT,
        "python": PYTHON,
        "modules": [modules[key] for key in sorted(modules)],
        "files": [files[key] for key in sorted(files)],
        **{kind: sorted(found) for kind, found in names.items()},
        "search": {side: list(entries) for side, entries in search.items()},
        "paths": dict(sorted(paths.items())),
        "environ": dict(sorted(environ.items())),
        "distributions": used,
        "direct": {name: held for name in used if (held := installed.content(name)) is not None},
    }


def _code(entry: Record, source: FrozenSource) -> str:
    """Code digest of what was frozen; compiled modules are not frozen and have but one digest."""
    data = source.frozen(entry["path"])
    return entry["raw"] if data is None else code_digest(data, entry["path"])
