"""Triggers of the risk register that name a metric condition, evaluated every week (D-9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
from transforms.currencies import Money
from transforms.exact import fraction
from transforms.scopes import COMPANY
from transforms.tables.plan_review import RiskCheck

_COMPARISONS: Final = {
    "<": ("<", "＜", "低于", "小于", "少于", "跌破", "不足", "不到", "below", "under", "less than"),
    "≤": (
        "≤",
        "<=",
        "=<",
        "不高于",
        "不超过",
        "不大于",
        "不多于",
        "至多",
        "at most",
        "no more than",
    ),
    ">": (">", "＞", "高于", "大于", "多于", "超过", "超出", "above", "over", "more than"),
    "≥": (
        ">=",
        "≥",
        "=>",
        "不低于",
        "不少于",
        "不小于",
        "至少",
        "达到",
        "at least",
        "no less than",
    ),
}
"""Comparison to the signs and words for it."""

_WORDS: Final = {word: sign for sign, words in _COMPARISONS.items() for word in words}
_SCALES: Final = {
    "": 1,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "million": 10**6,
    "billion": 10**9,
}
_UNITS: Final = {
    "count": ("", "条", "家", "个", "人", "次", "单", "份"),
    "days": ("", "天", "日", "days", "day"),
    "hours": ("", "小时", "hours", "hour", "h"),
    "ratio": ("", "倍", "x"),
}
"""Unit of a metric to what may stand behind its number; a share is written in per cent."""

_PLACES: Final = 6
"""Decimals of a NUMBER."""

_FORM: Final = re.compile(
    r"^(?P<name>.+?)\s*(?P<word>"
    + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
    + r")\s*(?P<before>[^0-9\s-]*)\s*(?P<number>-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*"
    r"(?P<after>[^0-9]*)$"
)


@dataclass(frozen=True)
class Trigger:
    """A condition on a metric, its threshold in the metric's unit, money in the company's."""

    metric: str
    comparison: str
    threshold: Decimal | None
    """None for an amount of a currency without a rate."""


def _holds(value: Fraction, comparison: str, threshold: Decimal) -> bool:
    """Whether a value meets a condition, compared exactly."""
    limit = Fraction(threshold)
    return {
        "<": value < limit,
        "≤": value <= limit,
        ">": value > limit,
        "≥": value >= limit,
    }[comparison]


def parse_trigger(
    text: str | None, catalogue: Mapping[str, Metric], money: Money
) -> Trigger | None:
    """Read a trigger such as “线索转化率 < 12 %”; None where it is no condition on one metric.

    Nothing is guessed: the metric stands there by its Chinese or English title or its code, alone
    before the comparison, and the number's unit, after 千, 万, 亿, k or million, is that of the
    metric. A share is written in per cent or as a fraction of at most 1. An amount without a
    currency is one of the company's; another's, by word, sign or code before or behind the number,
    counts at its rate (`money`).

    >>> from transforms.catalogue import CATALOGUE
    >>> money = Money("CNY", {"USD": Decimal("7.1")})
    >>> parse_trigger("线索转化率低于 12%", CATALOGUE, money)
    Trigger(metric='lead_conversion', comparison='<', threshold=Decimal('0.12'))
    >>> parse_trigger("销售额低于 100 万美元", CATALOGUE, money)
    Trigger(metric='sales_amount', comparison='<', threshold=Decimal('7100000.0'))
    >>> parse_trigger("竞品降价", CATALOGUE, money) is None
    True
    """
    found = _FORM.match(" ".join((text or "").lower().split()))
    if found is None:
        return None
    metric = _named(found["name"], catalogue)
    if metric is None:
        return None
    comparison, before = _WORDS[found["word"]], found["before"]
    number = Decimal(found["number"].replace(",", ""))
    if metric.unit == "share":
        threshold = _share(number, before + found["after"].strip())
        return None if threshold is None else Trigger(metric.code, comparison, threshold)
    for scale, size in _SCALES.items():
        if not found["after"].startswith(scale):
            continue
        unit = found["after"].removeprefix(scale).strip()
        if metric.unit == "money":
            currency = _currency(before, unit, money)
            if currency is not None:
                rate = money.worth(currency)
                amount = None if rate is None else number * size * rate
                return Trigger(metric.code, comparison, amount)
        elif not before and unit in _UNITS.get(metric.unit, ()):
            return Trigger(metric.code, comparison, number * size)
    return None


def _share(number: Decimal, unit: str) -> Decimal | None:
    """A share in per cent, or as a fraction of at most 1."""
    if unit in {"%", "％"}:
        return number / 100
    return number if unit == "" and abs(number) <= 1 else None


def _currency(before: str, behind: str, money: Money) -> str | None:
    """The currency that stands before or behind a number, the company's own where none does."""
    stated = {money.currency(word) for word in (before, behind) if word}
    return stated.pop() if len(stated) == 1 else None if stated else money.own


