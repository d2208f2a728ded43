"""Which module fetches from which kind of place; each brings its libraries only when needed."""

from typing import assert_never

from flows.pull.job import Kind
from flows.settings.pull import FilesPull, MailPull, PullSettings, SqlPull
from flows.settings.rest import RestPull


def kind_of(settings: PullSettings) -> Kind:
    """Find the kind of a source's place."""
    match settings.place:
        case FilesPull() as place if place.scheme in {"https", "http"}:
            from flows.pull import web  # noqa: PLC0415

            return web.kind(place)
        case FilesPull() as place:
            from flows.pull import files  # noqa: PLC0415

            return files.kind(place)
        case MailPull() as place:
            from flows.pull import mailbox  # noqa: PLC0415

            return mailbox.kind(place)
        case SqlPull() as place:
            from flows.pull import database  # noqa: PLC0415

            return database.kind(place)
        case RestPull() as place:
            from flows.pull import rest  # noqa: PLC0415

            return rest.kind(place)
        case place:
            assert_never(place)
