"""Triggers of the risk register that name a metric condition, evaluated every week (D-9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
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
_SCALES: Final = {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8, "k": 10**3, "m": 10**6}
_UNITS: Final = {
    "money": ("", "元"),
    "count": ("", "条", "家", "个", "人", "次", "单", "份"),
    "days": ("", "天", "日", "days", "day"),
    "hours": ("", "小时", "hours", "hour", "h"),
    "ratio": ("", "倍", "x"),
}
"""Unit of a metric to what may stand behind its number; a share is written in per cent."""

_FORM: Final = re.compile(
    r"^(?P<name>.+?)\s*(?P<word>"
    + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
    + r")\s*(?P<number>-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?P<scale>[千万亿km]?)\s*"
    r"(?P<unit>[%％]|[^0-9\s千万亿]*)$"
)


@dataclass(frozen=True)
class Trigger:
    """A condition on a metric, its threshold in the metric's unit."""

    metric: str
    comparison: str
    threshold: Decimal

    def holds(self, value: Fraction) -> bool:
        """Whether a value meets the condition, compared exactly."""
        limit = Fraction(self.threshold)
        return {
            "<": value < limit,
            "≤": value <= limit,
            ">": value > limit,
            "≥": value >= limit,
        }[self.comparison]


def parse_trigger(text: str | None, catalogue: Mapping[str, Metric]) -> Trigger | None:
    """Read a trigger such as “线索转化率 < 12 %”; None where it is no condition on one metric.

    Nothing is guessed: the metric stands there by its Chinese or English title or its code, alone
    before the comparison, and the number's unit is that of the metric, with 千, 万 or 亿 in front
    of it. A share is written in per cent or as a fraction of at most 1.

    >>> from transforms.catalogue import CATALOGUE
    >>> parse_trigger("线索转化率低于 12%", CATALOGUE)
    Trigger(metric='lead_conversion', comparison='<', threshold=Decimal('0.12'))
    >>> parse_trigger("竞品降价", CATALOGUE) is None
    True
    """
    found = _FORM.match(" ".join((text or "").lower().split()))
    if found is None:
        return None
    metric = _named(found["name"], catalogue)
    if metric is None:
        return None
    number = Decimal(found["number"].replace(",", "")) * _SCALES[found["scale"]]
    unit = found["unit"].strip()
    if metric.unit == "share":
        if unit in {"%", "％"} and not found["scale"]:
            return Trigger(metric.code, _WORDS[found["word"]], number / 100)
        is_fraction = unit == "" and not found["scale"] and abs(number) <= 1
        return Trigger(metric.code, _WORDS[found["word"]], number) if is_fraction else None
    if unit not in _UNITS.get(metric.unit, ()):
        return None
    return Trigger(metric.code, _WORDS[found["word"]], number)


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
    risks: pl.DataFrame, values: pl.DataFrame, catalogue: Mapping[str, Metric]
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
    rows = [_checked(row, known, catalogue) for row in having.iter_rows(named=True)]
    schema = RiskCheck.create_empty().schema
    return RiskCheck.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _checked(
    risk: Mapping[str, Any],
    known: Mapping[tuple[str, str, str, str], Mapping[str, Any]],
    catalogue: Mapping[str, Metric],
) -> dict[str, Any]:
    trigger = parse_trigger(risk["trigger"], catalogue)
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
        "threshold": trigger.threshold,
    }
    if found is None:
        return {**stated, "state": "no_data"}
    stated |= {"scope_kind": found["scope_kind"], "scope": found["scope"]}
    if found["state"] not in {"ok", "zero"}:
        thin = found["state"] == "too_few_cases"
        return {**stated, "state": "too_few_cases" if thin else "no_data"}
    value = fraction(found["numerator"], found["denominator"])
    if value is None:
        return {**stated, "state": "no_data"}
    state = "triggered" if trigger.holds(value) else "quiet"
    return {**stated, "state": state, "actual": float(value)}
