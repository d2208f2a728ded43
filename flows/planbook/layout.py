"""What the sheets of the plan workbook hold, by language (`sheets.toml`)."""

from datetime import date
from functools import cache
from typing import Literal

import polars as pl
from pydantic import Field

from flows.paths import part
from flows.settings.base import Settings, parse, read_toml
from transforms.scopes import COMPANY
from transforms.tables import ENTITIES

Language = Literal["zh", "en"]
Example = str | bool | int | float | date

MARKERS: dict[Language, str] = {"zh": "示例", "en": "Example"}
"""What the first cell of an example row begins with; such rows are never read."""
YES_NO: dict[Language, tuple[str, str]] = {"zh": ("是", "否"), "en": ("Yes", "No")}
WHOLE: dict[Language, str] = {"zh": "全公司", "en": "Company"}
"""How the company as a scope is written."""


class Word(Settings):
    """One word of a closed list, in both languages."""

    zh: str
    en: str
    also: tuple[str, ...] = ()

    def of(self, language: Language) -> str:
        """The word of a language."""
        return self.zh if language == "zh" else self.en


class Suggestions(Settings):
    """Words of an open list."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


class SheetColumn(Settings):
    """One column: what it is called and how it is filled in."""

    column: str = Field(description="Column of the entity")
    note_column: str | None = Field(None, description="Column that takes the note of the cell")
    zh: str
    en: str
    width: int = Field(ge=4, le=60)
    words: str | None = Field(None, description="Closed list of the words it may hold")
    suggest: str | None = Field(None, description="Open list of words")
    unit: Literal["1", "%"] = "1"
    aliases: dict[str, str] = Field({}, description="Words that it may hold, and what they mean")
    is_metric: bool = False
    is_scope: bool = False
    example: Example | None = None
    example_zh: str | None = None
    example_en: str | None = None

    def title(self, language: Language) -> str:
        """Heading of the column."""
        return self.zh if language == "zh" else self.en

    def example_in(self, language: Language) -> Example | None:
        """Cell of the example row."""
        if self.example is not None:
            return self.example
        return self.example_zh if language == "zh" else self.example_en


class SheetFormula(Settings):
    """One computed column: `{column}` is the cell of the row, `{column:all}` the whole column."""

    zh: str
    en: str
    width: int = Field(ge=4, le=60)
    formula: str
    format: str = "#,##0.##"

    def title(self, language: Language) -> str:
        """Heading of the column."""
        return self.zh if language == "zh" else self.en


class PlanSheet(Settings):
    """One sheet, which fills one entity."""

    entity: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    columns: tuple[SheetColumn, ...]
    formulas: tuple[SheetFormula, ...] = ()

    def title(self, language: Language) -> str:
        """Name of the sheet."""
        return self.zh if language == "zh" else self.en

    def note(self, language: Language) -> str:
        """The line of instruction above the header."""
        return self.note_zh if language == "zh" else self.note_en

    def kind(self, column: SheetColumn) -> pl.DataType:
        """Type of a column, as the entity's contract has it."""
        return ENTITIES[self.entity].create_empty().schema[column.column]


class Layout(Settings):
    """The whole workbook."""

    words: dict[str, dict[str, Word]]
    suggest: dict[str, Suggestions]
    sheets: tuple[PlanSheet, ...]

    def suggestions(self, name: str, language: Language) -> tuple[str, ...]:
        """Words of an open list in a language."""
        found = self.suggest[name]
        return found.zh if language == "zh" else found.en

    def meanings(self, name: str) -> dict[str, str]:
        """Every word of a closed list, in both languages, and the code it means."""
        return {
            text: code
            for code, word in self.words[name].items()
            for text in dict.fromkeys((word.zh, word.en, *word.also, code))
        }


@cache
def layout() -> Layout:
    """Read the layout; raises SettingsError where it is wrong."""
    path = part("flows", "planbook") / "sheets.toml"
    return parse(Layout, read_toml(path), path)


def scope_aliases() -> dict[str, str]:
    """How the company is written as a scope, and what that means."""
    words = layout().words["scope_kind"][COMPANY]
    return dict.fromkeys([*WHOLE.values(), words.zh, words.en], COMPANY)
