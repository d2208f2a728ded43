"""Mart contracts: facts with their scopes attached, one class per grain.

Every fact has `occurred_on` (the day it counts on) and the scope columns of
`transforms.scopes.SCOPE_COLUMNS`, none of them null: what nobody owns is 未分配.
"""

import dataframely as dy

from transforms.tables import columns as c


class Fact(dy.Schema):
    """What every fact has."""

    occurred_on = c.day("Day the fact counts on", required=True)
    region = c.text("Region on that day", required=True)
    team = c.text("Team on that day", required=True)
    rep = c.text("Rep (rep_id)", required=True)
    product_line = c.text("Product line", required=True)
    channel = c.text("Channel", required=True)
    account_id = c.text("Customer")


class Sale(Fact):
    """One row per order line, returns and cancellations negative."""

    order_id = c.text("Document", required=True)
    product_id = c.text("Product")
    document_kind = c.text("sale, return, cancellation or adjustment", required=True)
    quantity = c.number("Quantity")
    net_amount = c.money("Net of tax", required=True)
    cost_amount = c.money("Cost of the goods; null where no cost is known")
    first_ordered_on = c.day("Day of the customer's first sale ever (all scopes)")
    margin_amount = c.money("net_amount − cost_amount; null where no cost is known")


class SignedContract(Fact):
    """One row per signed contract (or won deal where the company keeps no contracts)."""

    contract_id = c.text("Contract", required=True)
    amount = c.money("Contract value", required=True)


class CashReceipt(Fact):
    """One row per payment received."""

    payment_id = c.text("Payment", required=True)
    amount = c.money("Amount", required=True)


class LeadCreated(Fact):
    """One row per lead, on the day it came in."""

    lead_id = c.text("Lead", required=True)
    is_qualified = c.flag("Qualified")
    converted_on = c.day("Day it became a customer")
    response_hours = c.ratio("Hours to first touch; null while untouched")


class LeadConverted(Fact):
    """One row per lead that became a customer, on that day."""

    lead_id = c.text("Lead", required=True)


class Visit(Fact):
    """One row per activity."""

    activity_id = c.text("Activity", required=True)
    is_effective = c.flag("Meets the quality standard")
    is_discovery = c.flag("Discovery visit")
    answered_questions = c.count("Core questions answered, 0 to 3")


class ProposalSubmitted(Fact):
    """One row per proposal."""

    proposal_id = c.text("Proposal", required=True)
    opportunity_id = c.text("Opportunity")
    segment = c.text("Customer segment", required=True)
    is_complete = c.flag("Has a customer case and an ROI estimate; null where unknown")


class DealClosed(Fact):
    """One row per won or lost opportunity, on its close date."""

    opportunity_id = c.text("Opportunity", required=True)
    segment = c.text("Customer segment", required=True)
    is_won = c.flag("Won", required=True)
    amount = c.money("Value")
    cycle_days = c.count("Days from opening to close; null where the opening is unknown")
    lost_reason = c.text("Recorded reason")


class DealOpened(Fact):
    """One row per opportunity, on the day it was opened."""

    opportunity_id = c.text("Opportunity", required=True)
    segment = c.text("Customer segment", required=True)
    lead_id = c.text("Lead it grew from")
    amount = c.money("Value")


class StageExit(Fact):
    """One row per exit of an opportunity from a stage."""

    opportunity_id = c.text("Opportunity", required=True)
    stage = c.text("Stage left", required=True)
    is_forward = c.flag("Left towards winning", required=True)
    stage_days = c.count("Days spent in the stage")


class OpenDeal(Fact):
    """One row per opportunity open at the as-of date; `occurred_on` is the as-of date."""

    opportunity_id = c.text("Opportunity", required=True)
    opportunity_name = c.text("Name")
    segment = c.text("Customer segment", required=True)
    stage = c.text("Stage at the as-of date; null where no record says which it was")
    stage_entered_on = c.day("Day it entered that stage")
    stage_days = c.count("Days in that stage")
    allowed_days = c.count("Days allowed there; null where no limit is set")
    win_probability = c.ratio("Probability of the stage; null where none is set")
    expected_close_on = c.day("Expected close")
    amount = c.money("Value")
    next_step = c.text("Next step as the CRM says")
    weighted_amount = c.number("amount × win_probability; null where either is unknown")


class Spend(Fact):
    """One row per day, channel and campaign of marketing spend."""

    campaign = c.text("Campaign", required=True)
    amount = c.money("Amount", required=True)


FACTS: dict[str, type[Fact]] = {
    "sale": Sale,
    "signed_contract": SignedContract,
    "cash_receipt": CashReceipt,
    "lead_created": LeadCreated,
    "lead_converted": LeadConverted,
    "visit": Visit,
    "proposal_submitted": ProposalSubmitted,
    "deal_closed": DealClosed,
    "deal_opened": DealOpened,
    "stage_exit": StageExit,
    "open_deal": OpenDeal,
    "spend": Spend,
}
"""Fact name (`sql/marts/<name>.sql`) to its contract."""
