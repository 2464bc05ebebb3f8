"""The API that methods and build scripts are written in, end to end: each test really builds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from axtui.build import events
from axtui.data import jobdir

from .conftest import Bench


def value(bench: Bench, **kw: Any) -> Any:
    """Run `build`; what its script printed, as Python."""
    bench.run(**kw)
    return eval(bench.prints())


def refused(bench: Bench, script: str) -> str:
    """The error of a script that must fail."""
    bench.script(script)
    result = bench.run(ok=False)
    assert result.exit_code == 1
    assert result.error
    return result.error


# -- options and inputs


FORMS = """
import datetime
from pathlib import Path
from accelerator import OptionEnum, OptionString, RequiredOption, OptionDefault, JobWithFile
options = dict(
    number=1, real=1.5, text="t", flag=False, nothing=None, integer=int, real_type=float,
    strings=[str], numbers=[1], a_set=set(), a_tuple=("x",), mapping={"": 0}, nested={"a": [int]},
    enum=OptionEnum("fast exact"), option_string=OptionString, required=RequiredOption(int),
    default=OptionDefault([int], default=[3]), day=datetime.date, at=datetime.datetime, path=Path,
    raw=b"", file=JobWithFile,
)
def synthesis():
    return {key: repr(value) for key, value in options.items()}
