"""Review contracts of customers (D-10 … D-14)."""

from typing import Final

import dataframely as dy

from transforms.customers.rules import GROUPS, HEALTH_INPUTS, NO_CUSTOMER, TYPES, UNTYPED
from transforms.tables import columns as c

_LIGHTS: Final = ("green", "yellow", "red", "grey")
MODEL_STATES: Final = ("ok", "refused")
PROPOSALS: Final = ("service_package", "renewal_offer")
"""增值服务包, 续约优惠 (D-13)."""


class CustomerProfile(dy.Schema):
    """One row per customer or prospect, among all of the company and among those of its team.

    Scores, types and key accounts are relative to the customers of the scope (D-10 to D-12).
    """

    scope_kind = c.key("company or team: whose customers this one is compared with")
    scope = c.key("Which one")
    account_id = c.key("Customer")
    account_name = c.text("Name", required=True)
    team = c.text("Team of the last order, else of the owner", required=True)
    rep = c.text("Rep of the last order, else the owner", required=True)
    first_ordered_on = c.day("Day of the first sale ever; null for a prospect")
    last_ordered_on = c.day("Day of the last sale")
    months_silent = c.count("Whole months since the last sale")
    sales_before = c.money("Net sales in the 12 months up to the last sale")
    recency_days = c.count("Days since the last sale")
    orders = c.count("Orders in the window (12 months)", required=True)
    sales = c.money("Net sales in the window", required=True)
    recency_score = c.count("1 to 5, 5 is the most recent fifth; null for too few customers")
    frequency_score = c.count("1 to 5, 5 is the fifth with the most orders")
    monetary_score = c.count("1 to 5, 5 is the fifth with the most sales")
    rfm_state = c.one_of(
        "ok", "no_data", "too_few_cases", description="ok, or why no scores", required=True
    )
    value = c.money("Gross profit of the window, or sales; null where nothing is typed")
    value_basis = c.one_of("gross_profit", "sales", description="What the value is", required=True)
    is_high_value = c.flag("Among the largest that make up 80 % of value; settled near the border")
    weighted_pipeline = c.number("Open deals × probability of their stage")
    growth = c.ratio("Net sales of the window / of the one before − 1; null where that was 0")
    need_complexity = c.count("Complexity of the need (需求复杂度)")
    decision_chain_length = c.count("Length of the decision chain (决策链长度)")
    potential_inputs = c.count("Inputs of potential that are present", required=True)
    potential = c.ratio("Mean percentile of the inputs present, 0 to 1")
    is_high_potential = c.flag("At or above the median, settled near it; null without input")
    customer_type = c.one_of(*TYPES, description="Type (D-11); null where not typed")
    type_source = c.one_of("rule", "manual", description="Computed, or set by hand")
    type_before = c.one_of(*TYPES, description="Type of the week before, by the same rules")
    customer_group = c.one_of(
        *GROUPS, description="The one group it counts in, for the year to date", required=True
    )
    is_new = c.flag("First order in the fiscal year", required=True)
    is_key = c.flag("Flagged, or among the top 20 % by sales", required=True)
    is_prospect = c.flag("No order yet", required=True)
    is_dormant = c.flag("No order for 6 calendar months", required=True)
    is_lost = c.flag("No order for 12 months, or recorded as lost", required=True)
    is_won_back = c.flag("Ordered this fiscal year after being lost", required=True)
    lost_on = c.day("Day it was recorded as lost, or 12 months after the last order")
    lost_reason = c.text("Recorded reason")
    probability_alive = c.ratio("That it has not left, by the lifetime model; company only")
    lifetime_value = c.ratio("Expected value over the horizon, discounted; company only")


class CustomerMatrix(dy.Schema):
    """One row per scope and type of customer, and one for those without type (D-11)."""

    scope_kind = c.key("company or team")
    scope = c.key("Which one")
    customer_type = dy.String(
        primary_key=True,
        check=lambda column: column.is_in([*TYPES, UNTYPED]),
        description="Type; untyped: lost, prospects without a deal, no data",
    )
    customers = c.count("Customers of the type", required=True)
    sales = c.number("Their net sales in the window", required=True)
    moved_in = c.count("Of another type, or of none, a week before", required=True)
    moved_out = c.count("Of this type a week before, now of another or of none", required=True)


class CustomerGroup(dy.Schema):
    """One row per scope, period and additive group: they partition customers and sales (D-12)."""

    scope_kind = c.key("company or team")
    scope = c.key("Which one")
    period_kind = c.key("week, mtd, qtd or ytd")
    customer_group = dy.String(
        primary_key=True,
        check=lambda column: column.is_in([*GROUPS, NO_CUSTOMER]),
        description="Group; no_customer is the rest of lines that name no customer",
    )
    period_start = c.day("First day", required=True)
    period_end = c.day("Last day looked at", required=True)
    customers = c.count("Customers in it", required=True)
    sales = c.number("Net sales of the period to them", required=True)


