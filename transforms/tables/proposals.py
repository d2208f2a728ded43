"""Contracts of what the data propose for the next period (D-20)."""

from typing import Final

import dataframely as dy

from transforms.tables import columns as c

TARGET_VERDICTS: Final = ("raise", "lower", "keep", "no_data")
CHANNEL_VERDICTS: Final = (
    *("grow", "keep", "pause", "improve", "explain"),
    *("too_few_cases", "no_spend", "no_data"),
)
LEAD_VERDICTS: Final = ("better", "same", "worse", "too_few_cases", "no_data")


class TargetProposal(dy.Schema):
    """One row per target of a result in the next period, and whether to change it."""

    metric = c.key("Metric code")
    scope_kind = c.key("Scope kind")
    scope = c.key("Scope")
    period_start = c.day("First day of the target's window", primary_key=True)
    period_end = c.day("Last day of the window", primary_key=True)
    target = c.number("Committed target", required=True)
    trend = c.number("What the trend of the past comes to")
    reachable = c.number("What the team can reach: its capacity less the buffer")
    proposed = c.number("Proposed target; null where nothing is to change")
    verdict = c.one_of(*TARGET_VERDICTS, description="Verdict", required=True)


class ChannelProposal(dy.Schema):
    """One row per channel on which money was spent in the fiscal year to date, with a verdict."""

    channel = c.key("Channel")
    period_start = c.day("First day", required=True)
    period_end = c.day("Last day", required=True)
    spend = c.number("Spend on the channel", required=True)
    returned = c.number("Gross profit of its customers less the spend")
    roi = c.ratio("returned / spend")
    new_customers = c.number("Customers with their first order in the period")
    cac = c.ratio("Spend per new customer")
    lead_quality = c.one_of(
        *LEAD_VERDICTS, description="Its leads against all others", required=True
    )
    is_questioned = c.flag(
        "A deviation to the worse beyond noise was traced to it this week", required=True
    )
    verdict = c.one_of(*CHANNEL_VERDICTS, description="Verdict", required=True)


class LeadFeedback(dy.Schema):
    """One row per source of leads of the fiscal year to date: what sales says to marketing."""

    channel = c.key("Source of the leads")
    period_start = c.day("First day", required=True)
    period_end = c.day("Last day", required=True)
    leads = c.number("Leads", required=True)
    qualified_leads = c.number("Qualified leads")
    qualified_share = c.ratio("qualified_leads / leads")
    difference = c.ratio("qualified_share less that of all other leads")
    lead_conversion = c.ratio("Share that became customers so far (cohort view)")
    verdict = c.one_of(*LEAD_VERDICTS, description="Verdict", required=True)


PROPOSED: Final[dict[str, type[dy.Schema]]] = {
    "target_proposal": TargetProposal,
    "channel_proposal": ChannelProposal,
    "lead_feedback": LeadFeedback,
}
"""Review table name to its contract."""
