"""Runs all cases, and writes down what came of every step."""

import os
import pickle
from pathlib import Path


def main(urd):
    folder = Path(os.environ["PAIRED_FOLDER"])
    cases = pickle.loads((folder / "cases.pickle").read_bytes())
    given = urd.build("given", path=str(folder / "given.pickle"))
    outcomes = []
    for number, steps in enumerate(cases):
        jobs = {}
        found = []
        for index, (method, options, datasets, parents) in enumerate(steps):
            try:
                job = urd.build(
                    method,
                    options=options,
                    datasets=_each(datasets, number, given, jobs, _dataset),
                    jobs=_each(parents, number, given, jobs, _job),
                )
            except Exception as error:
                why = getattr(error, "status", "")
                found.append({"error": f"{type(error).__name__}: {error} {why}"})
                continue
            jobs[index] = job
            found.append(_outcome(job, given, number, jobs, urd.info.input_directory))
        outcomes.append(found)
    (folder / "outcomes.pickle").write_bytes(pickle.dumps(outcomes))


def _each(wanted, number, given, jobs, find):
    """The parameters a step asks for: names of what was given, or of what earlier steps made."""
    found = {}
    for key, name in wanted.items():
        if isinstance(name, list):
            found[key] = [find(one, number, given, jobs) for one in name]
        else:
            found[key] = find(name, number, given, jobs)
    return found


def _dataset(name, number, given, jobs):
    if isinstance(name, int):
        return jobs[name].dataset()
    if isinstance(name, tuple):
        return jobs[name[0]].dataset(name[1])
    return None if name is None else given.dataset(f"{number}.{name}")


def _job(name, number, given, jobs):
    return None if name is None else jobs[name]


def _outcome(job, given, number, jobs, inputs):
    """What is to be compared of a job. Jobs are told by their steps, input files by their names."""

    def told(text):
        return text and text.replace(f"{inputs}/", "").replace(str(job), "job")

    where = {str(one): str(index) for index, one in jobs.items()}
    where[str(given)] = "given"

    def plain(value):
        if isinstance(value, str):
            jobid, _, name = str(value).partition("/")
            if jobid not in where:
                return value if type(value) is str else "subjob"
            found = where[jobid] + "/" + (name or "default")
            mine = f"given/{number}."
            return found[len(mine) :] if found.startswith(mine) else found
        if isinstance(value, dict):
            return {plain(key): plain(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            found = [plain(one) for one in value]
            return tuple(found) if type(value) is tuple else found
        return value

    names = sorted(str(name) for name in job.files())
    files = {n: Path(job.path, n).read_bytes() for n in names if n != "result.pickle"}
    datasets = {}
    for ds in job.datasets:
        names = sorted(ds.columns)
        datasets[ds.name] = {
            "columns": {
                name: (
                    ds.columns[name].type,
                    ds.columns[name].none_support,
                    ds.columns[name].min,
                    ds.columns[name].max,
                )
                for name in names
            },
            "lines": list(ds.lines),
            "rows": [list(ds.iterate(sliceno, names)) for sliceno in range(len(ds.lines))],
            "hashlabel": ds.hashlabel,
            "filename": None if ds.filename is None else told(str(ds.filename)),
            "caption": told(ds.caption),
            "previous": plain(ds.previous),
            "parent": plain(ds.parent),
        }
    try:
        result = plain(job.load())
    except Exception:
        result = None
    return {"error": None, "files": files, "datasets": datasets, "result": result}
