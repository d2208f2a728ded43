"""Open deals, the funnel, the pipeline bridge and silent customers."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from tests.transforms.views.frames import STARTS, WAN, WEEK, frame
from transforms.tables.facts import OpenDeal
from transforms.tables.pipeline import STEPS
from transforms.tables.review import REVIEW

CUSTOMERS = ("江北重工", "启明能源", "长岭包装")


def deals() -> pl.DataFrame:
    """Eighteen open deals over three teams, some past their stage's allowed days."""
    stages = ("需求确认", "方案呈现", "谈判")
    rows = [
        {
            "occurred_on": WEEK.ends_on,
            "region": "华东",
            "team": ("华东二部", "华东一部", "大客户部")[number % 3],
            "rep": f"E02{number % 4 + 1}",
            "product_line": "输送系统",
            "channel": "直销",
            "account_id": "A1",
            "opportunity_id": f"O{number:03}",
            "opportunity_name": f"{CUSTOMERS[number % 3]}产线改造 {number} 期",
            "segment": "集团",
            "stage": stages[number % 3],
            "stage_entered_on": WEEK.ends_on - timedelta(10 + number * 3),
            "stage_days": 10 + number * 3,
            "allowed_days": 30,
            "win_probability": (0.2, 0.4, 0.7)[number % 3],
            "expected_close_on": date(2026, 12, 1) + timedelta(number * 3),
            "amount": Decimal(4_200_000 - number * 190_000),
            "weighted_amount": Decimal(4_200_000 - number * 190_000)
            * (Decimal("0.2"), Decimal("0.4"), Decimal("0.7"))[number % 3],
            "next_step": "演示样机" if number % 2 else "商务条款确认，等待客户技术部回复",
        }
        for number in range(18)
    ]
    return frame(OpenDeal, rows)


def funnel() -> pl.DataFrame:
    """Four stages of the company and of 华东二部; 方案呈现 is the bottleneck."""
    stages = (
        ("线索挖掘", 900, 540, 0.61, 310),
        ("需求确认", 540, 330, 0.60, 182),
        ("方案呈现", 330, 112, 0.45, 96),
        ("谈判", 112, 69, 0.62, 41),
    )
    rows = [
        {
            "scope_kind": kind,
            "scope": scope,
            "stage": stage,
            "position": place,
            "left_forward": forward // part,
            "left": left // part,
            "conversion": (forward // part) / (left // part),
            "baseline_conversion": before,
            "mean_days": 12.5 + place,
            "open_count": waiting // part,
            "open_amount": Decimal(waiting * 210_000 // part),
            "overdue_count": place * 2,
            "is_bottleneck": stage == "方案呈现",
        }
        for kind, scope, part in (("company", "company", 1), ("team", "华东二部", 10))
        for place, (stage, left, forward, before, waiting) in enumerate(stages, 1)
    ]
    return frame(REVIEW["funnel_stage"], rows)


def win_rates() -> pl.DataFrame:
    """Two windows of the company and of 华东二部: fewer deals won, the large ones among them."""
    rows = [
        {
            "scope_kind": kind,
            "scope": scope,
            "window_start": WEEK.ends_on - timedelta(91 * (back + 1) - 1),
            "window_end": WEEK.ends_on - timedelta(91 * back),
            "won_count": won // part,
            "closed_count": closed // part,
            "by_count": won / closed,
            "won_amount": Decimal(value * WAN // part),
            "closed_amount": Decimal(all_of_it * WAN // part),
            "by_amount": value / all_of_it,
            "without_amount": 3 * (1 - back),
        }
        for kind, scope, part in (("company", "company", 1), ("team", "华东二部", 10))
        for back, won, closed, value, all_of_it in (
            (0, 70, 350, 2900, 9800),
            (1, 90, 360, 2600, 10000),
        )
    ]
    return frame(REVIEW["win_rate"], rows)


_MOVED = {
    "opening": (7612, 210),
    "new": (5090, 160),
    "up": (412, 33),
    "won": (-1330, 28),
    "lost": (-3867, 130),
    "down": (-96, 12),
    "closing": (7821, 212),
}
_DUE = _MOVED | {
    "opening": (5203, 140),
    "new": (3090, 110),
    "pulled_in": (830, 21),
    "pushed_out": (-1145, 30),
    "closing": (3097, 83),
}
"""Value in 万 and deals of the steps of the quarter; the other steps are 0."""


def bridge() -> pl.DataFrame:
    """The pipeline of the company and of 华东二部; no export shows how the month began."""
    rows = []
    for kind, scope, part in (("company", "company", 1), ("team", "华东二部", 10)):
        for period in ("week", "mtd", "qtd"):
            for basis, moved in (("all", _MOVED), ("due", _DUE)):
                unknown = {"reopened", "up", "down", "removed"} if period == "mtd" else set()
                for place, step in enumerate(STEPS, 1):
                    amount, count = moved.get(step, (0, 0))
                    known = {
                        "amount": Decimal(amount * WAN) / part,
                        "deals": count // part,
                        "without_amount": 0,
                    }
                    rows.append(
                        {
                            "scope_kind": kind,
                            "scope": scope,
                            "period_kind": period,
                            "basis": basis,
                            "step": step,
                            "position": place,
                            "period_start": STARTS[period],
                            "period_end": WEEK.ends_on,
                            "due_by": WEEK.ends_on if period == "week" else date(2026, 12, 31),
                            **(dict.fromkeys(known) if step in unknown else known),
                        }
                    )
    return frame(REVIEW["pipeline_bridge"], rows)
