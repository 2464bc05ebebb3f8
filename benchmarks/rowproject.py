"""The project that `benchmarks.rows` measures: methods that both axtui and the Accelerator run.

`made` makes a chain of two datasets with a column of each type, `hashed` the same rows hashed by their
model, `read` loops over rows and tells nanoseconds of processor time per value, and `written` writes.
"""

from __future__ import annotations

from benchmarks.project import MEASURED

MADE = '''
import random
from datetime import date, datetime, time, timedelta

options = {'rows': 0, 'number': 0}
datasets = ('previous',)
COLUMNS = {
    'model': 'ascii', 'serial': 'ascii', 'words': 'unicode', 'raw': 'bytes', 'day': 'date',
    'moment': 'datetime', 'clock': 'time', 'small': 'int64', 'int': 'int64', 'int32': 'int32',
    'number': 'number', 'mixed': 'number', 'float': 'float64', 'float32': 'float32', 'flag': 'bool',
    'zero': 'int64',
}
NONES = {name + '_none': COLUMNS[name] for name in ('model', 'day', 'int', 'float', 'flag')}


def rows(count, seed):
    """Rows of all columns, in the sorted order of their names, then those with None."""
    rnd = random.Random(seed)
    models = ['MODEL %05d' % (n * 7919) for n in range(60)]
    first, moment = date(2020, 1, 1), datetime(2020, 1, 1)
    for n in range(count):
        big, real, flag = rnd.randrange(1 << 40), rnd.random() * 1000, rnd.random() < 0.1
        row = {
            'model': models[big % 60], 'serial': 'Z%010X' % big, 'words': 'w\\u00f6rter %d' % (big % 5000),
            'raw': b'raw %d' % big, 'day': first + timedelta(big % 700),
            'moment': moment + timedelta(seconds=n, microseconds=big % 1000000),
            'clock': time(big % 24, big % 60, big % 59), 'small': big % 100, 'int': big,
            'int32': big % 2000000000, 'number': big, 'mixed': big if n % 2 else real, 'float': real,
            'float32': real, 'flag': flag, 'zero': 0 if n % 100 else big,
        }
        for name in NONES:
            row[name] = None if n % 10 == 0 else row[name[:-5]]
        yield row


def prepare(job):
    dw = job.datasetwriter(previous=datasets.previous)
    for name, kind in COLUMNS.items():
        dw.add(name, kind)
    for name, kind in NONES.items():
        dw.add(name, kind, none_support=True)
    return dw


def analysis(sliceno, prepare_res):
    for row in rows(options.rows, options.number * 1000 + sliceno):
        prepare_res.write_dict(row)


def synthesis():
    pass
'''

HASHED = """
datasets = ('source', 'previous')


def synthesis(job):
    columns = sorted(datasets.source.columns)
    dw = job.datasetwriter(hashlabel='model', previous=datasets.previous)
    for name in columns:
        column = datasets.source.columns[name]
        dw.add(name, column.type, none_support=column.none_support)
    write = dw.get_split_write_list()
    for row in datasets.source.iterate(None, columns):
        write(row)
"""

READ = """
from time import process_time_ns

options = {'cases': [], 'turn': 0, 'passes': 1}
datasets = ('plain', 'hashed')


def analysis(sliceno):
    found = []
    for columns, how, given in options.cases:
        given = dict(given)
        source = datasets.hashed if how == 'hashed' else datasets.plain
        columns = columns if isinstance(columns, str) else list(columns)
        if how == 'hashed':
            given['hashlabel'] = 'model'
        iterate = source.iterate_chain if how == 'chain' else source.iterate
        best = count = None
        for again in range(options.passes):
            started = process_time_ns()
            values = iterate(sliceno, columns, **given)
            count = 0
            if isinstance(columns, str):
                for value in values:
                    pass
            elif len(columns) == 3:
                for a, b, c in values:
                    pass
            elif len(columns) == 4:
                for a, b, c, d in values:
                    pass
            else:
                for a, b, c, d, e, f, g, h in values:
                    pass
            took = process_time_ns() - started
            best = took if best is None else min(best, took)
        found.append(best)
    return found


def synthesis(analysis_res):
    return [sum(slices) for slices in zip(*analysis_res)]
"""

