"""Customers of a small company and of one of its teams, as the pages show them."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.frames import STARTS, WAN, WEEK, frame
from transforms.customers.rules import GROUPS, NO_CUSTOMER, TYPES, UNTYPED
from transforms.tables.customers import CUSTOMERS

SCOPES = (("company", "company", 10), ("team", "华东二部", 1))
_MATRIX = dict(zip((*TYPES, UNTYPED), (3, 2, 4, 6, 5), strict=True))
_GROUPS = dict(zip((*GROUPS, NO_CUSTOMER), (5, 1, 2, 3, 4, 5, 0), strict=True))


def _profile(kind: str, scope: str, times: int) -> list[dict[str, Any]]:
    """Four customers, one a type; the third was of another type a week before."""
    return [
        {
            "scope_kind": kind,
            "scope": scope,
            "account_id": f"C{number}",
            "account_name": f"示例客户{number}",
            "team": "华东二部" if number < 3 else "华东一部",
            "rep": "E021",
            "orders": 10,
            "sales": Decimal(100 * WAN * times // number),
            "recency_score": 5,
            "frequency_score": 4,
            "monetary_score": 3,
            "rfm_state": "ok" if number < 4 else "too_few_cases",
            "value": Decimal(30 * WAN * times // number),
            "value_basis": "gross_profit",
            "is_high_value": number < 3,
            "weighted_pipeline": Decimal(WAN * number),
            "growth": 0.1 * number if number < 4 else None,
            "potential_inputs": 2,
            "potential": 0.2 * number,
            "is_high_potential": number in {1, 3},
            "customer_type": name,
            "type_source": "manual" if number == 1 else "rule",
            "type_before": "maintain" if number == 3 else name,
            "customer_group": "existing",
            **dict.fromkeys(
                ("is_new", "is_key", "is_prospect", "is_dormant", "is_lost", "is_won_back"), False
            ),
            "lifetime_value": 123456.7 if kind == "company" and number < 4 else None,
        }
        for number, name in enumerate(TYPES, 1)
    ]


def _of_scope(kind: str, scope: str, times: int) -> dict[str, list[dict[str, Any]]]:
    own: dict[str, Any] = {"scope_kind": kind, "scope": scope}
    matrix = [
        own
        | {
            "customer_type": name,
            "customers": count * times,
            "sales": Decimal(count * WAN * times),
            "moved_in": int(name == "nurture"),
            "moved_out": int(name == "maintain"),
        }
        for name, count in _MATRIX.items()
    ]
    groups = [
        own
        | {
            "period_kind": period,
            "customer_group": name,
            "period_start": start,
            "period_end": WEEK.ends_on,
            "customers": count * times,
            "sales": Decimal((count + (name == NO_CUSTOMER)) * WAN * times),
        }
        for period, start in STARTS.items()
        for name, count in _GROUPS.items()
    ]
    silent = [
        own
        | {
            "position": place,
            "account_id": f"D{place}",
            "account_name": f"休眠客户{place}",
            "team": "华东二部",
            "customer_group": "dormant",
            "is_key": place == 1,
            "last_ordered_on": date(2026, 4, 3),
            "months_silent": 7,
            "amount": Decimal(80 * WAN),
            "running_amount": Decimal(80 * WAN * place),
        }
        for place in range(1, 6)
    ]
    reasons = [
        own
        | {
            "position": place,
            "reason": reason,
            "customers": 2,
            "amount": Decimal(amount * WAN),
            "share": amount / 100,
        }
        for place, (reason, amount) in enumerate((("转向竞品", 60), (None, 40)), 1)
    ]
    cohorts = [
        own
        | {
            "cohort_start": start,
            "quarters_since": since,
            "customers": 20 * times,
            "repeat_customers": 5 * times,
            "repurchase_share": 0.25,
            "is_complete": since < quarters - 1,
        }
        for start, quarters in ((date(2026, 7, 1), 2), (date(2026, 10, 1), 1))
        for since in range(quarters)
    ]
    return {
        "customer_profile": _profile(kind, scope, times),
        "customer_matrix": matrix,
        "customer_group": groups,
        "win_back": silent,
        "churn_reason": reasons,
        "cohort_repurchase": cohorts,
    }


def _health() -> list[dict[str, Any]]:
    return [
        {
            "account_id": f"C{number}",
            "account_name": f"示例客户{number}",
            "team": "华东二部" if number < 3 else "华东一部",
            "sales": Decimal(100 * WAN // number),
            "usage": 0.4,
            "coverage": 0.8 if number < 4 else 0.4,
            "health": 0.45 + 0.1 * number,
            "change": -0.123456 if number in {1, 3} else 0.0,
            "light": ("red", "yellow", "green", "grey")[number - 1],
            "is_warning": number in {1, 3},
            "cause": "usage" if number in {1, 3} else None,
            "proposal": "service_package" if number in {1, 3} else None,
        }
        for number in range(1, 5)
    ]


def lifetime(**changed: object) -> pl.DataFrame:
    """The row of a model that fits."""
    row: dict[str, Any] = {
        "model": "BG/NBD + Gamma-Gamma",
        "state": "ok",
        "value_basis": "gross_profit",
        "margin_share": 0.34,
        "horizon_months": 36,
        "monthly_discount_rate": 0.01,
        "customers": 15,
        "total_value": 3_456_789.12,
        "new_customer_value": 20_000.4,
        "predicted_purchases": 151.6,
        "actual_purchases": 160,
        "acquisition_spend": Decimal(1_000_000),
        "new_customers": 500,
        "cac": 2000.0,
        "ltv_cac": 10.0002,
    }
    return frame(CUSTOMERS["lifetime_model"], [row | changed])


def customers() -> dict[str, pl.DataFrame]:
    """Every table of customers."""
    parts = [_of_scope(*scope) for scope in SCOPES]
    tables = {
        name: frame(CUSTOMERS[name], [row for part in parts for row in part[name]])
        for name in parts[0]
    }
    health = frame(CUSTOMERS["customer_health"], _health())
    return tables | {"customer_health": health, "lifetime_model": lifetime()}
