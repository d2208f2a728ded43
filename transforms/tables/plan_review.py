"""Review contracts of the plan: what a review says about goals, targets, risks and terms."""

import dataframely as dy

from transforms.tables import columns as c
from transforms.tables.plan import SPLIT_RULES
from transforms.tables.states import STATES


class GoalProgress(dy.Schema):
    """One row per goal: how far it is at the as-of date, and whether it is at risk (D-1)."""

    goal_id = c.key("Goal")
    target = c.number("Goal in its metric's unit; growth worked out on its base")
    due = c.number("Due at the as-of date; null where the goal cannot be measured")
    actual = c.number("Actual from the start to the as-of date")
    attainment = c.ratio("actual / target")
    state = c.one_of(*STATES, description="ok, or why not", required=True)
    days_since_start = c.count("Days since the start; null where it has none or lies ahead")
    warning_days = c.count("Warning line that has been passed: 30, 60 or 90 days")
    is_at_risk = c.flag("Progress below 90 % of what is due; null before 30 days or unmeasured")


class PlanFlaw(dy.Schema):
    """One row per thing that does not add up in the plan (D-2, D-3, D-5)."""

    flaw = c.key(
        "metric_unknown, children_exceed_parent, undecomposed, parent_unknown, split_impossible, "
        "budget_reserve"
    )
    metric = c.key("Metric code; 'budget' for the budget")
    scope_kind = c.key("Scope kind of the parent")
    scope = c.key("Which one")
    period_start = c.day("First day of the parent's window", primary_key=True)
    period_end = c.day("Last day of it", primary_key=True)
    part_kind = c.key("What the parts are: time, a scope kind, or stated for parts by number")
    parent = c.number("Target of the parent")
    parts = c.number("Sum of its parts")
    amount = c.number("|parent − parts|: the rest nobody has (未分解), or what is too much")


class DerivedTarget(dy.Schema):
    """One row per target that a rule of the plan gave a part; nobody set it by hand (D-3).

    The derived targets of a parent and kind, and those of its parts set by hand, add up to it.
    """

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_start = c.day("First day of the window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    target_value = c.number("Target of the part, in the metric's unit", required=True)
    split_of = c.text("Number of the target whose rule gave it", required=True)
    parent_kind = c.text("Scope kind of the parent that was split", required=True)
    parent_scope = c.text("Which one", required=True)
    parent_value = c.number("Target of the parent", required=True)
    rule = c.one_of(*SPLIT_RULES, description="last_year, weights or heads", required=True)
    weight = c.number("Last year's value, weight or heads of the part", required=True)


class TargetRevision(dy.Schema):
    """One row per target window: what it was when its period began, and what it is now.

    The target at the time is the version known at the end of the window's first day, else the
    first version there ever was.
    """

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_start = c.day("First day of the window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    target_then = c.number("Target as known when the window began")
    target_now = c.number("Target as known now; null where it was withdrawn")
    versions = c.count("How many versions there were", required=True)
    is_changed = c.flag("Whether the two differ", required=True)
    changed_at = c.instant("When the newest version arrived; null where the two do not differ")
    actual = c.number("Actual from the start to the as-of date")
    attainment_then = c.ratio("actual / target_then")
    attainment_now = c.ratio("actual / target_now")
    state = c.one_of(*STATES, description="ok, or why there is no actual", required=True)


class RiskCheck(dy.Schema):
    """One row per open risk with a trigger: whether it has come true this week (D-9)."""

    risk_id = c.key("Risk")
    state = c.one_of(
        "triggered",
        "quiet",
        "no_data",
        "too_few_cases",
        "no_rate",
        "not_evaluated",
        description="triggered, quiet, or why nobody can tell",
        required=True,
    )
    metric = c.text("Metric code that the trigger names")
    scope_kind = c.text("Scope kind it was looked at in")
    scope = c.text("Scope")
    comparison = c.text("<, ≤, > or ≥")
    threshold = c.number("Threshold in the metric's unit, money in the company's currency")
    actual = c.ratio("Value of the reviewed week")


class TermBreach(dy.Schema):
    """One row per order line sold outside the commercial terms (D-27)."""

    order_id = c.key("Document")
    line_number = c.key("Line")
    breach = c.one_of(
        "below_terms",
        "needs_approval",
        description="below what any term allows, or at a special discount that needs approval",
        required=True,
    )
    ordered_on = c.day("Day of the document", required=True)
    account_id = c.text("Customer")
    rep = c.text("Rep", required=True)
    team = c.text("Team", required=True)
    product_id = c.text("Product")
    net_amount = c.money("Amount net of tax", required=True)
    price_share = c.ratio("Price paid / list price", required=True)
    allowed_share = c.ratio("Lowest share the terms allow", required=True)
    term_id = c.text("Rule that allows it")
    short_amount = c.money("What the terms would have brought more", required=True)


class TermDue(dy.Schema):
    """One row per rebate or referral fee of the running quarter and of the one before (D-27)."""

    term_id = c.key("Rule of the commercial terms; the highest step reached")
    beneficiary_kind = c.key("customer, channel or company")
    beneficiary = c.key("Whose sales or first deal it is reckoned on")
    period_start = c.day("First day of the quarter", primary_key=True)
    period_end = c.day("Last day of the quarter", required=True)
    kind = c.one_of("rebate", "referral_fee", description="rebate or referral_fee", required=True)
    state = c.one_of(
        "due",
        "running",
        "missed",
        "no_target",
        description="due, target not reached yet, not reached by the end, or no target is known",
        required=True,
    )
    target = c.number("Target of the quarter; null for a fee, or where none is known")
    base_amount = c.money(
        "Net sales of the quarter to date; of a fee the first deal", required=True
    )
    attainment = c.ratio("base_amount / target")
    rate = c.number("Rebate or fee as a fraction of the amount", required=True)
    amount = c.money("What is due, to the cent; 0 below the target, null without one")
    lead_id = c.text("Referred lead that brought the customer")
    document_id = c.text("Contract (or order) that the fee is for")


class BudgetSpending(dy.Schema):
    """One row per budget line that has begun: spend against what is due (D-6)."""

    budget_id = c.key("Line of the budget")
    module = c.text("Module", required=True)
    period_start = c.day("First day", required=True)
    period_end = c.day("Last day", required=True)
    amount = c.money("Budget of the window", required=True)
    share = c.ratio("Part of the whole budget of the same window")
    due = c.money("Due at the as-of date, by working days", required=True)
    spent = c.money("Spent so far; null where no spend is recorded for its channel or campaign")
    is_reserve = c.flag("Emergency reserve", required=True)


class DriverPlan(dy.Schema):
    """One row per driver of a scope's sales target in the reviewed week (D-2a)."""

    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    driver = c.key("Driver")
    position = c.count("Order in the product", required=True)
    value = c.number("Wanted in the week", required=True)
    actual = c.number("Reached in the week; null where nothing measures it")
    origin = c.one_of(
        "given",
        "history",
        "solved",
        description="set by hand, from 13 weeks of history, or solved so that the product is due",
        required=True,
    )
