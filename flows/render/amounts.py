"""How fine the amounts of a table are shown: all alike, and no finer than they are read."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from flows.render.formatting import Scale, places_for
from transforms.views.cells import Cell, Delta, Figure, Group
from transforms.views.model import Table

LEAST_DIGITS: Final = 2
"""Of the usual difference of a table: the lower median of those that are not zero."""
MOST_DIGITS: Final = 4
MOST_PLACES: Final = 2


def amounts_in(cells: Iterable[Cell]) -> Iterable[Decimal]:
    """List the amounts of money in some cells, those of groups among them."""
    for cell in cells:
        if isinstance(cell, Figure | Delta) and cell.unit == "money" and cell.value is not None:
            yield cell.value
        elif isinstance(cell, Group):
            yield from amounts_in(cell.cells)


def places_of(table: Table, scale: Scale) -> int | None:
    """Find the decimal places of all amounts of a table; None where each has its own.

    The largest gets three digits. Where the scale is so coarse that the usual difference (a gap
    beside its targets) would keep a single digit, it gets two, as long as the largest needs no more
    than four for that; and nothing ever more than two places. A tree of drivers is of one sum,
    whatever units are in it besides: its total counts, not the amounts a ratio is of.
    """
    cells = [cell for row in table.rows for cell in row]
    totals = [cell for place in table.emphasised for cell in table.rows[place]]
    values = [*amounts_in(totals if table.indents else cells)]
    if not values or (table.is_mixed and not table.indents):
        return None
    largest = max(abs(value) for value in values) / scale.divisor
    usual = _usual(amounts_in(cell for cell in cells if isinstance(cell, Delta)))
    fine = places_for(usual / scale.divisor, LEAST_DIGITS) if usual else 0
    wanted = min(fine, places_for(largest, MOST_DIGITS))
    return min(max(places_for(largest), wanted), MOST_PLACES)


def _usual(values: Iterable[Decimal]) -> Decimal | None:
    """The lower median of the sizes of some amounts; None where all are zero."""
    sizes = sorted(abs(value) for value in values if value)
    return sizes[(len(sizes) - 1) // 2] if sizes else None
