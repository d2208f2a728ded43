"""5-Why cases as documents for other programs; docs/five-why.md has the shape."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import polars as pl

from flows.render.wording import Wording
from flows.why.words import plain
from transforms.views.book import Book
from transforms.views.cases import Case
from transforms.views.cells import Cell, Group, Sentence
from transforms.views.citing import Cited
from transforms.views.stories import Branch, Story, story

VARIANCE: Final = "variance"
KEY: Final = "case_id"


def documents(book: Book, found: Iterable[Case], words: Wording) -> list[dict[str, Any]]:
    """One dictionary per case, by rank: see docs/five-why.md for the shape.

    Its row of `variance`; under the name of each other table that has a `case_id` the rows of the
    case; `said`, what the tree says in words, each sentence with the cells that it cites.
    """
    tables = {
        name: table
        for name, table in book.inputs.tables.items()
        if KEY in table.columns and name != VARIANCE
    }
    return [
        {
            **case.row,
            **{name: _rows(table, case.row[KEY]) for name, table in tables.items()},
            "said": _said(story(book, case), words),
        }
        for case in found
    ]


def _rows(table: pl.DataFrame, case_id: str) -> list[dict[str, Any]]:
    return table.filter(pl.col(KEY) == case_id).drop(KEY).to_dicts()


def _said(told: Story, words: Wording) -> dict[str, Any]:
    return {
        "claim": _sentence(told.claim, words),
        "levels": [
            {
                "level": level.number,
                "title": words.text("level_titles", str(level.number)),
                "basis": level.basis,
                "sentences": [_branch(branch, words) for branch in level.branches],
            }
            for level in told.levels
        ],
        "actions": [_branch(branch, words) for branch in told.actions],
    }


def _branch(branch: Branch, words: Wording) -> dict[str, Any]:
    below = [_branch(each, words) for each in branch.branches]
    return _sentence(branch.said, words) | ({"sentences": below} if below else {})


def _sentence(sentence: Sentence, words: Wording) -> dict[str, Any]:
    return {
        "text": plain(sentence, words),
        "cites": [
            {**asdict(cited), "key": dict(cited.key), "cell": name}
            for name, cited in _citations(sentence)
        ],
    }


def _citations(cell: Cell, name: str = "") -> Iterable[tuple[str, Cited]]:
    """Every citation in a sentence, by the name of the cell in its template."""
    if isinstance(cell, Sentence):
        for inner, each in cell.cells:
            yield from _citations(each, inner)
    elif isinstance(cell, Group):
        for each in cell.cells:
            yield from _citations(each, name)
    elif (cited := getattr(cell, "cited", None)) is not None:
        yield name, cited