"""


def test_every_form_of_option_reaches_the_method_typed(bench: Bench) -> None:
    bench.method("forms", FORMS)
    given = (
        "option_string='s', required=7, number='12', real=2, text=5, flag='yes', nothing=(1, [2]), "
        "integer=4, real_type=0.5, strings='a,b', numbers='1,2', a_set=[2, 2], a_tuple=[1], "
        "mapping={'k': '9'}, nested={'z': [1, 2]}, enum='exact', day=datetime.date(2024, 1, 2), "
        "at=datetime.datetime(2024, 1, 2, 3), path='x/y', raw=b'\\xff'"
    )
    bench.script(f"import datetime\nprint(urd.build('forms', {given}).load())")
    found = value(bench)
    assert found == {
        "number": "12",
        "real": "2.0",
        "text": "'5'",
        "flag": "True",
        "nothing": "[1, [2]]",
        "integer": "4",
        "real_type": "0.5",
        "strings": "['a', 'b']",
        "numbers": "[1, 2]",
        "a_set": "{2}",
        "a_tuple": "['1']",
        "mapping": "{'k': 9}",
        "nested": "{'z': [1, 2]}",
        "enum": "'exact'",
        "option_string": "'s'",
        "required": "7",
        "default": "[3]",
        "day": "datetime.date(2024, 1, 2)",
        "at": "datetime.datetime(2024, 1, 2, 3, 0)",
        "path": "PosixPath('x/y')",
        "raw": "b'\\xff'",
        "file": "None",
    }
    assert bench.builds() == []


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("'m'", "needed"),
        ("'m', needed=1, colour=2", "has no option, dataset or job 'colour'. Did you mean color?"),
        ("'m', needed='x'", "option needed"),
        ("'m', needed=1, color='red'", "option color"),
        ("'m', needed=1, both=3", "say which"),
        ("'m', needed=1, options={'both': 3}, both=3", "say which"),
        ("'m', options={'needed': 1, 'missing': 1}", "missing"),
        (
            "'m', needed=1, datasets={'sauce': 'dev-1'}",
            "has no dataset 'sauce'. Did you mean source?",
        ),
        ("'m', needed=1, source=17", "expected a dataset, got 17"),
        ("'m', needed=1, source='dev-999'", "'dev-999' does not exist"),
        ("'m', needed=1, source='here-1'", "in no workdir"),
        ("'m', needed=1, source='nonsense'", "is not a job id"),
        ("'m', needed=1, earlier=['dev-1', 'dev-1']", "takes one job, not 2"),
        ("'m', needed=1, earlier='dev-1/default2'", "expected a job, got the dataset"),
        ("'mm', needed=1", "there is no method 'mm'"),
        ("'m', needed=1, workdir='nowhere'", "there is no workdir 'nowhere'"),
    ],
)
def test_wrong_calls_are_told_in_words(bench: Bench, call: str, said: str) -> None:
    bench.method(
        "m",
        """
        from accelerator import RequiredOption, OptionEnum
        options = {"needed": RequiredOption(int), "color": OptionEnum("blue green", none_ok=True), "both": 1}
        datasets = ("source", "both")
        jobs = ("earlier",)
        def synthesis():
            return 1
        """,
    )
    error = refused(bench, f"urd.build({call})")
    assert said.lower() in error.lower().replace("'color'", "color").replace("'source'", "source")
    assert "axtui/" not in error


def test_free_keywords_go_over_what_options_datasets_and_jobs_say(bench: Bench) -> None:
    bench.method(
        "m",
        """
        options = {"x": 1, "both": "", "other": 2}
        datasets = ("both", "source")
        jobs = ("earlier",)
        def synthesis(job):
            return dict(options), {k: v or None for k, v in {**datasets, **jobs}.items()}
        """,
    )
    bench.script(
        """
        first = urd.build("m", options={"x": 5, "other": 3}, x=7)
        later = urd.build(
            "m", {"both": "text"}, {"source": "overridden"}, {"earlier": "no job"},
            source=None, earlier=first,
        )
        same = urd.build("m", {"both": "text"}, jobs={"earlier": first})
        print([first.load(), later.load(), same == later, first])
        """
    )
    one, two, same, first = value(bench)
    assert one == (
        {"x": 7, "both": "", "other": 3},
        {"both": None, "source": None, "earlier": None},
    )
    assert two == (
        {"x": 1, "both": "text", "other": 2},
        {"both": None, "source": None, "earlier": first},
    )
    assert same


def test_arguments_are_given_by_name(bench: Bench) -> None:
    bench.method(
        "m",
        """
        options = {"x": 3}
        def prepare(job, slices, options, params, datasets, jobs, running, sliceno=17):
            return [slices, options.x, params.slices, params.options.x, dict(datasets), dict(jobs)]
        def analysis(sliceno, prepare_res, update_top_status, absent="default"):
            update_top_status("hello")
            return sliceno, prepare_res[0], absent
        def synthesis(analysis_res, prepare_res, job):
            return list(analysis_res), prepare_res, job.method
        """,
    )
    bench.script("print(urd.build('m').load())")
    slices = [(0, 2, "default"), (1, 2, "default")]
    assert value(bench) == (slices, [2, 3, 2, 3, {}, {}], "m")


def test_an_argument_nobody_gives_is_named(bench: Bench) -> None:
    bench.method("m", "def synthesis(jobb):\n    pass\n")
    error = refused(bench, "urd.build('m')")
    assert "asks for 'jobb'" in error
    assert "analysis_res, " in error


@pytest.mark.parametrize(
    "name", ["build", "dataset", "job", "status", "JobList", "UserError", "DatasetWriter", "NoJob"]
)
def test_names_of_the_accelerator_import_in_methods_and_scripts(bench: Bench, name: str) -> None:
    bench.method("m", f"from accelerator import {name}\ndef synthesis():\n    return {name!r}\n")
    bench.script(f"from accelerator import {name}\nprint(repr(urd.build('m').load()))")
    assert value(bench) == name


def test_a_name_the_accelerator_does_not_have(bench: Bench) -> None:
    bench.method("m", "from accelerator import Nonsense\ndef synthesis():\n    pass\n")
    assert "cannot import name 'Nonsense'" in refused(bench, "urd.build('m')")


# -- results of stages


def test_prepare_res_may_hold_lambdas_and_writers(bench: Bench) -> None:
    bench.method(
        "m",
        """
        def prepare(job):
            class Local:
                n = 5
            return job.datasetwriter(columns={"n": "number"}), lambda x: x * Local.n
        def analysis(sliceno, prepare_res):
            dw, f = prepare_res
            dw.write(f(sliceno + 1))
        """,
    )
    bench.script("print(list(urd.build('m').dataset().iterate(None, 'n')))")
    assert value(bench) == [5, 10]


def test_analysis_res_merges(bench: Bench) -> None:
    bench.method(
        "m",
        """
        from collections import Counter
        options = {"tuple": True}
        def analysis(sliceno):
            parts = Counter({"a": sliceno + 1}), {sliceno}, [sliceno], {sliceno: {"x": 1}}
            return parts if options.tuple else parts[0]
        def synthesis(analysis_res):
            merged = analysis_res.merge_auto()
            return list(merged) if options.tuple else merged
        """,
    )
    bench.script("print(urd.build('m').load(), ',', urd.build('m', tuple=False).load())")
    bench.run()
    from collections import Counter

    found = eval(bench.prints(), {"Counter": Counter})
    assert found == ([Counter(a=3), {0, 1}, [0, 1], {0: {"x": 1}, 1: {"x": 1}}], Counter(a=3))


@pytest.mark.parametrize(
    ("stage", "body", "expected"),
    [
        ("prepare", "job.finish_early(1)", ("1", {"prepare"})),
        ("analysis", "job.finish_early()", ("None", {"prepare", 0, 1})),
        ("synthesis", "job.finish_early(3)", ("3", {"prepare", 0, 1, "synthesis"})),
        ("nowhere", "", ("'end'", {"prepare", 0, 1, "synthesis"})),
    ],
)
def test_finish_early(bench: Bench, stage: str, body: str, expected: tuple[str, set[Any]]) -> None:
    lines = ["def analysis(sliceno, job):", "def prepare(job):", "def synthesis(job):"]
    text = ""
    for line in lines:
        name = line.split()[1].partition("(")[0]
        text += f"{line}\n    print('here')\n    {body if name == stage else 'pass'}\n"
    bench.method("m", text + "    return 'end'\n")
    bench.script(
        "job = urd.build('m')\nprint(repr(job.load(default=None)))\nout = job.output('parts')"
    )
    bench.run()
    assert bench.prints().replace("here\n", "").strip() == expected[0]
    assert set(bench.path(bench.last("m")).joinpath("OUTPUT").iterdir()) == {
        bench.path(bench.last("m")) / "OUTPUT" / str(label) for label in expected[1]
    }
    assert bench.builds() == []


def test_finish_early_in_some_slices_only_is_an_error(bench: Bench) -> None:
    bench.method("m", "def analysis(sliceno, job):\n    if sliceno:\n        job.finish_early()\n")
    assert "in some slices but not in all" in refused(bench, "urd.build('m')")


def test_finish_early_with_a_result_in_analysis_is_an_error(bench: Bench) -> None:
    bench.method("m", "def analysis(sliceno, job):\n    job.finish_early(1)\n")
    assert "cannot be used in analysis" in refused(bench, "urd.build('m')")


# -- files


def test_files_of_a_job(bench: Bench) -> None:
    bench.method(
        "m",
        """
        from pathlib import Path
        def prepare(job):
            job.save({"a": 1}, "early.pickle")
            job.save("gone", "temporary", temp=True)
            with job.open("text", "w") as f:
                f.write("one\\n")
        def analysis(sliceno, job):
            job.save(sliceno, "sliced", sliceno=sliceno, background=True)
            job.json_save([sliceno], "j", sliceno=sliceno)
        def synthesis(job):
            assert job.load("early.pickle") == {"a": 1}
            assert job.load("temporary") == "gone"
            assert job.load("sliced", sliceno=1) == 1
            assert job.open("text").read() == "one\\n"
            saved = job.save([1], "background", background=True)
            assert saved.load() == [1]
            job.json_save({"b": 2})
            with job.open("bytes", "wb") as f:
                f.write(b"x")
            Path("by_hand").write_text("h")
            Path("not_registered").write_text("n")
            job.register_file("by_hand")
            Path("many").mkdir()
            for name in "xy":
                Path("many", name).write_text(name)
            assert job.register_files("many/*") == {"many/x", "many/y"}
            job.save(1, "removed").remove()
            print("printed")
            return "result"
        """,
    )
    bench.script(
        """
        job = urd.build('m')
        print([
            sorted(job.files()), job.load(), dict(job.json_load()), job.load("sliced", sliceno=0),
            job.json_load("j", sliceno=1), job.open("bytes", "rb").read(), job.open("text").read(),
            sorted(job.files("many/*")), job.filename("text").endswith(job + "/text"),
            job.output("synthesis"), job.load("nope", default=5), job.method, job.is_build,
        ])
        """
    )
    bench.run()
    found = eval(bench.prints().removeprefix("printed\n"))
    registered = [
        "background",
        "by_hand",
        "bytes",
        "early.pickle",
        "j.0",
        "j.1",
        "many/x",
        "many/y",
    ]
    registered += ["result.json", "result.pickle", "sliced.0", "sliced.1", "text"]
    assert found == [
        registered, "result", {"b": 2}, 0, [1], b"x", "one\n",
        ["many/x", "many/y"], True, "printed\n", 5, "m", False,
    ]  # fmt: skip
    path = bench.path(bench.last("m"))
    assert (path / "not_registered").exists()
    assert not (path / "temporary").exists()
    assert not (path / ".tmp").exists()


def test_without_a_word_all_files_at_the_top_are_registered(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    open('a', 'w').close()\n    open('b', 'w').close()\n")
    bench.script("print(sorted(urd.build('m').files()))")
    assert value(bench) == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("job.save(1, '../up')", "does not lie in the job"),
        ("job.save(1, '../outside')", "does not lie in the job"),
        ("job.save(1, 'post.json')", "keeps for itself"),
        ("job.open('OUTPUT/x', 'w')", "keeps for itself"),
        ("open('setup.json', 'w').close()", "axtui's own"),
        ("job.open('x', 'a')", "is not supported"),
        ("job.register_file('nothing')", "has no such file"),
        ("job.save((x for x in ()), 'g')", "generator"),
        ("job.save((x for x in ()), 'g', background=True)", "generator"),
        ("job.open_input('nothing.txt')", "there is no input file"),
        ("job.link_result()", "only be used in build scripts"),
        ("job.load('nothing')", "nothing"),
    ],
)
def test_files_that_cannot_be(bench: Bench, body: str, said: str) -> None:
    bench.method("m", f"def synthesis(job):\n    {body}\n")
    assert said in refused(bench, "urd.build('m')")


@pytest.mark.parametrize(("same", "works"), [(True, True), (False, False)])
def test_two_slices_may_write_one_file_only_if_they_agree(
    bench: Bench, same: bool, works: bool
) -> None:
    content = "'same'" if same else "str(sliceno)"
    bench.method("m", f"def analysis(sliceno, job):\n    job.save({content}, 'f')\n")
    bench.script("print(repr(urd.build('m').load('f')))")
    result = bench.run(ok=False)
    assert (result.exit_code == 0) == works
    if not works:
        assert "wrote 'f', which another slice" in (result.error or "")


def test_a_file_of_a_job_as_option_counts_by_its_content(bench: Bench) -> None:
    make = """
        options = {"x": 0}
        def analysis(sliceno, job):
            job.save(sliceno, "part", sliceno=sliceno)
        def synthesis(job):
            job.save(options.x % 10, "f")
            job.save(options.x, "other")
        """
    bench.method("make", make)
    bench.method(
        "use",
        """
        from accelerator import JobWithFile
        options = {"f": JobWithFile, "parts": JobWithFile}
        def analysis(sliceno):
            return options.parts.load(sliceno)
        def synthesis(analysis_res):
            return options.f.load(), list(analysis_res), options.f.extra
        """,
    )
    script = """
        job = urd.build('make', x={x})
        with_file = job.withfile('f', extra=5)
        print(urd.build('use', f=with_file, parts=job.withfile('part', sliced=True)).load())
        """
    bench.script(script.format(x=1))
    assert value(bench) == (1, [0, 1], 5)
    bench.script(script.format(x=11))
    assert bench.builds() == ["make"], "the file came out the same"
    bench.script(script.format(x=2))
    assert bench.builds() == ["make", "use"]
    assert "has no file 'nope'" in refused(
        bench, "job = urd.build('make')\nurd.build('use', f=job.withfile('nope'))"
    )


def test_chain_of_jobs(bench: Bench) -> None:
    bench.method(
        "m",
        """
        jobs = ("previous",)
        options = {"n": 0}
        def synthesis():
            return options.n
        """,
    )
    bench.script(
        """
        job = None
        for n in range(4):
            job = urd.build('m', n=n, previous=job)
        def loads(jobs): return [one.load() for one in jobs]
        print([loads(job.chain()), loads(job.chain(2)), loads(job.chain(reverse=True)),
               loads(job.chain(stop_job=job.chain()[1]))])
        """
    )
    assert value(bench) == [[0, 1, 2, 3], [2, 3], [3, 2, 1, 0], [2, 3]]


# -- subjobs


def _nested(bench: Bench, depth: int) -> None:
    bench.method(
        "m",
        """
        from accelerator import build
        options = {"left": 0, "of": 0}
        def synthesis():
            given = {"left": options.left - 1, "of": options.of}
            return 1 + build("m", given).load() if options.left else 0
        """,
    )
    bench.script(f"print(urd.build('m', left={depth}, of={depth}).load())")


def test_subjobs_nest_five_deep_and_no_deeper(bench: Bench) -> None:
    _nested(bench, 5)
    assert value(bench) == 5
    assert max(e.depth for e in bench.seen if isinstance(e, events.JobStarted)) == 5
    assert bench.builds() == []
    _nested(bench, 6)
    result = bench.run(ok=False)
    assert "nested 5 deep" in (result.error or "")


def test_a_subjob_is_recorded_reused_and_part_of_its_caller(bench: Bench) -> None:
    bench.method("sub", "options = {'x': 0}\ndef synthesis():\n    return options.x\n")
    bench.method(
        "m",
        """
        from accelerator import build, subjobs
        def prepare():
            return build("sub", x=1, name="first").load()
        def synthesis(prepare_res):
            return prepare_res + build("sub", x=2).load() + build("sub", x=2).load()
        """,
    )
    bench.script("print(urd.build('m').load(), urd.build('sub', x=2).load(), sep=',')")
    assert value(bench) == (5, 2)
    started = [(e.method, e.depth) for e in bench.seen if isinstance(e, events.JobStarted)]
    assert started == [("m", 0), ("sub", 1), ("sub", 1)]
    job = bench.last("m")
    assert list(jobdir.load_post(bench.path(job))["subjobs"]) == [
        event.jobid for event in bench.seen if isinstance(event, events.JobStarted) and event.depth
    ]
    sub = jobdir.load_setup(bench.path(bench.last("sub")))
    assert sub["parent"] == job
    assert bench.builds() == []
    bench.method("sub", "options = {'x': 0}\ndef synthesis():\n    return options.x * 2\n")
    assert bench.builds() == ["m", "sub", "sub"]
    assert bench.reason(bench.last("m"))["kind"] == "subjob"
    assert eval(bench.prints()) == (10, 4)


def test_errors_of_subjobs_pass_through_and_can_be_caught(bench: Bench) -> None:
    bench.method("bad", "def synthesis():\n    raise ValueError('deep down')\n")
    bench.method(
        "catches",
        """
        from accelerator import build, JobError
        def synthesis():
            try:
                build("bad")
            except JobError as error:
                return error.method, "deep down" in error.format_msg()
        """,
    )
    bench.method("passes", "from accelerator import build\ndef synthesis():\n    build('bad')\n")
    bench.script("print(urd.build('catches').load())")
    assert value(bench) == ("bad", True)
    assert "ValueError: deep down" in refused(bench, "urd.build('passes')")
    bench.method(
        "slices", "from accelerator import build\ndef analysis(sliceno):\n    build('bad')\n"
    )
    assert "not in analysis" in refused(bench, "urd.build('slices')")
    bench.method(
        "wrong", "from accelerator import build\ndef synthesis():\n    build('bad', zz=1)\n"
    )
    assert "has no option, dataset or job 'zz'" in refused(bench, "urd.build('wrong')")
    assert "use urd.build" in refused(bench, "from accelerator import build\nbuild('bad')")


def test_link_to_here_shows_a_file_of_a_subjob(bench: Bench) -> None:
    bench.method("sub", "def synthesis(job):\n    job.save(9, 'nine')\n")
    bench.method(
        "m",
        "from accelerator import build\ndef synthesis():\n    build('sub').link_to_here('nine')\n",
    )
    bench.script("print(urd.build('m').load('nine'))")
    assert value(bench) == 9
    assert bench.builds() == []


# -- build scripts


def test_link_result(bench: Bench) -> None:
    bench.method("m", "def synthesis(job):\n    job.save(4, 'f')\n    return 3\n")
    bench.script(
        "job = urd.build('m')\njob.link_result()\njob.link_result('f', 'sub/folder/name')\n"
        "job.link_result('f', 'sub/')\n"
    )
    bench.run()
    job = bench.path(bench.last("m"))
    results = bench.root / "results"
    for link, file in [
        ("result.pickle", "result.pickle"),
        ("sub/folder/name", "f"),
        ("sub/f", "f"),
    ]:
        assert (results / link).resolve() == (job / file).resolve()
    (results / "through").symlink_to(bench.root)
    (results / "taken").write_text("mine")
    for name, said in [
        ("'../out'", "would not lie in"),
        ("'/abs'", "would not lie in"),
        ("'through/x'", "not linked through links"),
        ("'taken'", "is no link"),
    ]:
        assert said in refused(bench, f"urd.build('m').link_result('f', {name})")
    assert "no file 'g' to link" in refused(bench, "urd.build('m').link_result('g')")
    assert (results / "taken").read_text() == "mine"


def test_urd_sessions_end_to_end(bench: Bench) -> None:
    bench.method("m", "options = {'n': 0}\ndef synthesis():\n    return options.n\n")
    bench.script(
        """
        for n, day in enumerate(("2024-01-01", "2024-01-02", "2024-01-03")):
            urd.begin("import", day, caption=f"day {n}")
            urd.build("m", n=n)
            urd.finish("import")
        urd.begin("aborted", "2024-01-01")
        urd.build("m", n=8)
        urd.abort()
        urd.begin("process", "2024-01-03")
        latest = urd.latest("import")
        urd.build("m", n=latest.joblist["m"].load() + 100)
        urd.finish("process")
        me = urd.list()[0].partition("/")[0]
        print([
            latest.timestamp, latest.caption, urd.peek_first("import").timestamp,
            urd.peek("import", "2024-01-02").joblist.get("m").load(),
            urd.since("import", "2024-01-01"), bool(urd.peek("import", "2023")),
            sorted(name.partition("/")[2] for name in urd.list()),
            dict(urd.peek_latest("process").deps[me + "/import"])["timestamp"],
            dict(urd.truncate("import", "2024-01-03")), urd.peek_latest("import").timestamp,
            urd.info.slices, bool(urd.peek_latest("process")),
        ])
        urd.warn("careful")
        """
    )
    result = bench.run()
    assert eval(bench.prints()) == [
        "2024-01-03", "day 2", "2024-01-01", 1, ["2024-01-02", "2024-01-03"], False,
        ["import", "process"], "2024-01-03", {"count": 1, "deps": 1}, "2024-01-02", 2, False,
    ]  # fmt: skip
    assert result.warnings == ["careful"]
    bench.script("print(urd.peek_latest('__auto__').joblist[-1].load())")
    assert value(bench) == 102


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("urd.begin('l', '2024')\nurd.begin('l', '2024')", "is still open"),
        ("urd.begin('l', '2024')", "never finished"),
        ("urd.finish('l')", "without urd.begin"),
        ("urd.begin('l', '2024')\nurd.finish('k')", "the session is for"),
        ("urd.latest('l')", "outside a session"),
        ("urd.begin('l', '2024')\nurd.finish('l')", "no jobs to log"),
        ("urd.begin('other/l', '2024')\nurd.build('m')\nurd.finish('other/l')", "belongs to other"),
        ("urd.set_workdir('nowhere')", "there is no workdir 'nowhere'"),
        ("urd.build_chained('m')", "needs a name"),
        ("urd.build_chained('m', name='m')", "needs an urd.latest"),
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit(2)", "sys.exit(2)"),
    ],
)
def test_scripts_that_go_wrong(bench: Bench, script: str, said: str) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script(script)
    result = bench.run(ok=False)
    assert result.exit_code == (2 if "sys.exit" in script else 1)
    assert said in (result.error or "")
    assert "axtui/" not in (result.error or "")


def test_build_chained(bench: Bench) -> None:
    bench.method(
        "m",
        """
        options = {"n": 0}
        datasets = ("previous",)
        def prepare(job):
            return job.datasetwriter(columns={"n": "int64"}, previous=datasets.previous)
        def analysis(sliceno, prepare_res):
            if sliceno == 0:
                prepare_res.write(options.n)
        """,
    )
    bench.script(
        """
        for n, day in enumerate(("2024-01-01", "2024-01-02", "2024-01-03")):
            urd.begin("l", day, update=True)
            urd.latest("l") if n else urd.first("l")
            job = urd.build_chained("m", name="it", n=n)
            urd.finish("l")
        print(list(job.dataset().chain().iterate(None, "n")))
        """
    )
    assert value(bench) == [0, 1, 2]


def test_set_workdir(bench: Bench) -> None:
    bench.write(
        "axtui.toml", "slices = 2\n[workdirs]\ndev = 'workdirs/dev'\nother = 'workdirs/other'\n"
    )
    bench.method("m", "options = {'n': 0}\ndef synthesis():\n    return 1\n")
    bench.script(
        """
        jobs = [urd.build("m", n=1)]
        urd.set_workdir("other")
        jobs.append(urd.build("m", n=2))
        urd.set_workdir(None)
        jobs += [urd.build("m", n=3), urd.build("m", n=4, workdir="other"), urd.build("m", n=2)]
        print([job.workdir for job in jobs])
        """
    )
    assert value(bench) == ["dev", "other", "dev", "other", "other"]
    assert bench.builds() == []


def test_preview_builds_nothing_and_tells_what_would_be(bench: Bench) -> None:
    bench.method("one", "def synthesis():\n    return 1\n")
    bench.method("two", "jobs = ('a',)\ndef synthesis():\n    return jobs.a.load() + 1\n")
    bench.script("one = urd.build('one')\ntwo = urd.build('two', a=one)\nprint(two.load())")
    result = bench.run(why=True)
    assert [(method, reason.kind) for method, reason in result.would_build] == [("one", "first")]
    assert not list(bench.path("").glob("dev-*"))
    bench.run()
    before = sorted(bench.path("").iterdir())
    assert bench.run(why=True).would_build == []
    bench.method("two", "jobs = ('a',)\ndef synthesis():\n    return jobs.a.load() + 2\n")
    ((method, reason),) = bench.run(why=True).would_build
    assert (method, reason.kind) == ("two", "source")
    assert "+    return jobs.a.load() + 2" in reason.changes[0].detail
    assert sorted(bench.path("").iterdir()) == before
    assert [type(e) for e in bench.seen].count(events.JobStarted) == 0


def test_a_job_without_a_result_says_why(bench: Bench) -> None:
    bench.method("m", "def prepare():\n    return 1\n")
    bench.script("urd.build('m').load()")
    error = bench.run(ok=False).error or ""
    assert "job dev-2 (m) has no result: its method has no synthesis()" in error


def test_preview_says_what_it_cannot_know(bench: Bench) -> None:
    """What a job to be built will hold decides about those behind it."""
    bench.method("one", "def synthesis():\n    return 1\n")
    bench.method("two", "jobs = ('a',)\ndef synthesis():\n    return jobs.a.load() + 1\n")
    bench.method("aside", "def synthesis():\n    return 1\n")
    bench.script(
        """
        urd.build("aside")
        one = urd.build("one")
        two = urd.build("two", a=one)
        urd.build("two", a=two)
        """
    )
    first = bench.run(why=True).preview
    assert [method for method, _ in first.would_build] == ["aside"]
    assert first.cut_short
    bench.run()
    bench.method("one", "def synthesis():\n    return 5 - 4\n")
    result = bench.run(why=True)
    assert [method for method, _ in result.would_build] == ["one"]
    assert result.preview.may_build == [("two", "one"), ("two", "two")]
    assert (len(result.reused), result.preview.cut_short) == (1, False)
    assert bench.builds() == ["one"]  # it held the same: nothing behind it was built


# -- slices, cut-off, reads


ROWS = """
options = {"hashed": False}
def prepare(job):
    return job.datasetwriter(columns={"n": "int64", "t": "unicode"},
                             hashlabel="n" if options.hashed else None)
