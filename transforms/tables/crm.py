"""Core tables that come from a CRM."""

import dataframely as dy
import polars as pl

from transforms.customers.rules import TYPES
from transforms.tables import columns as c

SPLIT_DOCUMENTS = ("order", "contract", "payment", "opportunity")


class Account(dy.Schema):
    """One row per customer or prospect."""

    account_id = c.key("Customer number or name, unique in the source")
    account_name = c.text("Name as it is shown in a pack")
    industry = c.text("Industry (行业)")
    city = c.text("City")
    region = c.text("Region, where the source itself says one")
    channel = c.text("Channel through which the customer is served")
    owner_rep_id = c.text("Rep who owns the customer")
    is_key = c.flag("Marked as key account (大客户)")
    created_on = c.day("Day the record was made")
    lost_on = c.day("Day the customer was recorded as lost")
    lost_reason = c.text("Why the customer was lost")
    need_complexity = c.count("How complex its needs are (需求复杂度), a higher number is more")
    decision_chain_length = c.count("People or levels that decide (决策链长度)")
    type_override = c.one_of(
        *TYPES, description="Type set by hand (客户类型), kept instead of the computed one"
    )
    renewal_intention = c.one_of(
        "high", "medium", "low", description="Renewal intention (续约意向)"
    )


class Lead(dy.Schema):
    """One row per lead (线索)."""

    lead_id = c.key("Lead number")
    lead_name = c.text("Company or person of the lead")
    created_on = c.day("Day the lead came in, company time", required=True)
    created_at = c.instant("Instant the lead came in")
    first_touch_at = c.instant("Instant of the first contact by sales")
    channel = c.text("Channel that brought the lead (first touch)")
    campaign = c.text("Campaign that brought the lead")
    rep_id = c.text("Rep who works the lead")
    product_line = c.text("Product line asked for")
    is_qualified = c.flag("Marked as qualified (有效线索)")
    is_referral = c.flag("Came by referral (转介绍); null: as its channel says")
    converted_on = c.day("Day the lead became a customer")
    account_id = c.text("Customer the lead became")
    recorded_at = c.instant("Instant the record was entered")


class Opportunity(dy.Schema):
    """One row per opportunity (商机)."""

    opportunity_id = c.key("Opportunity number")
    opportunity_name = c.text("Name of the deal")
    account_id = c.text("Customer")
    lead_id = c.text("Lead it grew from")
    rep_id = c.text("Rep who works the deal")
    product_id = c.text("Product offered")
    product_line = c.text("Product line offered, where no product is named")
    channel = c.text("Channel")
    segment = c.text("Customer segment (客户群), e.g. 初创")
    stage = c.text("Present stage", required=True)
    outcome = c.one_of(
        "open", "won", "lost", description="open, won or lost; set from the stage", required=True
    )
    created_on = c.day("Day the opportunity was opened")
    expected_close_on = c.day("Day it is expected to close")
    closed_on = c.day("Day it was won or lost")
    amount = c.money("Value of the deal, net of tax")
    currency = c.text("Currency of the amount")
    lost_reason = c.text("Recorded reason of a lost deal")
    next_step = c.text("What happens next, as the CRM says")

    @dy.rule()
    def closed_deal_has_a_close_date(cls) -> pl.Expr:
        """A won or lost deal counts on its close date, so it must have one."""
        return (pl.col("outcome") == "open") | pl.col("closed_on").is_not_null()

    @dy.rule()
    def close_is_not_before_opening(cls) -> pl.Expr:
        """A deal cannot close before it was opened."""
        return (pl.col("closed_on") >= pl.col("created_on")).fill_null(value=True)


class StageEvent(dy.Schema):
    """One row per move of an opportunity from one stage to the next."""

    stage_event_id = c.key("Number of the change")
    opportunity_id = c.text("Opportunity that moved", required=True)
    from_stage = c.text("Stage left; null when the opportunity was opened")
    to_stage = c.text("Stage entered", required=True)
    changed_on = c.day("Day of the move", required=True)


class Activity(dy.Schema):
    """One row per visit, call or meeting."""

    activity_id = c.key("Activity number")
    activity_type = c.text("Kind: visit, call, meeting")
    rep_id = c.text("Rep who did it")
    account_id = c.text("Customer")
    opportunity_id = c.text("Opportunity it belongs to")
    channel = c.text("Channel")
    product_line = c.text("Product line")
    occurred_on = c.day("Day it took place", required=True)
    recorded_at = c.instant("Instant it was entered")
    is_effective = c.flag("Meets the quality standard (有效拜访)")
    is_discovery = c.flag("A visit for finding needs (需求挖掘)")
    answered_questions = dy.Int64(
        nullable=True,
        min=0,
        max=3,
        description="Core questions answered: pain, decision weight, budget cycle",
    )


