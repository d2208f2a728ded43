"""The data-quality page of a company with forty sources, every one with something wrong."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from pypdf import PdfReader

from flows.render import render_html, render_pdf
from tests.transforms.views.builders import bare_inputs, inputs
from tests.transforms.views.builders_quality import judged, known, load, profile, reject
from tests.transforms.views.frames import frame
from transforms.tables.ops import OPS
from transforms.views import PackView, pack_view

pytestmark = pytest.mark.xdist_group("render")

MANY = 40
LONG = (
    "订单里的客户编号不在客户档案中 / no such customer；sources/erp.toml: account_id = { source = "
)
REPAIR = LONG + '"客户编号", aliases = { "K999001" = "K-999001 启明能源装备（苏州）有限公司" } }'


@pytest.fixture(scope="module")
def forty() -> PackView:
    names = [f"erp_order_lines_{number:02d}" for number in range(MANY)]
    loads, profiles = [], []
    for place, name in enumerate(names):
        for week in range(7):
            number = place * 7 + week + 1
            rows = 12_345_678 if week < 6 else 4_321_987
            counts = {"rows_rejected": 1234, "rows_unchanged": 1_111_111, "versions_closed": 56_789}
            loads.append(load(number, name, 6 - week, rows, **counts))
            profiles += profile(number, rows, rep_id=rows if week < 6 else rows // 2)
    rejects = [
        reject(
            7 * place + 7, 1_234_567, rule=f"net_amount|rule_{place}", column="不含税金额（万元）"
        )
        | {"value": "待核价（等待财务确认）", "message": LONG}
        for place in range(MANY)
    ]
    finding = {
        "rule": "unknown_account",
        "rows": 59,
        "amount": Decimal(5_748_382),
        "message": REPAIR,
    }
    findings = [finding | {"source": name, "value": "K999001 启明能源"} for name in names]
    found = frame(OPS["finding"], findings)
    facts = judged([known(name) for name in names], loads, profiles, found, rejects)
    one = pl.lit(Decimal("0.01")).cast(pl.Decimal(38, 6))
    total = inputs().tables["reconciliation"]
    metrics = ["sales_amount", "contract_amount", "cash_collected", "leads", "proposals", "visits"]
    reconciliation = pl.concat(
        [total.with_columns(pl.lit(name).alias("metric"), difference=one) for name in metrics]
    )
    view = pack_view(bare_inputs(**facts, finding=found, reconciliation=reconciliation))
    only = tuple(item for item in view.pages if item.code == "quality")
    return replace(view, pages=only)


def test_forty_sources_take_two_pages(forty: PackView, tmp_path: Path) -> None:
    path = render_pdf(render_html(forty, "zh-CN", 1), tmp_path / "quality.pdf")
    pages = PdfReader(path).pages
    assert len(pages) == 3  # the summary and two pages of data quality
    last = pages[2].extract_text()
    assert "erp_order_lines_39" in last
    assert "12,345,678" in last


def test_tables_that_are_cut_say_so(forty: PackView) -> None:
    html = render_html(forty, "en", 1)
    assert "32 more rows in the data file" in html  # sources with an issue
    assert "35 more rows in the data file" in html  # reject rules
    assert "36 more rows in the data file" in html  # findings
