"""Sales to new customers, from the leads of the cohort one sales cycle earlier (D-18)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.why.builders import (
    PARAMETERS,
    Row,
    deal,
    fact,
    history,
    lead,
    sale,
    value,
    values,
)
from transforms.catalogue import CATALOGUE
from transforms.parameters import Variances
from transforms.why import explain
from transforms.why.cohort import learned_cycle, sales_cycle
from transforms.why.rows import fact_rows

NOW = date(2026, 10, 12)
BEFORE = date(2026, 9, 10)
CYCLE = timedelta(days=60)


def nodes(
    facts: Mapping[str, Sequence[Row]],
    actual: str,
    due: str,
    cycle: int | None = 60,
    short: int = 7,
) -> dict[str, tuple[str | None, Decimal | None, Decimal | None, Decimal]]:
    """Node to (parent, actual, reference, contribution) of the quarter's sales of a team."""
    limits = Variances(sales_cycle_days=cycle, short_cycle_days=short)
    frames = {name: fact(name, rows) for name, rows in facts.items()}
    parameters = replace(PARAMETERS, variances=limits)
    rows = values(value("sales_amount", actual, due))
    found = explain(rows, history("sales_amount", []), frames, {}, CATALOGUE, parameters)
    bridge = found["bridge"].filter(pl.col("reference_kind") == "plan")
    return {
        row["node"]: tuple(row[n] for n in ("parent", "actual", "reference", "contribution"))
        for row in bridge.to_dicts()
    }


def new(day: date, account: str, amount: str = "100") -> Row:
    return sale(day, amount, account_id=account, first_ordered_on=day)


def company(leads_now: int = 8) -> dict[str, list[Row]]:
    """Two stretches with 20 cohort leads, 8 opportunities, 4 won; now 8 leads, 4 and 2 (due 400).

    The stretches before have 4 new customers for 100 each.
    """
    return {
        "sale": [
            *(new(BEFORE, name) for name in "ABCD"),
            *(new(NOW, name) for name in "EF"),
        ],
        "deal_closed": [
            *(deal(BEFORE, is_won=won) for won in [True] * 4 + [False] * 4),
            *(deal(NOW, is_won=won) for won in [True] * 2 + [False] * 2),
        ],
        "lead_created": [
            lead(date(2026, 1, 5), is_qualified=True),
            *(lead(BEFORE - CYCLE, is_qualified=True) for _ in range(20)),
            *(lead(NOW - CYCLE, is_qualified=True) for _ in range(leads_now)),
        ],
    }


def test_new_customers_come_from_the_leads_of_the_cohort() -> None:
    """Due are 400, as in the two stretches together: 20 leads × 40 % × 50 % × 100."""
    found = nodes(company(), "200", "400")
    assert found["new_business"] == ("gap", Decimal(200), Decimal(400), Decimal(-200))
    assert found["opportunities_due"][:3] == ("new_business", Decimal(4), Decimal(8))
    assert found["cohort_leads"][:3] == ("opportunities_due", Decimal(8), Decimal(20))
    rates = [found[code][1:3] for code in ("cohort_conversion", "win_rate", "deal_size")]
    assert rates == [
        (Decimal("0.5"), Decimal("0.4")),
        (Decimal("0.5"), Decimal("0.5")),
        (Decimal(100), Decimal(100)),
    ]
    assert found["cohort_leads"][3] == Decimal(-270)
    assert found["cohort_conversion"][3] == Decimal(70)
    assert found["opportunities_due"][3] == Decimal(-200)


def test_the_leads_of_the_period_itself_are_no_cause_at_a_long_cycle() -> None:
    """D-18: this week's leads times this week's order value is algebra, not cause."""
    facts = company()
    facts["lead_created"] += [lead(NOW, is_qualified=True) for _ in range(500)]
    assert nodes(facts, "200", "400") == nodes(company(), "200", "400")


