"""An SFTP server, known by its host key."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncssh
from fsspec.spec import AbstractFileSystem
from sshfs import SSHFileSystem

from flows.errors import PullFailed
from flows.pull.attempts import is_passing
from flows.pull.job import Job
from flows.settings.pull import FilesPull

ERRORS: Final = (OSError, asyncssh.Error)
_FOR_GOOD: Final = (
    asyncssh.HostKeyNotVerifiable,
    asyncssh.KeyExchangeFailed,
    asyncssh.PermissionDenied,
    asyncssh.ProtocolNotSupported,
)
_PORT: Final = 22


def is_transient(error: BaseException) -> bool:
    """Whether the server may answer at the next try."""
    if isinstance(error, asyncssh.DisconnectError):
        return not isinstance(error, _FOR_GOOD)
    if isinstance(error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection):
        return True
    return isinstance(error, OSError) and is_passing(error)


@contextmanager
def opened(job: Job, place: FilesPull) -> Iterator[tuple[AbstractFileSystem, str]]:
    """Log in; raises PullFailed where no file says which servers are trusted."""
    path = place.url.partition("://")[2].partition("/")[2]
    system = job.attempt(lambda: _connected(job, place))
    try:
        yield system, f"/{path.lstrip('/')}"
    finally:
        system.loop.call_soon_threadsafe(system.client.close)


def _connected(job: Job, place: FilesPull) -> SSHFileSystem:
    parts = urlsplit(place.url)
    seconds = job.settings.timeout_seconds
    password = job.secrets.read(place.password_env)
    known_hosts = job.folder / Path(place.known_hosts).expanduser()
    if not known_hosts.is_file():
        message = f"there is no file of trusted servers: {known_hosts}"
        raise PullFailed(message, remedy="write it with ssh-keyscan and compare the fingerprint")
    login: dict[str, Any] = {"password": password, "client_keys": None}
    if place.key_file is not None:
        login = {
            "client_keys": [str(job.folder / Path(place.key_file).expanduser())],
            "passphrase": password,
        }
    return SSHFileSystem(
        parts.hostname,
        port=parts.port or _PORT,
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
