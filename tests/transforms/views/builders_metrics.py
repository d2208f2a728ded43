"""Metric values and history of a small company in literal numbers."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.frames import FACTOR, STARTS, WAN, WEEK, frame
from transforms.catalogue import CATALOGUE
from transforms.tables.review import REVIEW

TEAMS = {
    "华东一部": ("华东", 612, 640),
    "华东二部": ("华东", 388, 583),
    "华东三部": ("华东", 405, 421),
    "华南一部": ("华南", 702, 655),
    "华南二部": ("华南", 596, 610),
    "华北部": ("华北", 548, 560),
    "华中部": ("华中", 431, 402),
    "西南部": ("西部", 265, 308),
    "西北部": ("西部", 182, 196),
    "大客户部": ("总部", 598, 650),
    "经销商部": ("总部", 200, 256),
    "线上部": ("总部", 214, 180),
}
"""Team: region, sales of the quarter and plan due, in 万元."""

OTHER_METRICS: Mapping[str, tuple[str, str, str | None, str]] = {
    "contract_amount": ("4020000", "1", "4500000", "5210000"),
    "cash_collected": ("6260000", "1", "6157000", "6000000"),
    "gross_margin": ("1978000", "6710000", "0.31", "0.302"),
    "leads": ("608", "1", "640", "622"),
    "qualified_leads": ("412", "1", "560", "548"),
    "effective_visits": ("331", "1", "340", "336"),
    "discovery_depth": ("402", "612", "0.65", "0.66"),
    "proposals": ("78", "1", "70", "66"),
    "win_rate": ("23", "106", None, "0.224"),
    "lead_conversion": ("73", "608", "0.15", "0.15"),
    "new_customers": ("9", "1", "11", "10.5"),
    "aov": ("6710000", "214", None, "30800"),
    "sales_cycle_days": ("1311", "23", "60", "58.2"),
    "repurchase_rate": ("2", "3", None, "0.31"),
}
"""Metric: numerator, denominator, due and baseline of the week, company-wide."""

TREND = (742, 735, 751, 760, 729, 744, 752, 742, 768, 731, 728, 706)


def value_row(
    metric: str,
    scope: tuple[str, str],
    period: str,
    sides: tuple[Decimal, Decimal],
    due: Decimal | None,
    baseline: Decimal | None = None,
    **more: Any,  # noqa: ANN401 (any column of the contract)
) -> dict[str, Any]:
    """One metric value with lights that follow D-15 for these simple numbers."""
    numerator, denominator = sides
    value = numerator / denominator
    better = -1 if CATALOGUE[metric].better == "down" else 1
    plan = None if due is None else better * (value - due) / abs(due)
    past = None if baseline is None else better * (value - baseline) / abs(baseline)
    plan_light = _colour(plan, Decimal(0), Decimal("-0.1"))
    past_light = _colour(past, Decimal("-0.1"), Decimal("-0.2"))
    worst = min(plan_light, past_light, key=("red", "yellow", "green", "grey").index)
    low, high = (
        (baseline * Decimal("0.85"), baseline * Decimal("1.15")) if baseline else (None,) * 2
    )
    is_signal = bool(low is not None and high is not None and not low <= value <= high)
    return {
        "metric": metric,
        "scope_kind": scope[0],
        "scope": scope[1],
        "period_kind": period,
        "period_start": STARTS[period],
        "period_end": WEEK.ends_on,
        "numerator": numerator,
        "denominator": denominator,
        "value": float(value),
        "n": int(denominator if denominator != 1 else abs(numerator)),
        "unit": CATALOGUE[metric].unit,
        "state": "ok" if numerator else "zero",
        "target": None if due is None else due * Decimal("1.7") if denominator == 1 else due,
        "due": due,
        "target_state": "no_target" if due is None else "ok",
        "previous": float(value * Decimal("1.02")),
        "last_year": float(value * Decimal("0.91")),
        "baseline": None if baseline is None else float(baseline),
        "limit_low": None if low is None else float(low),
        "limit_high": None if high is None else float(high),
        "is_signal": is_signal,
        "deviation_plan": None if plan is None else float(plan),
        "deviation_baseline": None if past is None else float(past),
        "light_plan": plan_light,
        "light_baseline": past_light,
        "light": worst,
        "light_reason": None,
        "is_within_noise": baseline is not None and not is_signal,
        **more,
    }


def _colour(deviation: Decimal | None, green: Decimal, yellow: Decimal) -> str:
    if deviation is None:
        return "grey"
    return "green" if deviation >= green else "yellow" if deviation >= yellow else "red"


def _sales(scope: tuple[str, str], actual: int, due: int) -> list[dict[str, Any]]:
    rows = []
    for period, factor in FACTOR.items():
        now = Decimal(actual * WAN * factor) / 7
        plan = Decimal(due * WAN * factor) / 7
        past = plan * Decimal("1.03") if period == "week" else None
        sides = (now.quantize(Decimal("0.01")), Decimal(1))
        rows.append(
            value_row("sales_amount", scope, period, sides, plan.quantize(Decimal("0.01")), past)
        )
    return rows


def metric_values() -> pl.DataFrame:
    """Values of the company, its regions and teams, and the reps of 华东二部."""
    rows = _sales(("company", "company"), _total(1), _total(2))
    for region in sorted({team[0] for team in TEAMS.values()}):
        parts = [team for team in TEAMS.values() if team[0] == region]
        actual, due = sum(part[1] for part in parts), sum(part[2] for part in parts)
        rows += _sales(("region", region), actual, due)
    for name, (_, actual, due) in TEAMS.items():
        rows += _sales(("team", name), actual, due)
    for number, (actual, due) in enumerate(((120, 150), (98, 140), (110, 150), (60, 143)), 1):
        rows += _sales(("rep", f"E02{number}"), actual, due)
    for scope, share in ((("company", "company"), 1), (("team", "华东二部"), 10)):
        for metric, (top, bottom, target, past) in OTHER_METRICS.items():
            is_sum = bottom == "1"
            for period, factor in FACTOR.items():
                scale = Decimal(factor) / share
                sides = (Decimal(top) * scale, Decimal(1) if is_sum else Decimal(bottom) * scale)
                plan = None if target is None else Decimal(target) * (scale if is_sum else 1)
                base = Decimal(past) / (share if is_sum else 1) if period == "week" else None
                rows.append(value_row(metric, scope, period, sides, plan, base))
    rows = [_too_few(row) if row["metric"] == "repurchase_rate" else row for row in rows]
    return frame(REVIEW["metric_value"], rows)


def _too_few(row: dict[str, Any]) -> dict[str, Any]:
    grey = {"light_plan": "grey", "light_baseline": "grey", "light": "grey"}
    return row | grey | {"state": "too_few_cases", "light_reason": "too_few_cases", "n": 3}


def _total(place: int) -> int:
    return sum(int(team[place]) for team in TEAMS.values())


def metric_history() -> pl.DataFrame:
    """Weekly points of a year and a bit, and 24 months, of the company and 华东二部."""
    rows = []
    for scope, share in ((("company", "company"), 1), (("team", "华东二部"), 12)):
        for back in range(1, 60):
            end = WEEK.ends_on - timedelta(weeks=back)
            amount = Decimal(TREND[-((back - 1) % 12) - 1] * WAN - back * 9000) / share
            rows.append(_point("sales_amount", scope, "week", (end - timedelta(6), end), amount))
            for metric, (_, _, _, past) in OTHER_METRICS.items():
                wave = Decimal(past) * (1 + Decimal((back * 7) % 13 - 6) / 100)
                rows.append(_point(metric, scope, "week", (end - timedelta(6), end), wave))
        for back in range(1, 24):
            year, month = divmod(2026 * 12 + 10 - back, 12)
            start = date(year, month + 1, 1)
            end = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(1)
            amount = Decimal((2810 - back * 23 + (back * 37) % 400) * WAN) / share
            rows.append(_point("sales_amount", scope, "month", (start, end), amount))
    return frame(REVIEW["metric_history"], rows)


def _point(
    metric: str, scope: tuple[str, str], kind: str, days: tuple[date, date], amount: Decimal
) -> dict[str, Any]:
    amount = amount.quantize(Decimal("0.0001"))
    return {
        "metric": metric,
        "scope_kind": scope[0],
        "scope": scope[1],
        "period_kind": kind,
        "period_start": days[0],
        "period_end": days[1],
        "numerator": amount,
        "denominator": 1,
        "value": float(amount),
        "n": 100,
    }
