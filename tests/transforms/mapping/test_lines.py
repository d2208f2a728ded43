"""What a source file says of its columns: found, made, or asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from transforms.mapping.choice import choose
from transforms.mapping.entities import Target, rank_entities
from transforms.mapping.forms import Context
from transforms.mapping.line import Line
from transforms.mapping.lines import lines_of
from transforms.mapping.profile import Profile, Tally
from transforms.mapping.synonyms import Place, Synonyms

OUTCOMES = {"赢单": "won", "won": "won", "输单": "lost", "lost": "lost", "open": "open"}
TARGETS = {
    "opportunity": [
        Target("opportunity_id", "text", is_key=True, is_required=True),
        Target("stage", "text", is_required=True),
        Target("outcome", "words", words=OUTCOMES),
        Target("closed_on", "day"),
        Target("amount", "number"),
    ],
    "order_line": [
        Target("order_id", "text", is_key=True, is_required=True),
        Target("line_number", "text", is_key=True),
        Target("document_kind", "words", words={"sale": "sale", "return": "return"}),
        Target("ordered_on", "day", is_required=True),
        Target("quantity", "number"),
        Target("unit_price", "number"),
        Target("net_amount", "number", is_required=True),
    ],
}
NAMES: Mapping[Place, Sequence[str]] = {
    Place("opportunity", "opportunity_id"): ["商机编号"],
    Place("opportunity", "stage"): ["阶段"],
    Place("opportunity", "outcome"): ["状态"],
    Place("opportunity", "closed_on"): ["结单日期"],
    Place("opportunity", "amount"): ["金额", "商机金额"],
    Place("order_line", "order_id"): ["单号"],
    Place("order_line", "line_number"): ["行号"],
    Place("order_line", "ordered_on"): ["订单日期", "日期"],
    Place("order_line", "quantity"): ["数量"],
    Place("order_line", "unit_price"): ["单价"],
    Place("order_line", "net_amount"): ["无税金额"],
}
TITLES = {"opportunity": ["商机"], "order_line": ["订单明细", "订单"]}


def profiles_of(frame: pl.DataFrame) -> dict[str, Profile]:
    found = {}
    for name in frame.columns:
        tally = Tally(name)
        tally.add(frame.get_column(name))
        found[name] = tally.profile()
    return found


def mapped(
    title: str, columns: Mapping[str, list[Any]], context: Context | None = None
) -> dict[str, Line]:
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    profiles = profiles_of(frame)
    ranked = rank_entities(TARGETS, TITLES, profiles, [title], Synonyms.of(NAMES))
    candidate = choose(ranked, TARGETS, profiles).candidate
    if candidate is None:
        return {}
    found = lines_of(candidate, TARGETS[candidate.entity], profiles, frame, context or Context())
    return {line.target: line for line in found.taken}


DEALS: dict[str, list[Any]] = {
    "商机编号": ["S1", "S2", "S3"],
    "阶段": ["赢单", "输单", "试用"],
    "结单日期": ["03/04/2026", "05/06/2026", None],
    "金额（万元）": ["1", "2.5", "3"],
}
ORDERS: dict[str, list[Any]] = {
    "单号": ["A1", "A1", "A2"],
    "订单日期": ["2026-11-03", "2026-11-03", "2026-11-04"],
    "数量": ["1", "2", "-1"],
    "单价": ["5", "6", "5"],
}


def test_values_and_days_that_prove_nothing_are_asked_for() -> None:
    lines = mapped("商机", DEALS)
    assert lines["opportunity_id"].value == "商机编号"
    assert lines["amount"].value == {"source": "金额（万元）", "unit": "万"}
    assert lines["outcome"].value["map"] == {"赢单": "won", "输单": "lost", "试用": "?"}
    assert lines["closed_on"].value == {"source": "结单日期", "date_formats": "?"}
    assert "2 of 2 values" in lines["closed_on"].asked[0]


def test_the_company_and_other_columns_answer_first() -> None:
    lines = mapped("商机", DEALS, Context(stages={"试用": "open"}, orders={"/": "m/d/y"}))
    assert lines["outcome"].value["map"]["试用"] == "open"
    assert lines["closed_on"].value["date_formats"] == ["%m/%d/%Y"]
    assert "m/d/y" in lines["closed_on"].reason


@pytest.mark.parametrize(
    ("second", "is_asked"),
    [
        pytest.param(["9", "9", "9"], True, id="two amounts that differ"),
        pytest.param(["1", "2.5", "3"], False, id="two amounts that are the same"),
    ],
)
def test_two_columns_that_may_be_the_amount_are_asked_for(
    second: list[str], is_asked: bool
) -> None:
    lines = mapped("商机", {**DEALS, "金额": DEALS["金额（万元）"], "商机金额": second})
    assert (lines["amount"].value == "?") == is_asked


def test_a_key_that_tells_no_rows_apart_is_asked_for() -> None:
    often = {name: values * 3 for name, values in DEALS.items()}
    lines = mapped("商机", {**often, "版本": [str(number) for number in range(9)]})
    assert lines["opportunity_id"].value == "?"
    assert '{ joined = ["商机编号", "版本"] }' in lines["opportunity_id"].asked[0]


def test_order_lines_are_made_of_what_there_is() -> None:
    lines = mapped("订单明细", ORDERS)
    assert lines["line_number"].value == {"generate": "content_key"}
    assert lines["net_amount"].value == {"product_of": ["数量", "单价"]}
    assert lines["document_kind"].value["default"] == "sale"


def test_a_line_number_that_repeats_gives_way_to_the_whole_row() -> None:
    lines = mapped("订单明细", {**ORDERS, "行号": ["1", "1", "1"], "无税金额": ["5", "6", "-5"]})
    assert lines["line_number"].value == {"generate": "content_key"}
    assert lines["net_amount"].value == "无税金额"


def test_a_number_that_became_a_date_is_asked_for() -> None:
    days = ["2019-07-13", "2019-07-14", "2019-07-15"]
    lines = mapped("订单明细", {**ORDERS, "单号": days, "无税金额": ["5", "6", "-5"]})
    assert lines["order_id"].value == "?"
    assert "is_excel_serial = true" in lines["order_id"].asked[0]


def test_an_open_decimal_mark_is_asked_for_where_the_file_does_not_settle_it() -> None:
    columns = {**ORDERS, "无税金额": ["1.234", "2.500", "3.125"]}
    asked = mapped("订单明细", columns, Context(delimiter=";"))["net_amount"]
    assert asked.value == {"source": "无税金额", "decimal": "?"}
    settled = mapped("订单明细", columns, Context(delimiter=";", decimal=","))["net_amount"]
    assert settled.value == {"source": "无税金额", "decimal": ","}
    assert mapped("订单明细", columns)["net_amount"].value == "无税金额"


def test_what_is_like_nothing_is_of_no_entity() -> None:
    assert mapped("天气", {"站": ["A", "B"], "风": ["3", "4"]}) == {}
