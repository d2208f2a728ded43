"""Proposals from runs of closed periods (D-24); a person decides on each of them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from transforms.incentives.amounts import attains
from transforms.incentives.measured import Measured
from transforms.incentives.people import Person
from transforms.incentives.rules import Rules

Closed = tuple[tuple[date, date], Decimal, Decimal]
"""A closed period with value and target."""


def proposals(
    persons: Sequence[Person], measured: Measured, rules: Rules
) -> Iterator[dict[str, object]]:
    """Rows of `PayProposal`: after two periods below 100 % a plan, after three a reassignment.

    Periods without a target, or before the person had any value, are skipped; the run has to
    last up to the latest closed period with a target.
    """
    given = rules.proposals
    for person in persons:
        closed = list(_closed(person, measured, rules))
        below = _run(closed, lambda value, target: not attains(value, target, Decimal(1)))
        above = _run(closed, lambda value, target: attains(value, target, given.above))
        kinds: list[tuple[str, list[Closed]]] = []
        if given.reassign_after is not None and len(below) >= given.reassign_after:
            kinds.append(("reassignment", below))
        elif given.improvement_after is not None and len(below) >= given.improvement_after:
            kinds.append(("improvement_plan", below))
        if given.promotion_after is not None and len(above) >= given.promotion_after:
            kinds.append(("promotion", above))
        if given.leave_after is not None and len(above) >= given.leave_after:
            kinds.append(("leave", above))
        for kind, run in kinds:
            yield {
                "rep_id": person.rep_id,
                "kind": kind,
                "rep_name": person.name,
                "team": person.team,
                "periods": len(run),
                "first_start": run[0][0][0],
                "last_end": run[-1][0][1],
                "achieved": run[-1][1],
                "target": run[-1][2],
            }


def _closed(person: Person, measured: Measured, rules: Rules) -> Iterator[Closed]:
    for period in measured.closed:
        target = measured.target(rules.metric, "rep", person.rep_id, period)
        value = measured.value(rules.metric, "rep", person.rep_id, period)
        if target is not None and target > 0 and value is not None:
            yield period, value, target


def _run(closed: list[Closed], holds: Callable[[Decimal, Decimal], bool]) -> list[Closed]:
    """The periods at the end of the list for all of which something holds."""
    run: list[Closed] = []
    for period in reversed(closed):
        if not holds(period[1], period[2]):
            break
        run.append(period)
    return run[::-1]
