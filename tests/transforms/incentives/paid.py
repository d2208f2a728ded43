"""A team of two with a wage each, and what some rules give them for October 2026."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.builders import Row, facts
from tests.transforms.calibration.ground_of import assignments
from tests.transforms.test_daily_targets import target, targets
from transforms.calendar import review_week
from transforms.catalogue import CATALOGUE
from transforms.incentives import incentives
from transforms.incentives.rules import Rules, Step
from transforms.parameters import Parameters
from transforms.tables.pay import Wage

W47 = Parameters(week=review_week("2026-W47"))
"""October is the latest closed month."""
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
STEPS = (Step(Decimal(1), Decimal("0.10")), Step(Decimal("1.20"), Decimal("0.20")))
TEAM = "华东一部"


def month(number: int) -> tuple[date, date]:
    """A month of 2026."""
    after = date(2026, number + 1, 1) if number < 12 else date(2027, 1, 1)
    return date(2026, number, 1), date.fromordinal(after.toordinal() - 1)


def sale(rep: str, amount: object, on: date = date(2026, 10, 12), **more: object) -> Row:
    """A sale of a rep of the team."""
    return {"rep": rep, "team": TEAM, "net_amount": Decimal(str(amount)), "occurred_on": on, **more}


OPENING = sale("E0", 0, date(2024, 1, 1))
"""The books are open since 2024."""


def goal(rep: str, value: object, window: tuple[date, date] = OCTOBER) -> dict[str, Any]:
    """A sales target of a rep."""
    return target(window, str(value), scope_kind="rep", scope=rep)


def team_goal(value: object, window: tuple[date, date] = OCTOBER) -> dict[str, Any]:
    """The team's sales target."""
    return target(window, str(value), scope_kind="team", scope=TEAM)


def wages(*rows: tuple[str, object]) -> pl.DataFrame:
    """Monthly wages since 2026-01-01."""
    schema = Wage.create_empty().schema
    full = [(rep, date(2026, 1, 1), Decimal(str(wage)), None) for rep, wage in rows]
    return Wage.validate(pl.DataFrame(full, schema=schema, orient="row"))


def paid(
    rules: Rules,
    sales: Iterable[Row] = (),
    goals: Iterable[dict[str, Any]] = (),
    wage: pl.DataFrame | None = None,
    roster: pl.DataFrame | None = None,
    **more: Iterable[Row],
) -> dict[str, pl.DataFrame]:
    """The incentive tables."""
    return incentives(
        facts(sale=[OPENING, *sales], **more),
        targets(*goals),
        assignments({}, {}) if roster is None else roster,
        wages(("E0", 10_000), ("E1", 8_000)) if wage is None else wage,
        CATALOGUE,
        W47,
        rules,
    )


def amounts(tables: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    """Person, rule and amount of every row."""
    return tables["incentive"].select("rep_id", "rule", "amount").rows()
