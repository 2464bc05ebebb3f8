"""Job directories: their layout, and the one way a job comes to exist.

A job is allocated by `mkdir`, filled by its stages through private attempt folders, and committed by
writing `post.json` last. Without that record the job does not exist for re-use.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote

import orjson

from axtui.data import digest
from axtui.data.disk import Disk, explained, read_small
from axtui.errors import DamagedJobError, UserError
from axtui.valueobject import value_object

SETUP = "setup.json"
POST = "post.json"
FAILED = "failed.json"
SOURCE = "source"
OUTPUT = "OUTPUT"
DATASETS = "DS"
TMP = ".tmp"
RUNNING = f"{TMP}/running"
COLLECTED = ".collected"
"""The folder of a workdir that remembers the jobs `gc` removed, a file each."""
SETUP_FORMAT = "axtui-setup-1"
POST_FORMAT = "axtui-post-1"
FAILED_FORMAT = "axtui-failed-1"
RESERVED = frozenset({SETUP, POST, FAILED, SOURCE, TMP})
"""Names in a job directory that user code may not write."""

Json = dict[str, Any]


def split_jobid(jobid: str) -> tuple[str, int]:
    """('dev', 12) of 'dev-12'. Raises UserError where it is no job id."""
    workdir, _, number = jobid.rpartition("-")
    if not workdir or not number.isdecimal() or "\n" in workdir:
        raise UserError(f"{jobid!r} is not a job id (they look like dev-12)")
    return workdir, int(number)


def quote_name(name: str) -> str:
    """A dataset name as one file name: percent-encoded, never hidden or empty, and never one that
    could be taken for the metadata (.json) or the declaration (.writer.json) of another."""
    quoted = quote(name, safe=" !#$&'()+,;=@[]^_`{}~")
    if not quoted:
        return "%"
    if quoted.startswith("."):
        quoted = "%2E" + quoted[1:]
    stem, dot, ending = quoted.rpartition(".")
    if dot and ending.lower() in ("json", "writer"):
        quoted = f"{stem}%2E{ending}"
    if len(quoted) > 200:
        return quoted[:120] + "%" + digest.of_bytes(name.encode("utf-8", "surrogatepass"))[-64:]
    return quoted


def dataset_file(job_path: Path, name: str) -> Path:
    """Where the metadata of a dataset of a job lies."""
    return job_path / DATASETS / f"{quote_name(name)}.json"


def read_json(path: Path | str) -> Json:
    """A JSON object of a job directory. Raises DamagedJobError where it cannot be understood."""
    try:
        value = orjson.loads(read_small(os.fspath(path)))
    except orjson.JSONDecodeError as error:
        raise DamagedJobError(
            f"{path} is not readable JSON ({error}); the job is damaged"
        ) from None
    if not isinstance(value, dict):
        raise DamagedJobError(f"{path} does not hold a JSON object; the job is damaged")
    return cast(Json, value)


def dump_json(value: object) -> bytes:
    """JSON as axtui writes it into job directories."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def write_json(path: Path, value: object, disk: Disk | None = None) -> None:
    """Write JSON atomically."""
    (disk or Disk(durable=False)).write_atomic(path, dump_json(value))


# -- records that tell when they were damaged ---------------------------------------------------------

_CHECK = "check"


def checked(record: Json) -> Json:
    """A record with a digest of itself, by which `read_checked` knows it."""
    bare = {name: value for name, value in record.items() if name != _CHECK}
    return record | {_CHECK: _check(bare)}


def read_checked(path: Path | str) -> Json:
    """A record that was written with `checked`, whole. Raises DamagedJobError where it is not."""
    record = read_json(path)
    said = record.pop(_CHECK, None)
    if said != _check(record):
        raise DamagedJobError(f"{path} does not hold what was written; the job is damaged")
    record[_CHECK] = said
    return record


def _check(record: Json) -> str:
    return digest.of_bytes(orjson.dumps(record))


# -- coming to exist ---------------------------------------------------------------------------------


def job_numbers(workdir: Path, name: str) -> Iterator[int]:
    """Numbers of all job directories of a workdir, in no order."""
    prefix = name + "-"
    with os.scandir(workdir) as entries:
        for entry in entries:
            tail = entry.name[len(prefix) :]
            if entry.name.startswith(prefix) and tail.isdigit() and entry.is_dir():
                yield int(tail)


def collected_file(workdir: Path, jobid: str) -> Path:
    """Where it stands what a job was that `gc` removed."""
    return workdir / COLLECTED / f"{jobid}.json.gz"


def collected_numbers(workdir: Path, name: str) -> Iterator[int]:
    """Numbers of the jobs that `gc` removed from a workdir, in no order."""
    folder = workdir / COLLECTED
    prefix = name + "-"
    for entry in os.scandir(folder) if folder.is_dir() else ():
        tail = entry.name.removesuffix(".json.gz")[len(prefix) :]
        if entry.name.startswith(prefix) and entry.name.endswith(".json.gz") and tail.isdigit():
            yield int(tail)


