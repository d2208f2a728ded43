"""The dictionary itself: complete, and never of two minds about a name."""

from collections import Counter
from typing import Final

import pytest

from flows.mapping.dictionary import read_dictionary
from transforms.mapping.headings import heading
from transforms.tables import ENTITIES

WORDS: Final = read_dictionary()
SAME_CELL: Final = {("lead", "created_at")}
"""Columns that are read from the cell of another one, so they have no names of their own."""


def test_every_entity_that_an_export_can_fill_has_words() -> None:
    assert set(WORDS) == set(ENTITIES) - {"record", "answer"}


@pytest.mark.parametrize("entity", sorted(WORDS))
def test_every_column_has_names_in_both_languages(entity: str) -> None:
    for column in ENTITIES[entity].column_names():
        if (entity, column) in SAME_CELL:
            continue
        names = WORDS[entity].columns[column].names
        assert any(name.isascii() for name in names), column
        assert any(not name.isascii() for name in names), column


@pytest.mark.parametrize("entity", sorted(WORDS))
def test_no_name_stands_for_two_columns_of_one_entity(entity: str) -> None:
    columns = WORDS[entity].columns
    times = Counter(heading(name).compact for words in columns.values() for name in words.names)
    assert [name for name, count in times.items() if count > 1] == []


@pytest.mark.parametrize("entity", sorted(WORDS))
def test_values_are_those_of_the_contract_and_none_means_two(entity: str) -> None:
    contract = ENTITIES[entity].columns()
    for column, words in WORDS[entity].columns.items():
        allowed = (contract[column].metadata or {}).get("values", [])
        assert set(words.values) == set(allowed), column
        seen = Counter(each.casefold() for listed in words.values.values() for each in listed)
        assert [each for each, count in seen.items() if count > 1] == [], column
