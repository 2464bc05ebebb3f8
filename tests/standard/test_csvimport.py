"""csvimport and csvimport_zip, run as jobs."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from axtui.data import context
from axtui.data.dataset import Dataset
from axtui.data.job import Job
from tests.standard.conftest import Lab, by_slice, rows


def zipped(members: dict[str, str], damage: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    data = bytearray(file.getvalue())
    if damage:
        data[data.index(b"PK\x01\x02") - 20] ^= 0xFF  # in the last member's compressed bytes
    return bytes(data)


DAYS = {
    "2013/02.csv": "date,drive,failed\n02,a,0\n02,b,1\n",
    "2013/01.csv": "date,drive\n01,a\n01,b\n01,c\n01,d\n",
    "2013/03.csv": "date,drive\n",
    "__MACOSX/2013/._01.csv": "junk",
    "2013/.DS_Store": "junk",
    "2013/sub/": "",
}


# -- one file ----------------------------------------------------------------------------------------


def test_lines_go_to_the_slices_in_turn_and_keep_their_order(lab: Lab) -> None:
    lab.input("n.csv", "n,text\n" + "".join(f"{n},x\n" for n in range(100)))
    job = lab.job("csvimport", filename="n.csv", lineno_label="line")
    ds = job.dataset()
    assert list(ds.columns) == ["n", "text", "line"]
    assert ds.lines == [34, 33, 33]
    assert [int(n) for n in ds.iterate("roundrobin", "n")] == list(range(100))
    assert by_slice(ds, "line")[1] == list(range(3, 102, 3))
    assert job.load() == {
        "num_lines": 100,
        "lines_per_slice": [34, 33, 33],
        "num_broken_lines": 0,
        "broken_lines_per_slice": [0, 0, 0],
        "num_skipped_lines": 0,
        "skipped_lines_per_slice": [0, 0, 0],
    }


def test_the_file_is_told_in_full_and_kept_so_that_the_workspace_may_move(lab: Lab) -> None:
    lab.input("n.csv", "n,bad\n1,2\n3\n")
    lab.script(
        """
    job = urd.build("csvimport", filename="n.csv", allow_bad=True)
    urd.build("dataset_type", source=job, column2type={"n": "number"})
    urd.build("dataset_filter_columns", source=job, keep_columns=["n"])
    """
    )
    lab.run()
    made = Job(lab.last("csvimport"))
    found = [made.dataset(), made.dataset("bad")]
    found += [Dataset(lab.last(name)) for name in ("dataset_type", "dataset_filter_columns")]
    assert {ds.filename for ds in found} == {str(lab.inputs / "n.csv")}
    assert {ds.meta.filename for ds in found} == {"n.csv"}
    with context.use(replace(context.active(), input_directory=Path("/elsewhere"))):
        assert {ds.filename for ds in found} == {"/elsewhere/n.csv"}


def test_bad_lines_take_their_turn_and_are_set_apart(lab: Lab) -> None:
    lab.input("bad.csv", 'a,b\n1,2\n3\n4,5,6\n"7,8\n\n9,10\n')
    job = lab.job("csvimport", filename="bad.csv", allow_bad=True, lineno_label="line")
    assert by_slice(job, "line") == [[2, 5], [], [7]]
    assert by_slice(f"{job}/bad", "lineno") == [[], [3, 6], [4]]
    assert by_slice(f"{job}/bad", "data") == [[], [b"3", b""], [b"4,5,6"]]
    assert "line 3: not enough fields: 1, expected 2" in lab.prints()


def test_skipped_lines_are_set_apart(lab: Lab) -> None:
    lab.input("s.csv", "junk\n#com\n\na b|c\nd|e\n1|2\n#x\n\n3|4\n")
    job = lab.job(
        "csvimport",
        filename="s.csv",
        skip_lines=1,
        comment="#",
        skip_empty_lines=True,
        separator="|",
        label_lines=2,
    )
    assert rows(job) == [(b"1", b"2"), (b"3", b"4")]
    assert list(Dataset(str(job)).columns) == ["a b d", "c e"]
    skipped = sorted(rows(f"{job}/skipped", ["lineno", "data"]))
    assert skipped == [(1, b"junk"), (2, b"#com"), (3, b""), (7, b"#x"), (8, b"")]


def test_labels_are_stripped_renamed_and_discarded(lab: Lab) -> None:
    lab.input("l.csv", " a , b,c\n1,2,3\n")
    job = lab.job(
        "csvimport", filename="l.csv", strip_labels=True, rename={"a": "A"}, discard={"b"}
    )
    assert list(Dataset(str(job)).columns) == ["A", "c"]
    assert rows(job) == [(b"1", b"3")]


def test_given_labels_stand_for_those_in_the_file_or_replace_them(lab: Lab) -> None:
    lab.input("l.csv", "1,2\n3,4\n")
    assert len(rows(lab.job("csvimport", filename="l.csv", labels=["a", "b"]))) == 2
    job = lab.job("csvimport", filename="l.csv", labels=["a", "b"], label_lines=1)
    assert rows(job) == [(b"3", b"4")]


def test_a_file_that_ends_within_its_label_lines_has_the_labels_that_are_there(lab: Lab) -> None:
    lab.input("l.csv", "junk\na,b\n")
    short = lab.job("csvimport", filename="l.csv", skip_lines=1, label_lines=2)
    assert list(Dataset(str(short)).columns) == ["a", "b"]
    shorter = lab.job("csvimport", filename="l.csv", skip_lines=5, label_lines=1, labels=["x"])
    for job in (short, shorter):
        assert (job.load()["num_lines"], job.load()["num_skipped_lines"]) == (0, 0)
        assert rows(f"{job}/skipped", ["lineno", "data"]) == []


def test_quotes_gzip_latin_separator_and_other_newlines(lab: Lab) -> None:
    lab.input("q.csv.gz", gzip.compress(b'a,b\n"x,1","say ""hi"""\n'))
    assert rows(lab.job("csvimport", filename="q.csv.gz", quotes='"')) == [(b"x,1", b'say "hi"')]
    lab.input("x.csv", "a¤b\r1¤2\n3\r".encode("latin-1"))
    job = lab.job("csvimport", filename="x.csv", separator="¤", newline="\r")
    assert rows(job) == [(b"1", b"2\n3")]