def allocate(disk: Disk, workdir: Path, name: str) -> tuple[str, Path]:
    """Make a new, empty job directory; its id and path. Safe among any number of processes.

    The number after the last one given out stands in `.next`, only as a hint: `mkdir` decides. The
    number of a job that `gc` removed is never given out again, for the log of builds names it.
    """
    with explained("make a job in", workdir):
        hint = workdir / ".next"
        try:
            number = int(hint.read_text())
        except (OSError, ValueError):
            number = _highest(workdir, name) + 1
        for _ in range(1000):
            jobid = f"{name}-{number}"
            if collected_file(workdir, jobid).exists():
                number = max(_highest(workdir, name), number) + 1
                continue
            try:
                disk.mkdir(workdir / jobid)
            except FileExistsError:
                number = max(_highest(workdir, name), number) + 1
                continue
            hint.write_text(str(number + 1))
            return jobid, workdir / jobid
    raise UserError(f"cannot find a free job number in {workdir}")


def _highest(workdir: Path, name: str) -> int:
    used = (*job_numbers(workdir, name), *collected_numbers(workdir, name))
    return max(used, default=0)


def hold_running(path: Path) -> IO[bytes]:
    """Mark a job as running for as long as the returned file stays open in this process."""
    (path / TMP).mkdir(exist_ok=True)
    stream = (path / RUNNING).open("ab")
    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return stream


def publish(attempt: Path, job_path: Path, who: str) -> None:
    """Move what a stage wrote into its job. Two writers of one name with other bytes is an error."""
    for name in sorted(os.listdir(attempt)):  # noqa: PTH208 - names, not paths
        source, target = attempt / name, job_path / name
        if source.is_symlink() and source.readlink() == target:
            source.unlink()  # the stage's view of what was there before
            continue
        if name in RESERVED:
            raise UserError(
                f"{who} wrote a file named {name!r}, which is axtui's own; use another name"
            )
        _move(source, target, who)


def _move(source: Path, target: Path, who: str) -> None:
    if target.is_symlink() and target.readlink() == source:
        target.unlink()  # where it could be found until now
    if source.is_dir() and not source.is_symlink() and target.is_dir():
        for child in sorted(source.iterdir()):
            _move(child, target / child.name, who)
        source.rmdir()
        return
    if target.exists() and not _same_bytes(source, target):
        raise UserError(
            f"{who} wrote {target.name!r}, which another slice of the same job wrote with other "
            "contents; give it a name per slice (job.open(name, 'w', sliceno=sliceno))"
        )
    source.replace(target)


def _same_bytes(one: Path, other: Path) -> bool:
    if not (one.is_file() and other.is_file()) or one.stat().st_size != other.stat().st_size:
        return False
    return digest.of_file(one) == digest.of_file(other)


def show_published(job_path: Path, attempt: Path) -> None:
    """Make what earlier stages wrote visible, by name, in a stage's private folder."""
    attempt.mkdir(parents=True, exist_ok=True)
    for name in os.listdir(job_path):  # noqa: PTH208 - names, not paths
        if name not in RESERVED and name not in (OUTPUT, DATASETS):
            (attempt / name).symlink_to(job_path / name)


def walk_files(path: Path) -> Iterator[tuple[str, Path]]:
    """(relative name, path) of every file of a job but its records, sorted by name."""
    base = os.fspath(path)
    found = []
    for folder, _, names in os.walk(base):
        above = folder[len(base) + 1 :].replace(os.sep, "/")
        if above == TMP or above.startswith(f"{TMP}/"):
            continue
        for name in names:
            relative = f"{above}/{name}" if above else name
            if relative not in (POST, FAILED):
                found.append(relative)
    return ((relative, path / relative) for relative in sorted(found))


def file_fact(path: Path, known_digest: str | None = None) -> Json:
    """Size, digest and the stat fields by which a later change is noticed."""
    if path.is_symlink():
        text = os.fspath(path.readlink())
        linked = _linked_job_file(path)
        held = digest.of_file(linked) if linked else digest.of_bytes(os.fsencode(text))
        return {"size": len(os.fsencode(text)), "digest": held, "link": text}
    found = path.stat()
    return {
        "size": found.st_size,
        "digest": known_digest or digest.of_file(path),
        "mtime_ns": found.st_mtime_ns,
        "ctime_ns": found.st_ctime_ns,
        "ino": found.st_ino,
    }


def _linked_job_file(link: Path) -> Path | None:
    """The file of another job that a link in a job leads to; no other link is followed."""
    target = Path(os.path.realpath(link))
    inside = any((folder / SETUP).is_file() for folder in target.parents)
    return target if inside and target.is_file() else None


def seal(disk: Disk, path: Path, known: Mapping[str, str]) -> dict[str, Json]:
    """Make all files of a job read-only; facts of each, by relative name. They are durable with `commit`.

    `known` gives digests that were computed while writing, so that big files are not read again.
    """
    disk.remove_tree(path / TMP)
    facts: dict[str, Json] = {}
    for name, full in walk_files(path):
        if not full.is_symlink():
            disk.chmod(full, 0o444)
        facts[name] = file_fact(full, known.get(name))
    return facts


