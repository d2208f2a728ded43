"""Bonuses on a month's wage (D-24): target, increment and team, which are added up."""

from collections.abc import Iterator
from decimal import Decimal

from transforms.incentives.amounts import attains, step_reached
from transforms.incentives.entry import Entry, Source
from transforms.incentives.measured import Measured, year_before
from transforms.incentives.people import Person
from transforms.incentives.rules import Rules


def bonuses(person: Person, measured: Measured, rules: Rules) -> Iterator[Entry]:
    """Every bonus on the wage that a person has earned; without a wage the amount is unknown."""
    yield from _target(person, measured, rules)
    yield from _increment(person, measured, rules)
    yield from _team(person, measured, rules)


def _on_wage(
    person: Person, measured: Measured, rule: str, share: Decimal, source: Source
) -> Entry:
    return Entry(
        person, measured.paid, rule, "wage", person.wage, person.currency, share, source=source
    )


def _target(person: Person, measured: Measured, rules: Rules) -> Iterator[Entry]:
    """The highest step reached pays alone; without a target there is none."""
    achieved = measured.value(rules.metric, "rep", person.rep_id, measured.paid)
    target = measured.target(rules.metric, "rep", person.rep_id, measured.paid)
    step = step_reached(achieved, target, rules.steps)
    if step is not None:
        source = Source(rules.metric, "rep", person.rep_id, achieved, target, step.attainment)
        yield _on_wage(person, measured, "target_bonus", step.wage_share, source)


def _increment(person: Person, measured: Measured, rules: Rules) -> Iterator[Entry]:
    if rules.increment is None:
        return
    achieved = measured.value(rules.metric, "rep", person.rep_id, measured.paid)
    before = measured.value(rules.metric, "rep", person.rep_id, year_before(measured.paid))
    threshold = 1 + rules.increment.growth
    if attains(achieved, before, threshold):
        source = Source(rules.metric, "rep", person.rep_id, achieved, before, threshold)
        yield _on_wage(person, measured, "increment_bonus", rules.increment.wage_share, source)


def _team(person: Person, measured: Measured, rules: Rules) -> Iterator[Entry]:
    if rules.team_bonus is None:
        return
    threshold = rules.team_bonus.attainment
    achieved = measured.value(rules.metric, "team", person.team, measured.paid)
    target = measured.target(rules.metric, "team", person.team, measured.paid)
    if attains(achieved, target, threshold):
        source = Source(rules.metric, "team", person.team, achieved, target, threshold)
        yield _on_wage(person, measured, "team_bonus", rules.team_bonus.wage_share, source)