class Proposal(dy.Schema):
    """One row per proposal or quote submitted."""

    proposal_id = c.key("Proposal number")
    opportunity_id = c.text("Opportunity")
    account_id = c.text("Customer")
    rep_id = c.text("Rep")
    channel = c.text("Channel")
    product_line = c.text("Product line")
    segment = c.text("Customer segment")
    submitted_on = c.day("Day it was submitted", required=True)
    amount = c.money("Value offered, net of tax")
    has_customer_case = c.flag("Contains a customer case")
    has_roi_estimate = c.flag("Contains an ROI estimate")


class Contract(dy.Schema):
    """One row per contract; amounts gross (D-30)."""

    contract_id = c.key("Contract number")
    contract_name = c.text("Title")
    opportunity_id = c.text("Opportunity")
    account_id = c.text("Customer")
    rep_id = c.text("Rep")
    channel = c.text("Channel")
    product_line = c.text("Product line")
    signed_on = c.day("Day it was signed; null while it is not")
    amount = c.money("Contract value, gross of VAT")
    currency = c.text("Currency")
    starts_on = c.day("First day it runs")
    ends_on = c.day("Last day it runs: the day it is due for renewal")
    renews_contract_id = c.text("Contract that this one renews (续签)")
    is_cancelled = c.flag("Cancelled (作废)")
    cancelled_on = c.day("Day it was cancelled, on which it is taken back; null: it never counts")
    status = c.text("Status as the source says")
    approval_step = c.text("Approval step it is waiting in")
    approval_due_on = c.day("Day the approval was due")


class CreditSplit(dy.Schema):
    """One row per document and rep who is credited with a part of it.

    Shares below 1 in all leave the rest to the document's own rep; above 1 they are weights.
    """

    document_kind = c.one_of(
        *SPLIT_DOCUMENTS,
        description="order, contract, payment or opportunity",
        required=True,
        primary_key=True,
    )
    document_id = c.key("Number of the document")
    rep_id = c.key("Rep credited")
    share = c.number("Part of the amount, as a fraction", required=True)

    @dy.rule()
    def share_is_positive(cls) -> pl.Expr:
        """A share is above zero."""
        return pl.col("share") > 0


class DailyReport(dy.Schema):
    """One row per rep and day with a process report (日报)."""

    rep_id = c.key("Rep")
    reported_on = c.day("Day that the report is about", primary_key=True)
    recorded_at = c.instant("Instant it was entered; after 17:00 of its day it is late (D-26)")


class Satisfaction(dy.Schema):
    """One row per answer to a customer survey."""

    response_id = c.key("Number of the answer")
    answered_on = c.day("Day of the answer", required=True)
    account_id = c.text("Customer")
    rep_id = c.text("Rep it is about")
    channel = c.text("Channel")
    product_line = c.text("Product line")
    survey = c.text("Which survey")
    score = c.number("Score, on one scale throughout", required=True)
    comment = c.text("What the customer wrote")


class Contact(dy.Schema):
    """One row per person at a customer."""

    contact_id = c.key("Contact number")
    contact_name = c.text("Name")
    account_id = c.text("Customer")
    email = c.text("E-mail address")
    phone = c.text("Telephone number")
    job_title = c.text("Job title")
    owner_rep_id = c.text("Rep in charge")
    created_on = c.day("Day of the entry")


class Stage(dy.Schema):
    """One row per stage of a pipeline as the CRM has it."""

    stage_id = c.key("Code of the stage")
    pipeline = c.text("Pipeline it belongs to")
    stage_name = c.text("Name as people see it")
    position = c.count("Place in the pipeline")
    win_probability = c.number("Probability of winning, as a fraction")
    is_won = c.flag("Deals in it are won")
    is_closed = c.flag("Deals in it are won or lost")


class Campaign(dy.Schema):
    """One row per campaign."""

    campaign_id = c.key("Campaign number or name")
    campaign_name = c.text("Name")
    channel = c.text("Channel")
    status = c.text("Status in its system")
    starts_on = c.day("First day")
    ends_on = c.day("Last day")
    budget_amount = c.money("Budget")
    currency = c.text("Currency")


class Record(dy.Schema):
    """One row per row of an export that no other entity fits: kept and counted, used in no pack."""

    record_kind = c.key("What the rows are, such as form or ad_creative")
    record_id = c.key("Key within the kind")
    content = c.text("All cells, as one JSON object", required=True)
