"""Heads of a scope, by the roster: how many, how many left, how many are new (D-29)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import polars as pl

from transforms.calendar import add_months
from transforms.scopes import COMPANY

HEADED: Final = (COMPANY, "region", "team", "rep")
"""Scope kinds that have heads; a product line or channel has none of its own."""

Window = tuple[date, date]


@dataclass(frozen=True)
class Roster:
    """The assignments of everybody (core.assignment)."""

    assignment: pl.DataFrame

    @cached_property
    def _rows(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self.assignment.to_dicts():
            keys = ((COMPANY, COMPANY), ("region", row["region"]), ("team", row["team"]))
            for key in (*keys, ("rep", row["rep_id"])):
                found.setdefault(key, []).append(row)
        return found

    @cached_property
    def _knows_leavers(self) -> bool:
        return self.assignment["left_on"].null_count() < self.assignment.height

    @cached_property
    def _knows_joining(self) -> bool:
        return self.assignment["joined_on"].null_count() < self.assignment.height

    def heads(self, scope_kind: str, scope: str, day: date) -> int | None:
        """Reps there on a day; None where the roster does not know the scope."""
        rows = self._rows.get((scope_kind, scope))
        return None if rows is None else len({r["rep_id"] for r in rows if _holds(r, day)})

    def average(self, scope_kind: str, scope: str, windows: list[Window]) -> Fraction | None:
        """Head-days ÷ days of some windows; None where the roster does not know the scope."""
        rows = self._rows.get((scope_kind, scope))
        if rows is None or not windows:
            return None
        days = sum((last - first).days + 1 for first, last in windows)
        there = sum(_days_in(row, window) for row in rows for window in windows)
        return Fraction(there, days)

    def turnover(self, scope_kind: str, scope: str, windows: list[Window]) -> Fraction | None:
        """Leavers ÷ average heads in a window of this length (人员流动率); None: not recorded."""
        average = self.average(scope_kind, scope, windows)
        if not average or not self._knows_leavers:
            return None
        left = {
            row["rep_id"]
            for row in self._rows[scope_kind, scope]
            for first, last in windows
            if row["left_on"] and first <= row["left_on"] <= last and _was_last(row)
        }
        return Fraction(len(left)) / average / len(windows)

    def new_share(self, scope_kind: str, scope: str, day: date, months: int) -> Fraction | None:
        """Share of the heads that joined within so many months before a day."""
        heads = self.heads(scope_kind, scope, day)
        if not heads or not self._knows_joining:
            return None
        since = add_months(day, -months)
        new = {
            row["rep_id"]
            for row in self._rows[scope_kind, scope]
            if _holds(row, day) and row["joined_on"] and row["joined_on"] > since
        }
        return Fraction(len(new), heads)


def _holds(row: dict[str, Any], day: date) -> bool:
    return bool(row["valid_from"] <= day and (row["valid_to"] is None or day <= row["valid_to"]))


def _was_last(row: dict[str, Any]) -> bool:
    """Whether the person left from this assignment, not from one before a transfer."""
    return row["valid_to"] is None or row["valid_to"] >= row["left_on"]


def _days_in(row: dict[str, Any], window: Window) -> int:
    first = max(row["valid_from"], window[0])
    last = min(row["valid_to"] or window[1], window[1])
    days: int = (last - first).days + 1
    return max(days, 0)
