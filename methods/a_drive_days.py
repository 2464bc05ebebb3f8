"""One row per drive and day, with the same columns for every period, and clean.

The columns of Backblaze's files have changed over the years. Each dataset of the source chain
becomes one here: doubled spaces in model names are taken out, a capacity of -1 becomes None, and
columns that a period lacks are there and hold None.
"""

from .cleaning import COLUMNS, clean, columns_to_read

description = "Clean a chain of typed days: the same columns for every period."

datasets = ("source", "previous")


def prepare(job):
    """One writer per dataset of the chain, oldest first; the last one is the job's default."""
    chain = datasets.source.chain(stop_ds={datasets.previous: "source"})
    columns = {name: (kind, none) for name, kind, none, _ in COLUMNS}
    previous = datasets.previous
    pairs = []
    for number, source in enumerate(chain, 1):
        previous = job.datasetwriter(
            name="default" if number == len(chain) else str(number),
            columns=columns,
            filename=source.filename,
            caption=f"drive days of {source.filename}",
            previous=previous,
        )
        pairs.append((source, previous))
    return pairs


def analysis(sliceno, prepare_res):
    """Write this slice of each day."""
    for source, writer in prepare_res:
        for batch in source.batches(sliceno, columns_to_read(source.columns)):
            writer.write_batch(clean(batch))
