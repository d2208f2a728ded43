"""The demo company: what its generator writes, read back with readers that it does not share."""

import json
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from flows.company import open_company
from flows.paths import ROOT
from flows.settings import SourceSettings

EXAMPLE = ROOT / "examples" / "equipment_maker"
END = date(2026, 11, 15)
QUARTER = date(2026, 10, 1)
WEEK = 7
pytestmark = pytest.mark.xdist_group("equipment_maker")  # its fixtures are made once


def generate(folder: Path, *options: str) -> Path:
    command = [sys.executable, str(EXAMPLE / "generator"), str(folder), *options]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("demo") / "all", "--scale", "0.2")


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("calm") / "none", "--scale", "0.2", "--stories", "none")


@pytest.fixture(scope="session")
def truth(demo: Path) -> dict[str, Any]:
    return dict(json.loads((demo / "truth.json").read_text("utf-8")))


def csv(folder: Path, name: str, encoding: str = "gb18030") -> pl.DataFrame:
    text = (folder / "inbox" / name).read_bytes().decode(encoding)
    return pl.read_csv(text.encode(), infer_schema=False)


def excel(path: Path, sheet: int | str = 0, header: int = 0) -> pl.DataFrame:
    book = fastexcel.read_excel(path)
    return book.load_sheet(sheet, header_row=header, dtypes="string").to_polars()


def day(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def slashed(column: str) -> pl.Expr:
    return pl.col(column).str.to_date("%Y/%m/%d", strict=False)


@cache
def orders(folder: Path) -> pl.DataFrame:
    """Order lines that are neither dirty nor written twice, amounts exact, with their team."""
    files = sorted((folder / "inbox").glob("销售订单_*.xlsx"))
    lines = pl.concat([excel(path) for path in files])
    lines = lines.filter(~pl.col("单据编号").str.ends_with("X")).unique(["单据编号", "行号"])
    lines = lines.with_columns(
        day("单据日期"), *(pl.col(name).cast(pl.Decimal(18, 2)) for name in ("不含税金额", "数量"))
    )
    return with_team(lines, folder, "销售员工号", "单据日期")


def roster(folder: Path) -> pl.DataFrame:
    rows = excel(folder / "inbox" / "员工花名册.xlsx", header=1).filter(pl.col("工号") != "合计")
    return rows.with_columns(day("到岗日期"), day("离岗日期").fill_null(date(2100, 1, 1)))


def with_team(rows: pl.DataFrame, folder: Path, rep: str, on: str) -> pl.DataFrame:
    """Attach the team of the rep's assignment on the day of the row (D-29)."""
    postings = roster(folder).select(pl.col("工号").alias(rep), "团队", "到岗日期", "离岗日期")
    joined = rows.with_row_index("row").join(postings, on=rep, how="left")
    inside = pl.col(on).is_between(pl.col("到岗日期"), pl.col("离岗日期"))
    kept = joined.filter(inside)
    assert kept["row"].n_unique() == kept.height == rows.height
    return kept


def sums(rows: pl.DataFrame, column: str, first: date) -> dict[str, Decimal]:
    kept = rows.filter(pl.col("date") >= first)
    return dict(kept.group_by("团队").agg(pl.col(column).sum()).iter_rows())


def qualified_share(folder: Path, channel: str, *, team: str, is_late: bool) -> float:
    leads = csv(folder, "线索.csv").filter(~pl.col("线索编号").str.ends_with("X"))
    leads = with_team(leads.with_columns(day("创建时间")), folder, "负责人工号", "创建时间")
    border = END - timedelta(days=4 * WEEK)
    is_inside = pl.col("创建时间") > border if is_late else pl.col("创建时间") <= border
    leads = leads.filter((pl.col("来源渠道") == channel) & (pl.col("团队") == team) & is_inside)
    return float((leads["是否有效"] == "是").sum()) / leads.height


def win_rate(folder: Path, segment: str, first: date, last: date) -> float:
    deals = csv(folder, "商机.csv").with_columns(slashed("实际关闭日期"))
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


def test_settings_are_valid() -> None:
    company = open_company(EXAMPLE)
    assert company.settings.company.name == "示例装备"
    assert len(company.sources) == 25
    assert all(isinstance(source, SourceSettings) for source in company.sources.values())
    teams = {recipient.team for recipient in company.settings.recipients}
    assert len(teams) == 13, "one recipient a team and one for the company"


def test_every_mapped_column_stands_in_its_file(demo: Path) -> None:
    company = open_company(demo)
    for name, source in company.sources.items():
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
            assert mapped <= found, f"{name}: {mapped - found}"
            unmapped = found - mapped - {c.column for o in source.columns.values() for c in o.cases}
            assert not unmapped, f"{name}: {unmapped}"


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


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
    deals = csv(demo, "商机.csv")
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


def test_plan_books_hold_the_sheets_and_flaws_that_a_review_needs(demo: Path) -> None:
    path = demo / "plan" / "年度计划.xlsx"
    names = "目标设定 目标分解 策略拆解 资源 执行进度 风险 事件 行动"
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
