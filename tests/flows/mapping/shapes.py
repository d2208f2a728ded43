"""The same six deals (or orders) in shapes that nobody has described: written as bytes."""

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import xlsxwriter

DEALS = [
    ("SJ1", "进行中", Decimal(125000), date(2026, 1, 3), None),
    ("SJ2", "赢单", Decimal(12005000), date(2026, 2, 13), date(2026, 5, 1)),
    ("SJ3", "输单", Decimal(300000), date(2026, 3, 25), date(2026, 6, 30)),
    ("SJ4", "赢单", Decimal(99900), date(2026, 4, 5), date(2026, 7, 14)),
]
"""Number, status, amount, day of opening, day of closing."""
LINES = [
    ("A1", 1, date(2026, 11, 3), Decimal("1234.50")),
    ("A1", 2, date(2026, 11, 3), Decimal("99.00")),
    ("A2", 1, date(2026, 11, 14), Decimal("-15.25")),
    ("A3", 1, date(2026, 11, 25), Decimal("12000.00")),
]
"""Order, line, day, net amount."""


def chinese_report() -> bytes:
    """GB18030, title and unit above, 万元, Chinese days, a total row below."""
    rows = [
        f'{number},项目,客户,阶段,{status},"{amount / 10000:,}",'
        f"{_chinese(opened)},{_chinese(closed)}"
        for number, status, amount, opened, closed in DEALS
    ]
    total = sum(deal[2] for deal in DEALS) / 10000
    lines = [
        "商机导出（内部资料）",
        "单位：万元",
        "",
        "商机编号*,商机名称*,客户名称,销售阶段,赢单状态,商机金额,创建时间,结单日期",
        *rows,
        f'合计,,,,,"{total:,}",,',
        "制表人：张三",
    ]
    return "\n".join(lines).encode("gb18030")


def american_report() -> bytes:
    """UTF-16 with tabs, m/d/y with 12-hour times, $ and K, notes below."""
    names = {"进行中": "Open", "赢单": "Closed Won", "输单": "Closed Lost"}
    rows = [
        f"Deal\t{number}\t{names[status]}\t${amount / 1000:,}K\t{opened:%-m/%-d/%Y} 5:20 PM\t"
        f"{closed or date(2026, 12, 31):%-m/%-d/%Y}"
        for number, status, amount, opened, closed in DEALS
    ]
    head = "Opportunity Name\tOpportunity ID\tStage\tAmount\tCreated Date\tClose Date"
    notes = [
        "",
        "Confidential Information - Do Not Distribute",
        "Copyright (c) 2000-2026 example.com",
    ]
    return "\n".join([head, *rows, *notes]).encode("utf-16")


def european_lines() -> bytes:
    """Semicolons, decimal commas, d.m.y, a total row."""
    rows = [
        f"{order};{line};{day:%-d.%-m.%Y};{_comma(amount)};EUR"
        for order, line, day, amount in LINES
    ]
    total = _comma(sum((line[3] for line in LINES), Decimal(0)))
    lines = ["Order number;Line;Order date;Net amount;Currency", *rows, f"Total;;;{total};"]
    return "\r\n".join(lines).encode("latin-1")


def workbook_lines() -> bytes:
    """A second sheet with a header of two rows with merged cells, 万元 and a total row."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    book.add_worksheet("说明").write(0, 0, "请勿修改")
    sheet = book.add_worksheet("销售订单")
    sheet.write(0, 0, "2026年销售订单明细")
    sheet.write(1, 0, "单位：万元")
    for column, name in enumerate(["订单编号", "行号", "订单日期"]):
        sheet.merge_range(2, column, 3, column, name)
    sheet.merge_range(2, 3, 2, 4, "金额")
    sheet.write_row(3, 3, ["无税金额", "税额"])
    day_form = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, (order, line, day, amount) in enumerate(LINES, 4):
        sheet.write_row(row, 0, [order, line])
        sheet.write_datetime(row, 2, datetime.combine(day, time()), day_form)
        sheet.write_row(row, 3, [float(amount / 10000), 0])
    sheet.write_row(8, 0, ["合计："])
    sheet.write(8, 3, float(sum(line[3] for line in LINES) / 10000))
    book.close()
    return content.getvalue()


def epoch_lines() -> bytes:
    """Milliseconds since 1970, amounts with a currency beside, accounting negatives."""
    rows = []
    for order, line, day, amount in LINES:
        midnight = datetime.combine(day, time(4), UTC)
        shown = f"({-amount:,})" if amount < 0 else f"{amount:,}"
        rows.append(f'{order}|{line}|{int(midnight.timestamp() * 1000)}|"¥{shown}"')
    return "\n".join(["Order no|Row no|Order date|Untaxed amount", *rows]).encode("utf-8-sig")


def _chinese(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _comma(amount: Decimal) -> str:
    return f"{amount:,}".translate(str.maketrans(",.", ".,"))
