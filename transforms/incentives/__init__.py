"""Incentives (D-24): what the rules give each person, every amount with its calculation."""

from collections.abc import Mapping

import polars as pl

from transforms.catalogue import Metric
from transforms.incentives.bonuses import bonuses
from transforms.incentives.commissions import commission, excess_commissions
from transforms.incentives.measured import measure, metrics_named
from transforms.incentives.people import people
from transforms.incentives.proposals import proposals
from transforms.incentives.rewards import FACTS_READ, awards, first_deals, growth_funds
from transforms.incentives.rules import Rules
from transforms.parameters import Parameters
from transforms.points import columns_needed
from transforms.reads import together
from transforms.tables.incentive import Incentive, PayProposal

__all__ = ["Rules", "facts_read", "incentives"]


def facts_read(catalogue: Mapping[str, Metric], rules: Rules) -> dict[str, list[str]]:
    """Name the columns of each fact that `incentives` reads."""
    return together(FACTS_READ, columns_needed(metrics_named(catalogue, rules)))


def incentives(  # facts, plan, people, pay, metrics, settings
    facts: Mapping[str, pl.LazyFrame],
    targets: pl.DataFrame,
    assignment: pl.DataFrame,
    wages: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
    rules: Rules,
) -> dict[str, pl.DataFrame]:
    """What the latest closed period, and the reviewed week's awards, give each person.

    Returns `Incentive` and `PayProposal` rows by table name. A person's total is the sum of the
    rows, exactly. A ratio's value is compared and awarded by its sides.
    """
    measured = measure(facts, targets, catalogue, parameters, rules)
    persons = people(assignment, wages, measured.paid, rules.currency)
    entries = [
        entry
        for person in persons
        for entry in (*bonuses(person, measured, rules), *commission(person, measured, rules))
    ]
    entries += excess_commissions(persons, measured, rules)
    entries += growth_funds(persons, first_deals(facts), measured, rules)
    entries += awards(persons, measured, rules, catalogue, parameters)
    return {
        "incentive": _table(Incentive, [entry.row() for entry in entries]),
        "pay_proposal": _table(PayProposal, [*proposals(persons, measured, rules)]),
    }


def _table(contract: type[Incentive | PayProposal], rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = contract.create_empty().schema
    frame = pl.DataFrame(rows, schema=schema, strict=False)
    return contract.validate(frame, cast=True).sort(contract.primary_key())
