"""Run by a Python that has the real Accelerator: its urd, asked by lines of JSON, without a network.

A question is [verb, arguments...]; the answer is {"value": ...}, or {"error": what kind}.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import Any

import bottle
from accelerator import urd
from accelerator.build import _tsfix


def timestamp(given: Any) -> str:
    """A timestamp as a build script may give it, as the client writes it."""
    kind, value = given
    if kind == "date":
        value = date.fromisoformat(value)
    elif kind == "datetime":
        value = datetime.fromisoformat(value)
    elif kind == "tuple":
        value = tuple(value)
    return _tsfix(value)


def entry(found: Any) -> Any:
    return found and {name: found[name] for name in ("timestamp", "joblist", "caption", "deps")}


def ask(verb: str, path: str = "", *given: Any) -> Any:
    user, _, name = path.partition("/")
    if verb == "list":
        return urd.slash_list()
    if verb == "get":
        return entry(
            urd.single(user, name, timestamp(given[0]))
            if given[0][1] not in ("latest", "first")
            else getattr(urd, given[0][1])(user, name)
        )
    if verb == "since":
        return urd.since(user, name, timestamp(given[0]))
    if verb == "truncate":
        return urd.db.truncate(path, timestamp(given[0]))
    if verb == "ghosts":
        return sorted(
            [str(when), one["caption"]]
            for when, ones in urd.db.ghost_db[path].items()
            for one in ones
        )
    when, joblist, caption, deps, update = given
    data = urd.Entry(
        user=user,
        build=name,
        timestamp=timestamp(when),
        joblist=joblist,
        caption=caption,
        deps=deps,
        build_job="dev-0",
        flags=["update"] if update else [],
    )
    bottle.response.status = 200
    answer = urd.db.add(data)
    return {"conflict": True} if bottle.response.status_code == 409 else answer


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if asked[0] == "open":
                urd.db = urd.DB(asked[1], verbose=False)
                answer: Any = {"value": None}
            else:
                answer = {"value": ask(*asked)}
        except (AssertionError, TypeError, bottle.HTTPError):  # the second of -1, in its message
            answer = {"error": True}
        print(json.dumps(answer), flush=True)


# What the real one prints is not an answer.
sys.stdout, real_stdout = sys.stderr, sys.stdout


def print(*args: Any, flush: bool = False) -> None:
    real_stdout.write(" ".join(map(str, args)) + "\n")
    real_stdout.flush()


main()
