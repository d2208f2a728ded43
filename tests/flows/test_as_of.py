"""A later warehouse read as known at T gives what the warehouse gave at T."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.company import Company
from flows.ingest import ingest
from flows.review import named_week, week_metrics
from tests.flows.small_company import MONDAY, WEEK, make_company, order, orders

Change = tuple[int, int]
"""Line of the export, counted from the end, and what its amount becomes."""

SPLITS = """
title = "分摊"
entity = "credit_split"
files = "分摊.csv"
[columns]
document_kind = { value = "order" }
document_id = "单号"
rep_id = "工号"
share = "比例"
"""
SURVEYS = """
title = "满意度"
entity = "satisfaction"
files = "满意度.csv"
[columns]
response_id = "编号"
answered_on = "日期"
rep_id = "工号"
score = "评分"
"""


def company_with_more(folder: Path) -> Company:
    """The small company with surveys and shared orders."""
    company = make_company(folder)
    (company.folder / "sources" / "split.toml").write_text(SPLITS, "utf-8")
    (company.folder / "sources" / "survey.toml").write_text(SURVEYS, "utf-8")
    put(company, "分摊.csv", "单号,工号,比例\nS0001,R2,0.3\n")
    put(company, "满意度.csv", "编号,日期,工号,评分\nA,2026-11-10,R1,8\n")
    return company


def put(company: Company, name: str, text: str) -> None:
    (company.folder / "inbox" / name).write_text(text, "utf-8")


def values(company: Company) -> pl.DataFrame:
    found = week_metrics(company, named_week(company, WEEK), MONDAY)
    return found.sort("metric", "scope_kind", "scope", "period_kind")


def later(company: Company, changes: list[Change]) -> None:
    """Take in a week later: orders changed and added, another split and other answers."""
    lines = orders().splitlines(keepends=True)
    for back, amount in changes:
        cells = lines[-back].rstrip().split(",")
        lines[-back] = ",".join([*cells[:-1], f"{amount}.00"]) + "\n"
    more = order(9000, (MONDAY - timedelta(days=3)).date(), "R1", "77.70")
    put(company, "订单更正.csv", "".join([*lines, more]))
    put(company, "分摊.csv", "单号,工号,比例\nS0001,R2,0.9\nS0002,R2,0.5\n")
    put(company, "满意度.csv", "编号,日期,工号,评分\nA,2026-11-10,R1,2\nB,2026-11-11,R2,9\n")
    ingest(company, MONDAY + timedelta(days=7))


def test_what_was_known_then_is_what_is_read_later(tmp_path: Path) -> None:
    company = company_with_more(tmp_path / "company")
    ingest(company, MONDAY)
    then = values(company)
    later(company, [(1, 5), (4, -70)])
    assert values(company).equals(then)
    now = week_metrics(company, named_week(company, WEEK), MONDAY + timedelta(days=8))
    score = pl.col("metric") == "satisfaction"
    mine = score & (pl.col("scope") == "company") & (pl.col("period_kind") == "week")
    assert then.filter(mine)["numerator"].to_list() == [Decimal(8)]
    assert now.filter(mine)["numerator"].to_list() == [Decimal(11)]


@pytest.mark.soak
@settings(max_examples=8, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(1, 60), st.integers(-900, 900)), max_size=6))
def test_any_later_load_leaves_the_past_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Change]
) -> None:
    company = company_with_more(tmp_path_factory.mktemp("as-of") / "company")
    ingest(company, MONDAY)
    then = values(company)
    later(company, changes)
    assert values(company).equals(then)
