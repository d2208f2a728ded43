"""A case against the period before, last year and the driver targets (D-18, D-2a)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.why.builders import (
    AS_OF,
    PARAMETERS,
    WEEK,
    Row,
    deal,
    fact,
    history,
    sale,
    values,
    week,
)
from transforms.calendar import week_before
from transforms.catalogue import CATALOGUE
from transforms.driver_targets import driver_plan
from transforms.why import explain
from transforms.why.case import Case
from transforms.why.references import named_periods

LAST_YEAR = date(2025, 11, 11)
BEFORE = date(2026, 11, 3)
NOW = date(2026, 11, 11)


def case(period_kind: str, starts_on: date, ends_on: date) -> Case:
    return Case(
        "c", "leads", "team", "华东二部", period_kind, starts_on, ends_on, "plan",
        Decimal(1), Decimal(2), is_within_noise=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "previous", "last_year"),
    [
        pytest.param(
            case("week", WEEK.starts_on, AS_OF),
            (date(2026, 11, 2), date(2026, 11, 8)),
            (date(2025, 11, 10), date(2025, 11, 16)),
            id="week: of the same number",
        ),
        pytest.param(
            case("mtd", date(2026, 11, 1), AS_OF),
            (date(2026, 10, 1), date(2026, 10, 15)),
            (date(2025, 11, 1), date(2025, 11, 15)),
            id="month to date: the same days",
        ),
        pytest.param(
            case("mtd", date(2026, 3, 1), date(2026, 3, 30)),
            (date(2026, 2, 1), date(2026, 2, 28)),
            (date(2025, 3, 1), date(2025, 3, 30)),
            id="a shorter month ends where it ends",
        ),
        pytest.param(
            case("qtd", date(2026, 10, 1), date(2026, 12, 31)),
            (date(2026, 7, 1), date(2026, 9, 30)),
            (date(2025, 10, 1), date(2025, 12, 31)),
            id="a complete quarter: all of it",
        ),
    ],
)
def test_a_period_is_held_against_the_same_days_of_another(
    given: Case, previous: tuple[date, date], last_year: tuple[date, date]
) -> None:
    found = {kind: (first, last) for kind, first, last in named_periods(given, WEEK)}
    assert found == {"previous": previous, "last_year": last_year}


def bridges(row: Row, facts: Mapping[str, Sequence[Row]]) -> dict[str, pl.DataFrame]:
    """Bridge of each reference, of the one case of a metric value."""
    frames = {name: fact(name, rows) for name, rows in facts.items()}
    past = history(row["metric"], [])
    found = explain(values(row), past, frames, {}, CATALOGUE, PARAMETERS)["bridge"]
    parts = found.partition_by("reference_kind", as_dict=True, maintain_order=True)
    return {str(kind): frame for (kind,), frame in parts.items()}


def total(bridge: pl.DataFrame) -> tuple[object, ...]:
    """Actual, reference and gap."""
    return tuple(bridge.select("actual", "reference", "contribution").row(0))


def test_a_bridge_may_start_from_the_week_before_and_from_last_year() -> None:
    sales = [
        sale(date(2025, 1, 6), "1"),
        sale(LAST_YEAR, "50", quantity=Decimal(5)),
        sale(BEFORE, "80", quantity=Decimal(8)),
        sale(NOW, "60", quantity=Decimal(5)),
    ]
    found = bridges(week("sales_amount", "60", "100"), {"sale": sales})
    assert [*found] == ["plan", "driver_plan", "previous", "last_year"]
    assert total(found["previous"]) == (60, 80, -20)
    assert total(found["last_year"]) == (60, 50, 10)
    for bridge in found.values():
        bars = bridge.filter(pl.col("role") == "driver")
        assert sum(bars["contribution"]) == bridge["contribution"][0]
    parts = dict(found["previous"].select("node", "contribution").iter_rows())
    assert (parts["existing_volume"], parts["existing_price"]) == (-30, 10)


def test_ratios_are_held_against_other_periods_in_points() -> None:
    deals = [deal(date(2025, 1, 6), is_won=True)]
    for day, won, lost in ((LAST_YEAR, 1, 3), (BEFORE, 3, 3), (NOW, 2, 6)):
        deals += [deal(day, is_won=True)] * won + [deal(day, is_won=False)] * lost
    row = week("win_rate", "2", "0.4", denominator=Decimal(8), unit="share")
    found = bridges(row, {"deal_closed": deals})
    assert total(found["previous"]) == (Decimal("0.25"), Decimal("0.5"), Decimal("-0.25"))
    assert total(found["last_year"]) == (Decimal("0.25"), Decimal("0.25"), Decimal(0))


def test_a_period_before_the_record_begins_has_no_bridge() -> None:
    """No data is not zero."""
    sales = [sale(date(2026, 10, 5), "10"), sale(NOW, "60")]
    found = bridges(week("sales_amount", "60", "100"), {"sale": sales})
    assert [*found] == ["plan", "driver_plan", "previous"]


def test_a_case_within_noise_has_its_own_reference_alone() -> None:
    """Whether a case has the others depends on nothing but itself: packs of teams stand alone."""
    row = week("sales_amount", "60", "100", is_signal=False)
    frames = {"sale": fact("sale", [sale(date(2025, 1, 6), "1"), sale(NOW, "60")])}
    past = history("sales_amount", [10.0, 90.0] * 6)
    found = explain(values(row), past, frames, {}, CATALOGUE, PARAMETERS)
    assert found["variance"]["is_within_noise"].to_list() == [True]
    assert found["bridge"]["reference_kind"].unique().to_list() == ["plan"]


def test_sales_against_plan_split_by_the_driver_targets_d2a() -> None:
    """The references are those of the table `driver_plan` of the same week."""
    sales = [
        sale(day + timedelta(hour), f"{90 + 7 * place}", account_id=f"K{place % 5}", order_id=order)
        for back in range(1, 14)
        for day in (week_before(WEEK, back).starts_on,)
        for place in range(7)
        for hour, order in ((place % 3, f"O{back}-{place}"),)
    ]
    sales += [sale(NOW, "100", account_id=f"K{n}", order_id=f"N{n}") for n in range(4)]
    rows = values(week("sales_amount", "400", "900"), week("aov", "100", "120"))
    past = history("sales_amount", [])
    facts = {"sale": fact("sale", sales)}
    found = explain(rows, past, facts, {}, CATALOGUE, PARAMETERS)["bridge"]
    bars = found.filter(pl.col("reference_kind") == "driver_plan", pl.col("role") == "driver")
    wanted = driver_plan(facts["sale"], rows, past, PARAMETERS)
    both = bars.join(wanted, left_on="node", right_on="driver")
    assert both.height == 3
    assert both.filter(
        (pl.col("reference") - pl.col("value")).abs() > Decimal("0.000001")
    ).is_empty()
    assert both.filter(pl.col("actual") != pl.col("actual_right")).is_empty()
    assert sum(bars["contribution"]) == -500
