"""The command `fupan locate`: a thin shell that costs nothing until it is called."""

from pathlib import Path
from typing import Annotated

import typer

from flows.output import print_json


def locate(
    file: Annotated[Path, typer.Argument(help="CSV, workbook or Parquet file.")],
    time: Annotated[str, typer.Option(help="Column of the time.")],
    at: Annotated[str, typer.Option(help="The time whose value is abnormal.")],
    numerator: Annotated[str, typer.Option(help="Column that is summed.")],
    denominator: Annotated[
        str | None, typer.Option(help="Column it is divided by, where the value is a ratio.")
    ] = None,
    dimensions: Annotated[
        str | None, typer.Option(help="Columns to look in, such as a,b,c. Default: all others.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Find the attribute values behind an abnormal sum or ratio, compared with earlier times."""
    from flows.locate.answers import answers_of, print_answers  # noqa: PLC0415
    from flows.locate.inputs import Columns, read_table  # noqa: PLC0415

    named = tuple(name.strip() for name in (dimensions or "").split(",") if name.strip())
    asked = Columns(time, at, numerator, denominator, named)
    table = read_table(file, asked)
    found = answers_of(table, is_ratio=denominator is not None)
    if json:
        print_json({"answers": found})
    else:
        print_answers(found, asked)
