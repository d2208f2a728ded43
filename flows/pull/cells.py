"""Values of a database or an interface as the text of a CSV cell, exactly; and as a cursor."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, Final
from uuid import UUID

from flows.errors import PullFailed


def _instant(value: datetime) -> str:
    return (value.astimezone(UTC) if value.tzinfo else value).isoformat(" ")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    NoneType: lambda _: "",
    str: str,
    bool: lambda value: "true" if value else "false",
    Decimal: lambda value: format(value, "f"),
    int: str,
    float: repr,
    datetime: _instant,  # before date, as every instant is one
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: str(value.total_seconds()),
    UUID: str,
    list: _json,
    dict: _json,
}
_CURSORS: Final[dict[str, Callable[[str], object]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "int": int,
    "Decimal": Decimal,
    "str": str,
    "UUID": UUID,
}


def as_text(value: object, column: str) -> str:
    """Write one value as text without losing a digit; an instant with its offset, in UTC.

    Raises PullFailed, naming the column, for what has no text.

    >>> as_text(Decimal("1E+3"), "amount"), as_text(None, "amount")
    ('1000', '')
    """
    if (write := _WRITERS.get(type(value))) is not None:
        return write(value)
    for kind, write in _WRITERS.items():  # a type made of one of them, such as an enumeration
        if isinstance(value, kind):
            return write(value)
    message = f"column {column} holds {type(value).__name__}, which has no text"
    raise PullFailed(message, remedy="leave it out of the query, or cast it to text")


def is_later(value: Any, reached: Any) -> bool:  # noqa: ANN401  # whatever the database has
    """Whether a value of the cursor column is larger than the largest so far; null never is."""
    return value is not None and (reached is None or value > reached)


def to_stored(value: object) -> dict[str, str]:
    """Give a cursor the form in which it is kept; raises PullFailed for a type that has none."""
    name = type(value).__name__
    if name not in _CURSORS:
        message = f"a {name} cannot be a cursor"
        raise PullFailed(message, remedy="choose a column of instants, days or whole numbers")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return {"type": name, "value": text}


def from_stored(stored: dict[str, str]) -> object:
    """Read a cursor back.

    >>> from_stored(to_stored(date(2026, 11, 22)))
    datetime.date(2026, 11, 22)
    """
    return _CURSORS[stored["type"]](stored["value"])
