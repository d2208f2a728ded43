"""Rows of text become the days, numbers and texts that the metrics of a trend view look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from transforms.mapping.days import day_form, day_shapes
from transforms.mapping.figures import number_form
from transforms.trend.query import Cell
from transforms.typing.cells import filled, trimmed
from transforms.typing.dates import days
from transforms.typing.numbers import exact
from transforms.typing.rules import NULLS

DAY: Final = "day"
ROW_NUMBER: Final = "row_number"
_NO_NUMBER: Final = (
    *NULLS,
    *("NA", "n/a", "#N/A", "#NA", "NaN", "nan", "None", "#DIV/0!", "#VALUE!", "#REF!", "#NULL!"),
)
"""What stands in a cell of numbers where there is none."""
_WEEKDAY: Final = r"^(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+"
_DAY_RULE: Final = "is no day"
_NUMBER_RULE: Final = "is no number below 10¹⁵"
_COMPLAINTS: Final = pl.Schema(
    {ROW_NUMBER: pl.Int64, "column": pl.String, "value": pl.String, "rule": pl.String}
)


@dataclass(frozen=True)
class Cells:
    """`rows` has `day` and one column per cell; `complaints` the cells that cannot be read."""

    rows: pl.DataFrame
    complaints: pl.DataFrame
    orders: tuple[str, ...] = ()
    """Orders of day and month, where every day may be read in more than one."""


def read_cells(rows: pl.DataFrame, on: str, wanted: Iterable[Cell]) -> Cells:
    """Read the cells that are wanted out of rows of text; `on` is the column of days."""
    numbers = rows.get_column(ROW_NUMBER)
    text = trimmed(rows.get_column(on)).str.replace(_WEEKDAY, "").replace("", None)
    form = day_form(day_shapes(_counted(text)))
    if form is not None and form.options:
        return Cells(rows.clear(), _COMPLAINTS.to_frame(), tuple(name for name, _ in form.options))
    day = days(text, form.formats if form is not None else ())
    typed = {DAY: day}
    complaints = [complaints_of(numbers, on, rows.get_column(on), day.is_null(), _DAY_RULE)]
    for cell in sorted(set(wanted)):
        column = rows.get_column(cell.column)
        if cell.kind == "day":
            typed[cell.name] = day
        elif cell.kind == "text":
            typed[cell.name] = trimmed(column).replace("", None)
        else:
            typed[cell.name], wrong = read_numbers(numbers, column)
            complaints.append(wrong)
    return Cells(pl.DataFrame(typed), pl.concat(complaints).sort(ROW_NUMBER, "column"))


def read_numbers(numbers: pl.Series, column: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """Read a column of numbers in the form its cells are written in; null where there is none.

    `numbers` are the row numbers that complaints name.
    """
    filled_in = filled(column, _NO_NUMBER)
    mark = number_form(_counted(filled_in)).decimal or "."
    value = exact(filled_in, decimal=mark)
    is_bad = filled_in.is_not_null() & value.is_null()
    return value, complaints_of(numbers, column.name, column, is_bad, _NUMBER_RULE)


def _counted(text: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"value": text}).drop_nulls()
    return frame.group_by("value").agg(pl.len().cast(pl.Int64).alias("count")).sort("value")


def complaints_of(
    numbers: pl.Series, column: str, cells: pl.Series, is_bad: pl.Series, rule: str
) -> pl.DataFrame:
    """Name the cells of a column that break a rule: row number, column, value, rule."""
    return pl.DataFrame({ROW_NUMBER: numbers.filter(is_bad), "value": cells.filter(is_bad)}).select(
        pl.col(ROW_NUMBER).cast(pl.Int64),
        pl.lit(column).alias("column"),
        pl.col("value").cast(pl.String),
        pl.lit(rule).alias("rule"),
    )
