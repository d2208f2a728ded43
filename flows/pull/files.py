"""Files of a folder, of object storage or of an SFTP server, through fsspec."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

import fsspec
from fsspec.spec import AbstractFileSystem

from flows.errors import PullFailed
from flows.pull.attempts import TryAgain, is_passing
from flows.pull.desk import Piece, too_large
from flows.pull.job import Arrival, Job, Kind
from flows.settings.pull import FilesPull

_CHUNK: Final = 8 << 20
_MOST_OBJECTS: Final = 100_000


@dataclass(frozen=True)
class Found:
    """One object as its place lists it; `version` changes when its content does."""

    key: str
    version: str
    size: int
    modified_at: datetime
    is_plain: bool = True


@dataclass(frozen=True)
class Storage:
    """How the files of one scheme are reached."""

    opened: Callable[[Job, FilesPull], AbstractContextManager[tuple[AbstractFileSystem, str]]]
    """Yields the file system and the pattern within it."""
    errors: tuple[type[Exception], ...]
    is_transient: Callable[[BaseException], bool]


def kind(place: FilesPull) -> Kind:
    """Files behind a URL with wildcards."""
    where = f"{place.url} at {place.endpoint}" if place.endpoint else place.url
    storage = _storage(place.scheme)
    fetch = partial(_fetch, place, storage)
    return Kind(where, fetch, storage.errors, storage.is_transient)


def _storage(scheme: str) -> Storage:
    match scheme:
        case "s3":
            from flows.pull import object_storage  # noqa: PLC0415  # brings botocore

            return Storage(
                object_storage.opened, object_storage.ERRORS, object_storage.is_transient
            )
        case "sftp":
            from flows.pull import sftp  # noqa: PLC0415  # brings asyncssh

            return Storage(sftp.opened, sftp.ERRORS, sftp.is_transient)
        case _:
            return Storage(
                _folder, (OSError,), lambda error: isinstance(error, OSError) and is_passing(error)
            )


@contextmanager
def _folder(_: Job, place: FilesPull) -> Iterator[tuple[AbstractFileSystem, str]]:
    path = unquote(place.url.partition("://")[2])
    yield fsspec.filesystem("file", skip_instance_cache=True), "/" + path.lstrip("/")


def _fetch(
    place: FilesPull, storage: Storage, job: Job, seen: Mapping[str, Any]
) -> Iterator[Arrival]:
    known: dict[str, dict[str, str]] = seen.get("objects", {})
    with storage.opened(job, place) as (system, pattern):
        found, refused = _listed(job, system, pattern, is_first=not known)
        if job.is_snapshot and refused:
            raise refused[0]  # the rest would not be the whole truth
        if place.take == "newest":
            found = found[-1:]
        if job.is_snapshot:
            yield from _whole(job, system, found, known)
        else:
            yield from _one_by_one(job, system, found, known, refused)


def _whole(
    job: Job,
    system: AbstractFileSystem,
    found: list[Found],
    known: Mapping[str, dict[str, str]],
) -> Iterator[Arrival]:
    """All files at once where one has changed: together they are the truth."""
    if {each.key: each.version for each in found} == {
        key: entry["version"] for key, entry in known.items()
    }:
        return
    pieces = []
    for each in found:
        entry = known.get(each.key, {})
        name = job.inbox.named(each.key)
        kept = None
        if entry.get("version") == each.version:
            kept = job.inbox.again(job.desk, name, entry["sha256"])
        pieces.append(kept or _received(job, system, each, name))
    seen = {
        each.key: {"version": each.version, "sha256": piece.sha256}
        for each, piece in zip(found, pieces, strict=True)
    }
    is_same = {key: entry["sha256"] for key, entry in seen.items()} == {
        key: entry["sha256"] for key, entry in known.items()
    }
    yield Arrival(() if is_same else tuple(pieces), {"objects": seen})


def _one_by_one(
    job: Job,
    system: AbstractFileSystem,
    found: list[Found],
    known: Mapping[str, dict[str, str]],
    refused: list[PullFailed],
) -> Iterator[Arrival]:
    """Each new or changed file by itself, oldest first, so that a break loses nothing."""
    keys = {each.key for each in found}
    seen = {key: entry for key, entry in known.items() if key in keys}
    if refused:
        yield Arrival((), {"objects": dict(seen)}, tuple(refused))
    for each in found:
        before = seen.get(each.key, {})
        if before.get("version") == each.version:
            continue
        piece = _received(job, system, each, job.inbox.named(each.key))
        seen[each.key] = {"version": each.version, "sha256": piece.sha256}
        is_new = before.get("sha256") != piece.sha256
        yield Arrival((piece,) if is_new else (), {"objects": dict(seen)})


def _listed(
    job: Job, system: AbstractFileSystem, pattern: str, *, is_first: bool
) -> tuple[list[Found], list[PullFailed]]:
    """What the place holds, oldest first, and what of it cannot be taken."""
    listing = job.attempt(lambda: system.glob(pattern, detail=True))
    found = [_found(info) for info in listing.values() if info["type"] != "directory"]
    if len(found) > _MOST_OBJECTS:
        message = f"{len(found)} files fit the URL; no more than {_MOST_OBJECTS} are looked at"
        raise PullFailed(message, remedy="narrow the URL")
    if not found and is_first:
        message = "no file fits the URL"
        raise PullFailed(message, remedy="look at the place, correct url under [pull.files]")
    good: list[Found] = []
    refused: list[PullFailed] = []
    for each in sorted(found, key=lambda item: (item.modified_at, item.key)):
        try:
            _check(job, each)
        except PullFailed as problem:
            refused.append(problem)
        else:
            good.append(each)
    return good, refused


def _check(job: Job, found: Found) -> None:
    job.inbox.named(found.key)
    if found.size > job.settings.max_megabytes * 1_000_000:
        raise too_large(found.key, job.settings.max_megabytes)
    if not found.is_plain:
        message = f"{found.key} is a symbolic link or another thing that is no plain file"
        raise PullFailed(message, state="it was not fetched", remedy="put the file itself there")


def _found(info: Mapping[str, Any]) -> Found:
    modified = info.get("LastModified") or info.get("mtime") or 0
    if not isinstance(modified, datetime):
        modified = datetime.fromtimestamp(modified, UTC)
    size = int(info["size"] or 0)
    version = info.get("ETag") or f"{modified.astimezone(UTC).isoformat()} {size}"
    is_plain = info["type"] == "file" and not info.get("islink")
    return Found(info["name"], str(version), size, modified, is_plain)


def _received(job: Job, system: AbstractFileSystem, found: Found, name: str) -> Piece:
    """Fetch one object; it has to be the same before and after."""

    def receive() -> Piece:
        with system.open(found.key, "rb", block_size=_CHUNK) as file:
            piece = job.desk.receive(name, iter(lambda: file.read(_CHUNK), b""))
        after = _found(system.info(found.key))
        if piece.size != found.size or after.version != found.version:
            piece.path.unlink()
            message = f"{found.key} was changed while it was being fetched"
            raise TryAgain(message)
        return piece

    return job.attempt(receive)
