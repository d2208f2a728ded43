"""The synonym dictionary: what exports call the columns of an entity, one file an entity."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from flows.errors import SettingsError, nearest
from flows.paths import part
from flows.settings.base import Settings, parse, read_toml
from transforms.mapping.synonyms import Place, Synonyms
from transforms.tables import ENTITIES


class ColumnWords(Settings):
    """What exports call one column of an entity, and its values where they are a few words."""

    names: tuple[str, ...] = Field((), description="Names in exports, the likeliest first")
    values: dict[str, tuple[str, ...]] = Field(
        {}, description="Value of the entity = what exports write for it"
    )


class EntityWords(Settings):
    """What exports call one entity and its columns."""

    title_zh: str = Field(min_length=1, description="Chinese name")
    title_en: str = Field(min_length=1, description="English name")
    names: tuple[str, ...] = Field((), description="What such a file or sheet is called")
    columns: dict[str, ColumnWords] = Field({}, description="Column of the entity = its names")


def read_dictionary(folder: Path | None = None) -> dict[str, EntityWords]:
    """Read the dictionary by entity; raises SettingsError for a name that no contract has."""
    if folder is None:
        return _own_dictionary()
    return {path.stem: _entity(path) for path in sorted(folder.glob("*.toml"))}


@cache
def _own_dictionary() -> dict[str, EntityWords]:
    return read_dictionary(part("flows", "mapping", "dictionary"))


def _entity(path: Path) -> EntityWords:
    words = parse(EntityWords, read_toml(path), path)
    if path.stem not in ENTITIES:
        message = f"{path.name} names no entity; {nearest(path.stem, ENTITIES)}"
        raise SettingsError(message, where=str(path), remedy="name the file after an entity")
    known = ENTITIES[path.stem].column_names()
    for column in words.columns:
        if column not in known:
            message = f"{path.stem} has no column {column!r}; {nearest(column, known)}"
            raise SettingsError(message, where=str(path), remedy="correct the name of the column")
    return words


def synonyms_of(dictionary: Mapping[str, EntityWords]) -> Synonyms:
    """Make the names of every column of every entity ready for looking up."""
    return _own_synonyms() if dictionary is _own_dictionary() else _synonyms(dictionary)


@cache
def _own_synonyms() -> Synonyms:
    return _synonyms(_own_dictionary())


def _synonyms(dictionary: Mapping[str, EntityWords]) -> Synonyms:
    return Synonyms.of(
        {
            Place(entity, column): words.columns[column].names if column in words.columns else ()
            for entity, words in dictionary.items()
            for column in ENTITIES[entity].column_names()
        }
    )
