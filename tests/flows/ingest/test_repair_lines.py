"""The line that a finding names repairs the value: pasted as it stands, it is all it takes."""

import tomllib
from collections.abc import Callable

import polars as pl

from flows.ingest.nearest import Nearest

from .conftest import Desk

CHANNEL = """
title = "渠道"
entity = "channel"
files = "渠道*.csv"
[columns]
channel = "渠道"
"""
PRODUCT = """
title = "产品"
entity = "product"
files = "产品*.csv"
[columns]
product_id = "编号"
"""
REP = """
title = "人员"
entity = "rep"
files = "人员*.csv"
[columns]
rep_id = "工号"
"""
ACCOUNT = """
title = "客户"
entity = "account"
files = "客户*.csv"
[columns]
account_id = "编号"
owner_rep_id = "负责人"
"""
CAMPAIGN = """
title = "活动"
entity = "campaign"
files = "活动*.csv"
[columns]
campaign_id = "编号"
campaign_name = "名称"
"""
LEAD = """
title = "线索"
entity = "lead"
files = "线索*.csv"
[columns]
lead_id = "编号"
created_on = "日期"
campaign = "活动"
"""
ORDER = """
title = "订单"
entity = "order_line"
files = "订单*.csv"
[columns]
order_id = "单号"
line_number = { value = "1" }
document_kind = { value = "sale" }
ordered_on = "日期"
account_id = "客户"
product_id = { source = "产品", aliases = { GTXPro = "GTX Prox" }, nulls = ["", "?"] }
channel = { cases = [{ column = "店", is_empty = true, then = "直销商" }], default = "门店" }
net_amount = { source = "金额", unit = "万" }
"""
FILES = {
    "渠道.csv": "渠道\n直销\n门店\n",
    "产品.csv": "编号\nGTX Pro\nMG 300\n",
    "人员.csv": "工号\nR0012\nR0013\n",
    "客户.csv": "编号,负责人\nK1,R0012\nK2,r12\n",
    "活动.csv": "编号,名称\nC1,秋季展会\nC2,直播\n",
    "线索.csv": "编号,日期,活动\nL1,2026-11-03,C1\nL2,2026-11-03,直播\nL3,2026-11-03,秋季展览会\n",
    "订单.csv": "单号,日期,客户,产品,店,金额\n"
    "S1,2026-11-03,k-1,GTXPro,A,1\n"
    "S2,2026-11-03,K2,MG 300,,2\n"
    "S3,2026-11-03,K2,?,A,3\n",
}
WANTED = {
    ("account", "unknown_owner", "r12"): None,
    ("lead", "unknown_campaign", "秋季展览会"): None,
    ("order", "unknown_account", "k-1"): 10_000,
    ("order", "unknown_channel", "直销商"): 20_000,
    ("order", "unknown_product", "GTX Prox"): 10_000,
}


def pasted(text: str, line: str) -> str:
    """Put a line in the place of the one that begins alike."""
    name = line.split(" = ", maxsplit=1)[0]
    lines = [line if old.startswith(f"{name} = ") else old for old in text.splitlines()]
    return "\n".join(lines)


def test_pasting_each_line_leaves_nothing_unmatched(make_desk: Callable[..., Desk]) -> None:
    texts = {
        "account": ACCOUNT,
        "campaign": CAMPAIGN,
        "channel": CHANNEL,
        "lead": LEAD,
        "order": ORDER,
        "product": PRODUCT,
        "rep": REP,
    }
    desk = make_desk(**texts)
    for name, content in FILES.items():
        desk.put(name, content)
    found = desk.run().findings.to_dicts()
    assert {(row["source"], row["rule"], row["value"]): row["amount"] for row in found} == WANTED
    for row in found:
        place, line = row["message"].split("；sources/")[1].split(".toml: ")
        assert place == row["source"]
        texts[place] = pasted(texts[place], line)
        assert tomllib.loads(texts[place])
        desk.source(place, texts[place])
    report = desk.run(weeks=1)
    assert not report.problems
    assert report.findings.is_empty()
    orders = desk.known("order_line")
    assert orders.get_column("account_id").to_list() == ["K1", "K2", "K2"]
    assert orders.get_column("product_id").to_list() == ["GTX Pro", "MG 300", None]
    assert orders.get_column("channel").to_list() == ["门店", "直销", "门店"]
    assert orders.get_column("net_amount").to_list() == [10_000, 20_000, 30_000]


def test_values_beyond_the_fiftieth_are_counted_together(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(product=PRODUCT, order=ORDER.replace("channel = { cases", "# ["))
    desk.put("产品.csv", "编号\nGTX Pro\n")
    lines = "".join(f"S{n},2026-11-03,K,{n:03d}号件,A,{n}\n" for n in range(60))
    desk.put("订单.csv", "单号,日期,客户,产品,店,金额\n" + lines)
    found = desk.run().findings
    assert found.height == 51
    rest = found.row(by_predicate=pl.col("value") == "…", named=True)
    assert (rest["rows"], rest["amount"]) == (10, sum(range(10)) * 10_000)
    assert "另有 10 个值" in rest["message"]


def test_nearest_is_found_however_many_stand_before_it() -> None:
    known = [f"{'海启华中'[n % 4]}{n:06d}重工" for n in range(20_000)]
    near = Nearest([*known, "龙腾精密机械"])
    assert near.to("龙腾精密机戒") == "龙腾精密机械"
    assert near.to("海000008重") == "海000008重工"
    assert near.to("风驰电子") is None
