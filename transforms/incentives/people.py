"""Whom pay is about: everybody who was there in the period, with team, joining day and wage."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl


@dataclass(frozen=True)
class Person:
    """One person in the period that is paid."""

    rep_id: str
    name: str
    team: str
    joined_on: date | None
    wage: Decimal | None
    """Monthly wage on the period's last day; None: not on record."""
    currency: str


def people(
    assignment: pl.DataFrame, wages: pl.DataFrame, period: tuple[date, date], currency: str
) -> list[Person]:
    """Everybody assigned on a day of the period, in the team they were in last, by number.

    The wage is the one that holds on the period's last day.
    """
    first, last = period
    there = (pl.col("valid_from") <= last) & (
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= first)
    )
    rows = assignment.filter(there).sort("rep_id", "valid_from").to_dicts()
    latest = {row["rep_id"]: row for row in rows}
    held = wages.filter(pl.col("valid_from") <= last).sort("rep_id", "valid_from").to_dicts()
    wage_of = {row["rep_id"]: row for row in held}
    return [
        Person(
            rep_id=rep,
            name=row["rep_name"] or rep,
            team=row["team"],
            joined_on=row["joined_on"],
            wage=wage_of[rep]["monthly_wage"] if rep in wage_of else None,
            currency=(wage_of[rep]["currency"] if rep in wage_of else None) or currency,
        )
        for rep, row in sorted(latest.items())
    ]
