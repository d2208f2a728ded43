"""Slices: the facts of one window, measured once for all scopes of a kind."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.catalogue import Measure
from transforms.scopes import COMPANY
from transforms.why.case import Window
from transforms.why.cuts import (
    Cut,
    Fine,
    Kind,
    amounts,
    by_member,
    by_place,
    counted_distinct,
    joined,
)
from transforms.why.places import Places
from transforms.why.rows import FINE, FactRows, Kept, two_sided

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
        found = self.rows.within(fact, COMPANY, COMPANY)
        if found is None:
            return None
        return self.once(("lines", fact), lambda: two_sided(found, self.span))

    def places(self, fact: str) -> Places:
        """The places of a fact."""
        return self.rows.places[fact]

    def put_together(self, parts: Sequence[tuple[Measure, str, str]], kind: Kind, by: str) -> Cut:
        """Cut measures by everything that all of them can be cut along.

        Each with the side of its actual rows and that of its reference; its fact must be there.
        What is counted distinct is so within each scope of the kind `by`, all else is the same for
        every kind.
        """
        is_distinct = any(measure.how == "count_distinct" for measure, _, _ in parts)
        of_kind = by if is_distinct else COMPANY
        measures = tuple(measure for measure, _, _ in parts)

        def measured() -> tuple[object, Cut]:
            amounts = [(self._measured(measure, by), *sides) for measure, *sides in parts]
            return measures, joined(amounts, kind)  # type: ignore[arg-type]

        # the measures are kept, so that no others get their ids
        return self.once(("together", *map(id, measures), of_kind), measured)[1]

    def _measured(self, measure: Measure, by: str) -> pl.DataFrame:
        kind = by if measure.how == "count_distinct" else COMPANY
        lines = self.lines(measure.fact)
        assert lines is not None  # noqa: S101 (the caller has looked)
        return self.once(
            ("amounts", id(measure), kind), lambda: self.measured(lines, measure, kind)
        )

    def measured(self, rows: pl.DataFrame, measure: Measure, by: str) -> pl.DataFrame:
        """What a measure makes of two-sided rows of its fact: amounts by place."""
        places = self.places(measure.fact)
        if measure.how == "count_distinct":
            return counted_distinct(rows, places, measure, by)
        return by_place(amounts(rows, measure), places)

    def sum_cut(self, rows: pl.DataFrame, measure: Measure, by: str) -> Cut:
        """Cut a sum or a count of two-sided rows."""
        return joined([(self.measured(rows, measure, by), "n1", "n0")], "sum")

    def fine_cut(self, rows: pl.DataFrame, measure: Measure, by: str) -> Cut:
        """Cut a sum along the dimensions of many members as well."""
        places, measured = self.places(measure.fact), amounts(rows, measure, fine=True)
        fine: Fine = {
            name: lambda name=name: [(by_member(measured, places, name, by), "n1", "n0")]  # type: ignore[misc]
            for name in FINE
        }
        return joined([(by_place(measured, places), "n1", "n0")], "sum", fine)

    def rate_cut(
        self, above: tuple[pl.DataFrame, Measure], below: tuple[pl.DataFrame, Measure], by: str
    ) -> Cut:
        """Cut a ratio, whose sides may come from different facts."""
        parts = [
            (self.measured(*above, by), "n1", "n0"),
            (self.measured(*below, by), "d1", "d0"),
        ]
        return joined(parts, "rate")

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
