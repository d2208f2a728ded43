"""Slices: the facts of one window, measured once for all scopes of a kind."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import polars as pl

from transforms.catalogue import Measure
from transforms.scopes import COMPANY
from transforms.why.case import FactRows, Kept, Window, two_sided
from transforms.why.cuts import Cut, amounts, summed

Place = tuple[str, str]
"""Scope kind and scope."""


@dataclass(frozen=True)
class Slices(Kept):
    """The facts on both sides of a window, and what has been measured on them.

    Cases of the same window differ in their scope alone, so everything is measured for all scopes
    of a kind at once, and each case takes its own part.
    """

    rows: FactRows
    span: Window

    def lines(self, fact: str) -> pl.DataFrame | None:
        """Rows of a fact of the whole company (`two_sided`); None where there is no such fact."""
        found = self.rows.of(fact, COMPANY, COMPANY)
        if found is None:
            return None
        return self.once(("lines", fact), lambda: two_sided(found, self.span))

    def amounts(self, measure: Measure, by: str) -> pl.DataFrame | None:
        """Sums of a measure by everything that it can be cut along; None without its fact.

        What is counted distinct is so within each scope of the kind `by`.
        """
        lines = self.lines(measure.fact)
        if lines is None:
            return None
        kind = by if measure.how == "count_distinct" else COMPANY

        def measured() -> tuple[Measure, pl.DataFrame]:
            return measure, summed(amounts(lines, measure, kind))

        # the measure is kept, so that no other one gets its id
        return self.once(("amounts", id(measure), kind), measured)[1]

    def cut(self, name: Hashable, place: Place, measured: Callable[[str], Cut]) -> Cut:
        """Give the part of a scope of what `measured` gives for all scopes of its kind."""
        kind, scope = place
        whole = self.once(("cut", name, kind), lambda: measured(kind))
        return self.once(("cut", name, place), lambda: whole.within(kind, scope))

    def cuts(
        self, name: Hashable, place: Place, measured: Callable[[str], Mapping[str, Cut]]
    ) -> dict[str, Cut]:
        """Give the part of a scope of several cuts that `measured` gives at once."""
        kind, scope = place
        whole = self.once(("cuts", name, kind), lambda: measured(kind))
        return {
            code: self.once(("cuts", name, code, place), lambda cut=cut: cut.within(kind, scope))  # type: ignore[misc]
            for code, cut in whole.items()
        }
