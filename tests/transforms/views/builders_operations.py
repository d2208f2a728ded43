"""What was loaded, rejected and reconciled."""

from decimal import Decimal

import polars as pl

from tests.transforms.views.builders_quality import judged, known, load, profile
from tests.transforms.views.frames import QUARTER, WEEK, frame
from transforms.tables.ops import OPS
from transforms.tables.review import REVIEW

ROUTINE = {"rows_unchanged": 10, "rows_rejected": 3, "rows_superseded": 1, "versions_closed": 2}


def operations() -> dict[str, pl.DataFrame]:
    """Files, rejects, findings and control totals of the company."""
    loads = [
        load(1, "crm_leads", 0, 93_512, entity="lead", file_name="线索.csv", **ROUTINE),
        load(2, "erp_orders", 0, 41_877, file_name="销售订单_2026.xlsx", **ROUTINE),
        load(3, "crm_deals", 0, 18_204, entity="opportunity", file_name="商机.csv", **ROUTINE),
    ]
    sources = [
        known("crm_leads", title="线索", entity="lead", mode="snapshot"),
        known("erp_orders", title="销售订单"),
        known("crm_deals", title="商机", entity="opportunity", mapped=["account_id", "rep_id"]),
    ]
    profiles = profile(3, 18_200, account_id=18_200, rep_id=18_018)
    rejects = [
        {
            "load_number": 1,
            "row_number": 100 + number,
            "rule": "not_a_date",
            "column": "创建日期",
            "value": "2026-02-30",
            "message": "日期不存在，请在来源系统更正",
        }
        for number in range(3)
    ]
    finding = {
        "source": "erp_orders",
        "rule": "unknown_account",
        "value": "KH-0999",
        "rows": 4,
        "amount": Decimal(182_000),
        "message": "订单中的客户编号不在客户档案中；在 sources/erp_orders.toml 加 aliases",
    }
    control = {
        "metric": "sales_amount",
        "scope_kind": "company",
        "scope": "company",
        "period_start": QUARTER,
        "period_end": WEEK.ends_on,
        "warehouse_amount": Decimal(51_410_000),
        "control_amount": Decimal(51_410_000),
        "difference": Decimal(0),
    }
    found = frame(OPS["finding"], [finding])
    return {
        **judged(sources, loads, profiles, found, rejects),
        "reject": frame(OPS["reject"], rejects),
        "finding": found,
        "reconciliation": frame(REVIEW["reconciliation"], [control]),
    }
