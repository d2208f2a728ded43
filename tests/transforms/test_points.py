"""Metric points: what counts, for whom, and that parts make the whole."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import DAY, Row, facts
from transforms.calendar import review_week
from transforms.catalogue import CATALOGUE, catalogue_for
from transforms.parameters import Calendar, Stage
from transforms.periods import review_periods
from transforms.points import metric_points
from transforms.scopes import SCOPE_KINDS, UNASSIGNED

WEEK = review_week("2026-W47")
AS_OF = WEEK.ends_on
PERIODS = review_periods(WEEK, Calendar())
STAGED = catalogue_for([Stage("谈判", position=1), Stage("成交", "won", 2)])
RETURN = {"document_kind": "return"}


def points(**rows: Iterable[Row]) -> pl.DataFrame:
    return metric_points(facts(**rows), STAGED, PERIODS, as_of=AS_OF)


def value(
    frame: pl.DataFrame, metric: str, kind: str = "week", scope: str = "company"
) -> tuple[Any, ...]:
    """Numerator, denominator and n of one current value."""
    found = frame.filter(
        (pl.col("metric") == metric)
        & (pl.col("period_kind") == kind)
        & (pl.col("scope") == scope)
        & (pl.col("period_end") == AS_OF)
    )
    assert found.height == 1
    return found.select("numerator", "denominator", "n").row(0)


@pytest.mark.parametrize(
    ("fact", "rows", "metric", "expected"),
    [
        pytest.param(
            "sale",
            [{"net_amount": Decimal("10.01")}, {"net_amount": Decimal(-4), **RETURN}],
            "sales_amount",
            (Decimal("6.01"), 1, 2),
            id="sales are net of returns (D-30)",
        ),
        pytest.param(
            "sale",
            [
                {"net_amount": Decimal(100), "margin_amount": Decimal(30)},
                {"net_amount": Decimal(900)},
            ],
            "gross_margin",
            (30, 100, 1),
            id="margin over lines whose cost is known",
        ),
        pytest.param(
            "sale",
            [{"order_id": "A"}, {"order_id": "A"}, {"order_id": "B"}, {"order_id": "R", **RETURN}],
            "aov",
            (4, 2, 2),
            id="orders are counted once, returns are none",
        ),
        pytest.param(
            "sale",
            [
                {"account_id": "new", "first_ordered_on": DAY},
                {"account_id": "new", "first_ordered_on": DAY},
                {"account_id": "old", "first_ordered_on": DAY - timedelta(days=40)},
            ],
            "new_customers",
            (1, 1, 1),
            id="new: first order ever in the period",
        ),
        pytest.param(
            "deal_closed",
            [{"is_won": True}, {"is_won": False}, {"is_won": False}],
            "win_rate",
            (1, 3, 3),
            id="won of closed",
        ),
        pytest.param(
            "deal_closed",
            [{"cycle_days": 50}, {"cycle_days": None}, {"is_won": False, "cycle_days": 9}],
            "sales_cycle_days",
            (50, 1, 1),
            id="days of won deals whose opening is known",
        ),
        pytest.param(
            "lead_created",
            [{"is_qualified": True}, {"is_qualified": False}, {"is_qualified": None}],
            "qualified_leads",
            (1, 1, 1),
            id="unknown is not qualified",
        ),
        pytest.param(
            "lead_created",
            [{"response_hours": 0.1}, {"response_hours": 0.2}, {"response_hours": None}],
            "lead_response_hours",
            (Decimal("0.3"), 2, 2),
            id="hours are added exactly, untouched leads left out",
        ),
        pytest.param(
            "lead_created",
            [{"converted_on": DAY}, {}],
            "lead_conversion_cohort",
            (1, 2, 2),
            id="cohort view",
        ),
        pytest.param(
            "visit",
            [
                {"is_discovery": True, "answered_questions": 2},
                {"is_discovery": True, "answered_questions": None},
                {"is_discovery": False, "answered_questions": 3},
            ],
            "discovery_depth",
            (2, 3, 1),
            id="3 questions a discovery visit on record",
        ),
        pytest.param(
            "proposal_submitted",
            [{"is_complete": True}, {"is_complete": False}, {"is_complete": None}],
            "proposal_quality",
            (1, 2, 2),
            id="quality over proposals on record",
        ),
        pytest.param(
            "stage_exit",
            [{"is_forward": True}, {"is_forward": False}, {"stage": "别处"}],
            "stage_conversion[谈判]",
            (1, 2, 2),
            id="forward of those that left the stage",
        ),
        pytest.param(
            "stage_exit",
            [{"stage_days": 4}, {"stage_days": 9}, {"stage_days": None}],
            "stage_days[谈判]",
            (13, 2, 2),
            id="days over timed exits",
        ),
    ],
)
def test_definitions(fact: str, rows: list[Row], metric: str, expected: tuple[object, ...]) -> None:
    """Domain §4."""
    assert value(points(**{fact: rows}), metric) == expected


def test_overdue_deals_are_a_state_of_the_as_of_date() -> None:
    deal = {"occurred_on": AS_OF, "allowed_days": 10}
    frame = points(open_deal=[{**deal, "stage_days": 11}, {**deal, "stage_days": 10}])
    assert [value(frame, "overdue_stages", kind)[0] for kind in ("week", "ytd")] == [1, 1]
    overdue = frame.filter(pl.col("metric") == "overdue_stages")
    assert overdue["period_end"].unique().to_list() == [AS_OF]


def test_new_customers_share_counts_the_whole_period_of_a_new_customer() -> None:
    first = {"account_id": "K", "first_ordered_on": date(2026, 11, 3), "net_amount": Decimal(5)}
    frame = points(sale=[first, {"account_id": "L", "first_ordered_on": date(2024, 1, 1)}])
    assert value(frame, "new_customer_share", "week")[:2] == (0, 6)
    assert value(frame, "new_customer_share", "mtd")[:2] == (5, 6)


def test_lead_conversion_is_the_period_view() -> None:
    """Domain §4: converted in the period over created in the period."""
    frame = points(
        lead_created=[{}, {}, {"occurred_on": date(2026, 11, 2)}],
        lead_converted=[{}, {"occurred_on": date(2026, 11, 2)}],
    )
    assert value(frame, "lead_conversion", "week") == (1, 2, 2)
    assert value(frame, "lead_conversion", "mtd") == (2, 3, 3)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param([date(2026, 11, 1)], (0, 1), id="one order"),
        pytest.param([date(2026, 11, 1), date(2026, 11, 1)], (1, 1), id="two on one day"),
        pytest.param([date(2025, 11, 23), AS_OF], (1, 1), id="first day of the window"),
        pytest.param([date(2025, 11, 22), AS_OF], (0, 1), id="the day before the window"),
        pytest.param([date(2025, 1, 1), date(2025, 2, 1)], (0, 0), id="both before the window"),
        pytest.param(
            [date(2025, 1, 1), date(2026, 3, 1), date(2026, 5, 1)], (1, 1), id="two of three"
        ),
    ],
)
def test_repurchase_window(days: list[date], expected: tuple[int, int]) -> None:
    """Domain §4: 12 months that end with the period."""
    sales = [{"account_id": "K", "occurred_on": day} for day in days]
    assert value(points(sale=sales), "repurchase_rate")[:2] == expected


ORDERS = st.lists(
    st.tuples(
        st.integers(0, 760), st.sampled_from("abc"), st.sampled_from("XY"), st.sampled_from("PQR")
    ),
    max_size=25,
)


@settings(max_examples=15)
@given(orders=ORDERS)
def test_repurchase_agrees_with_counting_each_window_anew(
    orders: list[tuple[int, str, str, str]],
) -> None:
    rows = [
        {"occurred_on": AS_OF - timedelta(days=ago), "account_id": account, "team": team}
        for ago, account, team, _ in orders
    ]
    frame = points(sale=rows).filter(
        (pl.col("metric") == "repurchase_rate") & (pl.col("period_kind") == "week")
    )
    for row in frame.filter(pl.col("scope_kind").is_in(["company", "team"])).iter_rows(named=True):
        end = row["period_end"]
        start = end.replace(year=end.year - 1)
        inside = [
            order["account_id"]
            for order in rows
            if start < order["occurred_on"] <= end and row["scope"] in {"company", order["team"]}
        ]
        assert row["denominator"] == len(set(inside))
        assert row["numerator"] == sum(inside.count(account) > 1 for account in set(inside))


def test_what_a_company_does_not_record_leaves_no_rows() -> None:
    frame = points(sale=[{"net_amount": Decimal(1)}], lead_created=[{}])
    assert set(frame["metric"].unique()) == {"sales_amount", "aov", "leads"}


def test_a_scope_without_rows_has_a_zero_and_a_ratio_without_value() -> None:
    before = {"occurred_on": date(2026, 11, 2), "is_won": True}
    frame = points(
        deal_closed=[{"team": "一部", **before}, {"team": "二部"}], sale=[{"team": "二部"}]
    )
    assert value(frame, "sales_amount", scope="一部") == (0, 1, 0)
    assert value(frame, "win_rate", scope="一部") == (0, 0, 0)
    row = frame.filter((pl.col("metric") == "win_rate") & (pl.col("scope") == "一部"))
    assert row.filter(pl.col("period_kind") == "week")["value"].to_list()[-1] is None


def test_a_fact_that_tells_no_lines_apart_gives_them_no_zero() -> None:
    frame = points(sale=[{"product_line": "检测"}], cash_receipt=[{}])
    cash = frame.filter((pl.col("metric") == "cash_collected") & (pl.col("period_kind") == "week"))
    assert cash["scope_kind"].unique().to_list() == ["company"]


def test_values_begin_when_the_data_does_and_scopes_when_they_do() -> None:
    frame = points(
        sale=[
            {"occurred_on": date(2026, 9, 2), "team": "一部"},
            {"occurred_on": date(2026, 11, 10), "team": "二部"},
        ]
    ).filter((pl.col("metric") == "sales_amount") & (pl.col("period_kind") == "week"))
    company = frame.filter(pl.col("scope") == "company")["period_start"].sort().to_list()
    assert (company[0], len(company)) == (date(2026, 8, 31), 12)
    late = frame.filter(pl.col("scope") == "二部")["period_start"].sort().to_list()
    assert late == [date(2026, 11, 9), date(2026, 11, 16)]


SALES = st.lists(
    st.fixed_dictionaries(
        {
            "occurred_on": st.dates(date(2024, 12, 1), AS_OF),
            "net_amount": st.decimals(-(10**6), 10**6, places=4),
            "region": st.sampled_from(["华东", "华南", UNASSIGNED]),
            "team": st.sampled_from(["一部", "二部", "三部", UNASSIGNED]),
            "rep": st.sampled_from(["R1", UNASSIGNED]),
            "product_line": st.sampled_from(["检测", "输送"]),
            "channel": st.sampled_from(["直销", UNASSIGNED]),
        }
    ),
    min_size=1,
    max_size=30,
)
LEADS = st.lists(
    st.fixed_dictionaries(
        {
            "occurred_on": st.dates(date(2024, 12, 1), AS_OF),
            "team": st.sampled_from(["一部", "四部", UNASSIGNED]),
            "is_qualified": st.booleans(),
        }
    ),
    max_size=30,
)


@settings(max_examples=15)
@given(sales=SALES, leads=LEADS)
def test_scopes_of_a_kind_add_up_to_the_company(sales: list[Row], leads: list[Row]) -> None:
    """Every additive metric, every period, 未分配 included (D-29)."""
    frame = points(sale=sales, lead_created=leads)
    additive = [
        code
        for code, metric in CATALOGUE.items()
        if not metric.is_ratio and metric.numerator.how != "count_distinct"
    ]
    keys = ["metric", "period_kind", "period_start", "period_end"]
    sums = (
        frame.filter(pl.col("metric").is_in(additive))
        .group_by(*keys, "scope_kind")
        .agg(pl.col("numerator").sum(), pl.col("n").sum())
    )
    company = sums.filter(pl.col("scope_kind") == "company").drop("scope_kind")
    parts = sums.filter(pl.col("scope_kind") != "company")
    joined = parts.join(company, on=keys, suffix="_company")
    assert joined.height == parts.height
    assert (joined["numerator"] == joined["numerator_company"]).all()
    assert (joined["n"] == joined["n_company"]).all()
    kinds = parts.filter(pl.col("metric") == "sales_amount")["scope_kind"].unique()
    assert "product_line" in kinds.to_list()
    assert set(kinds) <= set(SCOPE_KINDS)


@settings(max_examples=15)
@given(sales=SALES, data=st.data())
def test_row_order_does_not_matter(sales: list[Row], data: st.DataObject) -> None:
    named = [{**row, "order_id": f"O{number}"} for number, row in enumerate(sales)]
    shuffled = data.draw(st.permutations(named))
    keys = ["metric", "scope_kind", "scope", "period_kind", "period_start"]
    assert points(sale=named).sort(keys).equals(points(sale=shuffled).sort(keys))


@settings(max_examples=15)
@given(sales=SALES)
def test_adding_a_region_leaves_the_others_alone(sales: list[Row]) -> None:
    more = {"occurred_on": date(2024, 12, 2), "region": "西部", "net_amount": Decimal(7)}
    first = {**more, "region": "华东"}
    keys = ["metric", "scope_kind", "scope", "period_kind", "period_start"]

    def regions(rows: list[Row]) -> pl.DataFrame:
        others = (pl.col("scope_kind") == "region") & (pl.col("scope") != "西部")
        return points(sale=rows).filter(others & (pl.col("metric") == "sales_amount")).sort(keys)

    assert regions([first, *sales]).equals(regions([first, *sales, more]))
