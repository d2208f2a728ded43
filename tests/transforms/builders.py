"""Tiny literal facts: what a row does not say is 未分配, empty, or one piece of anything."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from transforms.calendar import review_week
from transforms.catalogue import catalogue_for
from transforms.parameters import Calendar, Stage
from transforms.periods import review_periods
from transforms.points import metric_points
from transforms.scopes import SCOPE_COLUMNS, UNASSIGNED
from transforms.tables.facts import FACTS

Row = Mapping[str, Any]

DAY = date(2026, 11, 18)
"""A Wednesday in 2026-W47."""

_DEFAULTS: dict[str, dict[str, object]] = {
    "sale": {"document_kind": "sale", "net_amount": Decimal(1)},
    "signed_contract": {"amount": Decimal(1)},
    "cash_receipt": {"amount": Decimal(1)},
    "deal_closed": {"segment": UNASSIGNED, "is_won": True},
    "deal_opened": {"segment": UNASSIGNED},
    "proposal_submitted": {"segment": UNASSIGNED},
    "open_deal": {"segment": UNASSIGNED, "stage": "谈判"},
    "stage_exit": {"stage": "谈判", "is_forward": True},
    "receivable_due": {"amount": Decimal(1)},
    "deal_credit": {"is_won": True, "amount": Decimal(1)},
    "spend": {"amount": Decimal(1)},
    "channel_return": {"return_amount": Decimal(0)},
    "head": {"is_leaver": False},
    "stock_level": {"stock_amount": Decimal(1)},
    "contract_due": {"is_renewed": False},
    "survey_answer": {"score": Decimal(1)},
    "report_day": {"is_reported": True, "is_timely": True},
    "market_day": {"market_amount": Decimal(1)},
    "budget_day": {"budget_amount": Decimal(1)},
    "customer_value": {"lifetime_value": Decimal(1)},
}
_KEYS = {
    "sale": "order_id",
    "signed_contract": "contract_id",
    "cash_receipt": "payment_id",
    "lead_created": "lead_id",
    "lead_converted": "lead_id",
    "visit": "activity_id",
    "proposal_submitted": "proposal_id",
    "deal_closed": "opportunity_id",
    "deal_opened": "opportunity_id",
    "open_deal": "opportunity_id",
    "stage_exit": "opportunity_id",
    "spend": "campaign",
    "receivable_due": "document_id",
    "deal_credit": "opportunity_id",
    "channel_return": "account_id",
    "customer_gained": "first_order_id",
    "customer_spell": "account_id",
    "head": "account_id",
    "stock_level": "account_id",
    "stock_sold": "account_id",
    "contract_due": "contract_id",
    "survey_answer": "response_id",
    "report_day": "account_id",
    "market_day": "account_id",
    "budget_day": "account_id",
    "customer_value": "account_id",
}


def fact(name: str, rows: Iterable[Row]) -> pl.DataFrame:
    """One fact from the columns that matter; each row gets a key of its own."""
    contract = FACTS[name]
    base = dict.fromkeys(SCOPE_COLUMNS, UNASSIGNED) | {"occurred_on": DAY}
    full = [
        {**base, **_DEFAULTS.get(name, {}), _KEYS[name]: f"{name}-{number}", **row}
        for number, row in enumerate(rows)
    ]
    schema = contract.create_empty().schema
    known = [{column: row.get(column) for column in schema} for row in full]
    assert all(set(row) <= set(schema) for row in full)
    return contract.validate(pl.DataFrame(known, schema=schema))


def facts(**rows: Iterable[Row]) -> dict[str, pl.LazyFrame]:
    """Every fact, those not given without rows."""
    return {name: fact(name, rows.get(name, ())).lazy() for name in FACTS}


WEEK = review_week("2026-W47")
AS_OF = WEEK.ends_on
PERIODS = review_periods(WEEK, Calendar())
STAGED = catalogue_for([Stage("谈判", position=1), Stage("成交", "won", 2)])


def points(**rows: Iterable[Row]) -> pl.DataFrame:
    """Metric points of every period of 2026-W47."""
    return metric_points(facts(**rows), STAGED, PERIODS, as_of=AS_OF)
