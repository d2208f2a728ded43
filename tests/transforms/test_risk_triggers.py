"""Triggers of the risk register: what is evaluated, and what is left to people (D-9)."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from transforms.catalogue import CATALOGUE
from transforms.currencies import Money, money_on
from transforms.risk_triggers import Trigger, parse_trigger, risk_checks
from transforms.tables.erp import ExchangeRate
from transforms.tables.plan import Risk
from transforms.tables.review import MetricValue

CHINESE = Money("CNY", {"USD": Decimal("7.1"), "VND": Decimal("0.0003")})
AMERICAN = Money("USD", {"CNY": Decimal("0.14")})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("线索转化率 < 12 %", ("lead_conversion", "<", "0.12"), id="the model trigger"),
        pytest.param("线索转化率＜12％", ("lead_conversion", "<", "0.12"), id="full width"),
        pytest.param("线索转化率低于12%", ("lead_conversion", "<", "0.12"), id="in words"),
        pytest.param("线索转化率 不低于 12%", ("lead_conversion", "≥", "0.12"), id="not below"),
        pytest.param("线索转化率不超过 0.12", ("lead_conversion", "≤", "0.12"), id="a fraction"),
        pytest.param("Lead conversion below 12%", ("lead_conversion", "<", "0.12"), id="English"),
        pytest.param("lead_conversion <= 12%", ("lead_conversion", "≤", "0.12"), id="code"),
        pytest.param("销售额 < 500 万", ("sales_amount", "<", "5000000"), id="万"),
        pytest.param("销售额低于 1.5 亿元", ("sales_amount", "<", "150000000"), id="亿元"),
        pytest.param("销售周期超过 60 天", ("sales_cycle_days", ">", "60"), id="days"),
        pytest.param("线索量 < 1,000 条", ("leads", "<", "1000"), id="a count"),
    ],
)
def test_d9_a_metric_condition_is_read(text: str, expected: tuple[str, str, str]) -> None:
    metric, comparison, threshold = expected
    found = parse_trigger(text, CATALOGUE, CHINESE)
    assert found == Trigger(metric, comparison, Decimal(threshold))


@pytest.mark.parametrize(
    ("text", "money", "threshold"),
    [
        pytest.param("销售额 < 100万美元", CHINESE, "7100000", id="in another currency"),
        pytest.param("销售额 < 100 万人民币", CHINESE, "1000000", id="in the own one"),
        pytest.param("销售额 < 100 万元", CHINESE, "1000000", id="元 at home"),
        pytest.param("销售额 < 100 万元", AMERICAN, "140000", id="元 elsewhere"),
        pytest.param("销售额 < 100 万", AMERICAN, "1000000", id="none said: the own one"),
        pytest.param("sales below US$ 1.5 million", CHINESE, "10650000", id="before the number"),
        pytest.param("sales below $500k", AMERICAN, "500000", id="a sign"),
        pytest.param("sales below 500k US dollars", AMERICAN, "500000", id="two words"),
        pytest.param("sales below usd 500,000", CHINESE, "3550000", id="a code"),
        pytest.param("sales below 5 million CNY", AMERICAN, "700000", id="a code behind"),
        pytest.param("销售额 < ¥100万", CHINESE, "1000000", id="¥ at home"),
        pytest.param("销售额 < 5 亿 VND", CHINESE, "150000", id="a code with a rate alone"),
        pytest.param("销售额 < 100万欧元", CHINESE, None, id="no rate of it"),
        pytest.param("sales below 5 mop", Money("MOP"), "5", id="a code that begins with a scale"),
    ],
)
def test_d9_an_amount_is_one_of_its_currency(
    text: str, money: Money, threshold: str | None
) -> None:
    found = parse_trigger(text.replace("sales ", "sales_amount "), CATALOGUE, money)
    assert found == Trigger("sales_amount", "<", None if threshold is None else Decimal(threshold))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("竞品降价", id="an event"),
        pytest.param("库存低于 7 天用量", id="no metric"),
        pytest.param("单队离职 2 人", id="no comparison"),
        pytest.param("有效线索率 < 40%", id="a metric that the catalogue does not hold"),
        pytest.param("线索转化率 < 12", id="12 or 12 %"),
        pytest.param("线索转化率 < 12 万", id="a share has no 万"),
        pytest.param("销售额 < 12%", id="an amount has no per cent"),
        pytest.param("销售周期 > 60 小时", id="another unit"),
        pytest.param("销售额 < 500 条", id="an amount is no count"),
        pytest.param("线索量 < 500 元", id="a count is no amount"),
        pytest.param("线索量 < $500", id="a count has no sign before it"),
        pytest.param("销售额 < US$ 100 万欧元", id="two currencies"),
        pytest.param("销售额 < 100 万 XYZ", id="a currency that nobody knows"),
        pytest.param("线索量或成交率 < 12%", id="two metrics"),
        pytest.param("线索转化率 < 12% 且成交率 < 10%", id="two conditions"),
        pytest.param("", id="nothing"),
        pytest.param(None, id="null"),
    ],
)
def test_d9_nothing_is_guessed(text: str | None) -> None:
    assert parse_trigger(text, CATALOGUE, CHINESE) is None


def test_d9_a_yen_sign_is_not_guessed() -> None:
    assert parse_trigger("销售额 < ¥100万", CATALOGUE, AMERICAN) is None


def values(*rows: tuple[str, str, int, int, str]) -> pl.DataFrame:
    schema = MetricValue.create_empty().schema
    filled = {"unit": "share", "target_state": "no_target", "is_within_noise": False}
    filled |= dict.fromkeys(("light_plan", "light_baseline", "light"), "grey")
    return pl.DataFrame(
        [
            {
                "metric": "lead_conversion",
                "scope_kind": kind,
                "scope": scope,
                "period_kind": "week",
                "numerator": Decimal(above),
                "denominator": Decimal(below),
                "value": above / below if below else None,
                "n": below,
                "state": state,
                **filled,
            }
            for kind, scope, above, below, state in rows
        ],
        schema=schema,
    )


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        pytest.param([("company", "company", 12, 100, "ok")], "quiet", id="12 % is not below 12 %"),
        pytest.param([("company", "company", 119, 1000, "ok")], "triggered", id="11.9 %"),
        pytest.param([("company", "company", 0, 50, "zero")], "triggered", id="zero is a value"),
        pytest.param([("company", "company", 1, 3, "too_few_cases")], "too_few_cases", id="n = 3"),
        pytest.param([], "no_data", id="no value"),
        pytest.param(
            [("company", "company", 1, 2, "ok"), ("team", "华东二部", 1, 20, "ok")],
            "triggered",
            id="its own team first",
        ),
    ],
)
def test_d9_a_trigger_is_evaluated_every_week(
    known: list[tuple[str, str, int, int, str]], expected: str
) -> None:
    schema = Risk.create_empty().schema
    rows = [
        {
            "risk_id": "K1",
            "description": "线索",
            "trigger": "线索转化率 < 12 %",
            "team": "华东二部",
        },
        {"risk_id": "K2", "description": "竞品", "trigger": "竞品降价"},
        {"risk_id": "K3", "description": "没有触发条件"},
    ]
    risks = Risk.validate(pl.DataFrame(rows, schema=schema))
    found = risk_checks(risks, values(*known), CATALOGUE, CHINESE)
    assert found.select("risk_id", "state").rows() == [("K1", expected), ("K2", "not_evaluated")]


@pytest.mark.parametrize(
    ("day", "state", "threshold"),
    [
        pytest.param(date(2026, 11, 8), "no_rate", None, id="before any rate"),
        pytest.param(date(2026, 11, 9), "quiet", Decimal("7000.001"), id="from its first day on"),
        pytest.param(date(2026, 11, 22), "triggered", Decimal(7100), id="the newest that holds"),
    ],
)
def test_d9_an_amount_of_another_currency_counts_at_the_rate_of_the_day(
    day: date, state: str, threshold: Decimal | None
) -> None:
    rates = ExchangeRate.validate(
        pl.DataFrame(
            [
                ("USD", "CNY", date(2026, 11, 9), Decimal("7.000001")),
                ("USD", "CNY", date(2026, 11, 16), Decimal("7.1")),
                ("USD", "CNY", date(2026, 11, 23), Decimal(9)),
                ("USD", "EUR", date(2026, 11, 20), Decimal("0.9")),
            ],
            schema=ExchangeRate.create_empty().schema,
            orient="row",
        ),
        cast=True,
    )
    risk = {"risk_id": "K1", "description": "销售", "trigger": "销售额 < 1000 美元"}
    risks = Risk.validate(pl.DataFrame([risk], schema=Risk.create_empty().schema))
    sold = values(("company", "company", 7050, 1, "ok")).with_columns(metric=pl.lit("sales_amount"))
    (found,) = risk_checks(risks, sold, CATALOGUE, money_on(day, "CNY", rates)).to_dicts()
    assert (found["state"], found["metric"]) == (state, "sales_amount")
    assert found["threshold"] == threshold
