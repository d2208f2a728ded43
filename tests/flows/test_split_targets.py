"""Targets split by last year's share, from files to the metrics of a week (D-2, D-3)."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from flows.ingest import ingest
from flows.review import build_review, named_week, week_metrics
from tests.flows.small_company import MONDAY, TARGETS, WEEK, make_company

SPLITS = """
title = "目标拆分"
entity = "target_split"
files = "目标拆分.csv"
folder = "plan"
[columns]
target_id = "编号"
part_kind = "拆到"
part = "部分"
rule = "规则"
"""

OWN_TARGETS = (
    TARGETS.replace('scope_kind = { value = "team" }', 'scope_kind = "口径"\ntarget_id = "编号"')
    .replace('owner = "团队"\n', "")
    .replace('scope = "团队"', 'scope = "范围"')
)

ROSTER = """工号,姓名,团队,大区,经理
R1,王芳,东部一队,东部,李强
R2,赵磊,西部一队,西部,陈静
R3,孙敏,中部一队,中部,周涛
R4,钱进,中部二队,中部,周涛
"""

ORDERS = """单号,日期,工号,客户,金额
S01,2025/10/09,R1,K1,60
S02,2025/12/31,R1,K2,40
S03,2025/11/11,R2,K1,200
S04,2025/10/01,R3,K3,100
S05,2025/11/30,R4,K4,300
S06,2025/09/30,R1,K1,999
S07,2026/01/01,R2,K1,999
S08,2026/10/12,R1,K1,7.25
S09,2026/11/10,R4,K4,21.43
"""
"""In the quarter a year before: east 100, west 200, middle 400 (teams 100 and 300)."""

HEADER = "编号,口径,范围,开始,结束,目标\n"
QUARTER = "2026-10-01,2026-12-31"

Values = Callable[..., dict[str, Decimal]]


@pytest.fixture
def targets(tmp_path: Path) -> Values:
    """The targets of the quarter to date by scope, as `fupan metrics` computes them."""

    def of(*rows: str, metric: str = "sales_amount") -> dict[str, Decimal]:
        company = make_company(tmp_path / "haichuan")
        for name, text in (("target", OWN_TARGETS), ("split", SPLITS)):
            (company.folder / "sources" / f"{name}.toml").write_text(text, "utf-8")
        (company.folder / "inbox" / "订单.csv").write_text(ORDERS, "utf-8")
        (company.folder / "inbox" / "花名册.csv").write_text(ROSTER, "utf-8")
        plan = company.folder / "plan"
        (plan / "目标.csv").write_text(HEADER + "\n".join(rows), "utf-8")
        split = "编号,拆到,部分,规则\nQ4,region,all,last_year\nQ4,team,all,last_year\n"
        (plan / "目标拆分.csv").write_text(split, "utf-8")
        assert not ingest(company, MONDAY).problems
        week = named_week(company, WEEK)
        values = week_metrics(company, week, MONDAY)
        reviewed = build_review(company, week, MONDAY).tables["metric_value"]
        shown = ["scope_kind", "scope", "period_kind", "target", "due", "light_plan"]
        mine = [
            frame.filter(pl.col("metric") == metric).select(shown).sort(shown[:3])
            for frame in (values, reviewed)
        ]
        assert mine[0].equals(mine[1])  # the pack says the same
        quarter = mine[0].filter(pl.col("period_kind") == "qtd").drop_nulls("target")
        return {
            f"{row['scope_kind']}:{row['scope']}": Decimal(str(row["target"]))
            for row in quarter.iter_rows(named=True)
        }

    return of


def parts(found: dict[str, Decimal], kind: str) -> dict[str, Decimal]:
    return {name.split(":")[1]: value for name, value in found.items() if name.startswith(kind)}


def test_d3_regions_and_teams_share_by_last_year_to_the_cent(targets: Values) -> None:
    """100.01 ÷ 7: cents go to the largest remainders; teams share what their region got."""
    found = targets(f"Q4,company,company,{QUARTER},100.01")
    assert found["company:company"] == Decimal("100.01")
    regions, teams = parts(found, "region"), parts(found, "team")
    assert regions == {
        "东部": Decimal("14.29"),
        "西部": Decimal("28.57"),
        "中部": Decimal("57.15"),
    }
    assert teams == {
        "东部一队": Decimal("14.29"),
        "西部一队": Decimal("28.57"),
        "中部一队": Decimal("14.29"),
        "中部二队": Decimal("42.86"),
    }
    assert sum(regions.values()) == sum(teams.values()) == Decimal("100.01")


def test_d3_a_part_set_by_hand_stays_and_the_rest_is_shared(targets: Values) -> None:
    """30 by hand leave 70.01 for 100 and 400."""
    found = targets(
        f"Q4,company,company,{QUARTER},100.01",
        f"W4,region,西部,{QUARTER},30",
    )
    regions = parts(found, "region")
    assert regions == {"东部": Decimal("14.00"), "西部": Decimal(30), "中部": Decimal("56.01")}
    assert sum(regions.values()) == Decimal("100.01")


def test_d2_the_target_of_the_month_is_left_alone_by_the_split_of_the_quarter(
    targets: Values,
) -> None:
    """A month set by hand fixes the sum of its days; the parts of the quarter still add up."""
    found = targets(
        f"Q4,company,company,{QUARTER},100.01",
        "M11,company,company,2026-11-01,2026-11-30,50",
    )
    assert found["company:company"] == sum(parts(found, "region").values())
