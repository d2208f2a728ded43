"""Target and due of a period, and how far a window is (D-2, D-15, D-22)."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.transforms.builders import Row, facts
from tests.transforms.test_daily_targets import JAN, target, targets
from transforms.calendar import review_week
from transforms.catalogue import CATALOGUE
from transforms.parameters import Parameters
from transforms.periods import review_periods
from transforms.targets import daily_targets, period_plan, target_progress, window_points

W03 = Parameters(week=review_week("2026-W03"))
"""Ends on 2026-01-18: 12 of January's 22 working days are over."""


def progress(found: dict[str, pl.LazyFrame], rows: pl.DataFrame) -> pl.DataFrame:
    """How far the windows of targets are, from the facts."""
    points = window_points(found, rows, CATALOGUE, W03)
    return target_progress(points, rows, CATALOGUE, W03)


def plan(*rows: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Target, due and state of the current periods, by kind."""
    daily = daily_targets(targets(*rows), CATALOGUE, W03.calendar).daily
    periods = review_periods(W03.week, W03.calendar).filter(pl.col("role") == "current")
    rows_found = period_plan(daily, CATALOGUE, periods)
    return {
        row["period_kind"]: (row["target"], row["due"], row["target_state"])
        for row in rows_found.iter_rows(named=True)
    }


def test_due_is_the_part_of_the_plan_up_to_the_as_of_date() -> None:
    found = plan(target(JAN, 2200))
    assert found["week"] == (500, 500, "ok")
    assert found["mtd"] == (2200, 1200, "ok")
    assert found["ytd"] == (2200, 1200, "ok")


def test_a_target_that_starts_later_is_not_due() -> None:
    found = plan(target((date(2026, 2, 1), date(2026, 2, 28)), 2000))
    assert set(found) == {"qtd", "ytd"}
    assert found["qtd"] == (2000, 0, "not_due")


def test_target_of_a_ratio_is_the_one_that_holds_on_the_last_day() -> None:
    found = plan(
        target((date(2026, 1, 1), date(2026, 1, 15)), "0.2", metric="win_rate"),
        target((date(2026, 1, 16), date(2026, 1, 31)), "0.3", metric="win_rate"),
    )
    assert found["mtd"] == (Decimal("0.3"), Decimal("0.3"), "ok")


def test_a_target_of_what_accrues_is_spread_over_its_window() -> None:
    """Output per head: a week is not held against the whole month's."""
    found = plan(target(JAN, 220_000, metric="output_per_head"))
    assert found["mtd"] == (Decimal(220_000), Decimal(120_000), "ok")
    assert found["week"] == (Decimal(50_000), Decimal(50_000), "ok")


def test_18_of_30_visits_are_60_percent() -> None:
    """§8: a visit target of 30 with 18 done."""
    visits = [{"occurred_on": date(2026, 1, 9), "is_effective": True}] * 18
    skipped = {"occurred_on": date(2026, 1, 9), "is_effective": False}
    found = progress(
        facts(visit=[*visits, skipped]), targets(target(JAN, 30, metric="effective_visits"))
    ).row(0, named=True)
    assert found["attainment"] == 0.6


@pytest.mark.parametrize(
    ("target_value", "actual", "attainment"),
    [
        pytest.param(5_000_000, 5_400_000, 1.08, id="销售额 500→540 万 (D-22)"),
        pytest.param(1_500_000, 1_800_000, 1.2, id="180 against 150 万 is 120 %"),
        pytest.param(30, 18, 0.6, id="60 %"),
    ],
)
def test_attainment_of_a_sum(target_value: int, actual: int, attainment: float) -> None:
    sale = {"occurred_on": date(2026, 1, 9), "net_amount": Decimal(actual)}
    found = progress(
        facts(sale=[sale]),
        targets(target(JAN, target_value)),
    ).row(0, named=True)
    assert found["attainment"] == attainment
    assert found["actual"] == actual
    assert found["state"] == "ok"


def test_attainment_of_a_ratio_is_formed_from_its_sides() -> None:
    """D-22: 线索转化率 15 %→12 % = 80 %."""
    day = date(2026, 1, 9)
    found = progress(
        facts(
            lead_created=[{"occurred_on": day}] * 100,
            lead_converted=[{"occurred_on": day}] * 12,
        ),
        targets(target(JAN, "0.15", metric="lead_conversion")),
    ).row(0, named=True)
    assert found["attainment"] == pytest.approx(0.8, abs=1e-15)
    assert (found["actual"], found["due"]) == (Decimal("0.12"), Decimal("0.15"))


NEW_CUSTOMER = {"occurred_on": date(2026, 1, 9), "first_ordered_on": date(2026, 1, 9)}


@pytest.mark.parametrize(
    ("changes", "rows", "expected"),
    [
        pytest.param({}, [{"occurred_on": date(2026, 1, 9)}], ("ok", 1), id="reached something"),
        pytest.param(
            {}, [{"occurred_on": date(2025, 12, 1)}], ("zero", 0), id="sold nothing in it"
        ),
        pytest.param({}, [], ("no_data", None), id="no sales on record at all"),
        pytest.param(
            {"period_start": date(2026, 1, 19)},
            [{"occurred_on": date(2026, 1, 9)}],
            ("not_due", None),
            id="not begun",
        ),
        pytest.param(
            {"metric": "aov"},
            [{"occurred_on": date(2026, 1, 9)}] * 4,
            ("too_few_cases", 1),
            id="n = 4",
        ),
    ],
)
def test_states_of_a_window(
    changes: dict[str, Any], rows: list[Row], expected: tuple[str, int | None]
) -> None:
    found = progress(
        facts(sale=rows),
        targets(target(JAN, 10, **changes)),
    ).row(0, named=True)
    assert (found["state"], found["actual"]) == expected


def test_new_customers_of_the_model_table() -> None:
    """D-22: 新客户 30→28 = 93 %."""
    rows = [{**NEW_CUSTOMER, "account_id": f"K{number}"} for number in range(28)]
    found = progress(
        facts(sale=rows),
        targets(target(JAN, 30, metric="new_customers")),
    ).row(0, named=True)
    assert round(found["attainment"], 2) == 0.93


def test_windows_of_any_length_are_held_for_their_own_scope() -> None:
    """Quotas of reps from one odd date to the next."""
    first = date(2025, 5, 31), date(2025, 8, 30)
    second = date(2025, 8, 31), date(2026, 1, 25)
    sales = [
        {"rep": "274", "occurred_on": date(2025, 8, 30), "net_amount": Decimal(30)},
        {"rep": "274", "occurred_on": date(2025, 8, 31), "net_amount": Decimal(7)},
        {"rep": "275", "occurred_on": date(2025, 6, 1), "net_amount": Decimal(900)},
    ]
    quota = {"scope_kind": "rep", "scope": "274"}
    found = progress(
        facts(sale=[{**sales[2], "occurred_on": date(2025, 5, 31)}, *sales]),
        targets(target(first, 60, **quota), target(second, 70, **quota)),
    )
    assert found["attainment"].to_list() == [0.5, 0.1]
    assert found["period_end"].to_list() == [first[1], second[1]]
    assert found["due"].to_list()[0] == 60
    assert 0 < found["due"].to_list()[1] < 70


@pytest.mark.parametrize("scope_kind", ["customer_group", "industry", "life_cycle"])
def test_d3_a_target_that_nothing_measures_is_kept_without_data(scope_kind: str) -> None:
    rows = targets(target(JAN, 10, scope_kind=scope_kind, scope="制造业"), target(JAN, 20))
    found = progress(facts(sale=[{"occurred_on": date(2026, 1, 9)}]), rows)
    shown = found.select("scope_kind", "target", "actual", "state").rows()
    assert (scope_kind, 10, None, "no_data") in shown
    assert found.height == 2


def test_a_period_with_a_target_and_no_sales_is_100_percent_below_it() -> None:
    """Variance −100 %, not 0 and not *no data*; a cancelled document counts for nothing."""
    before: Row = {"occurred_on": date(2025, 12, 1)}
    cancelled: list[Row] = [
        {"occurred_on": date(2026, 1, 9), "net_amount": Decimal(100)},
        {"occurred_on": date(2026, 1, 9), "net_amount": Decimal(-100)}
        | {"document_kind": "cancellation"},
    ]
    for sales in ([before], [before, *cancelled]):
        row = progress(facts(sale=sales), targets(target(JAN, 10))).row(0, named=True)
        assert (row["state"], row["actual"], row["attainment"]) == ("zero", 0, 0)
        assert (row["actual"] - row["due"]) / row["due"] == -1


def test_targets_on_a_parent_node_are_met_by_its_children() -> None:
    """The region sells nothing itself: its teams and their reps do."""
    day = date(2026, 1, 9)
    sales = [
        {"occurred_on": day, "region": "华东", "team": team, "rep": rep, "net_amount": Decimal(30)}
        for team, rep in (("一部", "R1"), ("一部", "R2"), ("二部", "R3"))
    ]
    row = progress(
        facts(sale=sales), targets(target(JAN, 100, scope_kind="region", scope="华东"))
    ).row(0, named=True)
    assert (row["actual"], row["attainment"]) == (90, 0.9)


def test_d3_share_targets_are_targets() -> None:
    """D-3: new customers 30 % of the year's sales, 25 % in Q1; the quarter's holds on its days."""
    share = {"metric": "new_customer_share"}
    rows = (
        target((date(2026, 1, 1), date(2026, 12, 31)), "0.30", **share),
        target((date(2026, 1, 1), date(2026, 3, 31)), "0.25", **share),
    )
    assert plan(*rows)["qtd"] == (Decimal("0.25"), Decimal("0.25"), "ok")
    old, new = date(2020, 1, 1), date(2026, 1, 9)
    sales = [
        {"occurred_on": new, "first_ordered_on": first, "net_amount": Decimal(amount)}
        | {"account_id": f"K{amount}{number}"}
        for number in range(5)
        for first, amount in ((old, 80), (new, 20))
    ]
    found = progress(facts(sale=sales), targets(*rows))
    assert dict(found.select("target", "actual").rows()) == {
        Decimal("0.30"): Decimal("0.2"),
        Decimal("0.25"): Decimal("0.2"),
    }
    assert found["attainment"].to_list() == [0.8, pytest.approx(2 / 3)]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    rows = [
        target(JAN, 10),
        target(JAN, 7, scope_kind="region", scope="华东"),
        target((date(2026, 1, 1), date(2026, 3, 31)), 25),
    ]
    sales = [{"occurred_on": date(2026, 1, 9), "region": "华东", "net_amount": Decimal(3)}]
    there = progress(facts(sale=sales), targets(*rows))
    again = progress(facts(sale=sales), targets(*rows).sample(fraction=1, shuffle=True, seed=seed))
    assert there.equals(again)
