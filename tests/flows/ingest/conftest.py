"""A small company with a customer list, orders, opportunities and targets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from flows.company import Company, open_company
from flows.ingest import IngestReport, ingest
from flows.warehouse import core_table, reader

MONDAY = datetime(2026, 11, 16, 1, tzinfo=UTC)
"""The instant of the first run; the next ones are so many weeks later."""

COMPANY = """
[company]
name = "海川设备"
[[stages]]
name = "需求确认"
[[stages]]
name = "谈判"
[[stages]]
name = "成交"
outcome = "won"
"""

ACCOUNT = """
title = "客户"
entity = "account"
files = "客户*.csv"
[columns]
account_id = "客户编号"
account_name = "名称"
"""

ORDER = """
title = "订单"
entity = "order_line"
files = "订单*.csv"
[columns]
order_id = "单号"
line_number = "行号"
document_kind = { value = "sale" }
ordered_on = "日期"
account_id = "客户"
net_amount = "金额"
"""

OPPORTUNITY = """
title = "商机"
entity = "opportunity"
files = "商机*.csv"
mode = "delta"
[columns]
opportunity_id = "编号"
stage = "阶段"
closed_on = "关闭"
[columns.outcome]
source = "阶段"
map = { "需求确认" = "open", "谈判" = "open", "成交" = "won", "试用" = "open" }
"""

LOST_REASON = OPPORTUNITY.replace("[columns]\n", '[columns]\nlost_reason = { value = "未知" }\n')
"""The same source after a change of its settings."""

TARGET = """
title = "目标"
entity = "target"
files = "目标*.csv"
folder = "plan"
[columns]
metric = { value = "sales_amount" }
scope_kind = { value = "region" }
scope = "区域"
period_start = { value = "2026-10-01" }
period_end = { value = "2026-12-31" }
target_value = "目标值"
owner = "责任人"
"""

ORDERS = "单号,行号,日期,客户,金额\nS1,1,2026-11-03,K1,100\nS2,1,2026-11-04,K2,200.50\n"
ACCOUNTS = "客户编号,名称\nK1,海川重工\nK2,启明能源\n"


class Desk:
    """Sales ops at work on one company: puts exports there, runs, looks at what is known."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def source(self, name: str, text: str) -> None:
        """Write a source file; the company is opened anew, as a next run would."""
        (self.company.folder / "sources" / f"{name}.toml").write_text(text, "utf-8")
        self.company = open_company(self.company.folder)

    def put(self, name: str, content: str | bytes, folder: str = "inbox") -> Path:
        """Put an export into the inbox (or the plan folder)."""
        path = self.company.folder / folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, weeks: int = 0) -> IngestReport:
        """Run the ingest so many weeks after the first Monday."""
        return ingest(self.company, MONDAY + timedelta(weeks=weeks))

    def known(self, entity: str, weeks: float = 52) -> pl.DataFrame:
        """The rows of an entity as known so many weeks after the first Monday."""
        with reader(self.company.warehouse) as connection:
            return core_table(connection, entity, MONDAY + timedelta(weeks=weeks))

    def amounts(self, weeks: float = 52) -> dict[str, float]:
        """Order number to net amount, as known then."""
        rows = self.known("order_line", weeks).select("order_id", pl.col("net_amount").cast(float))
        return {str(key): float(value) for key, value in rows.iter_rows()}

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of the core and ops tables that holds any, in a fixed order."""
        with reader(self.company.warehouse) as connection:
            names = connection.sql(
                "select table_schema || '.' || table_name from information_schema.tables"
                " where table_schema in ('core', 'ops') order by 1"
            ).fetchall()
            tables = {
                str(name): connection.sql(f"select * from {name} order by all").fetchall()  # noqa: S608
                for (name,) in names
            }
        return {name: rows for name, rows in tables.items() if rows}


def set_up(folder: Path, settings: str = COMPANY, **sources: str) -> Desk:
    """Write a company folder with the sources named."""
    for name in ("sources", "inbox", "plan"):
        (folder / name).mkdir(parents=True)
    (folder / "fupan.toml").write_text(settings, "utf-8")
    for name, text in sources.items():
        (folder / "sources" / f"{name}.toml").write_text(text, "utf-8")
    return Desk(open_company(folder))


@pytest.fixture
def make_desk(tmp_path: Path) -> Callable[..., Desk]:
    """Set up a company with the sources named."""
    return partial(set_up, tmp_path / "acme")


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """The company with its customer list and its orders."""
    return make_desk(account=ACCOUNT, order=ORDER)
