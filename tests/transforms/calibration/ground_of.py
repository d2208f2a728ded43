"""A ground of literal values: what the company's past says, in a few lines."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from transforms.calibration.ground import Ground
from transforms.calibration.heads import Roster, Window
from transforms.calibration.verdict import Check, Plan
from transforms.catalogue import CATALOGUE
from transforms.tables.organisation import Assignment
from transforms.tables.plan import Goal, StrategyItem, Target

AS_OF = date(2026, 12, 31)
YEAR = (date(2027, 1, 1), date(2027, 12, 31))
QUARTER = (date(2027, 1, 1), date(2027, 3, 31))
JANUARY = (date(2027, 1, 1), date(2027, 1, 31))


def past(year: int, window: Window = YEAR) -> Window:
    """The same window of another year; December's last day is the model case."""
    return window[0].replace(year=year), window[1].replace(year=year)


def plan(
    metric: str,
    value: object,
    window: Window = YEAR,
    scope: str = "company",
    note: str | None = None,
) -> Plan:
    """A target of the company, or of a team."""
    kind = "company" if scope == "company" else "team"
    return Plan(metric, kind, scope, *window, Decimal(str(value)), note)


def ground(
    values: Mapping[tuple[str, Window], object],
    roster: pl.DataFrame | None = None,
    scope: tuple[str, str] = ("company", "company"),
) -> Ground:
    """Values by metric and window; a ratio is given as (numerator, denominator)."""
    sides = {}
    for (metric, window), value in values.items():
        top, below = value if isinstance(value, tuple) else (value, 1)
        sides[metric, *scope, *window] = (Decimal(str(top)), Decimal(str(below)))
    known = assignments() if roster is None else roster
    return Ground(sides, Roster(known), CATALOGUE, AS_OF)


def assignments(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of the roster in one team of one region, there for ever unless they say otherwise."""
    schema = Assignment.create_empty().schema
    base = {"team": "华东一部", "region": "华东", "valid_from": date(1900, 1, 1)}
    full = [{"rep_id": f"E{number}", **base, **row} for number, row in enumerate(rows)]
    return Assignment.validate(
        pl.DataFrame([{name: row.get(name) for name in schema} for row in full], schema=schema)
    )


def targets(*plans: Plan) -> pl.DataFrame:
    """Target rows of some plans."""
    schema = Target.create_empty().schema
    names = ("metric", "scope_kind", "scope", "period_start", "period_end", "target_value", "note")
    known = [dict(zip(names, each, strict=True)) for each in plans]
    rows = [{name: row.get(name) for name in schema} for row in known]
    return Target.validate(pl.DataFrame(rows, schema=schema), cast=True)


def goals(*rows: dict[str, Any]) -> pl.DataFrame:
    """Goals; each gets a number and a statement."""
    schema = Goal.create_empty().schema
    full = [{"goal_id": f"G{n}", "statement": "目标", **row} for n, row in enumerate(rows)]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in full], schema=schema)


def strategy(*rows: dict[str, Any]) -> pl.DataFrame:
    """Strategy items; each gets a number, a module and an action."""
    schema = StrategyItem.create_empty().schema
    base = {"module": "渠道", "action": "渠道扩容"}
    full = [{"strategy_id": f"S{n}", **base, **row} for n, row in enumerate(rows)]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in full], schema=schema)


def figure(check: Check, name: str) -> Decimal | Fraction | None:
    """A number that a check rests on."""
    return {each.name: each.value for each in check.figures}[name]
