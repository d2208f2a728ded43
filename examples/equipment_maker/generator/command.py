"""The command: simulate, plant, write a whole company folder."""

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from generator import crm, erp, side_records
from generator.after import leads_after
from generator.days import Days, end_of_week, to_date, to_day
from generator.dirt import soil, spread_years
from generator.finance import control_totals, make_invoices, make_payments
from generator.later import correct
from generator.orders import documents
from generator.pay import rep_targets, wages
from generator.plan import make_targets
from generator.planbook import plan_sheets
from generator.randomness import streams
from generator.service import make_service
from generator.stories import tell_all
from generator.story import Planted
from generator.truth import Known, truth
from generator.workbook import write_workbook
from generator.world import make_world
from generator.writing import Book, Sheet, sheet, write_csv

TEMPLATE = Path(__file__).resolve().parent.parent
_MARKETING = ("inbox/市场投放.csv", "inbox/渠道.csv")
"""Written by other systems than the CRM: UTF-8 with a byte order mark."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the generator; give the exit code."""
    parser = argparse.ArgumentParser(prog="generator", description=__doc__)
    parser.add_argument("folder", type=Path, help="company folder to write; made if absent")
    parser.add_argument("--seed", type=int, default=20, help="another seed, another company")
    parser.add_argument("--end-week", default="2026-W46", help="last ISO week with exports")
    parser.add_argument("--stories", choices=("all", "none"), default="all")
    parser.add_argument("--after", action="store_true", help="write two following weeks of leads")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the company, 1 = full")
    given = parser.parse_args(arguments)
    if not 0.1 <= given.scale <= 5:
        parser.error("--scale must lie between 0.1 and 5")
    try:
        end = to_day(end_of_week(given.end_week))
    except ValueError:
        parser.error(f"--end-week {given.end_week} is no ISO week such as 2026-W46")
    days = Days(end)
    book, later, known = generate(given.seed, days, given.scale, given.end_week, given.stories)
    write(given.folder, book, later)
    if given.after:
        write(given.folder, leads_after(known.planted.world))
    text = json.dumps(truth(known), ensure_ascii=False, indent=1)
    (given.folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    return 0


def generate(
    seed: int, days: Days, scale: float, end_week: str, stories: str
) -> tuple[Book, Book, Known]:
    """Give the files of the company, those that arrive later, and what is known about them."""
    base = make_world(seed, days, scale)
    planted = tell_all(base) if stories == "all" else Planted(base)
    world = planted.world
    rng = streams(seed, days.end)
    targets = make_targets(rng["plan"], base)
    papers = documents(world.lines, days, world.organisation)
    bills = make_invoices(papers, days)
    paid = make_payments(bills, days, world.organisation)
    corrections = correct(papers, days)
    service = make_service(rng["service"], world)
    contracts = crm.contracts(planted)

    def totals(of: pl.DataFrame) -> Sheet:
        net = of.select("team", "day", pl.col("net_cents").alias("cents"))
        cash = paid.select("team", "day", "cents")
        both = [
            control_totals(rows, metric, days)
            for metric, rows in (("sales_amount", net), ("cash_collected", cash))
        ]
        return erp.totals(pl.concat(both))

    book = Book(
        {
            "inbox/客户.csv": [sheet(crm.accounts(world, service.notes))],
            "inbox/线索.csv": [sheet(crm.leads(world))],
            "inbox/商机阶段记录.csv": [sheet(crm.stage_history(world))],
            "inbox/拜访记录.csv": [sheet(crm.visits(world))],
            "inbox/方案报价.csv": [sheet(crm.proposals(world))],
            "inbox/客户投诉.csv": [sheet(service.complaints)],
            "inbox/设备运行记录.csv": [sheet(service.usage)],
            "inbox/合同.csv": [sheet(side_records.with_terms(contracts))],
            "inbox/业绩分摊.csv": [sheet(side_records.shared_deals(world, contracts))],
            "inbox/付款计划.csv": [sheet(side_records.payment_plans(bills))],
            "inbox/满意度调查.csv": [sheet(side_records.surveys(world))],
            "inbox/日报.csv": [sheet(side_records.daily_reports(world))],
            "inbox/市场规模.csv": [side_records.market_size(world)],
            "inbox/网站数据.csv": [side_records.web_numbers(world)],
            "inbox/发票.xlsx": [erp.invoices(world, bills)],
            "inbox/收款单.xlsx": [erp.payments(world, paid)],
            "inbox/产品档案.xlsx": erp.product_sheets(world.products),
            "inbox/渠道库存.xlsx": [erp.inventory(planted)],
            "inbox/ERP对账汇总.xlsx": [totals(papers)],
            "inbox/市场投放.csv": [erp.spend(rng["marketing"], world)],
            "inbox/员工花名册.xlsx": [erp.roster(world.organisation)],
            "inbox/渠道.csv": [erp.channels()],
            "inbox/工资.csv": [sheet(wages(rng["pay"], world.organisation, days))],
            "plan/年度计划.xlsx": plan_sheets(planted, targets),
            "plan/个人目标.csv": [sheet(rep_targets(targets, papers, world.organisation, days))],
        }
    )
    for day in crm.export_days(days):
        export = sheet(crm.opportunities(planted, day))
        book.files[f"inbox/商机_{to_date(day):%Y%m%d}.csv"] = [export]
    lines = erp.order_lines(world, papers)
    years = spread_years(papers["day"].to_numpy())
    for year in years:
        book.files[f"inbox/销售订单_{year}.xlsx"] = [_orders(lines.filter(pl.col("year") == year))]
    rejects = soil(rng["dirt"], book, years, f"{to_date(days.end):%Y%m%d}")
    changed = erp.order_lines(world, corrections.changed)
    later = Book(
        {
            "later/销售订单_更正.xlsx": [_orders(changed)],
            "later/ERP对账汇总.xlsx": [totals(corrections.documents)],
        }
    )
    known = Known(end_week, seed, base, planted, targets, papers, paid, rejects, corrections)
    return book, later, known


def _orders(lines: pl.DataFrame) -> Sheet:
    return sheet(lines.drop("year", "team"), dates=("单据日期",), name="订单明细")


def write(folder: Path, *books: Book) -> None:
    """Write the settings and every file of the books into a company folder."""
    for name in ("inbox", "plan", "later", "sources"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("fupan.toml", "metrics.toml"):
        shutil.copyfile(TEMPLATE / name, folder / name)
    for path in sorted((TEMPLATE / "sources").glob("*.toml")):
        shutil.copyfile(path, folder / "sources" / path.name)
    for book in books:
        for name, sheets in book.files.items():
            if name.endswith(".xlsx"):
                write_workbook(folder / name, sheets)
            else:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                encoding = "utf-8-sig" if name in _MARKETING else "gb18030"
                write_csv(folder / name, sheets[0], encoding)
