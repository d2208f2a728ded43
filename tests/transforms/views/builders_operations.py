"""What was loaded, rejected and reconciled."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl

from tests.transforms.views.frames import QUARTER, WEEK, frame
from transforms.tables.ops import OPS
from transforms.tables.review import REVIEW


def operations() -> dict[str, pl.DataFrame]:
    """Files, rejects, findings and control totals of the company."""
    arrived = datetime(2026, 11, 23, 6, 0, tzinfo=UTC).replace(tzinfo=None)
    files = [
        {
            "load_number": number,
            "source": source,
            "entity": entity,
            "file_name": name,
            "file_id": f"{number:064x}",
            "arrived_at": arrived,
            "rows_read": read,
            "rows_opened": read - 14,
            "rows_unchanged": 10,
            "rows_rejected": 3,
            "rows_superseded": 1,
            "rows_deleting": 0,
            "versions_closed": 2,
        }
        for number, (source, entity, name, read) in enumerate(
            (
                ("crm_leads", "lead", "线索.csv", 93_512),
                ("erp_orders", "order_line", "销售订单_2026.xlsx", 41_877),
                ("crm_deals", "opportunity", "商机.csv", 18_204),
            ),
            1,
        )
    ]
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
    return {
        "file": frame(OPS["file"], files),
        "reject": frame(OPS["reject"], rejects),
        "finding": frame(OPS["finding"], [finding]),
        "reconciliation": frame(REVIEW["reconciliation"], [control]),
    }
