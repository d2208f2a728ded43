"""Hints of rows that were rejected before there were any."""

import polars as pl
import pytest

from transforms.tables import ENTITIES
from transforms.tables.ops import Reject
from transforms.typing import Allowed, ColumnRule, typed_rows
from transforms.typing.complaints import with_hints


def reject(rule: str, message: str, hint: str | None = None) -> pl.DataFrame:
    row = {"load_number": 1, "row_number": 2, "rule": rule, "message": message, "hint": hint}
    return pl.DataFrame([row], schema_overrides=dict(Reject.create_empty().schema))


def hint_of(rule: str, message: str, hint: str | None = None) -> str | None:
    found: str | None = with_hints(reject(rule, message, hint))["hint"].item()
    return found


@pytest.mark.parametrize(
    ("rule", "message", "hint"),
    [
        pytest.param(
            "stage|unmapped_value",
            "“样品”没有对照 / is not in the map of this column; 最接近/did you mean: 样机, 样本",
            "样机, 样本",
            id="near ones, as first worded",
        ),
        pytest.param(
            "stage|unmapped_value",
            "“样品; 新”没有对照 / is not in the map of this column; 最接近/known: 方案, 谈判",
            "方案, 谈判",
            id="known ones, as first worded",
        ),
        pytest.param(
            "unknown_stage", "“样\n品”不是阶段; 已有/known: 方案", "方案", id="a value of two lines"
        ),
        pytest.param(
            "cells_do_not_fit",
            "这一行有 5 格，表头有 4 格 / 5 cells under 4 headings",
            "5 ≠ 4",
            id="cells",
        ),
        pytest.param(
            "cells_do_not_fit",
            "引号没有结束，文件在这里被截断 / the quote is never closed: the file was cut off here",
            None,
            id="a message without one",
        ),
        pytest.param(
            "order_id|separator_in_part",
            "“A + ”里有连接符“B”里有连接符“-” / holds the separator itself: set another",
            "-",
            id="the separator",
        ),
        pytest.param(
            "amount|not_a_number", "“x”不是数字; 已有/known: y", None, id="a rule of none"
        ),
        pytest.param("stage|unmapped_value", "not shown: the source holds pay", None, id="pay"),
    ],
)
def test_a_hint_is_in_the_message(rule: str, message: str, hint: str | None) -> None:
    assert hint_of(rule, message) == hint
    assert hint_of(rule, message, "its own") == "its own"


def test_hints_that_are_lost_are_found_again() -> None:
    """What the rules of today write, with the hint taken away."""
    cells = pl.DataFrame(
        {
            "编号": ["A-1", "B", "C", "D"],
            "部": ["一", "二", "三", "四"],
            "日期": ["2026-01-05"] * 4,
            "金额": ["1", "1", "1", "1"],
            "渠道": ["展会", "展会", "别处", "展会"],
            "阶段": ["方案", "样品", "方案", "方案"],
            "结果": ["open", "open", "open", "别的"],
            "row_number": [2, 3, 4, 5],
        }
    )
    columns = {
        "opportunity_id": ColumnRule(joined=("部", "编号"), separator="-"),
        "created_on": ColumnRule(source="日期"),
        "amount": ColumnRule(source="金额"),
        "channel": ColumnRule(source="渠道", map={"展会": "线下"}),
        "stage": ColumnRule(source="阶段"),
        "outcome": ColumnRule(source="结果"),
    }
    stages = Allowed("stage", ("方案", "谈判"), "unknown_stage", "不是阶段")
    found = typed_rows(cells, columns, ENTITIES["opportunity"], allowed=[stages]).rejects
    hinted = found.filter(pl.col("hint").is_not_null())
    rules = {rule.rpartition("|")[2] for rule in hinted["rule"]}
    assert rules == {"separator_in_part", "unknown_stage", "unknown_value", "unmapped_value"}
    lost = hinted.with_columns(hint=pl.lit(None, pl.String))
    assert with_hints(lost)["hint"].to_list() == hinted["hint"].to_list()


def test_no_row_has_no_hint() -> None:
    assert with_hints(Reject.create_empty()).height == 0
