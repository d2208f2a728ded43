"""Rows of text become typed rows and rejects; every rule of a source's columns is applied here."""

from transforms.typing.keys import Deduplicated, last_of_each_key
from transforms.typing.lookup import answers_of
from transforms.typing.rows import REJECTS, TypedRows, typed_rows
from transforms.typing.rules import (
    CONTENT_KEY,
    Allowed,
    CaseRule,
    ColumnRule,
    Conversion,
    needed_columns,
)

__all__ = [
    "CONTENT_KEY",
    "REJECTS",
    "Allowed",
    "CaseRule",
    "ColumnRule",
    "Conversion",
    "Deduplicated",
    "TypedRows",
    "answers_of",
    "last_of_each_key",
    "needed_columns",
    "typed_rows",
]
