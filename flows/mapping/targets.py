"""The columns of every entity as targets of a match: contract and dictionary together."""

from collections.abc import Mapping
from typing import Final

import dataframely as dy
import polars as pl

from flows.mapping.dictionary import EntityWords
from transforms.mapping.entities import Target
from transforms.mapping.headings import heading
from transforms.tables import ENTITIES

RECORD: Final = "record"
"""The entity of what fits no other."""

ANSWER: Final = "answer"
"""The entity of 5-Why worksheets, which the product itself writes and knows."""

STAND_INS: Final[Mapping[tuple[str, str], str]] = {
    ("order_line", "line_number"): "content_key",
    ("order_line", "document_kind"): "sign",
    ("opportunity", "outcome"): "stage",
    ("campaign_spend", "detail"): "-",
    ("assignment", "valid_from"): "1900-01-01",
}
"""Required columns that something else can stand in for, where an export does not have them."""


def targets_of(dictionary: Mapping[str, EntityWords]) -> dict[str, list[Target]]:
    """Make the columns of every entity but `record` ready for matching, but for worksheets."""
    return {
        entity: [
            _target(entity, name, column, dictionary.get(entity))
            for name, column in schema.columns().items()
        ]
        for entity, schema in ENTITIES.items()
        if entity not in (RECORD, ANSWER)
    }


def _target(entity: str, name: str, column: dy.Column, words: EntityWords | None) -> Target:
    listed = words.columns[name].values if words and name in words.columns else {}
    own = (column.metadata or {}).get("values", ())
    values = {heading(value).compact: value for value in own}
    values |= {heading(seen).compact: value for value, names in listed.items() for seen in names}
    is_stood_in = (entity, name) in STAND_INS
    return Target(
        name=name,
        kind="words" if own else _kind(column.dtype),
        is_key=column.primary_key,
        is_required=not column.nullable and not is_stood_in,
        words=values,
    )


def _kind(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Date):
        return "day"
    if isinstance(dtype, pl.Datetime):
        return "instant"
    if isinstance(dtype, pl.Boolean):
        return "flag"
    if dtype.is_integer():
        return "count"
    return "number" if dtype.is_numeric() else "text"
