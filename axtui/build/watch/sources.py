"""Whether a saved file is Python at all, or SQL, told before anything runs it."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from pathlib import Path

from axtui.build.watch.told import SourceError
from axtui.engine.source import SQL


def source_error(path: str, name: str, scripts: Collection[str], at: float) -> SourceError | None:
    """What is wrong with a file, called `name`, on which `scripts` depend; None where it is Python,
    or is not there."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return None
    if path.endswith(SQL):
        return _sql_error(path, name, data, scripts, at)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            line = error.lineno or 0
            text = error.text or _line(data, line)
            message = error.msg or "it is no Python"
            column = error.offset or 0
            return SourceError(
                at, path=name, line=line, column=column, message=message, text=text.rstrip(),
                scripts=tuple(scripts),
            )  # fmt: skip
        except (ValueError, RecursionError, MemoryError) as error:
            return SourceError(at, name, 0, 0, str(error), "", tuple(scripts))
    return None


def _sql_error(
    path: str, name: str, data: bytes, scripts: Collection[str], at: float
) -> SourceError | None:
    from axtui.engine.sqlmethod.module import BadSqlMethod, read

    try:
        read(path, data)
    except BadSqlMethod as error:
        message = error.reason.partition("\n")[0]
        text = _line(data, error.line).rstrip()
        return SourceError(at, name, error.line, 0, message, text, tuple(scripts))
    return None


def _line(data: bytes, number: int) -> str:
    lines = data.decode("utf-8", "replace").splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""
