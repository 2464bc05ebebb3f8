"""The words between a watcher and its builders: a JSON object per line, each way a pipe."""

from __future__ import annotations

from typing import IO, Any

import orjson

from axtui.build.watch.told import How

Message = dict[str, Any]

# What a watcher says: {"do": ...}
RUN, EXPECT, STOP, RETIRE, END = "run", "expect", "stop", "retire", "end"
# What a builder says: {"is": ...}
READY, EVENT, OVER, FREE, RENEW = "ready", "event", "over", "free", "renew"


def send(stream: IO[bytes], message: Message) -> None:
    """Write one message to an unbuffered stream. Raises OSError where nobody reads."""
    line = memoryview(orjson.dumps(message) + b"\n")
    while line:
        line = line[stream.write(line) :]


def understood(line: bytes) -> Message | None:
    """The message of a line; None for the torn last one of a process that died."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def how_to_json(how: How) -> Message:
    """The options of a run, as they are sent."""
    return {
        "flags": sorted(how.flags),
        "horizon": how.horizon,
        "workdir": how.workdir,
        "concurrency": [list(pair) for pair in how.concurrency],
        "inputs": how.inputs,
    }


def how_from_json(found: Message) -> How:
    """The options of a run, as they were sent."""
    return How(
        frozenset(found["flags"]),
        found["horizon"],
        found["workdir"],
        tuple((method, limit) for method, limit in found["concurrency"]),
        found["inputs"],
    )
