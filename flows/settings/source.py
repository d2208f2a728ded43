"""`sources/*.toml`: one export each: where it lies, how it is read, what its columns mean."""

import re
from typing import Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from flows.errors import nearest
from flows.settings.base import Settings
from flows.settings.checks import CheckSettings
from flows.settings.column import WORD, ColumnSettings
from flows.settings.pull import PullSettings
from flows.settings.read import ReadSettings
from transforms.tables import ENTITIES
from transforms.tables.facts import FeedRow

_TAKEN: Final = frozenset(FeedRow.column_names()) | {"scope", "period_start", "period_end"}


class TombstoneSettings(Settings):
    """Which rows of an export say that a record was deleted there."""

    column: str = Field(description="Export column that says so, such as IsDeleted")
    values: tuple[str, ...] = Field(
        ("true", "True", "TRUE", "1", "Y", "是"), description="What it says then"
    )


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
    checks: CheckSettings = CheckSettings()
    pull: PullSettings | None = Field(
        None, description="Where it is fetched; none: it is put there"
    )
    tombstone: TombstoneSettings | None = Field(
        None, description="Rows that delete their key; none: the export has no such rows"
    )
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

    @model_validator(mode="after")
    def _feed_says_its_measures(self) -> Self:
        if self.entity != "metric_feed":
            return self
        name, numbers = self.columns["feed"].value, self.columns["numbers"].numbers
        if not isinstance(name, str) or not re.fullmatch(WORD, name):
            message = f'a feed has one name, such as feed = {{ value = "web" }}; given {name!r}'
            raise ValueError(message)
        if not numbers:
            message = 'a feed names its measures: numbers = { numbers = { visits = "Column" } }'
            raise ValueError(message)
        if taken := [measure for measure in numbers if measure in _TAKEN]:
            message = f"a measure cannot be called {taken[0]!r}: that is a column of every fact"
            raise ValueError(message)
        return self
