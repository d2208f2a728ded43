"""A generator of companies with one story planted, and what the engine says about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

import polars as pl

from tests.transforms.why.builders import (
    CHANNELS,
    LINES,
    PARAMETERS,
    QUARTER,
    REPS,
    Plant,
    fact,
    history,
    leads,
    orders,
    value,
    values,
)
from transforms.catalogue import CATALOGUE
from transforms.parameters import Variances
from transforms.why import explain

REFERENCE_STARTS_ON = date(2026, 7, 1)
MEMBERS = {"channel": CHANNELS[:5], "product_line": LINES, "rep": REPS}
STORIES = ("leads", "qualification_rate", "existing_volume", "existing_price")

PARAMETERS_FOR_ALL = replace(PARAMETERS, variances=Variances(trigger=Decimal("0.0001")))
"""With these every gap starts a chain, so that false alarms can be counted."""


@dataclass(frozen=True)
class Answer:
    """What was planted, and what was found."""

    driver: str | None
    members: Mapping[str, str]
    gap_share: float
    found_driver: str | None
    segments: Mapping[str, Mapping[str, str]]
    """Driver to the members of its first segment."""

    @property
    def is_hit(self) -> bool:
        """Whether the planted driver's segment is exactly the one planted."""
        return self.driver is not None and self.segments.get(self.driver) == self.members

    @property
    def is_said(self) -> bool:
        """Whether the leading driver is said to be concentrated somewhere."""
        return self.found_driver in self.segments or self.is_hit


def answer(seed: int, driver: str | None, fact_name: str = "sale") -> Answer:
    """Plant a story of one or two dimensions, or none, and explain the quarter of one team."""
    random = Random(seed)  # noqa: S311 - a story, no secret
    names = random.sample(sorted(MEMBERS), random.choice((1, 1, 2)))
    members = {name: random.choice(MEMBERS[name]) for name in names}
    size = random.choice((0.15, 0.3, 0.45)) if len(names) == 1 else random.choice((0.0, 0.1, 0.2))
    price = random.choice((0.7, 0.8, 0.85))
    rate = {"qualification_rate": size, "existing_price": price}.get(driver or "", 1.0)
    plant = Plant(members, size if driver in {"leads", "existing_volume"} else 1.0, rate)
    if driver in {"leads", "qualification_rate"} or fact_name == "lead_created":
        name, metric = "lead_created", "qualified_leads"
        rows = leads(random, plant, per_day=random.choice((16, 32)))
        amounts = [(row["occurred_on"], Decimal(row["is_qualified"])) for row in rows]
    else:
        name, metric = "sale", "sales_amount"
        rows = orders(random, plant, per_day=random.choice((6, 12)))
        amounts = [(row["occurred_on"], row["net_amount"]) for row in rows]
    actual = sum(amount for day, amount in amounts if day >= QUARTER)
    before = (amount for day, amount in amounts if REFERENCE_STARTS_ON <= day < QUARTER)
    past = sum(before, Decimal(0))
    due = (past / 2 * Decimal(repr(random.uniform(0.97, 1.03)))).quantize(Decimal("0.01"))
    tables = explain(
        values(value(metric, str(actual), str(due))),
        history(metric, []),
        {name: fact(name, rows)},
        {},
        CATALOGUE,
        PARAMETERS_FOR_ALL,
    )
    gap = tables["variance"]["gap"][0]
    parts = tables["driver"].sort(pl.col("share"), descending=True)
    return Answer(
        driver,
        members if driver else {},
        float(gap / due),
        parts["driver"][0],
        _first_segments(tables["segment"]),
    )


def _first_segments(table: pl.DataFrame) -> dict[str, dict[str, str]]:
    return {
        row["driver"]: dict(
            zip(row["dimensions"].split(" × "), row["members"].split(" × "), strict=True)
        )
        for row in table.filter(pl.col("position") == 1).iter_rows(named=True)
    }
