"""H8 to H10, H13 to H16, H18 to H20: options and inputs by type and content."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from axtui.data.disk import Disk

from .conftest import Bench


@pytest.fixture
def reader(bench: Bench) -> Bench:
    """A method that reads an input file named in an option."""
    bench.method(
        "read",
        """
        options = {"filename": str}
        def synthesis(job):
            with job.open_input(options.filename) as stream:
                return stream.read()
        """,
    )
    bench.write("inputs/a.txt", "one")
    bench.script("print(urd.build('read', filename='a.txt').load())")
    assert bench.builds() == ["read"]
    assert bench.builds() == []
    return bench


def test_h8_options_that_python_calls_equal_are_told_apart(bench: Bench) -> None:
    bench.method("m", "options = {'x': None}\ndef synthesis():\n    return repr(options.x)\n")
    values = [
        "1",
        "1.0",
        "True",
        "'1'",
        "[1, 2]",
        "0.0",
        "-0.0",
        "10**400",
        "'é'",
        "'e\\u0301'",
    ]
    bench.script(f"print([urd.build('m', x=x).load() for x in ({', '.join(values)})])")
    assert len(bench.builds()) == len(values)
    assert eval(bench.prints()) == [repr(eval(text)) for text in values]
    assert bench.builds() == []


def test_h9_order_of_a_dict_or_set_does_not_matter(bench: Bench) -> None:
    bench.method("m", "options = {'x': None}\ndef synthesis():\n    return 1\n")
    bench.script("urd.build('m', x={'a': 1, 'b': {3, 4}})")
    assert bench.builds() == ["m"]
    bench.script("urd.build('m', x={'b': {4, 3}, 'a': 1})")
    assert bench.builds() == []


DECLARES = "options = {}\ndef synthesis():\n    return work(options)\n"


def test_h10_new_option_with_a_neutral_default(bench: Bench) -> None:
    bench.write("methods/work.py", "def work(options):\n    return 1\n")
    bench.method("m", "from .work import work\n" + DECLARES.format("{'x': 1}"))
    bench.script("urd.build('m')")
    assert bench.builds() == ["m"]
    first = bench.last("m")
    bench.method("m", "from .work import work\n" + DECLARES.format("{'x': 1, 'y': 2}"))
    assert bench.builds() == ["m"]
    assert {change["part"] for change in bench.reason(bench.last("m"))["changes"]} >= {"option"}
    assert bench.reason(bench.last("m"))["against"] == first


def test_h10_neutral_value_is_left_out_of_the_key(bench: Bench) -> None:
    from axtui.build.key import Call, make_key

    plain = Call("m", {"x": 1}, {}, {})
    neutral = Call("m", {"x": 1, "y": 2}, {}, {}, frozenset({"y"}))
    other = Call("m", {"x": 1, "y": 3}, {}, {})
    assert (
        make_key(plain, plain.options, {}, {}).digest
        == make_key(neutral, neutral.options, {}, {}).digest
    )
    assert (
        make_key(plain, plain.options, {}, {}).digest
        != make_key(other, other.options, {}, {}).digest
    )


def test_h13_random_numbers_follow_from_the_key(bench: Bench) -> None:
    bench.method(
        "m",
        """
        import random
        options = {"x": 1}
        def analysis(sliceno):
            import numpy
            return random.random(), float(numpy.random.rand())
        def synthesis(analysis_res, params):
            return list(analysis_res), params.seed
        """,
    )
    bench.script("print(urd.build('m').load())")
    bench.run()
    first = bench.prints()
    bench.run(flags=frozenset({"force_build"}))
    assert bench.prints() == first
    slices, seed = eval(first)
    assert slices[0] != slices[1]
    assert seed > 0
    bench.script("print(urd.build('m', x=2).load())")
    bench.run()
    assert bench.prints() != first


def test_h14_same_size_and_mtime_is_noticed(reader: Bench) -> None:
    path = reader.root / "inputs/a.txt"
    before = path.stat()
    path.write_text("two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert reader.builds() == ["read"]
    assert reader.prints().strip() == "two"
    (change,) = reader.reason(reader.last("read"))["changes"]
    assert (change["part"], change["name"]) == ("input", "input:a.txt")


def test_h14_the_stat_shortcut_is_not_trusted_for_a_fresh_file(tmp_path: Path) -> None:
    from axtui.build.inputs import InputDigests

    path = tmp_path / "a"
    path.write_text("one")
    digests = InputDigests(tmp_path / "cache.json")
    first = digests.digest(path)
    assert digests._known == {}, "a file touched a moment ago may change within the same tick"
    old = time.time() - 100
    os.utime(path, (old, old))
    assert digests.digest(path) == first
    assert digests._known == {}, "its ctime is fresh, whatever its mtime says"


def test_h15_touching_an_input_does_not_rebuild(reader: Bench) -> None:
    os.utime(reader.root / "inputs/a.txt")
    assert reader.builds() == []


def test_input_in_another_place_with_the_same_bytes_is_the_same_input(reader: Bench) -> None:
    (reader.root / "inputs").rename(reader.root / "elsewhere")
    reader.write("axtui.toml", "slices = 2\ninputs = 'elsewhere'\n")
    assert reader.builds() == []


def test_plain_open_of_an_input_is_recorded_too(bench: Bench) -> None:
    data = bench.write("inputs/b.txt", "1")
    bench.method("m", f"def synthesis():\n    return open({str(data)!r}).read()\n")
    bench.script("print(urd.build('m').load())")
    assert bench.builds() == ["m"]
    data.write_text("2")
    assert bench.builds() == ["m"]
    assert bench.prints().strip() == "2"


def test_h17_input_edited_while_it_is_read_fails_the_job(bench: Bench) -> None:
    bench.write("inputs/c.txt", "x")
    bench.method(
        "m",
        """
        from pathlib import Path
        def synthesis(job):
            with job.open_input("c.txt") as stream:
                text = stream.read()
            Path(job.input_filename("c.txt")).write_text("changed")
            return text
        """,
    )
    bench.script("urd.build('m')")
    result = bench.run(ok=False)
    assert "was changed while the job was reading it" in (result.error or "")


MAKER = """
options = {{"values": [int], "name": "x", "kind": "int64"}}
def prepare(job):
    dw = job.datasetwriter(columns={{options.name: options.kind}})
    return dw
