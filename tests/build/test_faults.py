"""H24, H27, H28, H37: disks that fail, lie or are full, and files of axtui's own that are garbage."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from axtui.build import events
from axtui.build.inputs import InputDigests
from axtui.data import jobdir
from axtui.data.disk import Disk
from axtui.errors import AcceleratorError, StorageError

from .conftest import Bench

SAID = {
    errno.ENOSPC: "the disk is full",
    errno.EIO: "I/O error",
    errno.EACCES: "permission denied",
    errno.EROFS: "read-only",
}
MANY = 400
RETRIED = 5
"""After each fifth fault a run without one follows; this is no multiple of the kinds of faults."""


class FaultyDisk(Disk):
    """Raises at call `at`; with `forever` at all calls from there on."""

    def __init__(self, at: int, number: int, forever: bool) -> None:
        super().__init__(durable=False)
        self.at, self.number, self.forever = at, number, forever
        self.calls = 0

    def _step(self, path: Path) -> None:
        self.calls += 1
        if self.calls - 1 == self.at or (self.forever and self.calls > self.at):
            raise OSError(self.number, os.strerror(self.number), str(path))

    @property
    def struck(self) -> bool:
        return self.calls > self.at

    def mkdir(self, path: Path) -> None:
        self._step(path)
        super().mkdir(path)

    def write(self, path: Path, data: bytes) -> None:
        if self.calls == self.at:
            path.write_bytes(data[: len(data) // 2])  # as a full disk does
        self._step(path)
        super().write(path, data)

    def replace(self, source: Path, target: Path) -> None:
        self._step(target)
        super().replace(source, target)

    def sync(self, path: Path) -> None:
        self._step(path)

    def chmod(self, path: Path, mode: int) -> None:
        self._step(path)
        super().chmod(path, mode)

    def remove_tree(self, path: Path) -> None:
        self._step(path)
        super().remove_tree(path)


@pytest.fixture
def small(bench: Bench) -> Bench:
    """A method with an option, a file, a dataset and a folder."""
    bench.method(
        "m",
        """
        options = {"x": 0}
        def synthesis(job):
            job.save(1, "deep/down/file")
            write = job.datasetwriter(columns={"n": "int64"}).get_split_write()
            for n in range(2):
                write(n + options.x)
            return options.x
        """,
    )
    return bench


def _ask(bench: Bench, x: int) -> None:
    bench.script(
        f"job = urd.build('m', x={x})\nprint(job.load(), list(job.dataset().iterate(None, 'n')))"
    )


def _sound(bench: Bench) -> None:
    """Whatever says that it is complete is."""
    for path in bench.path("").glob("dev-*"):
        if jobdir.state(path) == "complete":
            post = jobdir.read_checked(path / jobdir.POST)
            assert jobdir.damage(path, post, deep=True) is None, path
            assert not (path / jobdir.FAILED).exists(), path


def _message(bench: Bench) -> str | None:
    """Run; the one message of a run that failed, None where it went well."""
    try:
        result = bench.run(ok=False)
    except AcceleratorError as error:  # the script could not even begin: the face shows this
        return str(error)
    assert (result.exit_code == 0) == (result.error is None)
    assert result.exit_code in (0, 1)
    return result.error


@pytest.mark.parametrize("forever", [False, True], ids=["once", "for good"])
def test_h28_the_disk_fails_at_every_call(small: Bench, forever: bool) -> None:
    bench = small
    codes = list(SAID)
    failed = 0
    for at in range(MANY):
        number = codes[at % len(codes)]
        disk = bench.disk = FaultyDisk(at, number, forever)
        _ask(bench, at)
        message = _message(bench)
        assert (message is None) <= (not disk.struck or not forever), "a fault was not noticed"
        if message is not None:
            failed += 1
            assert SAID[number] in message
            assert "axtui/" not in message
            assert message.count("Traceback") <= 1  # of the script, to where it asked
        _sound(bench)
        if disk.struck and at % RETRIED:
            continue  # the next run stands for the retry of this one
        bench.disk = Disk(durable=False)
        assert _message(bench) is None
        assert f"{at} [{at}, {at + 1}]" in bench.prints()
        _sound(bench)
        if not disk.struck:
            break
    else:
        raise AssertionError("the run never came to its end")
    assert failed > 20


@pytest.mark.parametrize(
    ("write", "calls"), [(Disk.write_whole, 2), (Disk.write_atomic, 3)], ids=["whole", "atomic"]
)
def test_h28_what_could_not_be_written_whole_is_taken_away(
    tmp_path: Path, write: Callable[[Disk, Path, bytes], None], calls: int
) -> None:
    """Else a cache leaves a part of itself with each process that finds the disk full."""
    cache = tmp_path / "cache"
    cache.write_bytes(b"old")
    for at in range(calls):
        with pytest.raises(OSError, match="No space"):
            write(FaultyDisk(at, errno.ENOSPC, forever=False), cache, b"new")
        assert list(tmp_path.iterdir()) == [cache]
        assert cache.read_bytes() == b"old"


# -- H24: what must be on the disk before what


class RecordingDisk(Disk):
    """The real one, with a list of what it was asked."""

    def __init__(self) -> None:
        super().__init__(durable=True)
        self.done: list[tuple[str, Path]] = []

    def mkdir(self, path: Path) -> None:
        self.done.append(("mkdir", path))
        super().mkdir(path)

    def write(self, path: Path, data: bytes) -> None:
        self.done.append(("write", path))
        super().write(path, data)

    def replace(self, source: Path, target: Path) -> None:
        self.done.append(("sync before rename", source))
        self.done.append(("rename", target))
        super().replace(source, target)

    def sync(self, path: Path) -> None:
        self.done.append(("sync", path))
        super().sync(path)


def test_h24_everything_is_on_the_disk_before_the_record_says_so(small: Bench) -> None:
    disk = small.disk = RecordingDisk()
    _ask(small, 1)
    small.run()
    jobs = sorted(small.path("").glob("dev-*"))
    assert len(jobs) == 2
    for path in jobs:
        renamed = disk.done.index(("rename", path / jobdir.POST))
        before, after = disk.done[:renamed], disk.done[renamed + 1 :]
        temporary = disk.done[renamed - 1][1]
        assert before.index(("write", temporary)) < before.index(("sync", temporary))
        assert after[0] == ("sync", path), "the name itself"
        assert ("sync", path.parent) in before, "the job's folder in its workdir"
        for below in path.rglob("*"):
            if below.name != jobdir.POST:
                assert ("sync", below) in before, f"{below} was not on the disk"
        assert ("sync", path) in before
        assert not [call for call in after if call[0] == "write" and path in call[1].parents]


def test_h24_of_many_files_all_are_synced_or_the_error_is_told(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(20)]
    for path in paths:
        path.touch()
    disk = RecordingDisk()
    disk.sync_all(paths)
    assert sorted(disk.done) == sorted(("sync", path) for path in paths)
    paths[13].unlink()
    with pytest.raises(FileNotFoundError):
        disk.sync_all(paths)


def test_h24_no_error_of_the_disk_is_taken_for_the_end(tmp_path: Path) -> None:
    """The threads that sync know that nothing is left from an empty list alone."""

    class Odd(Disk):
        def sync(self, path: Path) -> None:
            raise IndexError(path)

    with pytest.raises(IndexError):
        Odd().sync_all([tmp_path / "a", tmp_path / "b"])


def test_h24_a_record_is_synced_before_it_is_renamed(tmp_path: Path) -> None:
    disk = RecordingDisk()
    disk.write_atomic(tmp_path / "record", b"1")
    kinds = [kind for kind, _ in disk.done]
    assert kinds == ["write", "sync", "sync before rename", "rename", "sync"]
    assert disk.done[-1] == ("sync", tmp_path)
    assert disk.done[1][1] == disk.done[0][1] == disk.done[2][1]


def test_h24_a_rename_that_overtook_its_bytes_is_no_job(small: Bench) -> None:
    """A disk that wrote names before bytes leaves an empty or a short record after power loss."""
    _ask(small, 1)
    small.run()
    job = small.last("m")
    record = small.path(job) / jobdir.POST
    whole = record.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 2):
        job = small.last("m")
        _writable(small.path(job))
        (small.path(job) / jobdir.POST).write_bytes(whole[:length])
        assert small.builds() == ["m"], length
        assert "1 [1, 2]" in small.prints()


# -- H28, H37: things of the real world


@pytest.mark.parametrize("name", ["workdirs", "workdirs/dev", ".axtui", "results", ".axtui/locks"])
def test_h28_a_file_where_a_folder_must_be(small: Bench, name: str) -> None:
    _ask(small, 1)
    path = small.write(name, "in the way")
    with pytest.raises(StorageError, match="file") as raised:
        small.run()
    assert str(path) in str(raised.value)
    path.unlink()
    assert small.builds() == ["m"]


@pytest.mark.parametrize("name", ["workdirs/dev/.reuse", "workdirs/dev/.environments", "urd"])
def test_h28_a_file_where_a_hidden_folder_must_be(small: Bench, name: str) -> None:
    _ask(small, 1)
    path = small.write(name, "in the way")
    message = _message(small)
    if message is not None:
        assert str(path) in message
        assert "axtui/" not in message.replace(str(small.root), "")
    _sound(small)
    path.unlink()
    assert _message(small) is None
    assert "1 [1, 2]" in small.prints()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_h28_a_read_only_workdir(small: Bench) -> None:
    _ask(small, 1)
    small.path("").mkdir(parents=True)
    small.path("").chmod(0o555)
    with pytest.raises(StorageError, match="read-only"):
        small.run()
    small.path("").chmod(0o755)
    assert small.builds() == ["m"]


def _garbage(path: Path) -> None:
    path.write_bytes(b"\x00\xffgarbage" * 100)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _folder(path: Path) -> None:
    path.unlink()
    (path / "in it").mkdir(parents=True)


SPOILS = [_garbage, _cut, _empty, _folder]


@pytest.mark.parametrize("spoil", SPOILS)
def test_h37_a_spoilt_catalog_stops_no_build(small: Bench, spoil: Callable[[Path], None]) -> None:
    small.folds = True
    _ask(small, 1)
    small.run()
    spoil(small.workspace.catalog)
    _ask(small, 2)
    assert small.builds() == ["m"]
    assert "2 [2, 3]" in small.prints()
    assert small.builds() == []


@pytest.mark.parametrize("spoil", SPOILS)
def test_h27_a_spoilt_journal_stops_no_build(small: Bench, spoil: Callable[[Path], None]) -> None:
    _ask(small, 1)
    small.run()
    (journal,) = [path for path in small.workspace.journal.iterdir() if path.is_file()]
    spoil(journal)
    small.folds = True
    _ask(small, 2)
    assert small.builds() == ["m"]
    assert small.builds() == []


def test_h27_no_journal_can_be_written(small: Bench) -> None:
    _ask(small, 1)
    with small.session() as session:
        small.workspace.journal.rmdir()
        small.workspace.journal.write_text("in the way")
        from axtui.build.script import run_script

        result = run_script(session, "build")
    assert result.exit_code == 0, result.error
    warned = [event.text for event in small.seen if isinstance(event, events.Warned)]
    assert any("axtui reindex" in text for text in warned)


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("name", ["methods/m.json", "inputs.json"])
def test_h37_spoilt_caches_are_made_anew(
    small: Bench, name: str, spoil: Callable[[Path], None]
) -> None:
    _ask(small, 1)
    small.run()
    path = small.workspace.dot_axtui / name
    if not path.exists():  # nothing old enough to be kept was read
        digests = InputDigests(path)
        digests._known, digests._changed = {"/there": [1, 2, 3, 4, 5, "x"]}, True
        digests.save()
    spoil(path)
    assert small.builds() == []
    assert "1 [1, 2]" in small.prints()


def test_h34_a_default_flipped_in_the_cache_of_methods_is_not_believed(small: Bench) -> None:
    small.script("print(urd.build('m').load())")
    small.run()
    path = small.workspace.dot_axtui / "methods/m.json"
    for at in range(0, path.stat().st_size, 31):
        data = bytearray(path.read_bytes())
        data[at] ^= 1
        path.write_bytes(data)
        assert small.builds() == [], at
        assert small.prints().strip() == "0"
        if at > 700:  # past the description and its options
            break


@pytest.mark.parametrize(
    "part", ["recorded", "subjobs", "slices", "links", "check", "key", "files"]
)
def test_h34_a_name_flipped_in_the_record_is_damage(bench: Bench, part: str) -> None:
    bench.method("sub", "def synthesis():\n    return 1\n")
    bench.method(
        "m",
        "from accelerator import build\ndef synthesis(slices):\n    return build('sub').load()\n",
    )
    bench.script("print(urd.build('m').load())")
    assert bench.builds() == ["m", "sub"]
    path = bench.path(bench.last("m"))
    _writable(path)
    text = (path / jobdir.POST).read_bytes()
    name = f'"{part}":'.encode()
    assert name in text
    (path / jobdir.POST).write_bytes(text.replace(name, name.replace(b'":', b'x":', 1), 1))
    assert bench.builds() == ["m"]
    assert bench.reason(bench.last("m"))["kind"] == "damaged"


def test_a_number_that_was_given_out_again_is_another_job(bench: Bench) -> None:
    """The index says dev-2 was built for the key of `m`; now dev-2 is a job of `other`."""
    import shutil

    bench.method("m", "def synthesis():\n    return 'm'\n")
    bench.method("other", "def synthesis():\n    return 'other'\n")
    bench.script("print(urd.build('m').load())")
    bench.run()
    for path in bench.path("").glob("dev-*"):
        _writable(path)
        shutil.rmtree(path)
    (bench.path("") / ".next").unlink()
    bench.script("print(urd.build('other').load())")
    bench.run()
    bench.script("print(urd.build('m').load())")
    assert bench.builds() == ["m"]
    assert bench.prints().strip() == "m"


@pytest.mark.parametrize("spoil", [_garbage, _empty])
def test_a_spoilt_urd_file_says_so_or_is_left_out(
    small: Bench, spoil: Callable[[Path], None]
) -> None:
    _ask(small, 1)
    small.script(
        "urd.begin('l', '2024-01-01', update=True)\nurd.build('m', x=1)\nurd.finish('l')", "log"
    )
    small.run("log")
    (path,) = (small.root / "urd").rglob("l.urd")
    spoil(path)
    small.run("log")
    small.script("print(urd.peek_latest('l').timestamp)", "look")
    small.run("look")
    assert "2024-01-01" in small.prints()


def _writable(path: Path) -> None:
    for one in (path, *path.rglob("*")):
        if not one.is_symlink():
            one.chmod(0o755 if one.is_dir() else 0o644)


# -- removing --------------------------------------------------------------------------------------


def test_what_a_link_leads_to_is_never_removed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    gone = tmp_path / "gone"
    (gone / "inner").mkdir(parents=True)
    (gone / "inner" / "link").symlink_to(kept)
    link = tmp_path / "link"
    link.symlink_to(kept)
    Disk().remove_tree(gone)
    with pytest.raises(OSError, match="link"):
        Disk().remove_tree(link)
    assert not gone.exists()
    assert (kept / "file").exists()
