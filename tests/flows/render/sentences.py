"""What is wrong with the sentences of 5-Why cases: numbers that come from no cell of a table."""

import re
from collections.abc import Iterator

from flows.render.wording import Wording
from tests.transforms.views.rebuilding import leaves, rebuilt, sentences
from transforms.scopes import COMPANY
from transforms.views import PackInputs, PackView
from transforms.views.book import Book
from transforms.views.cases import cases
from transforms.views.cells import Cell, Group, Sentence, Text
from transforms.views.stories import story

CASE_PAGES = {"case", "cases", "other_cases", "worksheet"}
NUMBERED = re.compile(r"why_\d|worksheet.*")
"""Titles of a form, numbered by the level."""
_DIGIT = re.compile(r"\d")


def case_sentences(view: PackView) -> Iterator[Sentence]:
    """Every sentence about a case: findings of page 1, chains, lines, worksheets, causes."""
    yield from sentences(view.summary.findings)
    for page in view.pages:
        for each in sentences(page):
            if page.code in CASE_PAGES or each.kind.startswith("cause"):
                yield each


def told_in_full(inputs: PackInputs) -> Iterator[Sentence]:
    """Every sentence of `fupan why`."""
    book = Book(inputs, COMPANY, COMPANY)
    for case in cases(book):
        yield from sentences(story(book, case))


def complaints(sentence: Sentence, inputs: PackInputs, wording: Wording) -> list[str]:
    """Numbers of a sentence that the cells it cites do not give."""
    said = text(wording, sentence)
    if NUMBERED.fullmatch(sentence.kind):
        return []
    found = [
        f"{said}: nothing is cited for {text(wording, leaf)!r}"
        for leaf in leaves(sentence)
        if _DIGIT.search(text(wording, leaf)) and getattr(leaf, "cited", None) is None
    ]
    own = text(wording, _emptied(sentence)).replace("5-Why", "")
    if _DIGIT.search(own):
        found.append(f"{said}: the template itself has a number: {own}")
    again = text(wording, rebuilt(sentence, inputs))
    if again != said:
        found.append(f"{said}: the tables say {again}")
    return found


def text(wording: Wording, cell: Cell) -> str:
    """A cell in words, without marks."""
    return str(wording.cell(cell).striptags())


def _emptied(cell: Cell) -> Cell:
    """The same sentence with nothing in it but the words of its templates."""
    if isinstance(cell, Sentence):
        return Sentence(cell.kind, tuple((name, _emptied(each)) for name, each in cell.cells))
    if isinstance(cell, Group):
        return Group(tuple(_emptied(each) for each in cell.cells), cell.joint)
    return Text(None)