def test_at_a_short_cycle_the_leads_of_the_period_stand_for_its_customers() -> None:
    facts = company()
    facts["lead_created"] = [
        *(lead(BEFORE, is_qualified=True) for _ in range(20)),
        *(lead(NOW, is_qualified=True) for _ in range(10)),
    ]
    found = nodes(facts, "200", "400", cycle=5)
    assert [code for code, row in found.items() if row[0] == "new_business"] == [
        "leads",
        "lead_conversion",
        "first_order_value",
    ]
    assert found["leads"] == ("new_business", Decimal(10), Decimal(20), Decimal(-200))
    assert found["lead_conversion"][1:] == (Decimal("0.2"), Decimal("0.2"), Decimal(0))


def test_opportunities_of_customers_that_ordered_before_are_not_new_business() -> None:
    facts = company()
    facts["sale"] += [sale(date(2026, 3, 2), "100", account_id="OLD")]
    facts["deal_closed"] += [deal(NOW, is_won=True, account_id="OLD") for _ in range(9)]
    assert nodes(facts, "200", "400") == nodes(company(), "200", "400")


@pytest.mark.parametrize(
    ("since", "cycle"),
    [
        pytest.param(BEFORE - CYCLE, 60, id="leads are on record for half of the cohort only"),
        pytest.param(date(2026, 1, 5), None, id="nobody knows the cycle"),
    ],
)
def test_without_the_whole_cohort_opportunities_have_no_parts(
    since: date, cycle: int | None
) -> None:
    facts = company()
    facts["lead_created"] = [row for row in facts["lead_created"] if row["occurred_on"] >= since]
    found = nodes(facts, "200", "400", cycle=cycle)
    assert "cohort_leads" not in found
    assert found["opportunities_due"][:3] == ("new_business", Decimal(4), Decimal(8))


def test_new_customers_are_counted_down_the_same_tree() -> None:
    """Half as many: from 20 leads to 8 at better rates."""
    frames = {name: fact(name, rows) for name, rows in company().items()}
    parameters = replace(PARAMETERS, variances=Variances(sales_cycle_days=60))
    rows = values(value("new_customers", "2", "4"))
    found = explain(rows, history("new_customers", []), frames, {}, CATALOGUE, parameters)
    drivers = dict(found["driver"].select("driver", "contribution").iter_rows())
    assert [*drivers] == ["cohort_leads", "cohort_conversion", "win_rate", "customers_per_deal"]
    assert sum(drivers.values()) == -2
    assert drivers["cohort_leads"] == Decimal("-2.7")


def decided(days: Sequence[int], *, is_tied: bool) -> dict[str, pl.LazyFrame]:
    """Opportunities decided so many days after their lead came, opened 10 days after that."""
    closed, opened, leads = [], [], []
    for place, lag in enumerate(days):
        code = {"opportunity_id": f"D{place}"}
        tie = {"lead_id": f"L{place}" if is_tied else None}
        closed.append(deal(NOW, is_won=bool(place % 2), cycle_days=lag - 10, **code))
        opened.append({"occurred_on": NOW - timedelta(lag - 10), "segment": "集团", **code, **tie})
        leads.append(lead(NOW - timedelta(lag), is_qualified=True, lead_id=f"L{place}"))
    facts = {"deal_closed": closed, "deal_opened": opened, "lead_created": leads}
    return {name: fact(name, rows) for name, rows in facts.items()}


@pytest.mark.parametrize(
    ("days", "is_tied", "expected"),
    [
        pytest.param([40] * 14 + [61] + [90] * 15, True, 90, id="median from lead to decision"),
        pytest.param([40] * 20 + [90] * 11, True, 40, id="a few slow ones do not matter"),
        pytest.param([70] * 31, False, 60, id="not tied to leads: from opening"),
        pytest.param([70] * 29, True, None, id="too few to tell"),
    ],
)
def test_the_cycle_is_learned_from_the_companys_own_opportunities(
    days: list[int], is_tied: bool, expected: int | None
) -> None:
    rows = fact_rows(decided(days, is_tied=is_tied), date(2025, 1, 1), NOW)
    assert learned_cycle(rows) == expected


def test_a_cycle_that_is_given_is_the_cycle() -> None:
    rows = fact_rows(decided([70] * 31, is_tied=True), date(2025, 1, 1), NOW)
    given = sales_cycle(rows, 5, 7)
    assert given is not None
    assert (given.days, given.is_short) == (5, True)
    assert sales_cycle(fact_rows({}, NOW, NOW), None, 7) is None