def analysis(sliceno, prepare_res):
    for value in options["values"]:
        if value % 2 == sliceno:
            prepare_res.write(value)
# {remark}
"""

USER = """
datasets = ("source",)
def synthesis():
    names = sorted(datasets.source.columns)
    return names, sorted(map(float, datasets.source.iterate(None, names[0])))
"""


@pytest.fixture
def chained(bench: Bench) -> Bench:
    """A job that makes a dataset, and one that reads it."""
    bench.method("make", MAKER.format(remark="one"))
    bench.method("use", USER)
    bench.script("urd.build('use', source=urd.build('make', values=[1, 2, 3]))")
    assert bench.builds() == ["make", "use"]
    assert bench.builds() == []
    return bench


def test_early_cutoff_at_a_dataset_that_came_out_equal(chained: Bench) -> None:
    chained.method("make", MAKER.format(remark="one") + "OTHER = 1\n")
    assert chained.builds() == ["make"], "the same rows: what reads them need not run again"


def test_h20_renamed_column_rebuilds(chained: Bench) -> None:
    chained.script(
        "urd.build('use', source=urd.build('make', options={'values': [1, 2, 3], 'name': 'y'}))"
    )
    assert chained.builds() == ["make", "use"]


def test_h20_retyped_column_rebuilds(chained: Bench) -> None:
    chained.script("urd.build('use', source=urd.build('make', values=[1, 2, 3], kind='int32'))")
    assert chained.builds() == ["make", "use"]


def test_other_rows_rebuild(chained: Bench) -> None:
    chained.script("urd.build('use', source=urd.build('make', values=[1, 2, 4]))")
    assert chained.builds() == ["make", "use"]


def test_environment_variable_that_was_read_counts(
    lone_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = lone_bench
    read = "os.environ.get('AXTUI_TEST_VARIABLE', 'unset')"
    bench.method("m", f"import os\ndef synthesis():\n    return {read}\n")
    bench.script("print(urd.build('m').load())")
    assert bench.builds() == ["m"]
    assert bench.builds() == []
    monkeypatch.setenv("AXTUI_TEST_VARIABLE", "set")
    assert bench.builds() == ["m"]
    assert bench.prints().strip() == "set"


def test_a_copy_of_a_workspace_looks_at_its_own_files(bench: Bench) -> None:
    """Also for subjobs, of which nothing but the record is known."""
    import shutil

    bench.method(
        "top", "from accelerator import build\ndef synthesis():\n    return build('sub').load()\n"
    )
    bench.method(
        "sub",
        """
        from pathlib import Path
        depend_extra = "extra.txt"
        def synthesis():
            here = Path(__file__).parent
            return here.joinpath("extra.txt").read_text() + here.joinpath("plain.txt").read_text()
        """,
    )
    bench.write("methods/extra.txt", "1")
    bench.write("methods/plain.txt", "1")
    bench.script("print(urd.build('top').load())")
    assert bench.builds() == ["top", "sub"]
    shutil.copytree(bench.root, bench.root.parent / "copy", symlinks=True)
    other = Bench(bench.root.parent / "copy", bench.engine)
    assert other.builds() == []
    for name, expected in [("extra", "21"), ("plain", "22")]:
        other.write(f"methods/{name}.txt", "2")
        assert other.builds() == ["top", "sub"]
        assert other.prints().strip() == expected
    assert bench.builds() == []


def test_a_subjob_whose_number_a_script_has_by_now_is_no_more(bench: Bench) -> None:
    """The newest jobs were removed by hand, and their numbers are given out again (H35)."""
    bench.method(
        "top", "from accelerator import build\ndef synthesis():\n    return build('sub').load()\n"
    )
    bench.method("sub", "def synthesis():\n    return 1\n")
    bench.script("print(urd.build('top').load())")
    assert bench.builds() == ["top", "sub"]
    Disk().remove_tree(writable(bench.path("dev-3")))
    (bench.path("") / ".next").unlink(missing_ok=True)
    bench.script("print('in its place')")
    assert bench.run().build_job == "dev-3"
    bench.script("print(urd.build('top').load())")
    assert bench.builds() == ["top", "sub"]


def writable(path: Path) -> Path:
    for folder, _, _ in os.walk(path):
        Path(folder).chmod(0o755)
    return path


def test_an_input_read_in_a_forked_process_counts(bench: Bench) -> None:
    data = bench.write("inputs/a.txt", "1")
    bench.method(
        "m",
        """
        from multiprocessing import get_context
        from pathlib import Path
        def work(name):
            return Path(name).read_text()
        def synthesis(job):
            with get_context("fork").Pool(1) as pool:
                return pool.map(work, [job.params.input_directory + "/a.txt"])
        """,
    )
    bench.script("print(urd.build('m').load())")
    assert bench.builds() == ["m"]
    assert bench.builds() == []
    data.write_text("2")
    assert bench.builds() == ["m"]
    assert bench.prints().strip() == "['2']"


def test_h13_a_new_generator_without_a_seed_follows_from_the_key(bench: Bench) -> None:
    bench.method(
        "m",
        "import numpy\ndef synthesis():\n    return float(numpy.random.default_rng().random())\n",
    )
    bench.script("print(urd.build('m').load())")
    bench.run()
    first = bench.prints()
    bench.run(flags=frozenset({"force_build"}))
    assert bench.prints() == first


@pytest.mark.parametrize("how", ["params.slices", "job.params.slices", "datasets.source.lines"])
def test_the_number_of_slices_counts_however_it_is_asked_for(bench: Bench, how: str) -> None:
    bench.method("make", MAKER.format(remark="x"))
    bench.method("m", f"datasets = ('source',)\ndef synthesis(job, params):\n    return {how}\n")
    bench.script("print(urd.build('m', source=urd.build('make', values=[1, 2])).load())")
    bench.run()
    first = bench.prints()
    bench.write("axtui.toml", "slices = 3\n")
    assert "m" in bench.builds()
    assert bench.prints() != first


def test_a_job_seen_through_a_file_option_counts_by_its_id(bench: Bench) -> None:
    bench.method("make", "options = {'n': 1}\ndef synthesis(job):\n    job.save('same', 'f')\n")
    bench.method(
        "use",
        """
        from accelerator import Job, JobWithFile
        options = {"f": JobWithFile}
        def synthesis():
            return Job(options.f.job).params.options.n
        """,
    )
    for n in (1, 2):
        bench.script(f"print(urd.build('use', f=urd.build('make', n={n}).withfile('f')).load())")
        assert bench.builds() == ["make", "use"]
        assert bench.prints().strip() == str(n)


@pytest.mark.parametrize(
    "how", ["os.listdir(where)", "glob.glob(where + '/*')", "list(Path(where).iterdir())"]
)
def test_a_folder_that_was_listed_counts_by_its_names(bench: Bench, how: str) -> None:
    bench.write("inputs/a.txt", "1")
    bench.method(
        "m",
        f"""
        import glob, os
        from pathlib import Path
        def synthesis(job):
            where = os.path.dirname(job.input_filename("a.txt"))
            return len({how})
        """,
    )
    bench.script("print(urd.build('m').load())")
    assert bench.builds() == ["m"]
    assert bench.builds() == []
    bench.write("inputs/b.txt", "2")
    assert bench.builds() == ["m"]
    assert bench.prints().strip() == "2"
    assert "holds other names" in bench.reason(bench.last("m"))["text"]


def test_a_file_that_was_looked_for_in_vain_counts_when_it_appears(bench: Bench) -> None:
    bench.write("inputs/a.txt", "1")
    bench.method(
        "m",
        """
        def synthesis(job):
            try:
                return open(job.params.input_directory + "/b.txt").read()
            except FileNotFoundError:
                return "none"
        """,
    )
    bench.script("print(urd.build('m').load())")
    assert bench.builds() == ["m"]
    assert bench.builds() == []
    bench.write("inputs/b.txt", "there")
    assert bench.builds() == ["m"]
    assert bench.prints().strip() == "there"


def test_h16_a_link_counts_by_what_it_leads_to(reader: Bench) -> None:
    link = reader.root / "inputs" / "link.txt"
    reader.write("inputs/b.txt", "two")
    reader.write("inputs/c.txt", "two")
    link.symlink_to("b.txt")
    reader.script("print(urd.build('read', filename='link.txt').load())")
    assert reader.builds() == ["read"]
    link.unlink()
    link.symlink_to("c.txt")  # another file, the same bytes
    assert reader.builds() == []
    link.unlink()
    link.symlink_to("a.txt")
    assert reader.builds() == ["read"]
    assert reader.prints() == "one\n"


def test_h16_a_link_to_itself_is_one_clear_error(reader: Bench) -> None:
    (reader.root / "inputs" / "a.txt").unlink()
    (reader.root / "inputs" / "a.txt").symlink_to("a.txt")
    result = reader.run(ok=False)
    assert result.exit_code == 1
    assert "inputs/a.txt" in (result.error or "")


def test_h16_a_folder_counts_by_its_names_and_what_they_hold(bench: Bench) -> None:
    bench.method(
        "total",
        """
        from pathlib import Path
        options = {"folder": str}
        def synthesis(job):
            folder = Path(job.input_filename(options.folder))
            return sorted(path.name + path.read_text() for path in folder.iterdir())
        """,
    )
    bench.write("inputs/many/a", "1")
    bench.write("inputs/many/b", "2")
    bench.script("print(urd.build('total', folder='many').load())")
    assert bench.builds() == ["total"]
    assert bench.builds() == []
    bench.write("inputs/many/b", "3")
    assert bench.builds() == ["total"]
    (bench.root / "inputs/many/b").rename(bench.root / "inputs/many/c")
    assert bench.builds() == ["total"]
    assert bench.prints() == "['a1', 'c3']\n"
    (bench.root / "inputs/many/a").unlink()
    assert bench.builds() == ["total"]
    assert bench.prints() == "['c3']\n"


def test_h18_an_input_from_the_future_is_read_each_time(reader: Bench) -> None:
    """Its times prove nothing: the clock that set them may set them again."""
    path = reader.root / "inputs" / "a.txt"
    later = time.time() + 86_400
    os.utime(path, (later, later))
    reader.builds()
    before = path.stat()
    with path.open("r+") as stream:
        stream.write("TWO")
    os.utime(path, (later, later))
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert reader.builds() == ["read"]
    assert reader.prints() == "TWO\n"


def test_h18_jobs_that_seem_to_come_from_the_future_do_not_hide_newer_ones(reader: Bench) -> None:
    """Which of two jobs is found follows from what they hold, never from when they were made."""
    from axtui.data import jobdir

    first = reader.last("read") if reader.builds() else "dev-2"
    for name in (jobdir.SETUP, jobdir.POST):
        later = time.time() + 86_400
        os.utime(reader.path(first) / name, (later, later))
    reader.write("inputs/a.txt", "new")
    assert reader.builds() == ["read"]
    assert reader.prints() == "new\n"
    assert reader.builds() == []
    assert reader.prints() == "new\n"


def test_h19_the_order_in_which_a_folder_is_listed_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from axtui.build.inputs import InputDigests
    from axtui.engine.notes import names_digest

    for name in "abc":
        (tmp_path / name).write_text(name)
    before = InputDigests(tmp_path / "cache.json").digest(tmp_path), names_digest(tmp_path)
    listed = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: listed(path)[::-1])
    assert (
        InputDigests(tmp_path / "cache.json").digest(tmp_path),
        names_digest(tmp_path),
    ) == before


def test_jobs_of_an_earlier_axtui_with_other_rules_are_built_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.method("m", "def synthesis():\n    return 1\n")
    bench.script("urd.build('m')")
    with monkeypatch.context() as earlier:
        earlier.setattr("axtui.build.key.FORMAT", "axtui-key-1")
        assert bench.builds() == ["m"]
    first = bench.last("m")
    assert bench.builds() == ["m"]
    reason = bench.reason(bench.last("m"))
    assert (reason["kind"], reason["against"]) == ("rules", first)
    assert "an earlier axtui" in reason["text"]
    assert bench.builds() == []
