"""Contracts of the incentives (D-24): never published with the review, nor to finance."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c

RULES: Final = (
    "target_bonus",
    "increment_bonus",
    "team_bonus",
    "commission",
    "excess_commission",
    "growth_fund",
    "award",
)
PROPOSALS: Final = ("improvement_plan", "reassignment", "promotion", "leave")


class Incentive(dy.Schema):
    """One row per person, period and rule: amount = base × rate × factor, rounded once."""

    rep_id = c.key("Person")
    period_start = c.day("First day of the period", primary_key=True)
    period_end = c.day("Last day", primary_key=True)
    rule = c.key("Rule of [incentives] that it follows")
    subject = dy.String(primary_key=True, description="Product line or award; empty otherwise")
    rep_name = c.text("Name", required=True)
    team = c.text("Team at the end of the period", required=True)
    base_kind = c.one_of("wage", "metric", "fixed", description="What the base is", required=True)
    base = c.number("Monthly wage, value of the metric, or fixed amount; null: not known")
    rate = c.number("Rate of the base", required=True)
    factor = c.number("What the rate is multiplied by, e.g. 1.10 by the team", required=True)
    amount = c.money("base × rate × factor, to the cent; null where the base is not known")
    currency = c.text("Currency", required=True)
    metric = c.text("Metric that was reached or is the base")
    scope_kind = c.text("Scope kind whose value was reached")
    scope = c.text("Scope whose value was reached")
    achieved = c.number("Value that was reached")
    target = c.number("What it is held against")
    threshold = c.number("Step that was reached, as a share of the target")


class PayProposal(dy.Schema):
    """One row per person and proposal; a person decides."""

    rep_id = c.key("Person")
    kind = c.key("What is proposed: improvement_plan, reassignment, promotion or leave")
    rep_name = c.text("Name", required=True)
    team = c.text("Team", required=True)
    periods = c.count("Closed periods in a row", required=True)
    first_start = c.day("First day of the first of them", required=True)
    last_end = c.day("Last day of the last of them", required=True)
    achieved = c.number("Value of the last of them")
    target = c.number("Its target")


PAY: Final[dict[str, type[dy.Schema]]] = {"incentive": Incentive, "pay_proposal": PayProposal}
"""Pay table name to its contract."""
