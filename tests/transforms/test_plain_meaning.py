"""Metric points are what their metrics plainly mean, however few passes they are made in."""

from collections.abc import Iterable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import AS_OF, PERIODS, STAGED, Row, facts
from tests.transforms.reference import differences
from transforms.layers import period_days
from transforms.points import metric_points
from transforms.scopes import UNASSIGNED

LOOKED_AT = PERIODS.filter(
    (pl.col("role") == "current")
    | pl.col("period_start").is_in([date(2026, 11, 2), date(2026, 2, 1)])
)
WINDOWS = pl.DataFrame(
    {
        "period_kind": ["window"] * 3,
        "period_start": [date(2026, 9, 1), date(2026, 10, 15), date(2026, 11, 20)],
        "period_end": [date(2026, 10, 31), date(2026, 11, 18), AS_OF],
    }
)
"""Windows of targets overlap as they like."""

_SCOPES = {
    "region": st.sampled_from(["华东", "华南", UNASSIGNED]),
    "team": st.sampled_from(["一部", "二部", UNASSIGNED]),
    "rep": st.sampled_from(["R1", "R2", UNASSIGNED]),
    "product_line": st.sampled_from(["检测", "输送", UNASSIGNED]),
    "channel": st.sampled_from(["直销", UNASSIGNED]),
}
_DAYS = st.dates(date(2025, 9, 1), AS_OF) | st.dates(date(2026, 11, 1), AS_OF)
SALES = st.lists(
    st.fixed_dictionaries(
        {
            "occurred_on": _DAYS,
            "order_id": st.sampled_from(["O1", "O2", "O3", "O4", "O5", "O6"]),
            "account_id": st.sampled_from(["K1", "K2", "K3", None]),
            "document_kind": st.sampled_from(["sale", "sale", "sale", "return"]),
            "net_amount": st.decimals(-(10**6), 10**9, places=4),
            "margin_amount": st.none() | st.decimals(-(10**4), 10**6, places=4),
            "first_ordered_on": st.none() | _DAYS,
            **_SCOPES,
        }
    ),
    min_size=1,
    max_size=40,
)
LEADS = st.lists(
    st.fixed_dictionaries(
        {
            "occurred_on": _DAYS,
            "is_qualified": st.none() | st.booleans(),
            "response_hours": st.none() | st.floats(0, 1000),
            **_SCOPES,
        }
    ),
    max_size=20,
)
DEALS = st.lists(
    st.fixed_dictionaries(
        {
            "occurred_on": st.just(AS_OF),
            "stage_days": st.none() | st.integers(0, 90),
            "allowed_days": st.none() | st.integers(1, 90),
            **_SCOPES,
        }
    ),
    max_size=10,
)


@settings(max_examples=6)
@given(sales=SALES, leads=LEADS, deals=DEALS)
def test_points_are_what_their_metrics_mean(
    sales: list[Row], leads: list[Row], deals: list[Row]
) -> None:
    given_facts = facts(sale=sales, lead_created=leads, open_deal=deals)
    found = metric_points(given_facts, STAGED, PERIODS, as_of=AS_OF)
    assert differences(found, given_facts, STAGED, LOOKED_AT) == []
    windows = metric_points(given_facts, STAGED, WINDOWS, as_of=AS_OF)
    assert differences(windows, given_facts, STAGED, WINDOWS) == []


@pytest.mark.parametrize(
    ("periods", "layers"),
    [
        pytest.param([(1, 7), (8, 14)], [0, 0], id="one after the other"),
        pytest.param([(1, 7), (7, 14)], [0, 1], id="a day in both"),
        pytest.param([(1, 30), (1, 7), (8, 14), (8, 9)], [1, 0, 2, 0], id="weeks in a month"),
    ],
)
def test_no_two_periods_of_a_layer_overlap(
    periods: Iterable[tuple[int, int]], layers: list[int]
) -> None:
    frame = pl.DataFrame(
        [(n, date(2026, 11, a), date(2026, 11, b)) for n, (a, b) in enumerate(periods)],
        schema=["period", "period_start", "period_end"],
        orient="row",
    )
    days = period_days(frame)
    assert days.group_by("layer", "day").len()["len"].max() == 1
    assert days.unique("period").sort("period")["layer"].to_list() == layers
