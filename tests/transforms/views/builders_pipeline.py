"""Open deals, the funnel and silent customers."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from tests.transforms.views.frames import WEEK, frame
from transforms.tables.facts import OpenDeal
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


def dormant() -> pl.DataFrame:
    """Two customers that have gone silent, one of them a key account."""
    account = {"team": "华东二部", "rep": "E021", "last_ordered_on": date(2026, 4, 3)}
    rows = [
        account
        | {
            "account_id": f"D{number}",
            "account_name": name,
            "is_key": number == 1,
            "months_silent": 6 + number,
            "sales_before": Decimal(amount),
        }
        for number, (name, amount) in enumerate((("远航动力", 1_260_000), ("东岳机电", 310_000)), 1)
    ]
    return frame(REVIEW["dormant_account"], rows)