def synthesis(prepare_res):
    write = prepare_res.get_split_write()
    for n in range(50):
        write(n, str(n))
"""


@pytest.mark.parametrize("hashed", [False, True])
def test_another_number_of_slices(bench: Bench, hashed: bool) -> None:
    bench.method("rows", ROWS)
    bench.method(
        "total",
        """
        datasets = ("source",)
        def analysis(sliceno):
            return [n for n in datasets.source.iterate(sliceno, "n")]
        def synthesis(analysis_res, slices):
            parts = list(analysis_res)
            return slices, len(parts), sorted(sum(parts, []))
        """,
    )
    bench.script(
        f"rows = urd.build('rows', hashed={hashed})\nprint(urd.build('total', source=rows).load())"
    )
    old = None
    for slices in (2, 3, 1):
        bench.write("axtui.toml", f"slices = {slices}\n")
        assert value(bench) == (slices, slices, list(range(50)))
        rows = bench.last("rows")
        # what was made with other slices is still there to be read
        bench.script(f"print(urd.build('total', source={old or rows!r}).load())", "old")
        bench.run("old")
        assert eval(bench.prints()) == (slices, slices, list(range(50)))
        old = old or rows
    bench.write("axtui.toml", "slices = 2\n")
    assert bench.builds() == [], "the jobs of before are good again"


def test_early_cut_off_ends_at_equal_results(bench: Bench) -> None:
    bench.method("a", "options = {'x': 0}\ndef synthesis():\n    return options.x // 10\n")
    bench.method("b", "jobs = ('a',)\ndef synthesis():\n    return jobs.a.load()\n")
    bench.method("c", "jobs = ('b',)\ndef synthesis():\n    return str(jobs.b)\n")
    script = "a = urd.build('a', x={x})\nb = urd.build('b', a=a)\nurd.build('c', b=b)\n"
    bench.script(script.format(x=1))
    assert bench.builds() == ["a", "b", "c"]
    bench.script(script.format(x=2))
    assert bench.builds() == ["a"]
    bench.script(script.format(x=12))
    assert bench.builds() == ["a", "b", "c"]


def test_looking_at_what_an_input_is_makes_its_identity_count(bench: Bench) -> None:
    bench.method("a", "options = {'x': 0}\ndef synthesis():\n    return 1\n")
    bench.method("b", "jobs = ('a',)\ndef synthesis():\n    return jobs.a.params.options.x\n")
    for x in (1, 2):
        bench.script(f"print(urd.build('b', a=urd.build('a', x={x})).load())")
        assert value(bench) == x


def test_columns_that_were_read_are_recorded(bench: Bench) -> None:
    bench.method("rows", ROWS)
    bench.method(
        "reads",
        """
        datasets = ("source",)
        def analysis(sliceno):
            return sum(datasets.source.iterate(sliceno, "n"))
        """,
    )
    bench.script("rows = urd.build('rows')\nurd.build('reads', source=rows)")
    bench.run()
    rows, reads = bench.last("rows"), bench.last("reads")
    assert jobdir.load_post(bench.path(reads))["reads"] == {f"{rows}/default": ["n"]}
    assert jobdir.load_post(bench.path(rows))["reads"] == {}


def test_everything_of_a_run_is_in_its_own_job(bench: Bench) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("print('said')\nurd.build('m', name='n')\nreturn {'answer': 1}")
    result = bench.run()
    assert result.build_job is not None
    path = bench.path(result.build_job)
    post = jobdir.load_post(path)
    assert post["joblist"] == [["n", "m", bench.last("m"), True]]
    assert bench.load(result.build_job) == {"answer": 1}
    text = "".join(file.read_text() for file in (path / "OUTPUT").iterdir())
    assert text == "said\n"
    assert json.loads((path / "setup.json").read_text())["is_build"]
    assert Path(path / "source").is_dir()


def test_a_linked_file_counts_by_its_bytes_and_its_damage_is_noticed(bench: Bench) -> None:
    bench.method(
        "sub",
        """
        options = {"x": 1}
        def synthesis(job):
            with job.open("deep/nine", "w") as f:
                f.write("9")
        """,
    )
    bench.method(
        "links",
        """
        from accelerator import build
        options = {"x": 1}
        def synthesis():
            build('sub', x=options.x).link_to_here('deep/nine')
        """,
    )
    bench.method(
        "use",
        "jobs = ('one',)\ndef synthesis():\n    return open(jobs.one.filename('deep/nine')).read()\n",
    )
    bench.script("print(urd.build('use', one=urd.build('links')).load())")
    assert bench.builds() == ["links", "sub", "use"]
    bench.script("print(urd.build('use', one=urd.build('links', x=2)).load())")
    assert bench.builds() == ["links", "sub"], (
        "the linked bytes are the same: no need to use them again"
    )
    file = bench.path(bench.last("sub")) / "deep/nine"
    file.parent.chmod(0o755)
    file.chmod(0o644)
    file.write_text("8")
    assert set(bench.builds()) == {"links", "sub"}
    assert bench.prints().strip() == "9"


@pytest.mark.parametrize(
    "form", ["job", "job.dataset('x')", "(job, 'x')", "{job: 'x'}", "f'{job}/x'"]
)
def test_the_forms_in_which_a_dataset_is_given(bench: Bench, form: str) -> None:
    bench.method(
        "make",
        """
        def synthesis(job):
            for name in ("default", "x"):
                dw = job.datasetwriter(name=name, columns={"n": "int64"})
                dw.set_slice(0)
                dw.write(len(name))
                dw.set_slice(1)
        """,
    )
    bench.method(
        "use", "datasets = ('source',)\ndef synthesis():\n    return datasets.source.name\n"
    )
    bench.script(f"job = urd.build('make')\nprint(urd.build('use', source={form}).load())")
    bench.run()
    assert bench.prints().strip() == ("default" if form == "job" else "x")
