"""SQL lives in files, one statement and one grain each; this finds and renders them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.paths import part

Identifier = str | int | date | datetime | Sequence[object] | Mapping[str, str] | None
"""What a template may be given: names, lists of names or columns, the literals of a view."""

_NAME: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")


def quoted(name: str) -> str:
    """Quote a name, or a schema and a name joined by a dot.

    >>> quoted("core.action")
    '"core"."action"'

    Raises ValueError for anything that is no plain name, so that no data ever becomes SQL.
    """
    if not _NAME.match(name):
        message = f"not a plain SQL name: {name!r}"
        raise ValueError(message)
    return ".".join(f'"{piece}"' for piece in name.split("."))


def _list(names: Sequence[str], prefix: str = "") -> str:
    """List names, `"a", "b"`, each with its table alias in front where one is given."""
    alias = f"{prefix}." if prefix else ""
    return ", ".join(f"{alias}{quoted(name)}" for name in names)


def _equal(names: Sequence[str], left: str, right: str) -> str:
    """Write the join condition that the named columns are equal in both tables."""
    return " and ".join(f"{left}.{quoted(name)} = {right}.{quoted(name)}" for name in names)


def _instant(value: datetime) -> str:
    """Write a UTC timestamp literal: `timestamp '2026-11-22 22:00:00.000000'`."""
    return f"timestamp '{value.replace(tzinfo=None).isoformat(' ', 'microseconds')}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(part("sql")),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - SQL, not HTML; names are checked by `quoted`
        keep_trailing_newline=False,
    )
    environment.filters.update(quoted=quoted, list=_list, equal=_equal, instant=_instant)
    return environment


def statement(layer: str, name: str, **identifiers: Identifier) -> str:
    """Render `sql/<layer>/<name>.sql`.

    Filters in the files: `quoted` (a name), `list` (names), `equal` (a condition over
    columns of two tables), `instant` (a timestamp literal). Values of rows are never
    rendered: they are bound as parameters. Raises jinja2.UndefinedError where a template names
    something it was not given, jinja2.TemplateNotFound where there is no such file.
    """
    return _environment().get_template(f"{layer}/{name}.sql").render(**identifiers)
