"""`fupan metrics`: lifetime value has a row, or its state, for everybody who has other metrics."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from flows.company import Company
from flows.ingest import ingest
from flows.review import build_review, named_week, week_ltv, week_metrics
from tests.flows.small_company import MONDAY, TARGETS, WEEK, make_company

LAST = date(2026, 11, 13)
KEY = ["metric", "scope_kind", "scope", "period_kind", "period_start", "period_end"]


def sold() -> str:
    """240 customers of R1 and R2 in two years, who buy at their own pace until they leave."""
    chance = random.Random(20261115)  # noqa: S311  # a made-up history, no secret
    lines = ["单号,日期,工号,客户,金额\n"]
    for number in range(240):
        day = LAST - timedelta(days=chance.randint(30, 700))
        pace, amount = chance.gammavariate(2, 0.01), chance.gammavariate(6, 500)
        leaves = chance.betavariate(1, 4)
        while day <= LAST:
            paid = amount * chance.uniform(0.7, 1.3)
            rep = number % 2 + 1
            lines.append(f"S{len(lines):04},{day:%Y/%m/%d},R{rep},K{number:03},{paid:.2f}\n")
            if chance.random() < leaves:
                break
            day += timedelta(days=1 + int(chance.expovariate(pace)))
    return "".join(lines)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """R3 has sold nothing, but has a target of visits."""
    made = make_company(tmp_path_factory.mktemp("ltv") / "haichuan")
    (made.folder / "inbox" / "订单.csv").write_text(sold(), "utf-8")
    own = TARGETS.replace("目标.csv", "拜访.csv").replace('"sales_amount"', '"effective_visits"')
    own = own.replace('"team"', '"rep"')
    (made.folder / "sources" / "visits.toml").write_text(own, "utf-8")
    rows = "团队,开始,结束,目标\nR3,2026-10-01,2026-12-31,60\n"
    (made.folder / "plan" / "拜访.csv").write_text(rows, "utf-8")
    assert not ingest(made, MONDAY).problems
    return made


def test_d14_ltv_has_the_same_rows_as_in_the_review(company: Company) -> None:
    week = named_week(company, WEEK)
    others = week_metrics(company, week, MONDAY)
    found, model = week_ltv(company, week, MONDAY, others)
    assert model["state"].to_list() == ["ok"], model["detail"]
    reviewed = build_review(company, week, MONDAY).tables["metric_value"]
    expected = reviewed.filter(pl.col("metric") == "ltv")
    assert found.sort(KEY).equals(expected.sort(KEY))
    states = found.filter((pl.col("scope") == "R3") & (pl.col("period_kind") == "ytd"))
    assert states.select("state", "value").rows() == [("no_data", None)]
