"""The command `fupan trend`: a thin shell that costs nothing until it is called."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from flows.errors import UsageError, nearest
from flows.output import print_json

_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_AXES: Final = ("fiscal_year", "trailing_twelve_months")


def trend(  # noqa: PLR0913  # one parameter per option
    file: Annotated[Path, typer.Argument(help="Daily rows: CSV, or a workbook or Parquet file.")],
    on: Annotated[str, typer.Option("--date", help="Column of the day.")],
    metrics: Annotated[Path, typer.Option(help="JSON file that defines the metrics.")],
    week_ending: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d", "%d-%b-%Y"], help="Last day of the reviewed week."),
    ],
    fiscal_year_end: Annotated[str, typer.Option(help="Last month of the fiscal year.")] = "DEC",
    months: Annotated[str, typer.Option(help=" or ".join(_AXES))] = "trailing_twelve_months",
    week_number: Annotated[
        int | None, typer.Option(min=1, max=53, help="Its number, where not the ISO week's.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show a daily file as 6 weeks and 12 months with the prior year, WoW, YoY, MTD, QTD, YTD."""
    from dataclasses import asdict  # noqa: PLC0415

    from flows.trend.inputs import read_daily, read_metrics  # noqa: PLC0415
    from flows.trend.tables import print_trends  # noqa: PLC0415
    from transforms.trend.axis import axis  # noqa: PLC0415
    from transforms.trend.view import trends  # noqa: PLC0415

    if months not in _AXES:
        message = f"--months is {months!r}; {nearest(months, _AXES)}"
        raise UsageError(message)
    day = week_ending.date()
    laid_out = axis(
        day,
        "fiscal_year" if months == _AXES[0] else "trailing_twelve_months",
        _month(fiscal_year_end),
        week_number,
    )
    defined = read_metrics(metrics)
    found = trends(read_daily(file, on, defined, metrics), defined, laid_out, on)
    if json:
        print_json({name: asdict(each) for name, each in found.items()})
    else:
        print_trends(found, defined, day)


def _month(text: str) -> int:
    """Number a month that is given as MAY, May, 5 or 5月; raises UsageError."""
    plain = text.strip().removesuffix("月").upper()
    if plain.isascii() and plain.isdigit() and 1 <= int(plain) <= len(_MONTHS):
        return int(plain)
    if plain[:3] in _MONTHS and plain.isalpha():
        return _MONTHS.index(plain[:3]) + 1
    message = f"--fiscal-year-end is {text!r}; use a month such as {', '.join(_MONTHS)}"
    raise UsageError(message)
