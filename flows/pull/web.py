"""One file over HTTPS, asked for only if it has changed since the last time."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from flows.errors import PullFailed
from flows.pull.attempts import TryAgain
from flows.pull.desk import Piece
from flows.pull.job import Arrival, Job, Kind
from flows.pull.landing import made_name
from flows.settings.pull import FilesPull

_CHUNK: Final = 1 << 20
_MOST_REDIRECTS: Final = 5
_ERRORS: Final = (httpx.HTTPError, httpx.InvalidURL)


def kind(place: FilesPull) -> Kind:
    """One URL; what follows its ? is not shown, as it may be a signature."""
    shown = urlunsplit(urlsplit(place.url)._replace(query="", fragment=""))
    return Kind(shown, partial(_fetch, place), _ERRORS, _is_transient)


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, httpx.TransportError) and not isinstance(
        error, httpx.UnsupportedProtocol
    )


def retry_after(headers: Mapping[str, str], job: Job) -> float | None:
    """Seconds that an answer asks to wait: given as a number or as a date."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - job.now).total_seconds())
    except (ValueError, TypeError):
        return None


def _fetch(place: FilesPull, job: Job, seen: Mapping[str, Any]) -> Iterator[Arrival]:
    name = unquote(urlsplit(place.url).path).rpartition("/")[2]
    if not job.inbox.takes(name):
        name = made_name(job.source, job.now)
    job.inbox.named(name)
    came = job.attempt(lambda: _received(place, job, name, seen))
    if came is None:
        return
    piece, seen_now = came
    is_same = seen.get("sha256") == piece.sha256
    yield Arrival(() if is_same else (piece,), seen_now)


def _received(
    place: FilesPull, job: Job, name: str, seen: Mapping[str, Any]
) -> tuple[Piece, dict[str, str]] | None:
    """Ask for the file; None where the server says that it is the one of last time."""
    conditions = {
        "if-none-match": seen.get("etag"),
        "if-modified-since": seen.get("last_modified"),
    }
    headers = {header: value for header, value in conditions.items() if value}
    with _client(place, job) as client, client.stream("GET", place.url, headers=headers) as answer:
        if answer.status_code == httpx.codes.NOT_MODIFIED and headers:
            return None
        _refuse(answer, job)
        piece = job.desk.receive(name, answer.iter_bytes(_CHUNK))
        kept = {
            "etag": answer.headers.get("etag"),
            "last_modified": answer.headers.get("last-modified"),
            "sha256": piece.sha256,
        }
        return piece, {key: value for key, value in kept.items() if value}


@contextmanager
def _client(place: FilesPull, job: Job) -> Iterator[httpx.Client]:
    token, password = job.secrets.read(place.token_env), job.secrets.read(place.password_env)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells whole URLs, signatures included
    login = httpx.BasicAuth(place.user, password or "") if place.user else None
    with httpx.Client(
        auth=login,
        headers={"authorization": f"Bearer {token}"} if token else {},
        timeout=job.settings.timeout_seconds,
        follow_redirects=True,
        max_redirects=_MOST_REDIRECTS,
    ) as client:
        yield client


def _refuse(answer: httpx.Response, job: Job) -> None:
    """Raise TryAgain for what may pass, PullFailed for what will not."""
    status = answer.status_code
    if status == httpx.codes.OK:
        return
    message = f"the server answers {status} {answer.reason_phrase}"
    if status in {408, 425, 429} or answer.is_server_error:
        raise TryAgain(message, after_seconds=retry_after(answer.headers, job))
    raise PullFailed(message, remedy="look at the URL and at what the user is allowed to read")
