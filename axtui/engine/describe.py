"""In a process of its own: import a method and say what it declares, without running it."""

from __future__ import annotations

import contextlib
import inspect
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from axtui.data import context
from axtui.engine import trace, wire
from axtui.engine.notes import Notes
from axtui.engine.options import declare
from axtui.engine.protocol import STAGES
from axtui.engine.recorder import StageRecorder
from axtui.engine.stage import workspace_context
from axtui.errors import UserError


def main(spec: Mapping[str, Any], channel: int) -> int:
    """Entry: one message {"ok": description} or {"error": text}, then the end."""
    sock = socket.socket(fileno=channel)
    sock.set_inheritable(False)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    notes = Notes()
    context.activate(workspace_context(spec, note=notes))
    recorder = StageRecorder(spec, notes, Path(spec["source"]))
    try:
        with recorder.user_code():
            module = recorder.import_method(spec["module"])
        answer: dict[str, Any] = {"ok": _describe(module, spec)}
    except SystemExit as error:
        answer = {"error": f"it calls sys.exit({error.code!r}) when it is imported"}
    except BaseException as error:
        answer = {"error": trace.trimmed(error, recorder.is_user), "message": trace.describe(error)}
    answer["recorded"] = recorder.record()
    answer["libraries"] = recorder.libraries
    with contextlib.suppress(OSError):
        wire.send(sock, answer)
    return 0


def _describe(module: ModuleType, spec: Mapping[str, Any]) -> dict[str, Any]:
    method = spec["method"]
    stages = [stage for stage in STAGES if callable(getattr(module, stage, None))]
    if not stages:
        raise UserError(f"method {method} has none of prepare, analysis and synthesis")
    source = _source(module)
    helps = getattr(module, "__option_help__", None)  # a SQL method's
    return {
        "method": method,
        "stages": stages,
        "arguments": {stage: _arguments(getattr(module, stage)) for stage in stages},
        "description": inspect.cleandoc(
            str(getattr(module, "description", "") or module.__doc__ or "")
        ),
        "options": declare(
            getattr(module, "options", {}), method=method, source=source, helps=helps
        ).to_json(),
        "datasets": _inputs(module, "datasets", method),
        "jobs": _inputs(module, "jobs", method),
        "depend_extra": _depend_extra(module, method),
        "equivalent_hashes": _equivalent_hashes(module, method),
        "slice_dependent": bool(getattr(module, "slice_dependent", True)),
        "timeout": float(getattr(module, "timeout", 0) or 0),
        "path": module.__file__,
    }


def _source(module: ModuleType) -> str:
    with contextlib.suppress(OSError, TypeError):
        return inspect.getsource(module)
    return ""


def _arguments(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


def _inputs(module: ModuleType, kind: str, method: str) -> list[list[Any]]:
    """[[name, is_list], ...] of a `datasets = ('a', ['many'])` declaration."""
    declared = getattr(module, kind, ())
    if isinstance(declared, str):
        raise UserError(
            f"{kind} of {method} must be a tuple of names: write {kind} = ({declared!r},)"
        )
    found: list[list[Any]] = []
    for item in declared:
        many = isinstance(item, list)
        if many and len(item) != 1:
            raise UserError(f"{kind} of {method}: a list holds exactly one name, not {item!r}")
        name = item[0] if many else item
        if not isinstance(name, str) or not name.isidentifier():
            raise UserError(f"{kind} of {method}: {name!r} is not a usable name")
        found.append([name, many])
    return found


def _equivalent_hashes(module: ModuleType, method: str) -> list[Any] | None:
    """[verifier, hashes] of `equivalent_hashes = {verifier: (hash, ...)}`."""
    declared = getattr(module, "equivalent_hashes", None)
    if not declared:
        return None
    if isinstance(declared, dict) and len(declared) == 1:
        ((verifier, hashes),) = declared.items()
        hashes = (hashes,) if isinstance(hashes, str) else hashes
        whole = isinstance(hashes, tuple) and all(map(_is_hash, hashes))
        if isinstance(verifier, str) and whole:
            return [verifier, list(hashes)]
    raise UserError(
        f"equivalent_hashes of {method} should be {{verifier: (hash, ...)}}, where a hash is the "
        "`params.hash` of a job"
    )


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 40


def _depend_extra(module: ModuleType, method: str) -> list[str]:
    """Absolute paths of what the method declares to depend on besides its imports, there or not."""
    declared = getattr(module, "depend_extra", ())
    if isinstance(declared, (str, ModuleType)):
        declared = (declared,)
    assert module.__file__ is not None
    base = Path(module.__file__).parent
    found = []
    for item in declared:
        if isinstance(item, ModuleType):
            file = getattr(item, "__file__", None)
            if not file:
                raise UserError(f"depend_extra of {method} holds {item!r}, which has no file")
            path = Path(file)
        elif isinstance(item, str):
            path = base / item
        else:
            raise UserError(f"depend_extra of {method} holds modules and file names, not {item!r}")
        found.append(str(path))
    return sorted(set(found))
