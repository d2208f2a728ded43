"""`[columns]` of a source: where one column of the entity comes from and what is done to it."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from flows.settings.base import Settings

Scalar = str | int | Decimal | bool


class Case(Settings):
    """One rule of a `cases` column: the first whose test holds gives the value."""

    column: str = Field(description="Export column that is tested")
    pattern: str | None = Field(None, description="Regular expression it must match")
    at_most: Decimal | None = Field(None, description="It is a number not above this")
    at_least: Decimal | None = Field(None, description="It is a number not below this")
    is_empty: bool | None = Field(None, description="It is (not) empty")
    then: str = Field(description="Value given")


class ColumnSettings(Settings):
    """Where one column of the entity comes from: exactly one of its first five settings."""

    source: str | None = Field(None, description="Export column")
    value: Scalar | None = Field(None, description="The same for every row")
    cases: tuple[Case, ...] = Field((), description="Value by the first rule that holds")
    product_of: tuple[str, ...] = Field((), description="Export columns multiplied (exactly)")
    until_next: str | None = Field(
        None,
        description="Export column of days: the day before its next distinct value in the file; "
        "`default` ends the last one",
    )
    generate: Literal["content_key"] | None = Field(
        None, description="content_key: hash of the row + occurrence, for exports without a key"
    )
    default: Scalar | None = Field(None, description="Where the cell is empty or no case holds")
    aliases: dict[str, str] = Field({}, description="Value in the export = value meant")
    map: dict[str, str] = Field({}, description="The only values allowed and what they mean")
    unit: Literal["1", "千", "万", "亿", "K", "M", "%", "micro"] = Field(
        "1", description="Unit of the cell; micro: a millionth, as ad platforms report cost"
    )
    sign: Literal[1, -1] = Field(1, description="-1: the export shows it with the opposite sign")
    date_formats: tuple[str, ...] = Field(
        (), description="strptime formats tried in order; none: ISO and Chinese forms"
    )
    is_excel_serial: bool = Field(
        default=False, description="A number that a spreadsheet turned into a date: turn it back"
    )
    true_values: tuple[str, ...] = Field(
        ("是", "Y", "y", "yes", "Yes", "YES", "true", "True", "TRUE", "1", "√", "有"),
        description="What means yes",
    )
    false_values: tuple[str, ...] = Field(
        ("否", "N", "n", "no", "No", "NO", "false", "False", "FALSE", "0", "×", "无"),
        description="What means no",
    )
    nulls: tuple[str, ...] = Field(
        ("", "-", "--", "—", "N/A", "NULL", "null", "无"), description="Cells that are empty"
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = (self.source, self.cases, self.product_of, self.until_next, self.generate)
        origins = sum(bool(item) for item in given) + (self.value is not None)
        if origins != 1:
            message = "give exactly one of source, value, cases, product_of, until_next, generate"
            raise ValueError(message)
        return self
