"""A company of two teams and thirty weeks of orders: small enough to publish in seconds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.company import Company, open_company

WEEK = "2026-W46"
MONDAY = datetime(2026, 11, 15, 22, tzinfo=UTC)
"""Monday 06:00 in Shanghai, after the week."""

_LAST_DAY = date(2026, 11, 15)

SETTINGS = """
[company]
name = "海川设备"
"""

ORDERS = """
title = "订单"
entity = "order_line"
files = "订单*.csv"
mode = "delta"
[columns]
order_id = "单号"
line_number = { value = "1" }
document_kind = { value = "sale" }
ordered_on = "日期"
rep_id = "工号"
account_id = "客户"
net_amount = "金额"
"""

ROSTER = """
title = "花名册"
entity = "assignment"
files = "花名册.csv"
[columns]
rep_id = "工号"
rep_name = "姓名"
team = "团队"
region = "大区"
manager = "经理"
valid_from = { value = "1900-01-01" }
"""

TARGETS = """
title = "目标"
entity = "target"
files = "目标.csv"
folder = "plan"
[columns]
metric = { value = "sales_amount" }
scope_kind = { value = "team" }
scope = "团队"
period_start = "开始"
period_end = "结束"
target_value = "目标"
owner = "团队"
"""

BUDGET = """
title = "预算"
entity = "budget"
files = "预算.csv"
folder = "plan"
[columns]
budget_id = "编号"
module = "模块"
period_start = "开始"
period_end = "结束"
amount = "金额"
"""
"""Source of a budget, which the company has where a test gives it one."""

_PEOPLE = "工号,姓名,团队,大区,经理\nR1,王芳,东部一队,东部,李强\nR2,赵磊,西部一队,西部,陈静\n"
_PLAN = (
    "团队,开始,结束,目标\n"
    "东部一队,2026-10-01,2026-12-31,130000\n"
    "西部一队,2026-10-01,2026-12-31,260000\n"
)


def order(number: int, day: date, rep: str, amount: str) -> str:
    """One line of the order export."""
    return f"S{number:04d},{day:%Y/%m/%d},{rep},K{number % 7},{amount}\n"


def orders(last_day: date = _LAST_DAY, weeks: int = 30) -> str:
    """The order export: one order a working day and rep; the east sells half of what is due."""
    lines = ["单号,日期,工号,客户,金额\n"]
    for back in range(weeks * 7, -1, -1):
        day = last_day - timedelta(days=back)
        if day.isoweekday() <= 5:
            number = len(lines)
            east = "1000.10" if back > 42 else "1050.20"
            lines.append(order(number, day, "R1", east))
            lines.append(order(number + 1, day, "R2", "4000.55"))
    return "".join(lines)


def make_company(folder: Path, settings: str = SETTINGS) -> Company:
    """Write the company into a folder, its exports waiting in the inbox."""
    for name in ("sources", "inbox", "plan"):
        (folder / name).mkdir(parents=True)
    (folder / "fupan.toml").write_text(settings, "utf-8")
    sources = {"order": ORDERS, "roster": ROSTER, "target": TARGETS}
    for name, text in sources.items():
        (folder / "sources" / f"{name}.toml").write_text(text, "utf-8")
    (folder / "inbox" / "订单.csv").write_text(orders(), "utf-8")
    (folder / "inbox" / "花名册.csv").write_text(_PEOPLE, "utf-8")
    (folder / "plan" / "目标.csv").write_text(_PLAN, "utf-8")
    return open_company(folder)
