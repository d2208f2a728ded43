"""`[columns]` of a source: what each column of the entity is made of."""

from decimal import Decimal
from typing import Annotated, Literal, Self

import polars as pl
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from flows.errors import nearest
from flows.settings.base import Settings
from transforms.tables import ENTITIES
from transforms.typing.formats import complaint
from transforms.typing.rules import NO, NULLS, YES


def _readable(form: str) -> str:
    if problem := complaint(form):
        message = f"a date cannot be read by {form!r}: {problem}"
        raise ValueError(message)
    return form


WORD = r"^[^\W\d]\w*$"
"""A name that can stand in a condition as it is."""

Scalar = str | int | Decimal | bool
DateFormats = Annotated[tuple[Annotated[str, AfterValidator(_readable)], ...], Field(max_length=20)]
_ORIGINS = ("source", "cases", "product_of", "joined", "until_next", "numbers", "generate")


class Case(Settings):
    """One rule of a `cases` column: the first whose test holds gives the value."""

    column: str = Field(description="Export column that is tested")
    pattern: str | None = Field(None, description="Regular expression it must match")
    at_most: Decimal | None = Field(None, description="It is a number not above this")
    at_least: Decimal | None = Field(None, description="It is a number not below this")
    is_empty: bool | None = Field(None, description="It is (not) empty")
    then: str = Field(description="Value given")


class LookupSettings(Settings):
    """What a cell stands for in the rows of another source, such as a name for a person."""

    entity: str = Field(description="Core table that is looked into: rep, place, account, …")
    match: tuple[str, ...] = Field(
        min_length=1, max_length=8, description="Its columns that may hold what the cell says"
    )
    give: str = Field(description="Its column that takes the cell's place")

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        if self.entity not in ENTITIES:
            message = f"entity {self.entity!r} is not known; {nearest(self.entity, ENTITIES)}"
            raise ValueError(message)
        kinds = ENTITIES[self.entity].create_empty().schema
        texts = [name for name, kind in kinds.items() if kind == pl.String]
        for name in (*self.match, self.give):
            if name not in texts:
                message = f"{self.entity} has no text column {name!r}; {nearest(name, texts)}"
                raise ValueError(message)
        return self


class ConvertSettings(Settings):
    """An amount into the company's currency, at the rate of entity `exchange_rate` on its day."""

    model_config = ConfigDict(populate_by_name=True)

    column: str | None = Field(None, alias="from", description="Export column of the currency")
    currency: str | None = Field(
        None, pattern="^[A-Z]{3}$", description="The currency where the cell says none, ISO 4217"
    )
    on: str = Field(description="Export column of the day whose rate holds")
    date_formats: DateFormats = Field(
        (), description="How that day is written; none: as where it is a column"
    )

    @model_validator(mode="after")
    def _has_currency(self) -> Self:
        if self.column is None and self.currency is None:
            message = "name the currency's column (from) or a currency for every row (currency)"
            raise ValueError(message)
        return self


class ColumnSettings(Settings):
    """Where one column of the entity comes from: exactly one of its first seven settings."""

    source: str | None = Field(None, description="Export column")
    value: Scalar | None = Field(None, description="The same for every row")
    cases: tuple[Case, ...] = Field((), description="Value by the first rule that holds")
    product_of: tuple[str, ...] = Field((), description="Export columns multiplied (exactly)")
    joined: tuple[str, ...] = Field(
        (), max_length=20, description="Export columns joined to one key; empty where one is empty"
    )
    until_next: str | None = Field(
        None,
        description="Export column of days: the day before its next distinct value in the file; "
        "`default` ends the last one",
    )
    numbers: dict[Annotated[str, Field(pattern=WORD)], str] = Field(
        {}, max_length=200, description="Measure = export column of its number (metric_feed)"
    )
    generate: Literal["content_key", "row_json"] | None = Field(
        None,
        description="content_key: hash of the row + occurrence, for exports without a key; "
        "row_json: all cells of the row as one JSON object",
    )
    separator: str = Field(
        "|", min_length=1, max_length=5, description="Between `joined` cells; none may hold it"
    )
    default: Scalar | None = Field(None, description="Where the cell is empty or no case holds")
    aliases: dict[str, str] = Field({}, description="Value in the export = value meant")
    case: Literal["upper", "lower", "title"] | None = Field(None, description="Write it so")
    pad_zeros: int | None = Field(
        None, ge=1, le=64, description="Digits that a number has: lost leading zeros are put back"
    )
    lookup: LookupSettings | None = Field(
        None, description="Look the cell up in another source; without an answer it stays"
    )
    map: dict[str, str] = Field({}, description="The only values allowed and what they mean")
    unit: Literal["1", "千", "万", "亿", "K", "M", "%", "micro"] = Field(
        "1", description="Unit of the cell; micro: a millionth, as ad platforms report cost"
    )
    sign: Literal[1, -1] = Field(1, description="-1: the export shows it with the opposite sign")
    decimal: Literal[".", ","] = Field(
        ".", description="Decimal mark of its numbers; `,` reads 1.234,56"
    )
    convert: ConvertSettings | None = Field(
        None, description="Turn the amount into the company's currency"
    )
    date_formats: DateFormats = Field(
        (),
        description="strptime formats tried in order, or epoch_seconds, epoch_milliseconds, "
        "excel_serial; none: ISO and Chinese forms",
    )
    is_excel_serial: bool = Field(
        default=False, description="A number that a spreadsheet turned into a date: turn it back"
    )
    true_values: tuple[str, ...] = Field(YES, description="What means yes")
    false_values: tuple[str, ...] = Field(NO, description="What means no")
    nulls: tuple[str, ...] = Field(NULLS, description="Cells that are empty")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [name for name in _ORIGINS if getattr(self, name)]
        if len(given) + (self.value is not None) != 1:
            message = f"give exactly one of value, {', '.join(_ORIGINS)}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.lookup is not None and self.map:
            message = "lookup and map exclude each other: use aliases for single values"
            raise ValueError(message)
        if (self.pad_zeros or self.lookup) and self.product_of:
            message = "a product is a number: it can have neither pad_zeros nor lookup"
            raise ValueError(message)
        return self
