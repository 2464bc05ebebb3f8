"""Events of a small workspace: two imports, typing, a report, its rebuild, a failure.

dev-0  build_import (run r1)          dev-1 csvimport a.csv, dev-2 csvimport b.csv (chain)
dev-3  dataset_type of dev-2 (pandas 2.2.3)
dev-4  afr (pandas 3.0.1)  -> result afr.html, the first version
dev-5  afr again, yesterday: option and source changed, pandas upgraded -> afr.html now
dev-6  failed in slice 2      dev-7 running
"""

from __future__ import annotations

import datetime
from typing import Any

Event = dict[str, Any]

NOON = datetime.datetime.now().astimezone().replace(hour=12, minute=0, second=0, microsecond=0)
TODAY = NOON.timestamp()
YESTERDAY = (NOON - datetime.timedelta(days=1)).timestamp()
EARLIER = (NOON - datetime.timedelta(days=3)).timestamp()

OLD_SOURCE = "import helper\n\ndef analysis(sliceno):\n    return 1\n"
NEW_SOURCE = "import helper\n\ndef analysis(sliceno):\n    return 2\n"
HELPER = "# says one\nONE = 1\n"
HELPER_AGAIN = "# says one, now with more words\nONE = 1\n"


def event(kind: str, at: float, **doc: Any) -> Event:
    return {"v": 1, "kind": kind, "at": at, "doc": doc}


def job(number: int, method: str, started: float, wall: float = 10.0, **more: Any) -> Event:
    """A complete job of `method`, unless `more` says otherwise."""
    doc: dict[str, Any] = {
        "jobid": f"dev-{number}",
        "workdir": "dev",
        "number": number,
        "method": method,
        "package": "methods",
        "script": "build_import",
        "build_job": "dev-0",
        "parent": "dev-0",
        "is_build": False,
        "state": "complete",
        "started": started,
        "ended": started + wall,
        "wall_s": wall,
        "cpu_s": 2 * wall,
        "peak_rss": 100_000_000,
        "host": "here",
        "pid": 1000 + number,
        "user": "ann",
        "slices": 3,
        "key": f"blake3:key{number}",
        "content": f"blake3:content{number}",
        "rows": 100 * number,
        "bytes": 1000 * number,
        "path": f"/w/workdirs/dev/dev-{number}",
        "environment": ENVIRONMENT,
    }
    return event("job", started + wall, **(doc | more))


ENVIRONMENT = {
    "digest": "blake3:env",
    "python": "3.12.4",
    "platform": "linux x86_64",
    "packages": {"pandas": "2.2.3", "numpy": "2.1.0", "rich": "14.0"},
}
NEWER_ENVIRONMENT = {
    "digest": "blake3:env2",
    "python": "3.12.4",
    "platform": "linux x86_64",
    "packages": {"pandas": "3.0.1", "numpy": "2.1.0", "rich": "14.1"},
}