def test_a_file_larger_than_a_block_is_read_whole(lab: Lab) -> None:
    lines = [f"{n},{'y' * (n % 300)}" for n in range(12_000)]
    lab.input("big.csv", "n,y\n" + "\n".join(lines))
    ds = lab.job("csvimport", filename="big.csv").dataset()
    found = [f"{n.decode()},{y.decode()}" for n, y in ds.iterate("roundrobin", ["n", "y"])]
    assert found == lines


def test_bad_and_skipped_lines_chain_to_those_of_the_previous_import(lab: Lab) -> None:
    lab.input("a.csv", "a,b\n1,2\n3\n")
    lab.input("b.csv", "a,b\n5,6\n7\n")
    first = lab.job("csvimport", filename="a.csv", allow_bad=True)
    second = lab.job("csvimport", filename="b.csv", allow_bad=True, previous=str(first))
    assert second.dataset().previous == first.dataset()
    assert second.dataset("bad").previous == first.dataset("bad")


QUOTED = '"name","n"\n"Ann","3"\n'


@pytest.mark.parametrize(
    ("content", "options", "warning"),
    [
        (QUOTED, {}, "in.csv: labels stand in quotes, which become part of them; give quotes='\"'"),
        ("name,n\r\nAnn,'3'\r\n", {}, "in.csv: values stand in quotes"),
        ("name\n'Ann, B'\n", {"separator": ""}, 'give quotes="\'"'),
        (QUOTED, {"quotes": '"'}, ""),
        (QUOTED, {"quotes": False}, ""),
        ('"by me"\nname,n\nAnn,3" or 4"\n', {"skip_lines": 1}, ""),
        ('"by me"\nAnn,3\n', {"skip_lines": 1, "labels": ["name", "n"]}, ""),
    ],
)
def test_quotes_that_are_not_read_as_quotes_are_told_of(
    lab: Lab, content, options, warning
) -> None:
    lab.input("in.csv", content)
    lab.job("csvimport", filename="in.csv", **options)
    assert ("warning" in lab.prints()) == bool(warning)
    assert warning in lab.prints()


