"""The demo company's files: deterministic, described by its sources, true to their totals."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from flows.company import open_company
from flows.settings import SourceSettings
from tests.examples.equipment_maker.exports import (
    EXAMPLE,
    QUARTER,
    csv,
    day,
    excel,
    generate,
    hashes,
    orders,
    sums,
)

pytestmark = pytest.mark.xdist_group("equipment_maker")  # its fixtures are made once


def test_settings_are_valid() -> None:
    company = open_company(EXAMPLE)
    assert company.settings.company.name == "示例装备"
    described = [name for name in company.sources if not company.is_built_in(name)]
    assert len(described) == 37
    assert all(isinstance(source, SourceSettings) for source in company.sources.values())
    teams = {recipient.team for recipient in company.settings.recipients}
    assert len(teams) == 13, "one recipient a team and one for the company"


def test_every_mapped_column_stands_in_its_file(demo: Path) -> None:
    company = open_company(demo)
    for name, source in company.sources.items():
        if company.is_built_in(name):
            continue
        files = sorted(company.source_folder(source).glob(source.files))
        assert files, name
        for path in files:
            if source.format == "csv":
                header = path.read_bytes().decode(str(source.read.encoding)).splitlines()[0]
                found = set(header.split(","))
            else:
                header_row = source.read.header_row - 1
                found = set(excel(path, str(source.read.sheet), header_row).columns)
            mapped = {column.source for column in source.columns.values() if column.source}
            for column in source.columns.values():
                mapped |= {*column.joined, *column.numbers.values()}
            assert mapped <= found, f"{name}: {mapped - found}"
            unmapped = found - mapped - {c.column for o in source.columns.values() for c in o.cases}
            assert not unmapped, f"{name}: {unmapped}"


def test_same_seed_and_week_give_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    assert hashes(generate(tmp_path / "again", "--scale", "0.2")) == hashes(demo)


def test_another_seed_gives_another_company(calm: Path, tmp_path: Path) -> None:
    options = ("--scale", "0.1", "--stories", "none", "--seed", "21")
    other, known = hashes(generate(tmp_path / "other", *options)), hashes(calm)
    assert other.keys() == known.keys()
    exports = [name for name in known if name.startswith(("inbox/", "plan/"))]
    same = {name for name in exports if other[name] == known[name]}
    assert same <= {"inbox/渠道.csv"}


def test_totals_are_the_sums_of_the_files(demo: Path, truth: dict[str, Any]) -> None:
    lines = orders(demo).rename({"单据日期": "date"})
    totals = truth["totals"]
    assert lines.height == totals["order_lines"]
    assert lines["不含税金额"].sum() == Decimal(str(totals["net_sales"]))
    quarter = sums(lines, "不含税金额", QUARTER)
    stated = totals["net_sales_qtd_by_team"]
    assert quarter == {team: Decimal(str(value)) for team, value in stated.items()}
    paid = excel(demo / "inbox" / "收款单.xlsx")
    paid = paid.filter(~pl.col("收款单号").str.ends_with("X"))
    wide = {str(digit): chr(0xFF10 + digit) for digit in range(10)} | {".": "．"}
    amounts = paid["收款金额"].str.replace_many(list(wide.values()), list(wide))
    assert amounts.cast(pl.Decimal(18, 2)).sum() == Decimal(str(totals["cash"]))


def test_control_totals_of_the_erp_hold_for_each_week_and_team(demo: Path) -> None:
    lines = orders(demo)
    stated = excel(demo / "inbox" / "ERP对账汇总.xlsx").with_columns(
        day("开始日期"), day("结束日期"), pl.col("金额").cast(pl.Decimal(18, 2))
    )
    stated = stated.filter(pl.col("指标") == "销售净额")
    spans = (stated["结束日期"] - stated["开始日期"]).dt.total_days()
    weeks = stated.filter(spans == 6)
    teams = weeks.filter(pl.col("口径") == "团队")
    company = weeks.filter(pl.col("口径") == "公司")
    lines = lines.with_columns(pl.col("单据日期").dt.truncate("1w").alias("开始日期"))
    found = lines.group_by("团队", "开始日期").agg(pl.col("不含税金额").sum().alias("found"))
    both = teams.join(
        found, left_on=["范围", "开始日期"], right_on=["团队", "开始日期"], how="left"
    )
    assert both.height == 156 * 12
    assert (both["金额"] - both["found"].fill_null(0)).abs().max() == 0
    assert company["金额"].sum() == teams["金额"].sum() == lines["不含税金额"].sum()


def test_dirty_rows_are_counted(demo: Path, truth: dict[str, Any]) -> None:
    leads = csv(demo, "线索.csv")
    counts = truth["rejects"]["lead"]
    assert (leads["创建时间"] == "2026-06-31 09:30:00").sum() == counts[
        "created_on|impossible_date"
    ]
    assert leads["创建时间"].null_count() == counts["created_on|missing"]
    assert leads.height - leads["线索编号"].n_unique() == counts["duplicate_row"]
    deals = csv(demo, "商机_20261115.csv")
    stages = {stage.name for stage in open_company(demo).settings.stages}
    unknown = deals.filter(~pl.col("当前阶段").is_in(stages)).height
    assert unknown == truth["rejects"]["opportunity"]["unknown_stage"] > 0


def test_later_files_change_two_teams_by_the_stated_amount(
    demo: Path, truth: dict[str, Any]
) -> None:
    keys = ["单据编号", "行号"]
    before = orders(demo).select(*keys, "团队", "不含税金额", "单据日期")
    after = excel(demo / "later" / "销售订单_更正.xlsx")
    both = after.join(before, on=keys, how="inner", suffix="_before")
    assert both.height == after.height == truth["later"]["lines_changed"]
    assert (both["单据日期_before"] >= QUARTER).all()
    both = both.with_columns(
        (pl.col("不含税金额").cast(pl.Decimal(18, 2)) - pl.col("不含税金额_before")).alias("delta")
    )
    delta = dict(both.group_by("团队").agg(pl.col("delta").sum()).iter_rows())
    stated = truth["later"]["delta_net_sales_by_team"]
    assert delta == {team: Decimal(str(value)) for team, value in stated.items()}
    assert len(delta) == 2
    assert (both["数量"] == "0").sum() == truth["later"]["lines_cancelled"] == 2


def test_plan_books_hold_the_sheets_and_flaws_that_a_review_needs(demo: Path) -> None:
    path = demo / "plan" / "年度计划.xlsx"
    names = "目标设定 目标分解 策略拆解 资源 预算 执行进度 风险 事件 商务政策 行动"
    assert fastexcel.read_excel(path).sheet_names == names.split()
    targets = excel(path, "目标分解").with_columns(pl.col("目标值").cast(pl.Decimal(18, 4)))
    assert targets["责任人"].null_count() == 1
    for metric in ("sales_amount", "cash_collected", "qualified_leads", "effective_visits"):
        rows = targets.filter(pl.col("指标") == metric)
        kinds = dict(rows.group_by("口径").agg(pl.col("目标值").sum()).iter_rows())
        assert kinds["公司"] == kinds["大区"] == kinds["团队"] > 0
    notes = excel(path, "执行进度")["实际进度"].to_list()
    assert "90%（设计中）" in notes
    events = excel(path, "事件")["事件"].to_list()
    assert any("竞品降价" in str(event) for event in events)
