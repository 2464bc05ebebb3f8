"""The datasets that all cases start from, written row by row as they are told."""

import pickle
from pathlib import Path

options = {"path": str}


def synthesis(job):
    wanted = pickle.loads(Path(options.path).read_bytes())
    made = {}
    for given in wanted:
        writer = job.datasetwriter(
            name=given["name"],
            columns=given["columns"],
            hashlabel=given["hashlabel"],
            filename=given["filename"],
            caption=given["caption"],
            previous=made.get(given["previous"]),
            parent=made.get(given["parent"]),
        )
        names = list(given["columns"])
        if given["hashlabel"]:
            write = writer.get_split_write_dict()
            for rows in given["rows"]:
                for row in rows:
                    write(dict(zip(names, row, strict=True)))
        else:
            for sliceno, rows in enumerate(given["rows"]):
                writer.set_slice(sliceno)
                for row in rows:
                    writer.write_dict(dict(zip(names, row, strict=True)))
        made[given["name"]] = writer.finish()
