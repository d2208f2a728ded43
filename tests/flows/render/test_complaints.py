"""What is wrong with a row is said in the language of the pack, with the value it is about."""

import re
from typing import Any

import polars as pl
import pytest

from flows.ingest.findings import RULES
from flows.ingest.load import FILE_RULES
from flows.render.wording import LocaleName, Wording
from tests.flows.render.sentences import text
from transforms.tables import ENTITIES
from transforms.typing import REJECTS, Allowed, ColumnRule, typed_rows
from transforms.views.complaints import FOUND, HINTED, REJECTED, complaint

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BOTH = pytest.mark.parametrize("locale", ["zh-CN", "en"])


def row(rule: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any column
    return {"rule": rule, "value": "X1", "message": "?", "hint": "H2", **more}


@BOTH
@pytest.mark.parametrize("rule", sorted(REJECTED | FOUND | {"more_values"}))
def test_every_rule_is_worded_in_one_language(locale: LocaleName, rule: str) -> None:
    words = Wording(locale, "CNY", 2026)
    said = text(words, complaint(row(rule, value="…" if rule == "more_values" else "X1")))
    assert said
    assert "{" not in said
    assert (CHINESE.search(said) is not None) == (locale == "zh-CN")
    if rule != "more_values":
        name = words.texts["rule"][rule]
        assert (CHINESE.search(name) is not None) == (locale == "zh-CN")


def test_every_rule_that_the_ingest_knows_has_words() -> None:
    of_rows = {
        rule
        for contract in ENTITIES.values()
        for rule in contract._validation_rules(with_cast=False)
        if "|" not in rule and rule != "primary_key"
    }
    assert of_rows <= REJECTED
    assert {*RULES, *FILE_RULES} <= FOUND


def test_a_rule_without_words_is_told_as_it_was_written() -> None:
    assert text(Wording("en", "CNY", 2026), complaint(row("later|rule", message="so"))) == "so"


@BOTH
def test_the_rules_with_a_hint_are_those_whose_words_have_one(locale: LocaleName) -> None:
    said = Wording(locale, "CNY", 2026).texts["sentences"]
    assert {rule for rule in REJECTED | FOUND if "{hint}" in said[f"wrong_{rule}"]} == HINTED


@pytest.mark.parametrize("rule", sorted(HINTED))
def test_a_rule_without_the_hint_it_needs_is_told_as_it_was_written(rule: str) -> None:
    """A row of before there were hints, whose message says none."""
    found = complaint(row(f"stage|{rule}", hint=None, message="so"))
    assert text(Wording("en", "CNY", 2026), found) == "so"


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        pytest.param(
            "zh-CN",
            [
                "“约三十万”不是数字，或位数过多",
                "必填项没有填，请在源系统里补上",
                "阶段“样品”不在 fupan.toml 的 [[stages]] 里，已有的是：方案、谈判",
            ],
            id="Chinese",
        ),
        pytest.param(
            "en",
            [
                "“约三十万” is not a number, or too large to be one",
                "Required and empty: fill it in the system it comes from",
                "Stage “样品” is not among the [[stages]] of fupan.toml; known: 方案, 谈判",
            ],
            id="English",
        ),
    ],
)
def test_rejects_of_a_file_in_both_languages(locale: LocaleName, said: list[str]) -> None:
    cells = pl.DataFrame(
        {
            "编号": ["A", None, "C"],
            "日期": ["2026-01-05"] * 3,
            "金额": ["约三十万", "1", "1"],
            "阶段": ["方案", "方案", "样品"],
            "row_number": [2, 3, 4],
        }
    )
    columns = {
        "opportunity_id": ColumnRule(source="编号"),
        "created_on": ColumnRule(source="日期"),
        "amount": ColumnRule(source="金额"),
        "stage": ColumnRule(source="阶段"),
        "outcome": ColumnRule(value="open"),
    }
    stages = Allowed("stage", ("方案", "谈判"), "unknown_stage", "?")
    found = typed_rows(cells, columns, ENTITIES["opportunity"], allowed=[stages]).rejects
    assert found.schema == REJECTS
    words = Wording(locale, "CNY", 2026)
    assert [text(words, complaint(each)) for each in found.to_dicts()] == said
