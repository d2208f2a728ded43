"""Goals, strategy, tasks, risks, asks and actions."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.builders_strategy import PLAN_EFFECTS, STRATEGY
from tests.transforms.views.frames import QUARTER, frame
from transforms.tables import ENTITIES
from transforms.tables.review import REVIEW
from transforms.why.register import action_items


def plan() -> dict[str, pl.DataFrame]:
    """Goals with the model figures of D-22, strategy, tasks, risks, asks and actions."""
    goal: dict[str, Any] = {"scope_kind": "company", "scope": "company", "starts_on": QUARTER}
    goal |= {"due_on": date(2026, 12, 31), "owner": "刘总", "dimension": "整体"}
    goals = [
        goal
        | {
            "goal_id": "G1",
            "statement": "四季度销售额 9,284 万",
            "metric": "sales_amount",
            "target_value": Decimal(92_837_000),
            "unit": "元",
            "key_action": "大客户攻坚 + 展会获客",
        },
        goal
        | {
            "goal_id": "G2",
            "dimension": "渠道",
            "statement": "线索转化率达到 15%",
            "metric": "lead_conversion",
            "target_value": Decimal("0.15"),
            "key_action": "分级跟进，24 小时内首触",
        },
        {
            "goal_id": "G3",
            "dimension": "客户",
            "statement": "提升客户满意度",
            "scope_kind": "team",
            "scope": "华东二部",
        },
    ]
    flaws = [("G3", "M", "no_metric"), ("G3", "T", "no_deadline"), ("G3", "A", "no_owner")]
    assignment = [
        {
            "rep_id": f"E02{number}",
            "rep_name": name,
            "team": "华东二部",
            "region": "华东",
            "manager": "王磊",
            "valid_from": date(2024, 1, 1),
        }
        for number, name in enumerate(("陈思远", "李佳宁", "赵一鸣", "孙浩然"), 1)
    ]
    contract = {
        "contract_id": "HT-2611",
        "contract_name": "启明能源储能产线合同",
        "account_id": "A1",
        "rep_id": "E021",
        "amount": Decimal(4_200_000),
        "status": "合同审批中",
        "approval_step": "法务审批",
        "approval_due_on": date(2026, 11, 19),
    }
    account = {"account_id": "A1", "account_name": "启明能源"}
    return {
        "goal": frame(ENTITIES["goal"], goals),
        "goal_check": frame(
            REVIEW["goal_check"],
            [{"goal_id": g, "criterion": c, "flaw": f} for g, c, f in flaws],
        ),
        "goal_progress": frame(REVIEW["goal_progress"], PROGRESS),
        "plan_flaw": frame(REVIEW["plan_flaw"], FLAWS),
        "assignment": frame(ENTITIES["assignment"], assignment),
        "contract": frame(ENTITIES["contract"], [contract]),
        "account": frame(ENTITIES["account"], [account]),
        "strategy_item": frame(ENTITIES["strategy_item"], STRATEGY),
        "resource": frame(ENTITIES["resource"], RESOURCES),
        "task": frame(ENTITIES["task"], TASKS),
        "risk": frame(ENTITIES["risk"], RISKS),
        "action": frame(ENTITIES["action"], ACTIONS),
        "action_item": action_items(
            frame(ENTITIES["action"], ACTIONS), frame(REVIEW["case_answer"], []), "2026-W47"
        ),
        "action_effect": frame(REVIEW["action_effect"], EFFECTS),
        "plan_effect": frame(REVIEW["plan_effect"], PLAN_EFFECTS),
    }


PROGRESS: list[dict[str, Any]] = [
    {
        "goal_id": "G1",
        "target": Decimal(92_837_000),
        "due": Decimal(50_000_000),
        "actual": Decimal(44_999_999),
        "attainment": 0.4847,
        "state": "ok",
        "days_since_start": 52,
        "warning_days": 30,
        "is_at_risk": True,
    },
    {
        "goal_id": "G2",
        "target": Decimal("0.15"),
        "due": Decimal("0.15"),
        "actual": Decimal("0.14"),
        "attainment": 0.9333,
        "state": "ok",
        "days_since_start": 52,
        "warning_days": 30,
        "is_at_risk": False,
    },
    {"goal_id": "G3", "state": "no_target"},
]

_REST: dict[str, Any] = {
    "flaw": "undecomposed",
    "metric": "sales_amount",
    "scope_kind": "company",
    "scope": "company",
    "period_start": QUARTER,
    "period_end": date(2026, 12, 31),
    "part_kind": "region",
    "parent": Decimal(5_000_000),
    "parts": Decimal(1_500_000),
    "amount": Decimal(3_500_000),
}
FLAWS: list[dict[str, Any]] = [
    _REST,
    _REST
    | {"flaw": "children_exceed_parent", "part_kind": "time"}
    | {"parent": Decimal(100), "parts": Decimal(101), "amount": Decimal(1)},
]

RESOURCES: list[dict[str, Any]] = [
    {
        "resource_id": "R1",
        "goal_id": "G1",
        "kind": "人员",
        "description": "法务专人 2 周，处理积压合同",
        "needed_on": date(2026, 11, 25),
        "status": "未落实",
        "is_met": False,
        "asked_by": "王磊",
    },
    {
        "resource_id": "R2",
        "goal_id": "G2",
        "kind": "预算",
        "description": "华东展会名单与展位",
        "amount": Decimal(600_000),
        "obtained_by": "市场部年度预算",
        "needed_on": date(2026, 11, 27),
        "status": "审批中",
        "is_met": False,
        "asked_by": "周敏",
    },
]

TASKS: list[dict[str, Any]] = [
    {
        "task_id": "T1",
        "task_name": "启明能源合同审批",
        "owner": "陈思远",
        "team": "华东二部",
        "planned_start_on": date(2026, 10, 20),
        "planned_end_on": date(2026, 11, 19),
        "progress_share": 0.9,
        "progress_note": "合同审批中",
        "risk": "法务排期",
        "countermeasure": "请法务部加急",
    },
    {
        "task_id": "T2",
        "task_name": "行业展会筹备",
        "owner": "周敏",
        "team": "华东一部",
        "planned_start_on": date(2026, 9, 20),
        "planned_end_on": date(2026, 12, 20),
        "progress_share": 0.3,
        "progress_note": "设计中",
    },
    {
        "task_id": "T3",
        "task_name": "老客户升级包上线",
        "owner": "李佳宁",
        "team": "华东二部",
        "planned_start_on": date(2026, 10, 8),
        "planned_end_on": date(2026, 11, 10),
        "actual_end_on": date(2026, 11, 9),
        "progress_share": 1.0,
    },
]

RISKS: list[dict[str, Any]] = [
    {
        "risk_id": "K1",
        "origin": "external",
        "description": "竞品降价 10%",
        "level": "high",
        "trigger": "报价被比价三次以上",
        "contingency": "启动特价审批，附加服务包",
        "owner": "王磊",
        "due_on": date(2026, 12, 1),
        "status": "监控中",
        "team": "华东二部",
    },
    {
        "risk_id": "K2",
        "origin": "internal",
        "description": "关键部件缺货",
        "level": "medium",
        "trigger": "库存低于 2 周用量",
        "contingency": "备用供应商 2 家",
        "owner": "采购部",
        "status": "监控中",
    },
]

EFFECTS: list[dict[str, Any]] = [
    {
        "action_id": "A1",
        "scope_kind": "team",
        "scope": "华南一部",
        "metric": "proposals",
        "expected": Decimal(5),
        "before": 12.0,
        "after": 18.5,
        "moved": 6.5,
        "noise_band": 3.2,
        "weeks_before": 13,
        "weeks_after": 2,
        "noise_basis": "working_days",
        "verdict": "worked",
        "proposal": "standardise",
    },
    {
        "action_id": "A2",
        "scope_kind": "team",
        "scope": "线上部",
        "metric": "leads",
        "expected": Decimal(40),
        "before": 80.0,
        "after": 78.0,
        "moved": -2.0,
        "noise_band": 9.0,
        "weeks_before": 13,
        "weeks_after": 1,
        "noise_basis": "working_days",
        "verdict": "no_effect",
        "proposal": "stop",
    },
]
ACTIONS: list[dict[str, Any]] = [
    {
        "action_id": "A1",
        "decided_in_week": "2026-W45",
        "action": "华南老客户升级包",
        "team": "华南一部",
        "owner": "何晓",
        "due_on": date(2026, 11, 20),
        "status": "已完成",
        "effect_metric": "proposals",
        "effect_delta": Decimal(5),
    },
    {
        "action_id": "A2",
        "decided_in_week": "2026-W46",
        "action": "线上投放加码",
        "team": "线上部",
        "owner": "郑可",
        "due_on": date(2026, 11, 20),
        "status": "进行中",
        "effect_metric": "leads",
        "effect_delta": Decimal(40),
    },
]
