"""Profit and spend of channels, and who is won by which: the first touch."""

from datetime import date
from decimal import Decimal

from tests.flows.builders import facts
from tests.flows.test_marts_of_means import MAY, order
from transforms.scopes import UNASSIGNED


def test_first_touch_is_the_channel_of_the_first_lead() -> None:
    lead = {"account_id": "K", "created_on": date(2026, 1, 5)}
    read = facts(
        lead=[
            {**lead, "lead_id": "L2", "channel": "展会", "created_on": date(2026, 1, 6)},
            {**lead, "lead_id": "L1", "channel": "直播"},
        ],
        order_line=[
            order("A", MAY, channel="直销", cost_amount=Decimal(60)),
            order("B", MAY, account_id="walk-in", cost_amount=Decimal(60)),
        ],
        campaign_spend=[
            {
                "spent_on": MAY,
                "channel": "直播",
                "campaign": "C",
                "detail": "-",
                "amount": Decimal(15),
            }
        ],
    )
    returns = read["channel_return"].sort("return_amount")
    assert returns.select("channel", "return_amount").rows() == [
        ("直播", Decimal(-15)),
        ("直播", Decimal(40)),
    ]
    gained = dict(read["customer_gained"].select("account_id", "channel").iter_rows())
    assert gained == {"K": "直播", "walk-in": UNASSIGNED}


def test_profit_of_a_channel_without_spend_is_no_return_on_the_spend_of_others() -> None:
    lead = {"created_on": date(2026, 1, 5)}
    spend = {"spent_on": MAY, "channel": "直播", "campaign": "C", "detail": "-"}
    read = facts(
        lead=[
            {**lead, "lead_id": "L1", "account_id": "K", "channel": "直播"},
            {**lead, "lead_id": "L2", "account_id": "referred", "channel": "转介绍"},
        ],
        order_line=[
            order("A", MAY, cost_amount=Decimal(60)),
            order("B", MAY, account_id="referred", cost_amount=Decimal(60)),
        ],
        campaign_spend=[{**spend, "amount": Decimal(15)}],
    )
    assert set(read["channel_return"]["channel"]) == {"直播"}
    assert read["channel_return"]["return_amount"].sum() == Decimal(25)
