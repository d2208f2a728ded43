"""Rows of text into typed rows and rejects."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from transforms.tables import ENTITIES
from transforms.typing import CONTENT_KEY, Allowed, CaseRule, ColumnRule, TypedRows, typed_rows

LINE = {
    "order_id": ColumnRule(source="单号"),
    "line_number": ColumnRule(source="行号"),
    "document_kind": ColumnRule(value="sale"),
    "ordered_on": ColumnRule(source="日期"),
    "net_amount": ColumnRule(source="金额"),
}
GOOD = {"单号": "S1", "行号": "1", "日期": "2026-11-03", "金额": "12.5"}


def lines(*changes: dict[str, str | None], **rules: ColumnRule) -> TypedRows:
    columns = dict.fromkeys([*GOOD, *(name for change in changes for name in change)])
    rows = [{name: (GOOD | change).get(name) for name in columns} for change in changes]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)).with_columns(
        row_number=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )
    return typed_rows(frame, LINE | rules, ENTITIES["order_line"], zone="Asia/Shanghai")


def value(column: str, **kinds: object) -> object:
    """The value one column takes: `rule` and the export cells."""
    rule = kinds.pop("rule")
    assert isinstance(rule, ColumnRule)
    cells = {name: None if cell is None else str(cell) for name, cell in kinds.items()}
    return lines(cells, **{column: rule}).rows.get_column(column).item()


@pytest.mark.parametrize(
    ("column", "rule", "cells", "expected"),
    [
        pytest.param("region", ColumnRule(source="区"), {"区": " 华东 "}, "华东", id="source"),
        pytest.param("region", ColumnRule(source="区"), {"区": "--"}, None, id="null"),
        pytest.param(
            "region", ColumnRule(source="区", default="全国"), {"区": ""}, "全国", id="default"
        ),
        pytest.param("region", ColumnRule(value="全国"), {}, "全国", id="constant"),
        pytest.param(
            "product_id",
            ColumnRule(source="品", aliases={"GTXPro": "GTX Pro"}),
            {"品": "GTXPro"},
            "GTX Pro",
            id="alias",
        ),
        pytest.param(
            "document_kind",
            ColumnRule(source="型", map={"退货": "return"}),
            {"型": "退货"},
            "return",
            id="map",
        ),
        pytest.param(
            "net_amount",
            ColumnRule(source="金额", unit="万"),
            {"金额": "1.23456"},
            Decimal("12345.6"),
            id="unit",
        ),
        pytest.param(
            "net_amount",
            ColumnRule(source="cost_micros", unit="micro"),
            {"cost_micros": "20836690"},
            Decimal("20.8367"),
            id="micro",
        ),
        pytest.param(
            "net_amount", ColumnRule(source="金额", sign=-1), {"金额": "8"}, Decimal(-8), id="sign"
        ),
        pytest.param(
            "net_amount",
            ColumnRule(product_of=("量", "价")),
            {"量": "-3", "价": "2.5550"},
            Decimal("-7.665"),
            id="product",
        ),
        pytest.param(
            "order_id",
            ColumnRule(source="单号", is_excel_serial=True),
            {"单号": "2019-07-13"},
            "43659",
            id="serial number",
        ),
        pytest.param(
            "ordered_on",
            ColumnRule(source="日期", date_formats=("%m/%d/%Y",)),
            {"日期": "11/03/2026"},
            date(2026, 11, 3),
            id="date format",
        ),
    ],
)
def test_column_rule(
    column: str, rule: ColumnRule, cells: dict[str, str | None], expected: object
) -> None:
    assert value(column, rule=rule, **cells) == expected


KIND = ColumnRule(
    cases=(
        CaseRule("单号", "cancellation", pattern="^C"),
        CaseRule("客户", "adjustment", is_empty=True),
        CaseRule("金额", "return", at_most=Decimal(0)),
    ),
    default="sale",
)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(
            {"单号": "C1", "客户": "甲", "金额": "-1"}, "cancellation", id="first that holds"
        ),
        pytest.param({"客户": "-"}, "adjustment", id="empty"),
        pytest.param({"客户": "甲", "金额": "(3.00)"}, "return", id="number not above"),
        pytest.param({"客户": "甲"}, "sale", id="none holds"),
    ],
)
def test_cases(cells: dict[str, str | None], expected: str) -> None:
    assert value("document_kind", rule=KIND, **cells) == expected


@pytest.mark.parametrize(
    ("changes", "rules", "rejected", "label"),
    [
        pytest.param(
            {"金额": "待核价"}, {}, "net_amount|not_a_number", "金额", id="text in a number"
        ),
        pytest.param(
            {"日期": "2026-02-30"}, {}, "ordered_on|impossible_date", "日期", id="impossible date"
        ),
        pytest.param({"日期": "下周"}, {}, "ordered_on|not_a_date", "日期", id="no date"),
        pytest.param({"金额": None}, {}, "net_amount|missing", "金额", id="required and empty"),
        pytest.param({"单号": " "}, {}, "order_id|missing", "单号", id="key empty"),
        pytest.param(
            {"型": "换货"},
            {"document_kind": ColumnRule(source="型", map={"退货": "return"})},
            "document_kind|unmapped_value",
            "型",
            id="not in the map",
        ),
        pytest.param(
            {"型": "gift"},
            {"document_kind": ColumnRule(source="型")},
            "document_kind|unknown_value",
            "型",
            id="not one of the words",
        ),
        pytest.param(
            {"量": "x", "价": "2"},
            {"net_amount": ColumnRule(product_of=("量", "价"))},
            "net_amount|not_a_number",
            "量 × 价",
            id="product of no number",
        ),
    ],
)
def test_reject_names_rule_and_export_column(
    changes: dict[str, str | None], rules: dict[str, ColumnRule], rejected: str, label: str
) -> None:
    found = lines({}, changes, {"单号": "S3"}, **rules)
    kept = found.rows.get_column("row_number").to_list()
    rejects = found.rejects.rows(named=True)
    assert 3 not in kept
    assert [
        (reject["row_number"], reject["rule"], reject["column"])
        for reject in rejects
        if reject["row_number"] == 3
    ] == [(3, rejected, label)]
    assert all(reject["message"] for reject in rejects)


def test_every_row_is_typed_or_rejected_and_keeps_its_number() -> None:
    found = lines({}, {"金额": "x", "日期": "y"}, {"单号": "S2"})
    assert found.rows.get_column("row_number").to_list() == [2, 4]
    assert found.rejects.get_column("row_number").to_list() == [3, 3]
    assert found.rejected_keys.rows() == [("S1", "1")]


def test_row_rule_of_the_contract_complains_in_its_own_words() -> None:
    frame = pl.DataFrame({"编号": ["O1"], "阶段": ["赢单"], "row_number": [2]})
    columns = {
        "opportunity_id": ColumnRule(source="编号"),
        "stage": ColumnRule(source="阶段"),
        "outcome": ColumnRule(value="won"),
    }
    found = typed_rows(frame, columns, ENTITIES["opportunity"])
    assert found.rejects.select("rule", "message").rows() == [
        (
            "closed_deal_has_a_close_date",
            "A won or lost deal counts on its close date, so it must have one.",
        )
    ]


def test_unknown_stage_is_rejected_with_the_nearest_name() -> None:
    frame = pl.DataFrame(
        {"编号": ["1", "2"], "阶段": ["需求确认", "需求确定"], "row_number": [2, 3]}
    )
    columns = {
        "stage_event_id": ColumnRule(source="编号"),
        "opportunity_id": ColumnRule(value="O1"),
        "to_stage": ColumnRule(source="阶段"),
        "changed_on": ColumnRule(value="2026-11-03"),
    }
    allowed = Allowed("to_stage", ("需求确认", "谈判"), "unknown_stage", "不是阶段")
    found = typed_rows(frame, columns, ENTITIES["stage_event"], allowed=[allowed])
    assert found.rows.get_column("to_stage").to_list() == ["需求确认"]
    reject = found.rejects.row(0, named=True)
    assert (reject["rule"], reject["row_number"]) == ("unknown_stage", 3)
    assert "需求确认" in reject["message"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("是", True), ("否", False), ("无", False), ("1", True), ("", None), ("N/A", None)],
)
def test_yes_and_no(cell: str, expected: bool | None) -> None:
    frame = pl.DataFrame({"c": ["甲"], "大客户": [cell], "row_number": [2]})
    columns = {"account_id": ColumnRule(source="c"), "is_key": ColumnRule(source="大客户")}
    found = typed_rows(frame, columns, ENTITIES["account"])
    assert found.rows.get_column("is_key").to_list() == [expected]


@pytest.mark.parametrize(
    ("cell", "share", "note"),
    [
        pytest.param("90%（设计中）", 0.9, "设计中", id="percentage and note"),
        pytest.param("90", 0.9, None, id="plain number"),
        pytest.param("100%", 1.0, None, id="percentage alone"),
    ],
)
def test_progress_is_a_percentage_and_a_note(cell: str, share: float, note: str | None) -> None:
    """D-22: a value like 90%（设计中） is a percentage and a note."""
    frame = pl.DataFrame({"c": ["T1"], "进度": [cell], "row_number": [2]})
    columns = {
        "task_id": ColumnRule(source="c"),
        "task_name": ColumnRule(value="打样"),
        "progress_share": ColumnRule(source="进度", unit="%"),
        "progress_note": ColumnRule(source="进度", unit="%"),
    }
    found = typed_rows(frame, columns, ENTITIES["task"]).rows
    assert found.select("progress_share", "progress_note").row(0) == (share, note)


def test_whole_number_is_whole() -> None:
    frame = pl.DataFrame({"n": ["2.0", "2.5", "多个"], "row_number": [2, 3, 4]})
    columns = {
        "activity_id": ColumnRule(source="n"),
        "occurred_on": ColumnRule(value="2026-11-03"),
        "answered_questions": ColumnRule(source="n"),
    }
    found = typed_rows(frame, columns, ENTITIES["activity"])
    assert found.rows.get_column("answered_questions").to_list() == [2]
    assert found.rejects.get_column("rule").unique().to_list() == [
        "answered_questions|not_a_whole_number"
    ]


def test_until_next_ends_a_period_the_day_before_the_next_begins() -> None:
    frame = pl.DataFrame(
        {"起": ["2026-04-01", "2026-01-01", "2026-04-01"], "row_number": [2, 3, 4]}
    )
    columns = {
        "metric": ColumnRule(value="sales_amount"),
        "scope_kind": ColumnRule(value="rep"),
        "scope": ColumnRule(value="R1"),
        "period_start": ColumnRule(source="起"),
        "period_end": ColumnRule(until_next="起", default="2026-06-30"),
        "target_value": ColumnRule(value=1),
    }
    found = typed_rows(frame, columns, ENTITIES["target"])
    ends = found.rows.get_column("period_end").to_list()
    assert ends == [date(2026, 6, 30), date(2026, 3, 31), date(2026, 6, 30)]


def test_content_key_is_taken_from_the_rows() -> None:
    found = lines({CONTENT_KEY: "abc-1"}, line_number=ColumnRule(is_content_key=True))
    assert found.rows.get_column("line_number").item() == "abc-1"


@pytest.mark.parametrize("entity", ENTITIES)
def test_typed_rows_have_the_columns_of_the_contract(entity: str) -> None:
    schema = ENTITIES[entity]
    frame = pl.DataFrame({"x": ["1"], "row_number": [2]}).clear()
    columns = {name: ColumnRule(source="x") for name in schema.column_names()}
    found = typed_rows(frame, columns, schema).rows
    assert found.drop("row_number").schema == schema.create_empty().schema
