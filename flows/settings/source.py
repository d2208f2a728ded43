"""`sources/*.toml`: one export each: where it lies, how it is read, what its columns mean."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from flows.errors import nearest
from flows.settings.base import Settings
from transforms.tables import ENTITIES

Scalar = str | int | Decimal | bool


class ReadSettings(Settings):
    """How the file is read, before any column has a meaning."""

    encoding: str | None = Field(None, description="utf-8, gb18030, utf-16, latin-1; none: detect")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="None: detect")
    quote: str = Field('"', max_length=1, description="Quoting character; empty: none")
    header_row: int = Field(1, ge=0, description="Line of the header, from 1; 0: there is none")
    column_names: tuple[str, ...] = Field((), description="Names, where there is no header")
    skip_after_header: int = Field(0, ge=0, description="Lines to leave out under the header")
    total_marker: str | None = Field(
        None, description="A row whose first filled cell starts so ends the data (合计)"
    )
    sheet: str | None = Field(None, description="Sheet of a workbook; none: the first")


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
    unit: Literal["1", "千", "万", "亿", "K", "M", "%"] = Field("1", description="Unit of the cell")
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


class SourceSettings(Settings):
    """The whole of one source file; its name is the file's name."""

    title: str = Field(min_length=1, description="What people call the export")
    entity: str = Field(description="Core table it fills")
    files: str = Field(min_length=1, description="Glob of the files, within the folder")
    folder: Literal["inbox", "plan", "data_root"] = Field("inbox", description="Where they lie")
    format: Literal["csv", "excel", "parquet"] = Field("csv", description="File format")
    mode: Literal["snapshot", "delta"] = Field(
        "snapshot", description="snapshot: the file is the whole truth; delta: only what changed"
    )
    is_required: bool = Field(default=False, description="Its absence holds the run")
    read: ReadSettings = ReadSettings()
    columns: dict[str, ColumnSettings] = Field(min_length=1, description="Entity column = origin")

    @field_validator("columns", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {
            name: {"source": origin} if isinstance(origin, str) else origin
            for name, origin in value.items()
        }

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        if self.entity not in ENTITIES:
            message = f"entity {self.entity!r} is not known; {nearest(self.entity, ENTITIES)}"
            raise ValueError(message)
        schema = ENTITIES[self.entity]
        known = schema.column_names()
        for name in self.columns:
            if name not in known:
                message = f"{self.entity} has no column {name!r}; {nearest(name, known)}"
                raise ValueError(message)
        needed = [name for name, column in schema.columns().items() if not column.nullable]
        if missing := [name for name in needed if name not in self.columns]:
            message = f"{self.entity} needs {', '.join(missing)}"
            raise ValueError(message)
        return self
