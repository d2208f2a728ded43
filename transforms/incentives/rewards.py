"""Fixed amounts (D-24): the growth fund of a new hire's first deal, and awards to the best."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.calendar import add_months
from transforms.catalogue import Metric
from transforms.exact import largest_remainder
from transforms.incentives.entry import Entry, Source
from transforms.incentives.measured import Measured, Reached
from transforms.incentives.people import Person
from transforms.incentives.rules import Award, Rules
from transforms.parameters import Parameters
from transforms.reads import Columns

FACTS_READ: Final[Columns] = {
    "deal_closed": ("occurred_on", "is_won"),
    "sale": ("occurred_on", "document_kind"),
}
"""Columns that `first_deals` reads."""

_CENTS: Final = 2


def first_deals(facts: Mapping[str, pl.LazyFrame]) -> dict[str, date]:
    """Day of each rep's first deal won, or first sale where the company keeps no deals."""
    won = facts["deal_closed"].filter("is_won")
    sold = facts["sale"].filter(pl.col("document_kind") == "sale")
    for rows in (won, sold):
        first = rows.group_by("rep").agg(pl.col("occurred_on").min()).collect()
        if not first.is_empty():
            return dict(first.iter_rows())
    return {}


def growth_funds(
    persons: Sequence[Person], deals: Mapping[str, date], measured: Measured, rules: Rules
) -> Iterator[Entry]:
    """The first deal of somebody new, where it falls into the period that is paid."""
    rule = rules.new_hire
    if rule is None:
        return
    first, last = measured.paid
    for person in persons:
        deal, joined = deals.get(person.rep_id), person.joined_on
        if deal is None or joined is None or not first <= deal <= last:
            continue
        if joined <= deal <= add_months(joined, rule.within_months):
            yield Entry(person, measured.paid, "growth_fund", "fixed", rule.amount, rules.currency)


def awards(
    persons: Sequence[Person],
    measured: Measured,
    rules: Rules,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> Iterator[Entry]:
    """An amount for the best at a metric; equals share it to the cent, too few cases win none."""
    for award in rules.awards:
        metric = catalogue.get(award.metric)
        if metric is not None:
            least = parameters.lights_of(award.metric).minimum_cases if metric.is_ratio else 1
            yield from _award(award, metric, least, persons, measured, rules)


def _award(  # one award and what it is judged by
    award: Award,
    metric: Metric,
    least: int,
    persons: Sequence[Person],
    measured: Measured,
    rules: Rules,
) -> Iterator[Entry]:
    period = measured.week if award.period == "week" else measured.paid
    reached = {
        person.rep_id: found
        for person in persons
        if (found := measured.values.get((award.metric, "rep", person.rep_id, *period)))
        and found.n >= least
        and found.denominator
    }
    if not reached:
        return
    choose = min if metric.better == "down" else max
    best = choose(_value(found) for found in reached.values())
    if best <= 0:
        return
    winners = [
        each for each in persons if each.rep_id in reached and _value(reached[each.rep_id]) == best
    ]
    parts = largest_remainder(award.amount, [Decimal(1)] * len(winners), _CENTS)
    for person, part in zip(winners, parts, strict=True):
        found = reached[person.rep_id]
        source = Source(award.metric, "rep", person.rep_id, found.value, found.denominator)
        yield Entry(
            person,
            period,
            "award",
            "fixed",
            part,
            rules.currency,
            subject=award.name,
            source=source,
        )


def _value(found: Reached) -> Fraction:
    return Fraction(found.value) / Fraction(found.denominator)