def commit(disk: Disk, path: Path, post: Json) -> None:
    """Write the completion record: from here on the job exists. Its folders become read-only.

    Everything that the job is (its files, its folders, its name in the workdir, the bytes of the record)
    is brought to the disk at the same time, then the record gets its name, and then that is. So the disk
    is waited for twice, however much there is.
    """
    folders = [folder for folder, _, _ in os.walk(path, topdown=False)]
    held = [full for _, full in walk_files(path) if not full.is_symlink()]
    record = path / POST
    first = [*held, *map(Path, folders), path.parent]
    disk.write_atomic(record, dump_json(checked(post)), first)
    disk.chmod(record, 0o444)
    for folder in folders:
        disk.chmod(Path(folder), 0o555)


def record_failure(disk: Disk, path: Path, failure: Json) -> None:
    """Keep what is known of a run that failed; the job will never be re-used.

    A completion record whose commit failed half-way is taken back: nobody was told of that job.
    """
    (path / POST).unlink(missing_ok=True)
    disk.write_atomic(path / FAILED, dump_json(failure))
    _freeze(disk, path)


def _freeze(disk: Disk, path: Path) -> None:
    disk.chmod(path / FAILED, 0o444)
    for folder, _, _ in os.walk(path, topdown=False):
        disk.chmod(Path(folder), 0o555)


# -- what is there -----------------------------------------------------------------------------------


FAILURES = frozenset({"failed", "cancelled"})
"""The states of jobs that have a failure record."""


def is_complete(path: Path | str) -> bool:
    """Whether a job has its completion record."""
    return os.path.exists(f"{path}/{POST}")  # noqa: PTH110 - hot: asked in every look-up


def state(path: Path) -> str:
    """'complete', 'failed', 'cancelled' (someone stopped it), 'running', 'lost' (its builder died) or
    'missing'.

    Whether a complete job is also undamaged is asked of `damage`.
    """
    if is_complete(path):
        return "complete"
    if (path / FAILED).exists():
        return "cancelled" if _was_stopped(path) else "failed"
    if not path.exists():
        return "missing"
    try:
        with (path / RUNNING).open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return "running"
    except OSError:
        return "lost"
    return "lost"


def _was_stopped(path: Path) -> bool:
    try:
        return bool(read_json(path / FAILED).get("kind") == "cancelled")
    except (DamagedJobError, OSError, AttributeError):
        return False


def _known(record: Json, expected: str, path: Path | str) -> Json:
    """Refuse a record of a format that another version of axtui wrote."""
    found = record.get("format", expected)
    if found != expected:
        raise DamagedJobError(
            f"{path} has a record of format {found!r}, which this axtui does not know "
            f"(it knows {expected!r}); use the axtui that wrote it"
        )
    return record


def load_setup(path: Path | str) -> Json:
    """The setup record of a job. Raises DamagedJobError where it is not there or not readable."""
    try:
        return _known(read_json(f"{path}/{SETUP}"), SETUP_FORMAT, path)
    except OSError as error:
        raise DamagedJobError(f"{path} has no readable {SETUP}: {error.strerror}") from None


def load_post(path: Path) -> Json:
    """The completion record. Raises DamagedJobError where it is not there or not readable."""
    try:
        return _known(read_json(path / POST), POST_FORMAT, path)
    except OSError as error:
        raise DamagedJobError(f"{path} has no readable {POST}: {error.strerror}") from None


@value_object
class Damage:
    """One file of a job that no longer is what was committed."""

    name: str
    what: str


def damage(path: Path | str, post: Json, deep: bool = False) -> Damage | None:
    """The first file of a finished job that differs from its record, or None.

    Size, inode and both times are compared; where a time differs (a copied workdir, a touched file)
    the bytes decide. With `deep` the bytes of every file are read.
    """
    base = os.fspath(path)
    for name, fact in post.get("files", {}).items():
        found = _file_damage(f"{base}/{name}", fact, deep)
        if found:
            return Damage(name, found)
    return None


def _file_damage(path: str, fact: Json, deep: bool) -> str | None:
    try:
        if fact.get("link"):
            link = os.readlink(path)  # noqa: PTH115 - as every stat here, hot
            return None if link == fact["link"] else "the link was changed"
        now = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - hot: asked for every file of every look-up
    except OSError as error:
        return f"is gone ({error.strerror})"
    if now.st_size != fact["size"]:
        return f"has {now.st_size} bytes instead of {fact['size']}"
    same = (
        now.st_mtime_ns == fact["mtime_ns"]
        and now.st_ctime_ns == fact["ctime_ns"]
        and now.st_ino == fact["ino"]
    )
    if same and not deep:
        return None
    try:
        return None if digest.of_file(path) == fact["digest"] else "holds other bytes"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
