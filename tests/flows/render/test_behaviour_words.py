"""Level 4 in words: a correlation with its place, its weeks and its interval (D-18)."""

import polars as pl
import pytest

from flows.render.wording import Wording
from tests.flows.render.sentences import case_sentences, complaints, text
from tests.transforms.views.builders import inputs
from transforms.views import pack_view


@pytest.mark.parametrize(
    ("locale", "kind", "expected"),
    [
        pytest.param(
            "zh-CN",
            "fact_moved_like",
            "3 周前初创方案提交数由每周 66.3 变为每周 80.6，"
            "与同类细分相比 +21.6（区间 +11.2 至 +32；相关，不等于因果）",
            id="like segments",
        ),
        pytest.param(
            "en",
            "fact_moved_like",
            "3 wk earlier 初创 Proposals went from 66.3 a week to 80.6 a week, +21.6 against "
            "like segments (interval +11.2 to +32; correlated, not proof of cause)",
            id="like segments, en",
        ),
        pytest.param(
            "zh-CN",
            "fact_moved_alone",
            "同期成交价水平（对参考价）由 101.8% 变为 86.8%，−15.0 pp，超出以往同长时段的波动"
            "（区间 −27.0 pp 至 −3.0 pp；相关，不等于因果）",
            id="against its past",
        ),
    ],
)
def test_what_moved_is_said_as_a_correlation(locale: str, kind: str, expected: str) -> None:
    wording = Wording(locale, "CNY", 2026)  # type: ignore[arg-type]
    view = pack_view(inputs(), "company", "company")
    (said,) = {text(wording, one) for one in case_sentences(view) if one.kind == kind}
    assert said == expected


@pytest.mark.parametrize(
    ("locale", "dimension", "expected"),
    [
        pytest.param("zh-CN", "product", "初创（未按产品计量）方案提交数", id="zh-CN"),
        pytest.param("en", "product", "初创 (not measured by product) Proposals", id="en"),
        pytest.param("en", "customer", "初创 (not measured by customer) Proposals", id="customer"),
    ],
)
def test_what_a_metric_is_not_measured_by_is_said(
    locale: str, dimension: str, expected: str
) -> None:
    """D-18: visits have no product; a whole place must not pass for the product found."""
    wording = Wording(locale, "CNY", 2026)  # type: ignore[arg-type]
    row = inputs().tables["evidence"].filter(pl.col("members") == "初创")
    given = inputs(evidence=row.with_columns(unmeasured=pl.lit(dimension)))
    view = pack_view(given, "company", "company")
    found = [one for one in case_sentences(view) if one.kind == "fact_moved_like"]
    assert all(expected in text(wording, one) for one in found)
    assert found
    assert [complaints(one, given, wording) for one in found] == [[]] * len(found)
