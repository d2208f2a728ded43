"""What the columns of the worksheet are, by language (`sheet.toml`)."""

from functools import cache
from typing import Final, Literal

from pydantic import Field

from flows.paths import part
from flows.planbook.layout import Language, Suggestions, Word
from flows.settings.base import Settings, parse, read_toml

SHEET: Final = "5-Why"
"""Name of the sheet, whatever the language."""
HEAD_ROW: Final = 2
"""Row of the headings, from 1; the line above says what to do."""


class Column(Settings):
    """One column of the worksheet."""

    column: str | None = Field(None, description="Column of the entity `answer`")
    chain: str | None = Field(None, description="Cell of the chain, by its name in the view")
    zh: str
    en: str
    width: int = Field(ge=4, le=60)
    words: str | None = Field(None, description="Closed list of the words it may hold")
    suggest: Literal["status", "people", "countermeasures", "metrics"] | None = Field(
        None, description="Open list of words"
    )
    is_filled: bool = Field(default=False, description="People fill it in")

    def title(self, language: Language) -> str:
        """Heading of the column."""
        return self.zh if language == "zh" else self.en


class Layout(Settings):
    """The whole sheet."""

    words: dict[str, dict[str, Word]]
    status: Suggestions
    note: Word
    columns: tuple[Column, ...]

    def meanings(self, name: str) -> dict[str, str]:
        """Every word of a closed list, in both languages, and the code it means."""
        return {
            text: code
            for code, word in self.words[name].items()
            for text in dict.fromkeys((word.zh, word.en, *word.also, code))
        }

    def statuses(self, language: Language) -> tuple[str, ...]:
        """Words for how far a countermeasure is."""
        return self.status.zh if language == "zh" else self.status.en


@cache
def layout() -> Layout:
    """Read the layout; raises SettingsError where it is wrong."""
    path = part("flows", "worksheet") / "sheet.toml"
    return parse(Layout, read_toml(path), path)


def language_of(locale: str) -> Language:
    """The language of a locale."""
    return "zh" if locale.startswith("zh") else "en"