WRITTEN = """
options = {'how': '', 'rows': 0, 'turn': 0}
WORDS = ['word %d' % n for n in range(1000)]


def prepare(job, slices):
    if options.how == 'split_write':
        return None
    dw = job.datasetwriter(hashlabel='a' if 'hash' in options.how else None)
    dw.add('a', 'int64')
    dw.add('b', 'ascii')
    dw.add('c', 'float64')
    return dw


def analysis(sliceno, slices, prepare_res):
    dw, words, how = prepare_res, WORDS, options.how
    numbers = range(sliceno, options.rows, slices)
    if how == 'write':
        for n in numbers:
            dw.write(n, words[n % 1000], n * 0.5)
    elif how == 'write_list':
        for n in numbers:
            dw.write_list([n, words[n % 1000], n * 0.5])
    elif how == 'write_dict':
        for n in numbers:
            dw.write_dict({'a': n, 'b': words[n % 1000], 'c': n * 0.5})
    elif how == 'hashcheck':
        for n in range(options.rows):
            if dw.hashcheck(n):
                dw.write(n, words[n % 1000], n * 0.5)
    elif how == 'hash discard':
        dw.enable_hash_discard()
        for n in range(options.rows):
            dw.write(n, words[n % 1000], n * 0.5)
    elif how == 'batch':
        import numpy
        import pyarrow
        at = numpy.arange(sliceno, options.rows, slices)
        words = pyarrow.array(words)
        for start in range(0, len(at), 65536):
            part = at[start:start + 65536]
            dw.write_batch(pyarrow.RecordBatch.from_arrays(
                [pyarrow.array(part), words.take(pyarrow.array(part % 1000)), pyarrow.array(part * 0.5)],
                names=['a', 'b', 'c']))


def synthesis(job):
    if options.how == 'split_write':
        words = WORDS
        dw = job.datasetwriter(hashlabel='a')
        dw.add('a', 'int64')
        dw.add('b', 'ascii')
        dw.add('c', 'float64')
        write = dw.get_split_write()
        for n in range(options.rows):
            write(n, words[n % 1000], n * 0.5)
"""

BUILD_MADE = """
import os


def main(urd):
    plain = hashed = None
    for number in range(2):
        plain = urd.build('made', rows=int(os.environ['ROWS']), number=number, previous=plain)
        hashed = urd.build('hashed', source=plain, previous=hashed)
"""

BUILD_READ = """
import json
import os


def main(urd):
    plain = hashed = None
    for number in range(2):
        plain = urd.build('made', rows=int(os.environ['ROWS']), number=number, previous=plain)
        hashed = urd.build('hashed', source=plain, previous=hashed)
    job = urd.build(
        'read', plain=plain, hashed=hashed, cases=json.loads(os.environ['CASES']),
        turn=int(os.environ['TURN']), passes=int(os.environ['PASSES']),
    )
    for place, took in enumerate(job.load()):
        print('TOLD', 'read.%d' % place, took / 1e9)
"""

BUILD_WRITTEN = (
    MEASURED
    + """
def main(urd):
    how, rows, turn = os.environ['HOW'], int(os.environ['ROWS']), int(os.environ['TURN'])
    urd.build('written', how=how, rows=100, turn=turn)  # what is started once is started
    measured(how.replace(' ', '_'), lambda _: urd.build('written', how=how, rows=rows, turn=turn))
"""
)

METHODS = {"made": MADE, "hashed": HASHED, "read": READ, "written": WRITTEN}
SCRIPTS = {"made": BUILD_MADE, "read": BUILD_READ, "written": BUILD_WRITTEN}
