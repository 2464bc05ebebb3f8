"""What a project imports from `accelerator`, and what it is given, inside methods and scripts."""

from __future__ import annotations

import hashlib

import pytest

from axtui.build import events

from .conftest import Bench

IMPORTS = """
import accelerator
import accelerator.colour as coloured
from accelerator import (
    Job, JobWithFile, Dataset, DatasetList, DatasetWriter, DotDict, SkipDataset, SkipSlice,
    OptionDefault, OptionEnum, OptionString, RequiredOption, JobError, BuildError, ColourError,
    blob, build, colour, g, status, dummy_status, subjobs,
)
from accelerator.build import JobList, fmttime
from accelerator.colour import bold, red
from accelerator.colourwrapper import colour as same
from accelerator.compat import izip, iteritems, unicode, first_value, UTC, num_types, uni
from accelerator.dataset import DatasetChain, DatasetUsageError, NoSuchDatasetError
from accelerator.dispatch import JobError as again
from accelerator.dsutil import strptime, strptime_i, typed_reader, typed_writer
from accelerator.error import AcceleratorError, NoSuchWhateverError, ServerError, UrdError
from accelerator.extras import json_decode, json_encode, job_params, job_post, quote, FileWriteMove
from accelerator.extras import pickle_load, pickle_save, stackup, typing_conv, debug_print_options
from accelerator.gzwrite import typed_writer as before_2021
from accelerator.job import CurrentJob, NoJob, WORKDIRS
from accelerator.shell import cfg
from accelerator.standard_methods import a_csvimport
from accelerator.status import status as old_status
from accelerator.workarounds import nonblocking
assert build is subjobs.build and colour is same and old_status is status and again is JobError
assert before_2021 is typed_writer and callable(colour) and accelerator.__version__
assert coloured is colour and issubclass(JobError, BuildError)
"""


def test_all_names_mean_something_in_methods_and_scripts(bench: Bench) -> None:
    bench.method(
        "names",
        IMPORTS
        + """
options = {"n": 3}
jobs = ("previous",)
def prepare(job, running, server_url, subjob_cookie):
    assert running == g.running == "prepare" and g.job == job and g.options.n == 3
    assert g.slices == cfg.slices == 2 and cfg.project_directory in job.path
    blob.save({1}, "set.pickle")
    with FileWriteMove("raw") as stream:
        stream.write(b"bytes")
    assert pickle_load("set.pickle") == {1} == blob.load("set.pickle", job)
    return job.save("kept", "kept.pickle", background=True)
def analysis(sliceno, job, prepare_res, update_top_status, running):
    assert running == g.running == "analysis" and g.sliceno == sliceno
    update_top_status("at it")
    with job.open("part", "w", sliceno=sliceno) as stream:
        stream.write(str(sliceno))
    return prepare_res.load(), job.filename("part", sliceno), job.json_save([1], "j", sliceno)
def synthesis(job, analysis_res, prepare_res):
    parts = list(analysis_res)
    assert [open(path).read() for _, path, _ in parts] == ["0", "1"], parts
    assert [saved.load() for _, _, saved in parts] == [[1], [1]]
    parts[1][2].remove()
    assert prepare_res.path == job.filename("kept.pickle") and prepare_res.load() == "kept"
    assert not jobs.previous and jobs.previous.load() is None and jobs.previous.files() == set()
    assert jobs.previous.load(default=5) == 5 and jobs.previous.datasets == []
    assert job_params().options == job.params.options == {"n": 3} and job_params().jobid == job
    assert job_params(default_empty=True).datasets == {} and job.parent == job.build_job
    with open(job.filename("by hand"), "w") as stream:
        stream.write("x")
    job.register_file(job.filename("by hand"))
    assert job.register_files("raw*") == set() == job.register_files("kept*")
""",
    )
    bench.script(
        """
        from accelerator import g
        from accelerator.shell import cfg
        assert g.running == "build" and g.urd is urd and cfg.config_filename.endswith("axtui.toml")
        job = urd.build("names")
        assert g.job == job.parent == job.build_job and not g.job.parent
        assert job.files() == {"set.pickle", "raw", "kept.pickle", "part.0", "part.1", "j.0", "by hand"}
        assert job.params.exectime.total == job.post.exectime.total and job.params.endtime
        assert job.load("raw2", default=None) is None
        try:
            job.load("nothing")
        except FileNotFoundError as error:
            print(error)
        try:
            job.output("nonsense")
        except AssertionError:
            print("refused")
        """
    )
    bench.run()
    assert "has no file 'nothing'" in bench.prints() and "refused" in bench.prints()


def test_a_running_job_is_an_input_of_its_subjobs(bench: Bench) -> None:
    bench.method(
        "sub",
        """
        from accelerator import JobWithFile
        options = {"file": JobWithFile}
        datasets = (["sources"],)
        jobs = ("previous", ["others"])
        def synthesis(job):
            assert jobs.others[0] == "" and jobs.others.as_tuples[1][1] == jobs.previous
            assert not datasets.sources[0] and datasets.sources.lines() == 2
            return options.file.load(), list(datasets.sources[1].iterate(None, "n")), len(job.chain())
        """,
    )
    bench.method(
        "top",
        """
        from accelerator import build
        options = {"text": "a"}
        def synthesis(job):
            writer = job.datasetwriter(columns={"n": "int32"})
            write = writer.get_split_write()
            write(1)
            write(2)
            writer.finish()
            job.save(options.text, "given")
            sub = build("sub", file=job.withfile("given"), sources=[None, job.dataset()],
                        previous=job, others=["", job])
            assert sub.chain() == [job, sub]
            return sub.load()
        """,
    )
    bench.script("print(urd.build('top').load(), urd.build('top', text='b').load())")
    assert bench.builds() == ["top", "sub", "top", "sub"]
    assert bench.prints() == "('a', [1, 2], 2) ('b', [1, 2], 2)\n"
    assert bench.builds() == []


