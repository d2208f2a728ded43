"""Rows of a database by the query of a source, streamed into a CSV file."""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from io import StringIO
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from flows.errors import PullFailed, SettingsError
from flows.pull.cells import as_text, from_stored, is_later, to_stored
from flows.pull.desk import Piece
from flows.pull.job import Arrival, Job, Kind
from flows.pull.landing import made_name
from flows.settings.pull import SqlPull

_ERRORS: Final = (SQLAlchemyError,)
_BATCH: Final = 5_000
_DRIVERS: Final = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mssql": "mssql+pymssql",
}
_PASSING_STATES: Final = ("08", "53", "40001", "40P01", "57P01", "57P02", "57P03")
"""PostgreSQL: lost connection, no resources, deadlock, being shut down or started."""
_PASSING_NUMBERS: Final = frozenset(
    {1040, 1205, 1213, 2002, 2003, 2006, 2013, 20003, 20004, 20006, 20009, 20047, 40197, 40501}
)
"""MySQL, SQL Server and FreeTDS: the same."""


def kind(place: SqlPull) -> Kind:
    """One database and user."""
    shown = sa.make_url(place.url).render_as_string(hide_password=True)
    return Kind(shown, partial(_fetch, place), _ERRORS, _is_transient)


def _is_transient(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    cause: Any = error.orig
    if error.connection_invalidated:
        return True
    if (state := getattr(cause, "sqlstate", None)) is not None:
        return str(state).startswith(_PASSING_STATES)
    if (connection := getattr(cause, "pgconn", None)) is not None:
        # Where PostgreSQL had not yet asked for a password, it was not there or not ready.
        return not (connection.used_password or connection.needs_password)
    code = cause.args[0] if cause is not None and cause.args else None
    number = code[0] if isinstance(code, tuple) and code else code
    return number in _PASSING_NUMBERS


def _fetch(place: SqlPull, job: Job, seen: Mapping[str, Any]) -> Iterator[Arrival]:
    query = _checked(place, job)
    stored = seen.get("cursor")
    bound = from_stored(stored) if stored else place.cursor_start
    name = job.inbox.named(made_name(job.source, job.now))
    piece, rows, reached = job.attempt(lambda: _received(place, job, query, bound, name))
    kept: dict[str, Any] = {"sha256": piece.sha256}
    if place.cursor is not None:
        kept["cursor"] = to_stored(bound if reached is None else reached)
    is_new = rows > 0 if place.cursor is not None else seen.get("sha256") != piece.sha256
    if is_new and seen.get("sha256") != piece.sha256:
        yield Arrival((piece,), kept)
    else:
        piece.path.unlink()


def _checked(place: SqlPull, job: Job) -> sa.TextClause:
    """Check query and settings against each other; raises SettingsError."""
    query = sa.text(job.query or "")
    names = set(query.compile().params)
    problem = ""
    if not (job.query or "").strip():
        problem = f"there is no query: write sources/{job.name}.sql"
    elif names != ({"cursor"} if place.cursor else set()):
        found = ", ".join(f":{each}" for each in sorted(names)) or "none"
        problem = (
            f":cursor in sources/{job.name}.sql and cursor under [pull.sql] go together "
            f"(parameters found: {found})"
        )
    elif place.cursor and job.is_snapshot:
        problem = (
            'a query from a cursor on brings what has changed, so mode has to be "delta": '
            "a snapshot would close all other rows"
        )
    elif job.source.format != "csv" or job.source.read.header_row != 1:
        problem = 'rows are written as CSV with a header: set format = "csv", header_row = 1'
    elif codecs.lookup(job.source.read.encoding or "utf-8").name != "utf-8":
        problem = "rows are written in UTF-8: leave encoding out"
    if problem:
        raise SettingsError(problem, remedy=f"correct sources/{job.name}.toml or .sql")
    return query


def _received(
    place: SqlPull, job: Job, query: sa.TextClause, bound: object, name: str
) -> tuple[Piece, int, object]:
    """Run the query; returns the file, its rows and the largest value of the cursor column."""
    reached: object = None
    rows = 0
    with (
        _connected(place, job) as connection,
        job.desk.opened(name) as (path, receiver),
        connection.execution_options(stream_results=True, yield_per=_BATCH).execute(
            query, {"cursor": bound} if place.cursor else {}
        ) as result,
    ):
        columns = list(result.keys())
        position = _position(place, columns)
        text = StringIO(newline="")
        writer = csv.writer(text, delimiter=job.source.read.delimiter or ",", lineterminator="\n")
        writer.writerow(columns)
        for batch in result.partitions(_BATCH):
            for row in batch:
                writer.writerow(as_text(value, columns[at]) for at, value in enumerate(row))
                if position is not None and is_later(row[position], reached):
                    reached = row[position]
            rows += len(batch)
            receiver.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
        receiver.write(text.getvalue().encode())
    return Piece(path, name, receiver.sha256, receiver.size), rows, reached


def _position(place: SqlPull, columns: Sequence[str]) -> int | None:
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        message = f"the query has two columns of the name {', '.join(twice)}"
        raise PullFailed(message, remedy="give each column its own name with `as`")
    if place.cursor is None:
        return None
    if place.cursor not in columns:
        message = f"the query has no column {place.cursor!r}, which is to be the cursor"
        raise PullFailed(message, remedy=f"columns of the query: {', '.join(columns)}")
    return columns.index(place.cursor)


@contextmanager
def _connected(place: SqlPull, job: Job) -> Iterator[sa.Connection]:
    """Open a connection that can only read, where the database knows such a thing."""
    url = sa.make_url(place.url).set(drivername=_DRIVERS[place.dialect])
    if (password := job.secrets.read(place.password_env)) is not None:
        url = url.set(password=password)
    seconds, longest = job.settings.timeout_seconds, place.query_seconds
    arguments: dict[str, Any] = {
        "postgresql": {
            "connect_timeout": seconds,
            "options": f"-c default_transaction_read_only=on -c statement_timeout={longest * 1000}",
            "application_name": "fupan",
        },
        "mysql": {
            "connect_timeout": seconds,
            "read_timeout": longest,
            "init_command": "set session transaction read only",
            "charset": "utf8mb4",
        },
        "mssql": {"login_timeout": seconds, "timeout": longest, "appname": "fupan"},
    }[place.dialect]
    engine = sa.create_engine(url, connect_args=arguments, poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
