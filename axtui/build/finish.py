"""The end of a job that went well: its records merged, its files sealed, its completion written."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axtui.build import events
from axtui.build.contents import job_content, split_dataset, user_files
from axtui.build.inputs import settle
from axtui.build.recorded import merge
from axtui.build.reuse import declared_facts
from axtui.data import jobdir
from axtui.engine.source import FrozenSource

if TYPE_CHECKING:
    from axtui.build.methods import Method
    from axtui.build.running import Ran
    from axtui.build.session import Session

RESULT = "result.pickle"


def complete(
    session: Session,
    path: Path,
    setup: Mapping[str, Any],
    method: Method,
    ran: Ran,
    subjobs: Mapping[str, bool],
) -> dict[str, Any]:
    """Commit a job whose stages all ended well; its completion record."""
    from axtui.build.running import merge_files  # only where something ran
    from axtui.data import writer

    records = ran.records
    source = FrozenSource(path / jobdir.SOURCE, session.present.places)
    source.sweep()
    recorded: dict[str, Any] = {
        "imports": merge(
            (record["recorded"] for record in records),
            source,
            session.installed,
        ),
        "inputs": settle(
            [fact for record in records for fact in record["inputs"]],
            session.inputs,
            session.config.inputs,
            session.present.places,
        ),
        "declared": declared_facts(method.depend_extra, source, session.present),
        "identity": any(record["identity"] for record in records),
    }
    writer.finish_pending(path)
    datasets = dataset_metas(path)
    meanings = {record["meaning"] for record in records if record.get("meaning")}
    if meanings:
        recorded["meaning"] = meanings.pop()  # all stages were told the same
    if depends_on_slices(method, records, datasets):
        recorded["slices"] = session.config.slices
    post = {
        "format": jobdir.POST_FORMAT,
        "version": 1,
        "jobid": path.name,
        "method": setup["method"],
        "key": setup["key"],
        "starttime": setup["starttime"],
        "exectime": ran.exectime,
        "stages": ran.stages(),
        "subjobs": dict(subjobs),
        "recorded": recorded,
        "reads": merge_reads(record["reads"] for record in records),
    }
    if asked := only_asked(path.name, records, post["reads"]):
        post["asked"] = asked
    post |= seal(session, path, datasets, merge_files(records))
    post["alarm"] = non_determinism(session, setup, post["content"])
    post["links"] = sorted(_links(path.name, datasets, records))
    for words in recorded["imports"]["unrecorded"]:
        session.observe(events.Warned(f"{path.name} depends on something unrecorded: {words}"))
    post["endtime"] = time.time()
    post["exectime"]["total"] = post["endtime"] - setup["starttime"]
    # named before it is committed: what the index names is checked, what it lacks is never found
    session.index.add(path.name, setup["key"], setup["method"])
    with session.turn.paused():
        jobdir.commit(session.disk, path, post)
    return post


def non_determinism(
    session: Session, setup: Mapping[str, Any], content: str
) -> dict[str, Any] | None:
    """An alarm where the same build, forced to run again, gave something else (H29, H41)."""
    reason = setup["reason"]
    against = reason["against"]
    only_forced = all(change["part"] == "forced" for change in reason["changes"])
    if not only_forced or against is None or session.contents.job(against) == content:
        return None
    text = (
        f"{setup['jobid']} and {against} were built from the same code, options and inputs "
        "but hold different results: the method is not deterministic"
    )
    return {"jobid": setup["jobid"], "other": against, "text": text}


def seal(
    session: Session,
    path: Path,
    datasets: Mapping[str, Mapping[str, Any]],
    noted: Mapping[str, bool],
) -> dict[str, Any]:
    """Register files, take temporary ones away, make the rest read-only; the part of the record on files."""
    registered = registered_files(path, noted)
    for name, temp in noted.items():
        if temp:
            (path / name).unlink(missing_ok=True)
    known = {
        part["file"]: part["digest"]
        for meta in datasets.values()
        for part in meta.get("slices", ())
    }
    with session.turn.paused():  # digests take their time; others need not wait
        facts = jobdir.seal(session.disk, path, known)
    contents = {name: meta["content"] for name, meta in datasets.items()}
    listed = sorted(name for name in registered if name in facts)
    return {
        "files": facts,
        "registered": listed,
        "datasets": list(datasets),
        "dataset_contents": contents,
        "content": job_content(facts, listed, contents),
    }


def registered_files(path: Path, noted: Mapping[str, bool]) -> set[str]:
    """The files that count as the job's own: those noted, or all at its top where none was.

    The returned result does not count as noted, as in the Accelerator.
    """
    found = {name for name, temp in noted.items() if not temp}
    if not found - {RESULT}:
        found.update(user_files(p.name for p in path.iterdir() if p.is_file()))
    temporary = {name for name, temp in noted.items() if temp}
    return found - temporary


def dataset_metas(path: Path) -> dict[str, dict[str, Any]]:
    """Metadata of a job's finished datasets by name, in the order they were finished."""
    folder = f"{path}/{jobdir.DATASETS}"
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths: asked of job after job
    except (FileNotFoundError, NotADirectoryError):
        return {}
    metas = [jobdir.read_json(f"{folder}/{name}") for name in names if _is_meta(name)]
    metas.sort(key=lambda meta: meta.get("order", 0))
    return {meta["name"]: meta for meta in metas}


def _is_meta(name: str) -> bool:
    return name.endswith(".json") and not name.endswith(".writer.json")


def depends_on_slices(
    method: Method, records: Iterable[Mapping[str, Any]], datasets: Mapping[str, Any]
) -> bool:
    """Whether another number of slices could give another result."""
    if not method.slice_dependent:
        return False
    used = any(record.get("slices_used") for record in records)
    return used or "analysis" in method.stages or bool(datasets)


def merge_reads(reads: Iterable[Mapping[str, list[str]]]) -> dict[str, list[str]]:
    """Which columns of which datasets were read, over all stages."""
    found: dict[str, set[str]] = {}
    for one in reads:
        for dataset, columns in one.items():
            found.setdefault(dataset, set()).update(columns)
    return {dataset: sorted(columns) for dataset, columns in sorted(found.items())}


def only_asked(
    jobid: str, records: Iterable[Mapping[str, Any]], reads: Mapping[str, Any]
) -> dict[str, list[str]]:
    """{dataset of another job: columns whose least or most was asked for}, of datasets that were not
    read: the job knows of them how many rows they have, or between what values."""
    asked = merge_reads(record.get("asked", {}) for record in records)
    return {
        dataset: columns
        for dataset, columns in asked.items()
        if dataset not in reads and split_dataset(dataset)[0] != jobid
    }


def _links(
    jobid: str, datasets: Mapping[str, Mapping[str, Any]], records: Iterable[Mapping[str, Any]]
) -> set[str]:
    """Other jobs whose files this job's datasets and links need."""
    found = {job for record in records for job in record["links"]}
    for meta in datasets.values():
        names = [column["source"]["dataset"] for column in meta["columns"].values()]
        names += [meta["previous"]] if meta.get("previous") else []
        found |= {split_dataset(name)[0] for name in names}
    return found - {jobid}
