"""Three cases with a page, and two lines."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.transforms.views.frames import STARTS, WEEK, frame
from transforms.tables.review import REVIEW


def cases() -> dict[str, pl.DataFrame]:
    """Three cases with a page, one line within noise."""
    variance = [
        _variance(1, "qualified_leads", "team", "华东二部", "week", ("41.2", "56"), has_page=True),
        _variance(2, "sales_amount", "company", "company", "qtd", ("51410000", "54610000"), True),
        _variance(3, "win_rate", "company", "company", "week", ("0.07", "0.12"), has_page=True),
        _variance(4, "sales_amount", "team", "线上部", "qtd", ("2140000", "1800000"), False),
        _variance(5, "proposals", "team", "华东二部", "week", ("7.8", "7"), False, is_noise=True),
    ]
    parts = {
        "c1": (("leads", "-2.4"), ("qualification_rate", "-12.4")),
        "c2": (
            ("opportunities_due", "-2310000"),
            ("win_rate", "-420000"),
            ("deal_size", "370000"),
            ("existing_price", "-120000"),
            ("existing_mix", "240000"),
            ("lost_customers", "-1280000"),
            ("existing_volume", "320000"),
        ),
        "c3": (("rate", "-0.042"), ("mix", "-0.008")),
        "c4": (("new_customers", "250000"), ("existing_volume", "90000")),
        "c5": (("proposals", "0.8"),),
    }
    gaps = {row["case_id"]: Decimal(row["gap"]) for row in variance}
    driver = [
        {
            "case_id": case,
            "driver": code,
            "parent": "gap",
            "position": place,
            "contribution": Decimal(part),
            "share": float(Decimal(part) / gaps[case]),
        }
        for case, listed in parts.items()
        for place, (code, part) in enumerate(listed, 1)
    ]
    return {
        "bridge": frame(REVIEW["bridge"], _bridges(variance, driver)),
        "variance": frame(REVIEW["variance"], variance),
        "driver": frame(REVIEW["driver"], driver),
        "segment": frame(REVIEW["segment"], SEGMENTS),
        "evidence": frame(REVIEW["evidence"], EVIDENCE),
    }


NODES = {
    "new_business": ("opportunities_due", "win_rate", "deal_size"),
    "existing_business": ("existing_price", "existing_mix", "lost_customers", "existing_volume"),
}


def _bridges(variance: list[dict[str, Any]], driver: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tree of each case; that of sales with nodes, and from last year as well."""
    rows = []
    for case in variance:
        code, kind, gap = case["case_id"], case["reference_kind"], case["gap"]
        own = {row["driver"]: row["contribution"] for row in driver if row["case_id"] == code}
        nodes = NODES if code == "c2" else {}
        tree: list[tuple[str, str | None, int, str, Decimal]] = [("gap", None, 0, "total", gap)]
        for node, parts in nodes.items():
            tree.append((node, "gap", 1, "node", sum((own[part] for part in parts), Decimal(0))))
            tree += [(part, node, 2, "driver", own[part]) for part in parts]
        inside = {part for parts in nodes.values() for part in parts}
        tree += [(name, "gap", 1, "driver", own[name]) for name in own if name not in inside]
        for reference_kind, factor in ((kind, 1), *((("last_year", 2),) if nodes else ())):
            rows += [
                {
                    "case_id": code,
                    "reference_kind": reference_kind,
                    "node": node,
                    "parent": parent,
                    "position": place,
                    "depth": depth,
                    "role": role,
                    "contribution": part * factor,
                    "share": float(part / gap),
                }
                for place, (node, parent, depth, role, part) in enumerate(tree)
            ]
    return rows


def _variance(
    rank: int,
    metric: str,
    scope_kind: str,
    scope: str,
    period: str,
    sides: tuple[str, str],
    has_page: bool,
    *,
    is_noise: bool = False,
) -> dict[str, Any]:
    actual, reference = map(Decimal, sides)
    return {
        "case_id": f"c{rank}",
        "rank": rank,
        "metric": metric,
        "scope_kind": scope_kind,
        "scope": scope,
        "period_kind": period,
        "period_start": STARTS[period],
        "period_end": WEEK.ends_on,
        "reference_kind": "baseline" if metric == "win_rate" else "plan",
        "actual": actual,
        "reference": reference,
        "gap": actual - reference,
        "deviation_share": float((actual - reference) / reference),
        "is_within_noise": is_noise,
        "has_page": has_page,
        "story": f"c{rank}",
        "is_beyond_trigger": True,
    }


SEGMENTS: list[dict[str, Any]] = [
    {
        "case_id": "c1",
        "driver": "qualification_rate",
        "position": 1,
        "dimensions": "channel",
        "members": "行业联盟",
        "actual": Decimal("0.08"),
        "reference": Decimal("0.6"),
        "contribution": Decimal("-11.6"),
        "share": 0.7838,
        "residual_share": 0.2162,
    },
    {
        "case_id": "c2",
        "driver": "opportunities_due",
        "position": 1,
        "dimensions": "team × channel",
        "members": "华东二部 × 行业联盟",
        "actual": Decimal(24),
        "reference": Decimal(63),
        "contribution": Decimal(-1_950_000),
        "share": 0.6094,
        "residual_share": 0.3906,
    },
    {
        "case_id": "c3",
        "driver": "rate",
        "position": 1,
        "dimensions": "segment",
        "members": "初创",
        "actual": Decimal("0.07"),
        "reference": Decimal("0.12"),
        "contribution": Decimal("-0.04"),
        "share": 0.8,
        "residual_share": 0.2,
    },
]

EVIDENCE: list[dict[str, Any]] = [
    {
        "case_id": "c1",
        "level": 4,
        "position": 1,
        "kind": "metric",
        "subject": "lead_conversion",
        "actual": 0.09,
        "reference": 0.15,
    },
    {
        "case_id": "c1",
        "level": 4,
        "position": 2,
        "kind": "event",
        "text": "“行业联盟”10 月起按条付费",
    },
    {
        "case_id": "c1",
        "level": 5,
        "position": 1,
        "kind": "question",
        "subject": "qualification_rate",
        "asked_of": "渠道主管 周敏",
        "due_on": date(2026, 11, 24),
    },
    {
        "case_id": "c2",
        "level": 4,
        "position": 1,
        "kind": "question",
        "subject": "opportunities_due",
        "asked_of": "王磊",
        "due_on": date(2026, 11, 24),
    },
    {
        "case_id": "c3",
        "level": 4,
        "position": 1,
        "kind": "metric",
        "subject": "proposals",
        "dimensions": "segment",
        "members": "初创",
        "actual": 80.6,
        "reference": 66.3,
        "lag_weeks": 3,
        "lag_basis": "learned",
        "effect": 21.6,
        "effect_low": 11.2,
        "effect_high": 32.0,
        "n": 564,
        "comparison": "成长型 · 集团",
    },
    {
        "case_id": "c3",
        "level": 4,
        "position": 2,
        "kind": "condition",
        "subject": "price_level",
        "actual": 0.868,
        "reference": 1.018,
        "lag_weeks": 0,
        "lag_basis": "same_week",
        "effect": -0.15,
        "effect_low": -0.27,
        "effect_high": -0.03,
    },
    {
        "case_id": "c3",
        "level": 5,
        "position": 1,
        "kind": "record",
        "subject": "lost_reason",
        "actual": 0.625,
        "reference": 0.25,
        "text": "方案与需求不符",
    },
]
