"""Rows of one source looked up by another: owners, regions, exchange rates."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from flows.errors import SettingsError
from flows.ingest import check, lookups, rebuild
from flows.ingest.journal import read_journal
from flows.settings import SourceSettings

from .conftest import ORDER, Desk

ZREP = """
title = "员工"
entity = "rep"
files = "员工*.csv"
[columns]
rep_id = "工号"
rep_name = "姓名"
email = "邮箱"
"""
PLACES = """
title = "大区"
entity = "place"
files = "大区*.csv"
[columns]
place = "城市"
region = "大区"
"""
RATES = """
title = "汇率"
entity = "exchange_rate"
files = "汇率*.csv"
mode = "delta"
[columns]
currency = "币种"
to_currency = { value = "CNY" }
valid_from = "日期"
rate = "汇率"
"""
LOOKUP = '{ entity = "rep", match = ["rep_name", "email", "rep_id"], give = "rep_id" }'
OWNED = f"""{ORDER}
[columns.rep_id]
source = "归属"
lookup = {LOOKUP}
[columns.region]
source = "城市"
lookup = {{ entity = "place", match = ["place"], give = "region" }}
"""
CONVERTED = ORDER.replace(
    'net_amount = "金额"',
    'net_amount = { source = "金额", convert = { from = "币种", on = "日期" } }\n'
    'currency = { value = "CNY" }',
)
STAFF = "工号,姓名,邮箱\nR1,张伟,a@x.cn\nR2,李娜,b@x.cn\nR3,张伟,c@x.cn\n"
CITIES = "城市,大区\n上海,华东\n广州,华南\n"
ORDERS = (
    "单号,行号,日期,客户,金额,归属,城市\n"
    "S1,1,2026-11-03,K1,100,李 娜,上海\n"
    "S2,1,2026-11-04,K1,200,B@X.CN,广州\n"
    "S3,1,2026-11-04,K1,50,张伟,深圳\n"
    "S4,1,2026-11-05,K1,70,李娜娜,华东\n"
)


def owners(desk: Desk, weeks: float = 52) -> dict[str, tuple[str, str]]:
    """Order number to rep and region, as known then."""
    rows = desk.known("order_line", weeks).select("order_id", "rep_id", "region")
    return {str(key): (str(rep), str(region)) for key, rep, region in rows.iter_rows()}


@pytest.fixture
def staffed(make_desk: Callable[..., Desk]) -> Desk:
    """Orders whose reps and regions stand in other exports, all arrived on one Monday."""
    desk = make_desk(order=OWNED, zrep=ZREP, places=PLACES)
    desk.put("员工.csv", STAFF)
    desk.put("大区.csv", CITIES)
    desk.put("订单.csv", ORDERS)
    desk.run()
    return desk


def test_sources_that_are_looked_up_load_first_in_the_same_run(staffed: Desk) -> None:
    assert [entry.source for entry in read_journal(staffed.company)] == ["places", "zrep", "order"]
    assert owners(staffed, weeks=0) == {
        "S1": ("R2", "华东"),
        "S2": ("R2", "华南"),
        "S3": ("张伟", "深圳"),
        "S4": ("李娜娜", "华东"),
    }


def test_what_has_no_answer_is_named_with_the_line_that_repairs_it(staffed: Desk) -> None:
    findings = staffed.run(weeks=1).findings.filter(source="order")
    assert findings.select("rule", "value", "rows", "amount").rows() == [
        ("ambiguous_lookup", "张伟", 1, Decimal(50)),
        ("unmatched_lookup", "李娜娜", 1, Decimal(70)),
        ("unmatched_lookup", "深圳", 1, Decimal(50)),
    ]
    line = next(
        message.partition("sources/order.toml: ")[2]
        for value, message in findings.select("value", "message").iter_rows()
        if value == "李娜娜"
    )
    aliases = '{ "李娜娜" = "李娜" }'
    assert line == f'rep_id = {{ source = "归属", lookup = {LOOKUP}, aliases = {aliases} }}'
    before, after = OWNED.split("[columns.rep_id]")
    region = after[after.index("[columns.region]") :]
    staffed.source("order", f"{before}{line}\n{region}")
    staffed.run(weeks=2)
    assert owners(staffed)["S4"] == ("R2", "华东")


def test_change_of_what_is_looked_up_reads_the_archived_files_again(staffed: Desk) -> None:
    staffed.put("员工.csv", STAFF + "R4,李娜娜,d@x.cn\n")
    staffed.run(weeks=1)
    assert owners(staffed, weeks=0)["S4"] == ("李娜娜", "华东")
    assert owners(staffed, weeks=1)["S4"] == ("R4", "华东")
    assert [entry.is_reload for entry in read_journal(staffed.company)[-1:]] == [True]
    before = staffed.dump()
    assert staffed.run(weeks=2).files.is_empty()
    rebuild(staffed.company)
    assert staffed.dump() == before


def test_change_of_anything_else_reads_nothing_again(staffed: Desk) -> None:
    staffed.put("大区.csv", "备注,城市,大区\nx,广州,华南\ny,上海,华东\n")
    staffed.run(weeks=1)
    sources = [entry.source for entry in read_journal(staffed.company)]
    assert sources == ["places", "zrep", "order", "places"]


def test_check_looks_up_what_lies_there(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(order=OWNED, zrep=ZREP, places=PLACES)
    desk.put("员工.csv", STAFF)
    desk.put("大区.csv", CITIES)
    desk.put("订单.csv", ORDERS)
    values = check(desk.company).findings.filter(source="order").get_column("value")
    assert values.to_list() == ["张伟", "李娜娜", "深圳"]


def test_empty_table_leaves_nothing_matched_and_says_so(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(order=OWNED)
    desk.put("订单.csv", ORDERS)
    findings = desk.run().findings
    assert findings.height == 8
    assert all("holds no rows" in message for message in findings.get_column("message"))


def test_amounts_are_converted_at_the_rate_of_their_day(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(order=CONVERTED, rates=RATES)
    desk.put("汇率.csv", "币种,日期,汇率\nUSD,2026-11-01,7.1\nUSD,2026-11-04,7.2\n")
    desk.put(
        "订单.csv",
        "单号,行号,日期,客户,金额,币种\n"
        "S1,1,2026-11-03,K1,100,USD\nS2,1,2026-11-04,K1,100,USD\n"
        "S3,1,2026-11-04,K1,100,人民币\nS4,1,2026-11-04,K1,1,CNY\n"
        "S5,1,2026-11-04,K1,100,EUR\n",
    )
    report = desk.run()
    assert desk.amounts() == {"S1": 710, "S2": 720, "S3": 100, "S4": 1}
    assert report.rejects.select("row_number", "rule").rows() == [
        (6, "net_amount|no_exchange_rate")
    ]
    desk.put("汇率2.csv", "币种,日期,汇率\nEUR,2026-11-01,8\n")
    desk.run(weeks=1)
    assert desk.amounts()["S5"] == 800
    before = desk.dump()
    rebuild(desk.company)
    assert desk.dump() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(
            CONVERTED.replace('value = "CNY"', 'value = "USD"'),
            "converted into CNY",
            id="currency beside it is another",
        ),
        pytest.param(
            ORDER.replace(
                'ordered_on = "日期"', f'ordered_on = {{ source = "日期", lookup = {LOOKUP} }}'
            ),
            "ordered_on of order_line cannot have lookup",
            id="a day is looked up",
        ),
        pytest.param(
            ORDER.replace(
                'account_id = "客户"',
                'account_id = { source = "客户", convert = { currency = "USD", on = "日期" } }',
            ),
            "account_id of order_line cannot have convert",
            id="a customer is converted",
        ),
    ],
)
def test_settings_that_cannot_be_keep_that_source_out(
    make_desk: Callable[..., Desk], text: str, says: str
) -> None:
    desk = make_desk(order=text)
    desk.put("订单.csv", ORDERS)
    (problem,) = desk.run().problems
    assert isinstance(problem, SettingsError)
    assert says in problem.what


def test_table_that_is_too_large_is_refused(staffed: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "MOST_ROWS", 2)
    (problem,) = staffed.run(weeks=1).problems
    assert "order looks into rep, which has more than 2 rows" in problem.what


KEYS = {"assignment": "rep_id", "rep": "rep_id", "place": "place"}
OTHERS: dict[str, dict[str, object]] = {
    "assignment": {"team": "b", "region": "c", "valid_from": "d"},
    "rep": {},
    "place": {"region": "b"},
}


def _source(entity: str, looks_up: str | None) -> SourceSettings:
    """A source whose key is looked up in the key of another entity."""
    key: dict[str, object] = {"source": "a"}
    if looks_up is not None:
        match = KEYS[looks_up]
        key["lookup"] = {"entity": looks_up, "match": [match], "give": match}
    columns = {KEYS[entity]: key, **OTHERS[entity]}
    return SourceSettings.model_validate(
        {"title": entity, "entity": entity, "files": "*", "columns": columns}
    )


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        pytest.param({"rep": None, "place": None}, ["rep", "place"], id="none reads another"),
        pytest.param(
            {"assignment": "rep", "rep": "place", "place": None},
            ["place", "rep", "assignment"],
            id="one after the other",
        ),
        pytest.param({"rep": "place", "place": "rep"}, "rep → place → rep", id="circle"),
        pytest.param({"rep": "rep"}, "rep → rep", id="itself"),
    ],
)
def test_order_of_sources(chain: dict[str, str | None], expected: list[str] | str) -> None:
    sources = {entity: _source(entity, looks_up) for entity, looks_up in chain.items()}
    if isinstance(expected, list):
        assert lookups.load_order(sources) == expected
        return
    with pytest.raises(SettingsError, match=expected):
        lookups.load_order(sources)
