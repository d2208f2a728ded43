"""How the command line speaks: JSON on stdout, tables for people, logs on stderr."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

OUT = Console()
ERR = Console(stderr=True)


def as_json(document: object) -> str:
    """One JSON document; decimals as numbers, dates as ISO text.

    >>> as_json({"value": Decimal("10005534.10"), "on": date(2026, 11, 15)})
    '{"value": 10005534.1, "on": "2026-11-15"}'
    """
    return json.dumps(document, default=_plain, ensure_ascii=False)


def print_json(document: object) -> None:
    """Print one JSON document on stdout, and nothing else."""
    print(as_json(document))  # noqa: T201  # the one place that writes to stdout


def print_table(title: str, rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> None:
    """Print rows for a person, numbers right-aligned."""
    names = list(columns)
    shown = [[row[name] for name in names] for row in rows]
    table = Table(title=literal(title), title_justify="left", header_style="bold")
    for index, name in enumerate(names):
        is_number = any(isinstance(row[index], int | float | Decimal) for row in shown)
        table.add_column(name, justify="right" if is_number else "left")
    for row in shown:
        table.add_row(*(literal(as_text(value)) for value in row))
    OUT.print(table)


def print_frame(title: str, frame: pl.DataFrame) -> None:
    """Print a frame for a person."""
    print_table(title, frame.iter_rows(named=True), frame.columns)


def literal(text: str) -> Text:
    r"""Show a text of an export as it is: brackets are no markup, and no sign moves the cursor.

    >>> literal("[/red] a\x1b[2J")
    <text '[/red] a␛[2J' [] ''>
    """
    return Text(text.replace("\x1b", "␛"))


def as_text(value: object) -> str:
    """A value for a person at a terminal; nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if abs(value) < 100:  # noqa: PLR2004  # ratios keep their decimals
            return f"{value:,.4g}"
        case float() | Decimal():
            return f"{value:,.2f}"
        case _:
            return str(value)


def _plain(value: object) -> float | str:
    match value:
        case Decimal():
            return float(value)
        case date() | datetime():
            return value.isoformat()
        case _:
            message = f"{type(value).__name__} has no JSON form"
            raise TypeError(message)