def dataset(number: int, rows: int, columns: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "name": "default",
        "rows": rows,
        "content": f"blake3:data{number}",
        "columns": [
            {"name": name, "position": place, "type": kind, "none": False, "min": "1", "max": "9"}
            | {"origin": f"dev-{number}/default", "origin_column": name}
            for place, (name, kind) in enumerate(columns.items())
        ],
        "slices": [
            {"sliceno": n, "rows": rows // 2, "bytes": 50, "file": f"DS/default/{n}.parquet"}
            | {"digest": f"blake3:slice{number}-{n}"}
            for n in range(2)
        ],
    } | more


def source(text: str, digest: str, code: str, path: str, role: str) -> dict[str, Any]:
    module = path.removesuffix(".py").replace("/", ".")
    return {
        "path": path,
        "module": module,
        "role": role,
        "digest": digest,
        "code_digest": code,
        "text": text,
    }


def uses(ref: str, digest: str, argument: str = "source") -> dict[str, Any]:
    return {
        "kind": "dataset",
        "argument": argument,
        "position": 0,
        "ref": ref,
        "job": ref.split("/")[0],
        "digest": digest,
        "rows": 10,
    }


def reads_file(path: str, digest: str) -> dict[str, Any]:
    return {"kind": "file", "ref": path, "digest": digest, "bytes": 77, "position": 0}


def stages(started: float) -> list[dict[str, Any]]:
    prepare = {"stage": "prepare", "started": started, "ended": started + 1, "wall_s": 1.0}
    slices = [
        {"stage": "analysis", "sliceno": n, "started": started + 1, "ended": started + 2 + 5 * n}
        | {"wall_s": 1.0 + 5 * n, "cpu_s": 1.0, "peak_rss": 10**6, "outcome": "ok"}
        for n in range(3)
    ]
    return [prepare, *slices]


def imports() -> list[Event]:
    columns = {"serial": "unicode", "failure": "unicode"}
    return [
        job(
            1,
            "csvimport",
            EARLIER,
            options=[{"name": "filename", "value": '"a.csv"', "digest": "blake3:a"}],
            inputs=[reads_file("/w/inputs/a.csv", "blake3:file-a")],
            datasets=[dataset(1, 100, columns, filename="/w/inputs/a.csv")],
            reason={"kind": "first", "text": "first job of csvimport", "changes": []},
            stages=stages(EARLIER),
        ),
        job(
            2,
            "csvimport",
            EARLIER + 20,
            options=[{"name": "filename", "value": '"b.csv"', "digest": "blake3:b"}],
            inputs=[
                uses("dev-1/default", "blake3:data1", "previous"),
                reads_file("/w/inputs/b.csv", "blake3:file-b"),
            ],
            datasets=[dataset(2, 200, columns, previous="dev-1/default")],
        ),
        job(
            3,
            "dataset_type",
            EARLIER + 40,
            wall=30.0,
            inputs=[uses("dev-2/default", "blake3:data2")],
            datasets=[
                dataset(3, 200, {"serial": "ascii", "failure": "int64"}, parents=["dev-2/default"])
            ],
            reads=[{"dataset": "dev-2/default", "column": "failure"}],
            used_packages={"pandas": "2.2.3", "numpy": "2.1.0"},
            environ=[{"name": "TZ", "digest": "blake3:tz", "declared": False}],
        ),
    ]


def reports() -> list[Event]:
    method = "methods/a_afr.py"
    helper = "methods/helper.py"
    return [
        job(
            4,
            "afr",
            EARLIER + 100,
            options=[{"name": "days", "value": "30", "type": "int", "digest": "blake3:30"}],
            inputs=[uses("dev-3/default", "blake3:data3")],
            sources=[
                source(OLD_SOURCE, "blake3:old", "blake3:oldcode", method, "method"),
                source(HELPER, "blake3:helper", "blake3:helpercode", helper, "import"),
            ],
            files=[{"name": "afr.html", "bytes": 10, "digest": "blake3:html", "registered": True}],
            used_packages={"pandas": "2.2.3"},
        ),
        event("result", EARLIER + 111, link="afr.html", job="dev-4", file="afr.html"),
        job(
            5,
            "afr",
            YESTERDAY,
            options=[{"name": "days", "value": "60", "type": "int", "digest": "blake3:60"}],
            inputs=[uses("dev-3/default", "blake3:data3")],
            sources=[
                source(NEW_SOURCE, "blake3:new", "blake3:newcode", method, "method"),
                source(HELPER_AGAIN, "blake3:helper2", "blake3:helpercode", helper, "import"),
            ],
            files=[{"name": "afr.html", "bytes": 11, "digest": "blake3:html2"}],
            environment=NEWER_ENVIRONMENT,
            used_packages={"pandas": "3.0.1"},
            caption="longer window",
            reason={
                "kind": "changed",
                "against": "dev-4",
                "text": "option days and the source changed",
                "changes": [
                    {"part": "option", "name": "days", "old": "30", "new": "60"},
                    {"part": "source", "name": method, "detail": "line 4"},
                ],
            },
            stages=stages(YESTERDAY),
        ),
        event("result", YESTERDAY + 20, link="afr.html", job="dev-5", file="afr.html"),
    ]


def endings() -> list[Event]:
    ended = {"state": "failed", "rows": None, "bytes": None, "content": None}
    trouble = {
        "kind": "exception",
        "stage": "analysis",
        "sliceno": 2,
        "message": "ValueError: 'x' is no number",
        "traceback": "Traceback ...",
    }
    outputs = [{"stage": "analysis", "sliceno": 2, "text": "here it comes\n"}]
    return [
        job(6, "dataset_type", TODAY - 100, error=trouble, outputs=outputs, **ended),
        event("alarm", TODAY, jobid="dev-3", text="built twice, not equal", other="dev-9"),
        event("pin", TODAY, jobid="dev-3", pinned=True, note="for the paper", user="anna"),
    ]


def runs() -> list[Event]:
    methods = {1: "csvimport", 2: "csvimport", 3: "dataset_type", 4: "afr", 5: "afr"}

    def run(name: str, at: float, jobs: dict[int, bool], **more: Any) -> Event:
        listed = [
            {"jobid": f"dev-{n}", "method": methods[n], "name": methods[n], "built": built}
            for n, built in jobs.items()
        ]
        facts = {"run": name, "script": "build_import", "build_job": "dev-0", "argv": ["run"]}
        ends = {"started": at, "ended": at + 150, "state": "complete", "exit": 0, "user": "ann"}
        return event("run", at + 150, **(facts | ends | {"jobs": listed} | more))

    return [
        run("r1", EARLIER, {1: True, 2: True, 3: True, 4: True}, warnings=["odd file name"]),
        run("r2", YESTERDAY - 1, {1: False, 2: False, 3: False, 5: True}),
    ]


def build_job() -> Event:
    subjobs = [{"jobid": f"dev-{n}", "built": True} for n in range(1, 5)]
    return job(0, "build_import", EARLIER, wall=150.0, is_build=True, parent=None, subjobs=subjobs)


def urd() -> list[Event]:
    def add(timestamp: str, at: float, *jobs: int, **more: Any) -> Event:
        joblist = [[f"import{n}", f"dev-{n}"] for n in jobs]
        facts = {"action": "add", "user": "ann", "list": "import", "timestamp": timestamp}
        return event("urd", at, **(facts | {"joblist": joblist, "build_job": "dev-0"} | more))

    return [
        add("2024-01", EARLIER, 1),
        add("2024-02", EARLIER + 1, 2, deps={"ann/raw": "2024-02"}, caption="february"),
        add("2024-03", EARLIER + 2, 3),
        event(
            "urd", EARLIER + 3, action="truncate", user="ann", list="import", timestamp="2024-02"
        ),
        add("2024-02", EARLIER + 4, 2, 3),
    ]


def story() -> list[Event]:
    """Every event; no two at the same time."""
    running = job(7, "afr", TODAY, state="running", ended=None, wall_s=None, cpu_s=None)
    events = [*imports(), *reports(), *endings(), *runs(), build_job(), *urd(), running]
    return [told | {"at": told["at"] + place / 100} for place, told in enumerate(events)]