def test_quotes_in_a_zip_are_told_of_file_by_file(lab: Lab) -> None:
    lab.input("q.zip", zipped({"a.csv": "n\n1\n", "b.csv": '"n"\n"1"\n'}))
    lab.job("csvimport_zip", filename="q.zip")
    assert lab.prints().count("warning: ") == 1
    assert "b.csv: labels stand in quotes" in lab.prints()


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ('a,b\n"x,1",2\n', {}, "it starts: '\"x,1\",2' (the line has quotes, so give quotes='\"';"),
        ("a,b\n1,2\n3\n", {}, "in.csv, line 3: not enough fields: 1, expected 2; it starts: '3'"),
        ("a,b\n1,2,3\n", {}, "in.csv, line 2: too many fields: 3, expected 2"),
        ("a,b\n1,2\n\n", {}, "line 3: the line is empty"),
        ('a,b\n"1,2\n', {"quotes": '"'}, "line 2: field"),
        ("", {}, "in.csv is empty"),
        ("\n1\n", {}, "no labels"),
        ("#a\n", {"comment": "#"}, "no labels: the file ends after 1 lines"),
        ("a,a\n1,2\n", {}, "duplicate labels ['a']"),
        ("a,b\n1\n2,3\n", {"label_lines": 2}, "equally many fields: [2, 1]"),
        ("å\n1\n", {"label_encoding": "nope"}, "no encoding Python knows"),
        ("a\n1\n", {"separator": ",,"}, "separator is ',,'"),
        ("a\n1\n", {"newline": "→"}, "newline is"),
        ("a\n1\n", {"label_lines": 0}, "label_lines is 0"),
        ("a\n1\n", {"skip_lines": -1}, "skip_lines is -1"),
        ("a\n" + "x" * (17 << 20), {}, "a line of more than 16 MiB"),
        (gzip.compress(b"a,b\n" + bytes(range(256)) * 40)[:-30], {}, "damaged compressed file"),
        (b"\x1f\x8bnot gzip at all", {}, "damaged compressed file"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 99 else type(value).__name__,
)
def test_bad_input_is_told_in_one_message(lab: Lab, content, options, message) -> None:
    lab.input("in.csv", content)
    assert message in lab.refused("csvimport", filename="in.csv", **options)


def test_a_missing_file_and_a_folder_are_told_apart(lab: Lab) -> None:
    assert "there is no input file" in lab.refused("csvimport", filename="nope.csv")
    (lab.inputs / "folder").mkdir()
    assert "is a folder where a file is meant" in lab.refused("csvimport", filename="folder")


# -- zips --------------------------------------------------------------------------------------------


def test_each_member_is_a_dataset_and_the_last_is_the_default(lab: Lab) -> None:
    lab.input("days.zip", zipped(DAYS))
    job = lab.job("csvimport_zip", filename="days.zip", chaining="by_filename", strip_dirs=True)
    chain = job.dataset().chain()
    assert [ds.name for ds in chain] == ["01.csv", "02.csv", "default"]
    assert [ds.filename for ds in chain] == [f"days.zip:2013/0{day}.csv" for day in (1, 2, 3)]
    assert [len(ds.columns) for ds in chain] == [2, 3, 2]
    assert [ds.lines for ds in chain] == [[2, 1, 1], [1, 1, 0], [0, 0, 0]]
    assert sorted(rows(chain[1])) == [(b"02", b"a", b"0"), (b"02", b"b", b"1")]
    result = job.load()
    assert result["num_lines"] == 6
    assert result["datasets"]["01.csv"]["lines_per_slice"] == [2, 1, 1]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["2013_02.csv", "2013_01.csv", "default"]),
        ({"include_re": "0[12].csv"}, ["2013_02.csv", "default"]),
        ({"exclude_re": "03"}, ["2013_02.csv", "default"]),
        ({"inside_filenames": {"2013/03.csv": "c", "2013/01.csv": "a"}}, ["a", "default"]),
        ({"inside_filenames": {"2013/02.csv": "default"}}, ["default"]),
    ],
)
def test_which_members_and_in_which_order(lab: Lab, options, names) -> None:
    lab.input("days.zip", zipped(DAYS))
    job = lab.job("csvimport_zip", filename="days.zip", **options)
    assert [ds.name for ds in job.dataset().chain()] == names


