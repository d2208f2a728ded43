"""Files of a folder, of object storage or of an SFTP server, through fsspec."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import asyncssh
import botocore.exceptions
import fsspec
from fsspec.spec import AbstractFileSystem
from s3fs import S3FileSystem
from sshfs import SSHFileSystem

from flows.errors import PullFailed
from flows.pull.attempts import TryAgain, is_passing
from flows.pull.desk import Piece, too_large
from flows.pull.job import Arrival, Job, Kind
from flows.settings.pull import FilesPull

_CHUNK: Final = 8 << 20
_MOST_OBJECTS: Final = 100_000
_ERRORS: Final = (OSError, botocore.exceptions.BotoCoreError, asyncssh.Error)
_FOR_GOOD: Final = (
    asyncssh.HostKeyNotVerifiable,
    asyncssh.KeyExchangeFailed,
    asyncssh.PermissionDenied,
    asyncssh.ProtocolNotSupported,
)


@dataclass(frozen=True)
class Found:
    """One object as its place lists it; `version` changes when its content does."""

    key: str
    version: str
    size: int
    modified_at: datetime
    is_plain: bool = True


def kind(place: FilesPull) -> Kind:
    """Files behind a URL with wildcards."""
    where = f"{place.url} at {place.endpoint}" if place.endpoint else place.url
    return Kind(where, partial(_fetch, place), _ERRORS, _is_transient)


def _is_transient(error: BaseException) -> bool:
    cause = error.__cause__
    if isinstance(cause, botocore.exceptions.ClientError):
        status = int(cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status in {408, 429} or status >= 500  # noqa: PLR2004  # the server's own fault
    if isinstance(error, botocore.exceptions.BotoCoreError):
        return isinstance(
            error, botocore.exceptions.ConnectionError | botocore.exceptions.HTTPClientError
        )
    if isinstance(error, asyncssh.DisconnectError):
        return not isinstance(error, _FOR_GOOD)
    if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection):
        return True
    return isinstance(error, OSError) and is_passing(error)


def _fetch(place: FilesPull, job: Job, seen: Mapping[str, Any]) -> Iterator[Arrival]:
    known: dict[str, dict[str, str]] = seen.get("objects", {})
    with _opened(job, place) as (system, pattern):
        found, refused = _listed(job, system, pattern, is_first=not known)
        if place.take == "newest":
            found = found[-1:]
        if job.is_snapshot:
            yield from _whole(job, system, found, known, refused)
        else:
            yield from _one_by_one(job, system, found, known, refused)


def _whole(
    job: Job,
    system: AbstractFileSystem,
    found: list[Found],
    known: Mapping[str, dict[str, str]],
    refused: list[PullFailed],
) -> Iterator[Arrival]:
    """All files at once where one has changed: together they are the truth."""
    if {each.key: each.version for each in found} == {
        key: entry["version"] for key, entry in known.items()
    }:
        if refused:
            yield Arrival((), {"objects": dict(known)}, tuple(refused))
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
    yield Arrival(() if is_same else tuple(pieces), {"objects": seen}, tuple(refused))


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


@contextmanager
def _opened(job: Job, place: FilesPull) -> Iterator[tuple[AbstractFileSystem, str]]:
    """Open the place; yields its file system and the pattern within it."""
    rest = place.url.partition("://")[2]
    if place.scheme == "file":
        yield fsspec.filesystem("file", skip_instance_cache=True), "/" + unquote(rest).lstrip("/")
    elif place.scheme == "s3":
        yield _object_storage(job, place), rest
    else:
        system = job.attempt(lambda: _sftp(job, place))
        try:
            yield system, "/" + rest.partition("/")[2].lstrip("/")
        finally:
            system.loop.call_soon_threadsafe(system.client.close)


def _object_storage(job: Job, place: FilesPull) -> AbstractFileSystem:
    seconds = job.settings.timeout_seconds
    system = S3FileSystem(
        key=job.secrets.read(place.key_id_env),
        secret=job.secrets.read(place.secret_env),
        endpoint_url=place.endpoint,
        client_kwargs={"region_name": place.region} if place.region else {},
        config_kwargs={
            "connect_timeout": seconds,
            "read_timeout": seconds,
            "retries": {"total_max_attempts": 1},
            "s3": {"addressing_style": place.addressing},
        },
        skip_instance_cache=True,
        use_listings_cache=False,
    )
    system.retries = 1  # tries are counted in one place: Attempts
    return system


def _sftp(job: Job, place: FilesPull) -> SSHFileSystem:
    parts = urlsplit(place.url)
    seconds = job.settings.timeout_seconds
    password = job.secrets.read(place.password_env)
    known_hosts = Path(place.known_hosts).expanduser()
    if not known_hosts.is_file():
        message = f"there is no file of trusted servers: {known_hosts}"
        raise PullFailed(message, remedy="write it with ssh-keyscan and compare the fingerprint")
    login: dict[str, Any] = {"password": password, "client_keys": None}
    if place.key_file is not None:
        key = str(Path(place.key_file).expanduser())
        login = {"client_keys": [key], "passphrase": password}
    return SSHFileSystem(
        parts.hostname,
        port=parts.port or 22,
        username=place.user or parts.username,
        **login,
        known_hosts=str(known_hosts),
        config=None,
        agent_path=None,
        connect_timeout=seconds,
        login_timeout=seconds,
        keepalive_interval=max(1, seconds // 3),
        skip_instance_cache=True,
    )