def _named(name: str, catalogue: Mapping[str, Metric]) -> Metric | None:
    """The one metric that goes by a name; None for a name of none or of two."""
    wanted = name.strip(" 「」“”\"'：:")
    hits = [
        metric
        for code, metric in catalogue.items()
        if wanted in {code.lower(), metric.title_zh.lower(), metric.title_en.lower()}
    ]
    return hits[0] if len(hits) == 1 else None


def risk_checks(
    risks: pl.DataFrame, values: pl.DataFrame, catalogue: Mapping[str, Metric], money: Money
) -> pl.DataFrame:
    """Evaluate the trigger of every risk that has one (`RiskCheck`).

    `values` are MetricValue rows. The reviewed week counts, of a metric watched by the month the
    month to date; the risk's team where the metric has a value for it, else the company.
    """
    current = values.filter(pl.col("period_kind").is_in(["week", "mtd"]))
    known = {
        (row["metric"], row["period_kind"], row["scope_kind"], row["scope"]): row
        for row in current.filter(pl.col("scope_kind").is_in([COMPANY, "team"])).iter_rows(
            named=True
        )
    }
    having = risks.filter(pl.col("trigger").fill_null("").str.strip_chars() != "").sort("risk_id")
    rows = [_checked(row, known, catalogue, money) for row in having.iter_rows(named=True)]
    schema = RiskCheck.create_empty().schema
    return RiskCheck.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _checked(
    risk: Mapping[str, Any],
    known: Mapping[tuple[str, str, str, str], Mapping[str, Any]],
    catalogue: Mapping[str, Metric],
    money: Money,
) -> dict[str, Any]:
    trigger = parse_trigger(risk["trigger"], catalogue, money)
    if trigger is None:
        return {"risk_id": risk["risk_id"], "state": "not_evaluated"}
    period = "mtd" if catalogue[trigger.metric].level == "month" else "week"
    scopes = [("team", risk["team"])] if risk["team"] else []
    scopes.append((COMPANY, COMPANY))
    found = next(
        (row for scope in scopes if (row := known.get((trigger.metric, period, *scope)))), None
    )
    stated = {
        "risk_id": risk["risk_id"],
        "metric": trigger.metric,
        "comparison": trigger.comparison,
    }
    if trigger.threshold is None:
        return {**stated, "state": "no_rate"}
    stated["threshold"] = round(trigger.threshold, _PLACES)
    if found is None:
        return {**stated, "state": "no_data"}
    stated |= {"scope_kind": found["scope_kind"], "scope": found["scope"]}
    if found["state"] not in {"ok", "zero"}:
        thin = found["state"] == "too_few_cases"
        return {**stated, "state": "too_few_cases" if thin else "no_data"}
    value = fraction(found["numerator"], found["denominator"])
    if value is None:
        return {**stated, "state": "no_data"}
    state = "quiet"
    if _holds(value, trigger.comparison, trigger.threshold):
        state = "triggered"
    return {**stated, "state": state, "actual": float(value)}
