"""Cells in words, without the marks that a page has."""

from flows.render.wording import Wording
from transforms.views.cells import Cell


def plain(cell: Cell, words: Wording) -> str:
    """A cell in words, as text."""
    return str(words.cell(cell).striptags())
