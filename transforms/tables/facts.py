"""Mart contracts: facts with their scopes attached, one class per grain.

Every fact has `occurred_on` (the day it counts on) and the scope columns of
`transforms.scopes.SCOPE_COLUMNS`, none of them null: what nobody owns is 未分配.
"""

from typing import Final

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
    net_amount = c.money("Net of tax", required=True, basis="net")
    cost_amount = c.money("Cost of the goods; null where no cost is known", basis="net")
    first_ordered_on = c.day("Day of the customer's first sale ever (all scopes)")
    margin_amount = c.money("net_amount − cost_amount; null where no cost is known", basis="net")
    channel_ownership = c.text("own, partner or emerging; null where nobody says")
    life_cycle_stage = c.text("Stage of the product's life (导入, 成长, 成熟, 衰退)")
    is_key_account = c.flag("The customer is flagged as key (大客户); null without a customer")


class SignedContract(Fact):
    """One row per signed contract (or won deal where the company keeps no contracts)."""

    contract_id = c.text("Contract", required=True)
    amount = c.money("Value; negative where it is cancelled later", required=True, basis="gross")


class CashReceipt(Fact):
    """One row per payment received."""

    payment_id = c.text("Payment", required=True)
    amount = c.money("Amount", required=True, basis="gross")


class ReceivableDue(Fact):
    """One row per instalment or invoice, on the day it is due."""

    document_id = c.text("Instalment or invoice", required=True)
    amount = c.money("Amount due", required=True, basis="gross")


class LeadCreated(Fact):
    """One row per lead, on the day it came in."""

    lead_id = c.text("Lead", required=True)
    is_qualified = c.flag("Qualified")
    converted_on = c.day("Day it became a customer")
    response_hours = c.ratio("Hours to first touch; null while untouched")
    campaign = c.text("Campaign that brought it")
    is_referral = c.flag("Came by referral; null where nobody says")


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
    amount = c.money("Value", basis="net")
    cycle_days = c.count("Days from opening to close; null where the opening is unknown")
    lost_reason = c.text("Recorded reason")


class DealCredit(Fact):
    """One row per won or lost opportunity and rep credited with a part of its amount."""

    opportunity_id = c.text("Opportunity", required=True)
    is_won = c.flag("Won", required=True)
    amount = c.money("Part of the value", required=True, basis="net")


class DealOpened(Fact):
    """One row per opportunity, on the day it was opened."""

    opportunity_id = c.text("Opportunity", required=True)
    segment = c.text("Customer segment", required=True)
    lead_id = c.text("Lead it grew from")
    amount = c.money("Value", basis="net")


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
    amount = c.money("Value", basis="net")
    next_step = c.text("Next step as the CRM says")
    weighted_amount = c.number("amount × win_probability; null where either is unknown")


class Spend(Fact):
    """One row per day, channel and campaign of marketing spend."""

    campaign = c.text("Campaign", required=True)
    amount = c.money("Amount", required=True, basis="net")


class ChannelReturn(Fact):
    """One row per day and channel of sales to customers whose first lead is known, and per spend.

    `channel` is the one that brought the customer's first lead (first touch).
    """

    profit_amount = c.money("Gross profit of a sale", basis="net")
    spend_amount = c.money("Spend", basis="net")
    return_amount = c.money("Profit, or spend taken off", required=True, basis="net")


class CustomerGained(Fact):
    """One row per customer, on the day of the first order; `channel` is that of the first lead."""

    first_order_id = c.text("First order", required=True)


class CustomerSpell(Fact):
    """One row per customer and stretch of time as an active customer (D-12).

    A spell begins with an order and ends on the day the customer counts as lost.
    """

    ended_on = c.day("Day the customer was lost; null while active")


class Head(Fact):
    """One row per rep and stretch of time in a team; `rep` is the person."""

    ended_on = c.day("Last day there; null while there")
    is_leaver = c.flag("The person has no later stretch: whoever ends it leaves", required=True)


class StockLevel(Fact):
    """One row per count of a product in a channel; it holds until the next count."""

    ended_on = c.day("Day before the next count; null for the last one")
    stock_amount = c.money("Value at cost", required=True, basis="net")


class StockSold(Fact):
    """One row per day, product line, rep and channel that holds stock: what left it."""

    cost_amount = c.money("Cost of goods sold", basis="net")


class ContractDue(Fact):
    """One row per contract that ran out, on its last day."""

    contract_id = c.text("Contract", required=True)
    is_renewed = c.flag("Another contract renews it", required=True)


class SurveyAnswer(Fact):
    """One row per answer to a survey."""

    response_id = c.text("Answer", required=True)
    score = c.number("Score", required=True)


class ReportDay(Fact):
    """One row per rep and working day on which a process report is due (D-26)."""

    is_reported = c.flag("There is a report", required=True)
    is_timely = c.flag("It was entered by the hour it is due", required=True)


class MarketDay(Fact):
    """One row per part of the market and day."""

    market_amount = c.money("What all suppliers sell there on that day", required=True, basis="net")


class BudgetDay(Fact):
    """One row per budget line and working day of its window."""

    budget_amount = c.money("Part of the budget due on that day", required=True, basis="net")


class CustomerValue(Fact):
    """One row per customer that the lifetime model values at the as-of date, its `occurred_on`."""

    lifetime_value = c.number("Expected value over the horizon, discounted", required=True)


class FeedRow(Fact):
    """One row per row of a company's own daily numbers; a feed is a fact of its own."""

    feed = c.text("Feed", required=True)
    numbers = c.text("Measure = number, as one JSON object", required=True)


FACTS: dict[str, type[Fact]] = {
    "sale": Sale,
    "signed_contract": SignedContract,
    "cash_receipt": CashReceipt,
    "receivable_due": ReceivableDue,
    "lead_created": LeadCreated,
    "lead_converted": LeadConverted,
    "visit": Visit,
    "proposal_submitted": ProposalSubmitted,
    "deal_closed": DealClosed,
    "deal_credit": DealCredit,
    "deal_opened": DealOpened,
    "stage_exit": StageExit,
    "open_deal": OpenDeal,
    "spend": Spend,
    "channel_return": ChannelReturn,
    "customer_gained": CustomerGained,
    "customer_spell": CustomerSpell,
    "head": Head,
    "stock_level": StockLevel,
    "stock_sold": StockSold,
    "contract_due": ContractDue,
    "survey_answer": SurveyAnswer,
    "report_day": ReportDay,
    "market_day": MarketDay,
    "budget_day": BudgetDay,
    "customer_value": CustomerValue,
}
"""Fact name (`sql/marts/<name>.sql`) to its contract."""

MODELLED: Final = ("customer_value",)
"""Facts that a model of the transforms gives, not a statement."""
