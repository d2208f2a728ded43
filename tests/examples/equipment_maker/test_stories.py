"""The planted stories, measured from the files: there with stories, absent without."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.examples.equipment_maker.exports import (
    END,
    QUARTER,
    WEEK,
    csv,
    day,
    excel,
    orders,
    slashed,
    sums,
    with_team,
)

pytestmark = pytest.mark.xdist_group("equipment_maker")  # its fixtures are made once


def qualified_share(folder: Path, channel: str, *, team: str, is_late: bool) -> float:
    leads = csv(folder, "线索.csv").filter(~pl.col("线索编号").str.ends_with("X"))
    leads = with_team(leads.with_columns(day("创建时间")), folder, "负责人工号", "创建时间")
    border = END - timedelta(days=4 * WEEK)
    is_inside = pl.col("创建时间") > border if is_late else pl.col("创建时间") <= border
    leads = leads.filter((pl.col("来源渠道") == channel) & (pl.col("团队") == team) & is_inside)
    return float((leads["是否有效"] == "是").sum()) / leads.height


def win_rate(folder: Path, segment: str, first: date, last: date) -> float:
    deals = csv(folder, "商机_20261115.csv").with_columns(slashed("实际关闭日期"))
    deals = deals.filter(
        (pl.col("客户群") == segment)
        & pl.col("实际关闭日期").is_between(first, last)
        & pl.col("当前阶段").is_in(["成交", "输单"])
    )
    return float((deals["当前阶段"] == "成交").sum()) / deals.height


def repeat_volume(folder: Path, team: str, line: str, first: date, last: date) -> float:
    lines = orders(folder).filter(
        (pl.col("团队") == team)
        & (pl.col("产品线") == line)
        & pl.col("单据编号").str.starts_with("SOR")
        & pl.col("单据日期").is_between(first, last)
    )
    return float(lines["数量"].sum())


def test_fabricated_leads_are_planted_in_one_team_alone(demo: Path, calm: Path) -> None:
    late = qualified_share(demo, "行业联盟", team="华东二部", is_late=True)
    assert late == pytest.approx(0.09, abs=0.04)
    before = qualified_share(demo, "行业联盟", team="华东二部", is_late=False)
    assert before == pytest.approx(0.60, abs=0.03)
    assert qualified_share(demo, "展会", team="华东二部", is_late=True) > 0.4
    assert qualified_share(calm, "行业联盟", team="华东二部", is_late=True) > 0.5


def test_start_ups_are_lost_while_proposals_rise(demo: Path, calm: Path) -> None:
    first = END - timedelta(days=8 * WEEK - 1)
    usual = win_rate(demo, "初创", date(2025, 11, 1), first - timedelta(days=1))
    assert usual == pytest.approx(0.12, abs=0.02)
    assert win_rate(demo, "初创", first, END) < 0.075
    assert win_rate(calm, "初创", first, END) > 0.09
    assert win_rate(demo, "成长型", first, END) == pytest.approx(
        win_rate(calm, "成长型", first, END), abs=1e-9
    )

    def offers(folder: Path) -> pl.DataFrame:
        rows = csv(folder, "方案报价.csv").with_columns(slashed("提交日期"))
        return rows.filter((pl.col("客户群") == "初创") & (pl.col("提交日期") >= first))

    assert offers(demo).height / offers(calm).height == pytest.approx(1.34, abs=0.05)
    good = (pl.col("是否含客户案例") == "是") & (pl.col("是否含ROI测算") == "是")
    assert offers(demo).select(good.mean()).item() == pytest.approx(0.43, abs=0.05)
    assert offers(calm).select(good.mean()).item() == pytest.approx(0.71, abs=0.10)


def test_contract_waits_three_days_too_long(demo: Path, calm: Path) -> None:
    waiting = csv(demo, "合同.csv").filter(pl.col("合同名称").str.contains("启明能源"))
    row = waiting.row(0, named=True)
    assert waiting.height == 1
    assert Decimal(row["合同金额（万元）"]) == 420
    assert (row["审批环节"], row["签订日期"]) == ("法务审批", None)
    due = waiting.select(slashed("审批期限")).item()
    assert END - due == timedelta(days=3)
    late = csv(calm, "合同.csv").filter(slashed("审批期限") < END)
    assert late.is_empty()


def test_key_customer_is_dormant(demo: Path, calm: Path, truth: dict[str, Any]) -> None:
    """D-12: no order for six calendar months."""
    story = next(s for s in truth["stories"] if s["story"] == "dormant_customers")
    names = csv(demo, "客户.csv").select("客户编号", pl.col("客户名称").str.strip_chars())
    wanted = names.filter(pl.col("客户名称").is_in(story["size"]["accounts"]))["客户编号"]
    assert len(wanted) == 5
    for folder, is_silent in ((demo, True), (calm, False)):
        last = orders(folder).filter(
            pl.col("客户编号").is_in(wanted.implode()) & (pl.col("单据类型") == "销售")
        )
        last = last.group_by("客户编号").agg(pl.col("单据日期").max())
        silent = last.filter(pl.col("单据日期") < date(2026, 5, 15))
        assert (silent.height == 5) is is_silent


def test_one_rep_asks_too_little(demo: Path, truth: dict[str, Any]) -> None:
    story = next(s for s in truth["stories"] if s["story"] == "shallow_discovery")
    visits = csv(demo, "拜访记录.csv").filter(~pl.col("拜访编号").str.ends_with("X"))
    visits = visits.with_columns(slashed("拜访日期")).filter(
        (pl.col("拜访日期") > END - timedelta(days=8 * WEEK)) & (pl.col("是否需求挖掘") == "是")
    )
    is_rep = pl.col("拜访人工号") == story["scope"]
    depth = pl.col("已回答核心问题数").cast(pl.Int64, strict=False).mean() / 3
    assert visits.filter(is_rep).select(depth).item() == pytest.approx(0.25, abs=0.12)
    assert visits.filter(~is_rep).select(depth).item() == pytest.approx(0.70, abs=0.03)


def test_stock_out_halves_one_line_of_one_team(demo: Path, calm: Path) -> None:
    first = END - timedelta(days=6 * WEEK - 1)
    for team, expected in (("华南一部", 0.45), ("华南二部", 1.0)):
        planted = repeat_volume(demo, team, "输送系统", first, END)
        usual = repeat_volume(calm, team, "输送系统", first, END)
        assert planted / usual == pytest.approx(expected, abs=0.03), team
    stock = excel(demo / "inbox" / "渠道库存.xlsx").filter(
        (pl.col("渠道") == "直销") & (pl.col("盘点日期").str.slice(0, 10) == END.isoformat())
    )
    stock = stock.with_columns(pl.col("库存数量").cast(pl.Int64))
    is_line = pl.col("产品编码").str.starts_with("P3")
    assert stock.filter(is_line)["库存数量"].max() == 2


def test_price_cut_lowers_prices_of_one_line(demo: Path, calm: Path) -> None:
    first = END - timedelta(days=6 * WEEK - 1)
    keys = ["单据编号", "行号"]
    planted, usual = (
        orders(folder).filter(
            (pl.col("团队") == "西北部")
            & (pl.col("产品线") == "包装机械")
            & (pl.col("单据日期") >= first)
            & (pl.col("单据类型") == "销售")
        )
        for folder in (demo, calm)
    )
    both = planted.join(usual, on=keys, suffix="_calm")
    price = both["不含税单价"].cast(pl.Float64) / both["不含税单价_calm"].cast(pl.Float64)
    assert both.height == usual.height
    assert price.min() == pytest.approx(0.85, abs=1e-3)
    assert price.max() == pytest.approx(0.85, abs=1e-3)


def test_new_customers_of_one_team_are_larger(demo: Path, calm: Path) -> None:
    planted, usual = (
        sums(orders(folder).rename({"单据日期": "date"}), "不含税金额", QUARTER)
        for folder in (demo, calm)
    )
    assert float(planted["华中部"] / usual["华中部"]) == pytest.approx(1.25, abs=0.06)


def test_teams_without_a_story_sell_the_same(demo: Path, calm: Path) -> None:
    planted, usual = (
        sums(orders(folder).rename({"单据日期": "date"}), "不含税金额", QUARTER)
        for folder in (demo, calm)
    )
    for team in ("华东二部", "华东三部", "华南二部"):
        assert float(planted[team] / usual[team]) == pytest.approx(1, abs=0.04), team