class CustomerHealth(dy.Schema):
    """One row per customer with any health input (D-13); inputs and health are 0 to 1."""

    account_id = c.key("Customer")
    account_name = c.text("Name", required=True)
    team = c.text("Team", required=True)
    sales = c.money("Net sales in the window", required=True)
    usage = c.ratio("Use in the last 13 weeks against the customer's own year before")
    satisfaction = c.ratio("Survey score less complaints; null where nothing is recorded")
    renewal = c.ratio("Renewal intention: high 1, medium 0.5, low 0")
    payment = c.ratio("1 − mean delay / 60 days, over invoices due in 12 months")
    trend = c.ratio("Sales of 6 months against the same months a year before")
    coverage = c.ratio("Weight of the inputs present / weight of all", required=True)
    health = c.ratio("Weighted mean of the inputs present; null where there is none")
    health_before = c.ratio("The same four weeks before, over the inputs present at both ends")
    change = c.ratio("health − health_before, both over the inputs present at both ends")
    light = c.one_of(*_LIGHTS, description="Grey below 50 % coverage", required=True)
    is_warning = c.flag("Health fell by the limit or more, with coverage enough", required=True)
    cause = c.one_of(*HEALTH_INPUTS, description="Input that fell most")
    proposal = c.one_of(*PROPOSALS, description="Action proposed with a warning")


class WinBack(dy.Schema):
    """One row per dormant or lost customer worth winning back, largest first (D-14)."""

    scope_kind = c.key("company or team")
    scope = c.key("Which one")
    position = dy.Int64(primary_key=True, min=1, description="1 is the largest")
    account_id = c.text("Customer", required=True)
    account_name = c.text("Name", required=True)
    team = c.text("Team", required=True)
    customer_group = c.one_of("dormant", "lost", description="Dormant or lost", required=True)
    is_key = c.flag("Key account", required=True)
    last_ordered_on = c.day("Day of the last sale", required=True)
    months_silent = c.count("Whole months since", required=True)
    lost_reason = c.text("Recorded reason of the loss")
    amount = c.money("Net sales in the 12 months up to the last sale", required=True)
    running_amount = c.number("Sum of the amounts down to this row", required=True)


class ChurnReason(dy.Schema):
    """One row per reason for which customers were lost in the last 12 months (D-14)."""

    scope_kind = c.key("company or team")
    scope = c.key("Which one")
    position = dy.Int64(primary_key=True, min=1, description="1 is the largest amount")
    reason = c.text("Recorded reason; null where none is recorded")
    customers = c.count("Customers lost", required=True)
    amount = c.number("Their net sales in the 12 months up to the last sale", required=True)
    share = c.ratio("Of the amount of all lost; null where that is 0")


class CohortRepurchase(dy.Schema):
    """One row per cohort of first orders and quarter since: who ordered again (D-14)."""

    scope_kind = c.key("company or team")
    scope = c.key("Which one")
    cohort_start = c.day("First day of the quarter of the first order", primary_key=True)
    quarters_since = dy.Int64(primary_key=True, min=0, description="0 is the quarter itself")
    customers = c.count("Customers of the cohort", required=True)
    repeat_customers = c.count("Of them who ordered again in that quarter", required=True)
    repurchase_share = c.ratio("repeat_customers / customers", required=True)
    is_complete = c.flag("Whether that quarter has ended by the as-of date", required=True)


class LifetimeModel(dy.Schema):
    """The model that customers are valued by, or why there is no value (D-14); one row."""

    model = c.key("Name of the model")
    state = c.one_of(*MODEL_STATES, description="ok or refused", required=True)
    reason = c.text("Code of why it refused")
    detail = c.text("The figures that say so, 中文 / English")
    value_basis = c.one_of("gross_profit", "sales", description="What is valued", required=True)
    margin_share = c.ratio("Gross profit / sales of the window; 1 where sales are valued")
    horizon_months = c.count("Horizon", required=True)
    monthly_discount_rate = c.ratio("Discount a month, as a fraction", required=True)
    customers = c.count("Customers valued", required=True)
    total_value = c.ratio("Of all of them over the horizon, discounted")
    new_customer_value = c.ratio("LTV: of a new customer, the first purchase included")
    predicted_purchases = c.ratio("Forecast for the period held out")
    actual_purchases = c.count("Purchases made in it")
    acquisition_spend = c.number("Marketing spend of the window; null where none is recorded")
    new_customers = c.count("Customers with their first order in the window", required=True)
    cac = c.ratio("acquisition_spend / new_customers")
    ltv_cac = c.ratio("new_customer_value / cac")


CUSTOMERS: Final[dict[str, type[dy.Schema]]] = {
    "customer_profile": CustomerProfile,
    "customer_matrix": CustomerMatrix,
    "customer_group": CustomerGroup,
    "customer_health": CustomerHealth,
    "win_back": WinBack,
    "churn_reason": ChurnReason,
    "cohort_repurchase": CohortRepurchase,
    "lifetime_model": LifetimeModel,
}
"""Review table name to its contract."""

SNAPSHOTS: Final = ("customer_profile", "customer_health")
"""Tables with a row per customer: the finance file holds them of the newest week alone.

Those of earlier weeks stand beside the packs of their edition.
"""