def test_a_failed_job_tells_where_it_was(bench: Bench) -> None:
    bench.method(
        "rows",
        """
        def synthesis(job):
            writer = job.datasetwriter(name="many", columns={"n": "int32"}, allow_missing_slices=True)
            writer.set_slice(1)
            for n in range(9000):
                writer.write(n)
        """,
    )
    bench.method(
        "fails",
        """
        from accelerator import status
        jobs = ("source",)
        def synthesis():
            for n in jobs.source.dataset("many").iterate(1, "n"):
                pass
            with status("looking"):
                for n in jobs.source.dataset("many").iterate(1, "n"):
                    if n == 8500:
                        1 / 0
        """,
    )
    bench.script(
        """
        from accelerator import JobError, ServerError
        source = urd.build("rows")
        try:
            urd.build("fails", source=source)
        except JobError as error:
            assert "ZeroDivisionError" in error.status.synthesis and error.job.method == "fails"
            print(error.format_msg(), error.job.output().splitlines()[-1])
        try:
            urd.build("fails", options={"none": 1})
        except ServerError:
            print("no such option")
        """
    )
    bench.run()
    told = bench.prints()
    assert "Status when the exception occurred:\n  synthesis\n    looking\n" in told
    assert "      Iterating dev-2/many:1 reached line 8501\n ZeroDivisionError" in told
    assert told.endswith("no such option\n")


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("accelerator.server", "not the Accelerator's own inside"),
        ("accelerator.nonsense", "there is no module accelerator.nonsense"),
    ],
)
def test_modules_that_are_not_there_say_so(bench: Bench, module: str, said: str) -> None:
    bench.script(f"import {module}")
    result = bench.run(ok=False)
    assert said in (result.error or "")


def test_records_of_a_job_are_not_the_method_s_to_write(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    open('setup.json', 'w').close()\n")
    bench.script("urd.build('m')")
    assert "axtui's own" in (bench.run(ok=False).error or "")
    jobs = [path for path in bench.root.glob("workdirs/dev/dev-*") if path.is_dir()]
    assert all((path / "setup.json").stat().st_size for path in jobs)


def test_equivalent_hashes_keep_jobs_of_earlier_source(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("print(urd.build('m').params.hash)")
    assert bench.builds() == ["m"]
    before = bench.prints().strip()
    changed = "equivalent_hashes = {'%s': ('%s',)}\n\ndef synthesis():\n    return 1 + 0\n"
    bench.method("m", changed % ("?", before))
    bench.run(why=True)
    (told,) = [event.text for event in bench.seen if isinstance(event, events.Warned)]
    verifier = told.rpartition(" ")[2]
    bench.method("m", changed % (verifier, before))
    assert bench.builds() == [] and bench.prints().strip() == before
    bench.method("m", changed % (verifier, before) + "# more\nX = 1\n")
    assert bench.builds() == ["m"]
    source = (bench.root / "methods/a_m.py").read_bytes()
    assert hashlib.sha1(source).hexdigest() == bench.prints().strip()


def test_why_build_answers_with_the_differences(bench: Bench) -> None:
    bench.method(
        "m",
        """
        options = {"n": 0, "names": {"a"}}
        jobs = ("previous",)
        def synthesis():
            return options.n
        """,
    )
    bench.script(
        """
        assert urd.build("m", why_build=True) == {}
        first = urd.build("m", n=1)
        assert urd.build("m", n=1, why_build=True) == {}
        print(urd.build("m", n=2, names="b", why_build=True), urd.build("m", previous=first, n=1,
              why_build=True), first, len(urd.joblist))
        """
    )
    assert bench.builds() == ["m"]
    assert bench.prints() == (
        "{'m': {'dev-2': {'options': {'n': 1, 'names': {'a'}}}}} "
        "{'m': {'dev-2': {'jobs': {'previous': None}}}} dev-2 1\n"
    )


def test_a_chain_of_jobs_is_as_long_as_it_was_asked_for(bench: Bench) -> None:
    bench.method("m", "jobs = ('previous',)\ndef synthesis():\n    return 1\n")
    bench.script(
        """
        jobs = [urd.build("m")]
        for _ in range(3):
            jobs.append(urd.build("m", previous=jobs[-1]))
        assert jobs[-1].chain() == jobs and jobs[-1].chain(length=2, reverse=True) == jobs[:1:-1]
        """
    )
    assert bench.builds() == ["m"] * 4
    assert bench.builds() == []


def test_options_are_what_json_makes_of_them_in_the_order_of_their_names(bench: Bench) -> None:
    bench.method(
        "m",
        """
        options = {"size": (1, 2), "any": None, "deep": {"a": (1,)}, "kept": {3}}
        def synthesis(job):
            assert list(options) == list(job.params.options) == ["any", "deep", "kept", "size"]
            assert set(job.params.versions) == {"accelerator", "python", "python_path"}
            return options.size + [3], options.any, options.deep.a, options.kept
        """,
    )
    bench.script("print(urd.build('m', any=('x', ({'k': (1,)},))).load())")
    assert bench.builds() == ["m"]
    want = "([1, 2, 3], ['x', [{'k': [1]}]], [1], {3})"
    assert bench.prints().strip() == want
