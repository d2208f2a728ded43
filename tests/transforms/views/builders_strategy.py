"""The strategy table, and what came of it and of a milestone."""

from datetime import date
from decimal import Decimal
from typing import Any

STRATEGY: list[dict[str, Any]] = [
    {
        "strategy_id": "S1",
        "module": "渠道",
        "action": "暂停低质渠道，改投行业展会",
        "owner": "周敏",
        "resource": "展会预算 60 万",
        "due_on": date(2026, 12, 5),
        "expected_effect": "有效线索 +80 条/周",
    },
    {
        "strategy_id": "S2",
        "module": "产品",
        "action": "初创客户标准方案包",
        "owner": "王磊",
        "resource": "方案工程师 2 人",
        "due_on": date(2026, 11, 30),
        "expected_effect": "成交率 +3 pp",
    },
]

PLAN_EFFECTS: list[dict[str, Any]] = [
    {
        "entity": "strategy_item",
        "item_id": "S1",
        "scope_kind": "company",
        "scope": "company",
        "metric": "leads",
        "expected": Decimal(80),
        "before": 400.0,
        "after": None,
        "moved": None,
        "noise_band": None,
        "weeks_before": 13,
        "weeks_after": 0,
        "noise_basis": "working_days",
        "verdict": "too_early",
    },
    {
        "entity": "strategy_item",
        "item_id": "S2",
        "scope_kind": "company",
        "scope": "company",
        "metric": "win_rate",
        "expected": Decimal("0.03"),
        "before": 0.17,
        "after": 0.205,
        "moved": 0.035,
        "noise_band": 0.02,
        "weeks_before": 13,
        "weeks_after": 3,
        "noise_basis": "as_is",
        "verdict": "worked",
    },
    {
        "entity": "task",
        "item_id": "T1",
        "scope_kind": "team",
        "scope": "华东二部",
        "metric": "contract_amount",
        "expected": Decimal(300_000),
        "before": 500_000.0,
        "after": None,
        "moved": None,
        "noise_band": None,
        "weeks_before": 13,
        "weeks_after": 0,
        "noise_basis": "working_days",
        "verdict": "too_early",
    },
]
