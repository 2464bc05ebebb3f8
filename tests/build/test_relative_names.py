"""Plain relative names in a method: what `prepare` leaves, the slices find where they stand."""

from __future__ import annotations

from .conftest import Bench

FRAMES = """
import os
def prepare():
    os.mkdir('frames')
    with open('note.txt', 'w') as stream:
        stream.write('hello')
def analysis(sliceno, job):
    with open('note.txt') as stream:
        found = stream.read()
    name = f'frames/{sliceno}.txt'
    with open(name, 'w') as stream:
        stream.write(found)
    job.register_file(name)
    with open(f'mine.{sliceno}', 'w') as stream:
        stream.write(str(sliceno))
    return os.path.exists(f'mine.{sliceno + 1}')
def synthesis(analysis_res, slices):
    return (sorted(os.listdir('frames')) == [f'{n}.txt' for n in range(slices)],
            [open(f'mine.{n}').read() for n in range(slices)] == [str(n) for n in range(slices)])
"""


def test_a_folder_made_in_prepare_is_filled_by_the_slices(bench: Bench) -> None:
    bench.method("frames", FRAMES)
    bench.script(
        "job = urd.build('frames')\n"
        "names = sorted(str(name) for name in job.files('frames/*'))\n"
        "print((job.load(), len(names), job.open(names[0]).read()))"
    )
    bench.run()
    (whole, mine), files, text = eval(bench.prints())
    assert whole
    assert mine
    assert files > 1
    assert text == "hello"


def test_what_prepare_left_is_not_changed_by_a_slice_that_replaces_it(bench: Bench) -> None:
    bench.method(
        "replace",
        "def prepare(job):\n"
        "    job.save(1, 'a.pickle')\n"
        "def analysis(sliceno, job):\n"
        "    if sliceno == 0:\n"
        "        job.save(1, 'a.pickle')\n"
        "    return job.load('a.pickle')\n"
        "def synthesis(analysis_res):\n"
        "    return set(analysis_res)\n",
    )
    bench.script("print(urd.build('replace').load())")
    bench.run()
    assert eval(bench.prints()) == {1}
