"""Commission (D-24): of a person's own base, raised by the team; and of a line's excess."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from transforms.exact import largest_remainder, places
from transforms.incentives.amounts import attains
from transforms.incentives.entry import Entry, Source
from transforms.incentives.measured import Measured
from transforms.incentives.people import Person
from transforms.incentives.rules import Excess, Rules

_CENTS: Final = 2
_LINE: Final = "product_line"


def commission(person: Person, measured: Measured, rules: Rules) -> Iterator[Entry]:
    """A rate of the base; a team at 80 % makes 1 % of it 1.1 %. A negative base takes back."""
    rule = rules.commission
    if rule is None:
        return
    base = measured.value(rule.metric, "rep", person.rep_id, measured.paid)
    if base is None or base == 0:
        return
    factor, source = _factor(person, measured, rules)
    yield Entry(
        person,
        measured.paid,
        "commission",
        "metric",
        base,
        rules.currency,
        rule.rate,
        factor,
        source=source or Source(rule.metric, "rep", person.rep_id, base),
    )


def _factor(person: Person, measured: Measured, rules: Rules) -> tuple[Decimal, Source | None]:
    if rules.team_factor is None:
        return Decimal(1), None
    achieved = measured.value(rules.metric, "team", person.team, measured.paid)
    target = measured.target(rules.metric, "team", person.team, measured.paid)
    threshold = rules.team_factor.attainment
    if not attains(achieved, target, threshold):
        return Decimal(1), None
    source = Source(rules.metric, "team", person.team, achieved, target, threshold)
    return rules.team_factor.factor, source


def excess_commissions(
    persons: Sequence[Person], measured: Measured, rules: Rules
) -> Iterator[Entry]:
    """Extra commission on what a line sold beyond its target, by what each person sold of it."""
    for excess in rules.excess:
        yield from _of_line(excess, persons, measured, rules)


def _of_line(
    excess: Excess, persons: Sequence[Person], measured: Measured, rules: Rules
) -> Iterator[Entry]:
    line, period = excess.product_line, measured.paid
    achieved = measured.value(rules.metric, _LINE, line, period)
    target = measured.target(rules.metric, _LINE, line, period)
    if achieved is None or target is None or achieved <= target:
        return
    sold = {rep: max(amount, Decimal(0)) for rep, amount in measured.lines[line].items()}
    reps = sorted(rep for rep, amount in sold.items() if amount)
    if not reps:
        return
    beyond = achieved - target
    parts = largest_remainder(beyond, [sold[rep] for rep in reps], places(beyond, least=_CENTS))
    of_rep = dict(zip(reps, parts, strict=True))
    source = Source(rules.metric, _LINE, line, achieved, target)
    for person in persons:
        if person.rep_id in of_rep:
            yield Entry(
                person,
                period,
                "excess_commission",
                "metric",
                of_rep[person.rep_id],
                rules.currency,
                excess.rate,
                subject=line,
                source=source,
            )