def test_without_a_chain_there_is_no_default(lab: Lab) -> None:
    lab.input("days.zip", zipped(DAYS))
    job = lab.job("csvimport_zip", filename="days.zip", chaining="off")
    assert sorted(ds.name for ds in job.datasets) == ["2013_01.csv", "2013_02.csv", "2013_03.csv"]
    assert all(ds.previous is None for ds in job.datasets)


def test_stray_files_are_imported_where_they_are_named(lab: Lab) -> None:
    lab.input("days.zip", zipped({**DAYS, "__MACOSX/x.csv": "a\n1\n"}))
    job = lab.job("csvimport_zip", filename="days.zip", inside_filenames={"__MACOSX/x.csv": "x"})
    assert rows(job) == [(b"1",)]


def test_bad_lines_of_members_are_set_apart_and_chained(lab: Lab) -> None:
    lab.input("b.zip", zipped({"1.csv": "a,b\n1,2\n3\n", "2.csv": "a,b\n4\n"}))
    job = lab.job("csvimport_zip", filename="b.zip", allow_bad=True)
    assert [rows(ds, "data") for ds in job.dataset("bad").chain()] == [[b"3"], [b"4"]]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (b"no zip", {}, "damaged zip file"),
        (zipped({"a.csv": "a,b\n" + "1,2\n" * 9999}, damage=True), {}, "damaged"),
        (zipped({"a.csv": "a,b\n1\n"}), {}, "in.zip:a.csv, line 2: not enough fields"),
        (zipped({"a.csv": ""}), {}, "in.zip:a.csv is empty"),
        (zipped({"x/": ""}), {}, "it holds no files"),
        (zipped(DAYS), {"include_re": "nothing"}, "no file to import: it holds 2013/02.csv"),
        (zipped(DAYS), {"inside_filenames": {"no": "n"}}, "has no file named ['no']"),
        (zipped(DAYS), {"include_re": "("}, "include_re is '('"),
        (zipped(DAYS), {"chaining": "by_dict"}, "by_dict needs inside_filenames"),
        (
            zipped(DAYS),
            {"include_re": "a", "inside_filenames": {"2013/01.csv": "n"}},
            "either inside_filenames or include_re",
        ),
        (
            zipped(DAYS),
            {"inside_filenames": {"2013/01.csv": "default", "2013/02.csv": "x"}},
            "only the last dataset",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_bad_zips_are_told_in_one_message(lab: Lab, content, options, message) -> None:
    lab.input("in.zip", content)
    assert message in lab.refused("csvimport_zip", filename="in.zip", **options)


def test_a_line_without_end_keeps_its_return_and_a_member_may_be_gzip(lab: Lab) -> None:
    lab.input("in.csv", b"a\r\nx\r\ny\r")
    assert sorted(rows(lab.job("csvimport", filename="in.csv").dataset())) == [(b"x",), (b"y\r",)]
    with zipfile.ZipFile(lab.inputs / "in.zip", "w") as archive:
        archive.writestr("one", gzip.compress(b"a\n1\n"))
        archive.writestr("two", b"a\n2\n")
    job = lab.job("csvimport_zip", filename="in.zip")
    assert list(job.dataset().chain().iterate(None, "a")) == [b"1", b"2"]
    none = lab.job("csvimport_zip", filename="in.zip", include_re="nothing", chaining="off")
    assert none.datasets == []
