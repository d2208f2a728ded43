"""Tiny and generated companies for the tests of the 5-Why engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import dataframely as dy
import polars as pl

from transforms.parameters import Parameters, ReviewWeek
from transforms.tables.facts import FACTS
from transforms.tables.review import MetricPoint, MetricValue

AS_OF = date(2026, 11, 15)
WEEK = ReviewWeek("2026-W46", date(2026, 11, 9), AS_OF)
QUARTER = date(2026, 10, 1)
PARAMETERS = Parameters(week=WEEK)

Row = dict[str, Any]

SCOPES: Row = {
    "region": "华东",
    "team": "华东二部",
    "rep": "R1",
    "product_line": "输送系统",
    "channel": "直销",
    "account_id": None,
}


def table(schema: type[dy.Schema], rows: Sequence[Row]) -> pl.DataFrame:
    """A frame of a contract from rows that name only the columns that matter."""
    types = {name: column.dtype for name, column in schema.columns().items()}
    return pl.DataFrame([dict.fromkeys(types) | row for row in rows], schema=types, orient="row")


def fact(name: str, rows: Sequence[Row]) -> pl.LazyFrame:
    """A fact whose scopes are filled in where a row does not name them."""
    return FACTS[name].validate(table(FACTS[name], [SCOPES | row for row in rows])).lazy()


def sale(day: date, amount: str, **more: object) -> Row:
    """An order line of an old customer, one piece unless said otherwise."""
    base = {
        "occurred_on": day,
        "net_amount": Decimal(amount),
        "order_id": "O",
        "product_id": "P1",
        "document_kind": "sale",
        "quantity": Decimal(1),
        "account_id": "K1",
        "first_ordered_on": date(2020, 1, 1),
    }
    return base | more


def deal(day: date, *, is_won: bool, **more: object) -> Row:
    """A closed deal."""
    base = {"occurred_on": day, "is_won": is_won, "opportunity_id": "D", "segment": "集团"}
    return base | more


def lead(day: date, *, is_qualified: bool, **more: object) -> Row:
    """A lead."""
    return {"occurred_on": day, "is_qualified": is_qualified, "lead_id": "L"} | more


def value(metric: str, actual: str, due: str | None = None, **more: object) -> Row:
    """A metric value of the quarter to date of a team, against a plan."""
    base: Row = {
        "metric": metric,
        "scope_kind": "team",
        "scope": "华东二部",
        "period_kind": "qtd",
        "period_start": QUARTER,
        "period_end": AS_OF,
        "numerator": Decimal(actual),
        "denominator": Decimal(1),
        "value": float(actual),
        "n": 10,
        "unit": "money",
        "state": "ok",
        "due": None if due is None else Decimal(due),
        "target_state": "no_target" if due is None else "ok",
        "light_plan": "grey",
        "light_baseline": "grey",
        "light": "grey",
        "is_within_noise": False,
    }
    return base | more


def week(metric: str, actual: str, due: str | None = None, **more: object) -> Row:
    """A metric value of the reviewed week of a team."""
    days = {"period_kind": "week", "period_start": WEEK.starts_on, "period_end": AS_OF}
    return value(metric, actual, due, **(days | more))


def values(*rows: Row) -> pl.DataFrame:
    """The frame of metric values."""
    return table(MetricValue, rows)


def history(metric: str, points: Sequence[float], **more: object) -> pl.DataFrame:
    """Weekly points of a team up to the week before the reviewed one, oldest first."""
    base = {
        "metric": metric,
        "scope_kind": "team",
        "scope": "华东二部",
        "period_kind": "week",
        "denominator": Decimal(1),
        "n": 10,
    }
    rows = []
    for back, point in enumerate(reversed(points), start=1):
        start = WEEK.starts_on - timedelta(weeks=back)
        days = {"period_start": start, "period_end": start + timedelta(days=6)}
        number = {"value": point, "numerator": Decimal(repr(point))}
        rows.append(base | days | number | more)
    return table(MetricPoint, rows)


@dataclass(frozen=True)
class Plant:
    """A change planted into a generated company: members, and by what a quantity is multiplied."""

    members: Mapping[str, str] = field(default_factory=dict)
    volume: float = 1.0
    rate: float = 1.0


CHANNELS = ("直销", "经销商", "线上商城", "行业联盟", "展会", "转介绍")
LINES = ("输送系统", "包装机械", "智能检测", "备件耗材", "新能源装备")
REPS = tuple(f"R{number}" for number in range(1, 7))


def leads(random: Random, plant: Plant, *, per_day: int = 24) -> list[Row]:
    """Leads of one team over the reference and the quarter: a share of 0.6 is qualified."""
    rows = []
    day = date(2026, 6, 1)
    while day <= AS_OF:
        for _ in range(round(random.gauss(per_day, per_day**0.5))):
            members = {
                "channel": random.choices(CHANNELS, (8, 6, 5, 4, 3, 2))[0],
                "product_line": random.choice(LINES),
                "rep": random.choice(REPS),
            }
            is_hit = day >= QUARTER and all(
                members[name] == member for name, member in plant.members.items()
            )
            share = 0.6 * (plant.rate if is_hit else 1)
            if is_hit and random.random() > plant.volume:
                continue
            rows.append(lead(day, is_qualified=random.random() < share, **members))
        day += timedelta(days=1)
    return rows


def orders(random: Random, plant: Plant, *, per_day: int = 6) -> list[Row]:
    """Order lines of old customers, who buy unequally, each by one rep and channel.

    Amounts scatter as those of a trade in machines do, and an order has up to four lines, so
    lines are no independent draws.
    """
    prices = {f"{line}-{kind}": random.uniform(2_000, 9_000) for line in LINES for kind in "ABCD"}
    customers = [
        {"account_id": f"K{number}", "rep": random.choice(REPS), "channel": random.choice(CHANNELS)}
        for number in range(80)
    ]
    weights = [1 / (rank + 3) for rank in range(len(customers))]
    rows = []
    day = date(2026, 6, 1)
    while day <= AS_OF:
        for _ in range(max(0, round(random.gauss(per_day, per_day**0.5)))):
            customer = random.choices(customers, weights)[0]
            for _ in range(random.randint(1, 4)):
                members = customer | {"product_line": random.choice(LINES)}
                product = f"{members['product_line']}-{random.choice('ABCD')}"
                is_hit = day >= QUARTER and all(
                    members[name] == member for name, member in plant.members.items()
                )
                if is_hit and random.random() > plant.volume:
                    continue
                pieces = max(1, round(random.lognormvariate(1.0, 0.6)))
                price = prices[product] * random.uniform(0.95, 1.05)
                amount = f"{pieces * price * (plant.rate if is_hit else 1):.2f}"
                more = members | {"quantity": Decimal(pieces), "product_id": product}
                rows.append(sale(day, amount, **more))
        day += timedelta(days=1)
    return rows
