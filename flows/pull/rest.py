"""Records of a REST interface, page by page through dlt's client, written into a CSV file."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from functools import partial
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from flows.errors import PullFailed
from flows.pull.attempts import LONGEST_PAUSE_SECONDS
from flows.pull.cells import as_text
from flows.pull.desk import Piece
from flows.pull.job import Arrival, Job, Kind
from flows.pull.landing import made_name
from flows.settings.rest import Paging, RestPull

if TYPE_CHECKING:
    from dlt.sources.helpers.rest_client.paginators import BasePaginator

_ERRORS: Final = (requests.RequestException, ValueError)
_MOST_PAGES: Final = 100_000
_BATCH: Final = 5_000


def kind(place: RestPull) -> Kind:
    """One resource of one interface."""
    return Kind(place.url, partial(_fetch, place), _ERRORS, _is_transient)


def _is_transient(_: BaseException) -> bool:
    """Tell that nothing is left to repeat: dlt's client repeats each request itself."""
    return False


class _OneHost(AuthBase):
    """Adds the token, for one host only: a link to the next page may lead elsewhere."""

    def __init__(self, url: str, inner: AuthBase | None) -> None:
        self._host = urlsplit(url).netloc
        self._inner = inner

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Authenticate one request; raises PullFailed where it leaves the host."""
        host = urlsplit(request.url or "").netloc
        if host != self._host:
            message = f"the next page lies on another server: {host!s}"
            raise PullFailed(message, remedy="look at [pull.rest.paging]")
        return self._inner(request) if self._inner else request


def _fetch(place: RestPull, job: Job, seen: Mapping[str, Any]) -> Iterator[Arrival]:
    if find_spec("dlt") is None:
        message = "[pull.rest] needs the package dlt, which is not installed"
        raise PullFailed(message, remedy='install it: uv pip install -e ".[rest]"')
    if place.cursor and job.is_snapshot:
        message = "records from a cursor on are what has changed: a snapshot would close the others"
        raise PullFailed(message, remedy='set mode = "delta" in the source file')
    name = job.inbox.named(made_name(job.source, job.now))
    bound = seen.get("cursor", place.cursor_start)
    piece, rows, reached = _received(place, job, bound, name)
    is_new = rows > 0 or not place.cursor
    if is_new and seen.get("sha256") != piece.sha256:
        kept = {"sha256": piece.sha256} | ({"cursor": reached} if place.cursor else {})
        yield Arrival((piece,), kept)
    else:
        piece.path.unlink()


def _received(
    place: RestPull, job: Job, bound: str | None, name: str
) -> tuple[Piece, int, str | None]:
    """Fetch all pages; returns the file, its rows and the largest value of the cursor."""
    columns: dict[str, None] = {}
    rows, reached = 0, bound
    with job.desk.opened(name) as (spool, receiver):
        for page in _pages(place, job, bound):
            for record in page:
                row = dict(_flat(record))
                columns.update(dict.fromkeys(row))
                if place.cursor and _is_later(row.get(place.cursor), reached):
                    reached = row[place.cursor]
                receiver.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
                rows += 1
    try:
        if place.cursor and rows and place.cursor not in columns:
            message = f"the records have no field {place.cursor!r}, which is to be the cursor"
            raise PullFailed(message, remedy=f"fields: {', '.join(columns)}"[:300])
        return _as_csv(job, spool, list(columns), name), rows, reached
    finally:
        spool.unlink()


def _as_csv(job: Job, spool: Path, columns: Sequence[str], name: str) -> Piece:
    """Write rows of one column set: a record need not have every field."""
    text = StringIO(newline="")
    writer = csv.DictWriter(
        text, columns, restval="", delimiter=job.source.read.delimiter or ",", lineterminator="\n"
    )
    writer.writeheader()
    with job.desk.opened(name) as (path, receiver), spool.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            writer.writerow(json.loads(line))
            if number % _BATCH == 0:
                receiver.write(text.getvalue().encode())
                text.seek(0)
                text.truncate()
        receiver.write(text.getvalue().encode())
    return Piece(path, name, receiver.sha256, receiver.size)


def _pages(place: RestPull, job: Job, bound: str | None) -> Iterator[list[Any]]:
    """Ask page after page; numbers with decimals arrive exactly."""
    from dlt.common.jsonpath import compile_path, find_values  # noqa: PLC0415  # dlt is an extra
    from dlt.sources.helpers.rest_client.client import RESTClient  # noqa: PLC0415  # the same

    path = compile_path(place.records)
    parameters = {
        key: value.replace("{cursor}", bound or "") for key, value in place.parameters.items()
    }
    with _session(job) as session:
        client = RESTClient(
            place.url,
            headers=dict(place.headers),
            auth=_OneHost(place.url, _login(place, job, session)),
            paginator=_paginator(place.paging),
            session=session,
        )
        answers = client.paginate(
            place.url, params=parameters, data_selector=place.records, allow_redirects=False
        )
        for number, answer in enumerate(answers, 1):
            if number > _MOST_PAGES:
                message = f"the interface has more than {_MOST_PAGES} pages"
                raise PullFailed(message, remedy="look at [pull.rest.paging], or ask for less")
            found = find_values(path, answer.response.json(parse_float=Decimal))
            records = found[0] if len(found) == 1 and isinstance(found[0], list) else found
            if not all(isinstance(record, dict) for record in records):
                message = f"what stands at {place.records!r} is no list of records"
                raise PullFailed(message, remedy="correct records under [pull.rest]")
            yield records


@contextmanager
def _session(job: Job) -> Iterator[requests.Session]:
    """Make a session that repeats 429 and 5xx, after as long as the server asks for."""
    from dlt.sources.helpers.requests import Client  # noqa: PLC0415  # dlt is an extra

    client = Client(
        request_timeout=job.settings.timeout_seconds,
        raise_for_status=False,
        request_max_attempts=job.settings.tries,
        request_backoff_factor=job.settings.first_wait_seconds,
        request_max_retry_delay=LONGEST_PAUSE_SECONDS,
    )
    with client.session as session:
        yield session


def _login(place: RestPull, job: Job, session: requests.Session) -> AuthBase | None:
    from dlt.sources.helpers.rest_client import auth  # noqa: PLC0415  # dlt is an extra

    if place.token_url:
        login: AuthBase = auth.OAuth2ClientCredentials(
            access_token_url=place.token_url,
            client_id=job.secrets.read(place.client_id_env) or "",
            client_secret=job.secrets.read(place.client_secret_env) or "",
            session=session,
        )
        return login
    token = job.secrets.read(place.token_env)
    return auth.BearerTokenAuth(token=token) if token else None


def _paginator(paging: Paging) -> "BasePaginator":
    from dlt.sources.helpers.rest_client import paginators as kinds  # noqa: PLC0415  # an extra

    match paging.kind:
        case "next_link":
            return kinds.JSONLinkPaginator(paging.path or "")
        case "cursor":
            return kinds.JSONResponseCursorPaginator(paging.path or "", paging.parameter)
        case "offset":
            return kinds.OffsetPaginator(
                paging.size or 0,
                offset_param=paging.parameter,
                limit_param=paging.size_parameter,
                total_path=paging.total_path,
            )
        case "page_number":
            return kinds.PageNumberPaginator(
                base_page=1, page_param=paging.parameter, total_path=paging.total_path
            )
        case "header_link":
            return kinds.HeaderLinkPaginator()
        case "single":
            return kinds.SinglePagePaginator()


def _flat(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name nested fields by their path; a list stays one cell of JSON."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{name}.")
        else:
            yield name, as_text(value, name)


def _is_later(value: str | None, reached: str | None) -> bool:
    """Compare as numbers where both are, else as text, as suits instants in ISO form."""
    if not value:
        return False
    try:
        return Decimal(value) > Decimal(reached or "")
    except InvalidOperation:
        return value > (reached or "")
