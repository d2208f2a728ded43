"""What the rules give each person, exactly (D-24)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.calibration.ground_of import assignments
from tests.transforms.incentives.paid import (
    STEPS,
    TEAM,
    amounts,
    goal,
    paid,
    sale,
    team_goal,
    wages,
)
from tests.transforms.test_daily_targets import target
from transforms.incentives.amounts import pay, step_reached
from transforms.incentives.rules import (
    Award,
    Commission,
    Excess,
    Increment,
    NewHire,
    Rules,
    TeamBonus,
    TeamFactor,
)

RULES = Rules("CNY", steps=STEPS)
COMMISSION = Rules(
    "CNY",
    commission=Commission("sales_amount", Decimal("0.01")),
    team_factor=TeamFactor(Decimal("0.80"), Decimal("1.10")),
)


@pytest.mark.parametrize(
    ("sold", "bonus"),
    [
        pytest.param("99999.99", None, id="99.99999 % is not 100 %"),
        pytest.param(100_000, 1000, id="100 %: 10 % of a month's wage"),
        pytest.param("119999.99", 1000, id="below 120 %"),
        pytest.param(120_000, 2000, id="120 %: 20 %, and the highest step alone"),
        pytest.param(180_000, 2000, id="180 %"),
    ],
)
def test_d24_bonus_of_10_and_20_percent_of_a_months_wage(sold: object, bonus: int | None) -> None:
    found = paid(RULES, [sale("E0", sold)], [goal("E0", 100_000)])
    assert amounts(found) == ([] if bonus is None else [("E0", "target_bonus", bonus)])


def test_180_against_150_is_120_percent() -> None:
    step = step_reached(Decimal(1_800_000), Decimal(1_500_000), STEPS)
    assert step is not None
    assert step.attainment == Decimal("1.20")


def test_a_hair_below_a_target_of_many_digits_is_not_reached() -> None:
    target_value = Decimal("99999999999999999999.999999")
    assert step_reached(target_value - Decimal("0.000001"), target_value, STEPS) is None
    assert step_reached(target_value, target_value, STEPS) == STEPS[0]


@pytest.mark.parametrize(
    ("team_sold", "commission", "factor"),
    [
        pytest.param(80_000, "1100.00", "1.10", id="team at 80 %: 1 % becomes 1.1 %"),
        pytest.param("79999.99", "1000.00", "1", id="team a cent below 80 %"),
    ],
)
def test_d24_commission_of_1_percent_becomes_1_1_percent_with_the_team(
    team_sold: object, commission: str, factor: str
) -> None:
    """The person sold 100,000, with what others took back in the team."""
    rest = Decimal(str(team_sold)) - 100_000
    returned = sale("E9", rest, document_kind="return")
    found = paid(COMMISSION, [sale("E0", 100_000), returned], [team_goal(100_000)])
    row = found["incentive"].row(0, named=True)
    assert (row["rule"], row["amount"]) == ("commission", Decimal(commission))
    assert (row["base"], row["rate"], row["factor"]) == (100_000, Decimal("0.01"), Decimal(factor))
    assert pay(row["base"], row["rate"], row["factor"]) == row["amount"]


def test_commission_without_a_team_target_is_not_raised() -> None:
    assert amounts(paid(COMMISSION, [sale("E0", 100_000)])) == [("E0", "commission", 1000)]


def test_d24_the_combination_of_target_increment_and_team_bonus_adds_up() -> None:
    rules = replace(
        RULES,
        increment=Increment(Decimal("0.15"), Decimal("0.05")),
        team_bonus=TeamBonus(Decimal(1), Decimal("0.03")),
    )
    sales = [sale("E0", 115_000), sale("E0", 100_000, date(2025, 10, 10))]
    found = paid(rules, sales, [goal("E0", 100_000), team_goal(100_000)])
    own = found["incentive"].filter(pl.col("rep_id") == "E0")
    assert own.select("rule", "amount").rows() == [
        ("increment_bonus", 500),
        ("target_bonus", 1000),
        ("team_bonus", 300),
    ]
    assert own["amount"].sum() == 1800


def test_d24_extra_commission_on_a_lines_excess_is_shared_by_what_each_sold() -> None:
    rules = Rules("CNY", excess=(Excess("新能源", Decimal("0.02")),))
    sales = [sale("E0", 100_000, product_line="新能源"), sale("E1", 50_000, product_line="新能源")]
    plan = [
        target(
            (date(2026, 10, 1), date(2026, 10, 31)),
            "120000",
            scope_kind="product_line",
            scope="新能源",
        )
    ]
    found = paid(rules, sales, plan)["incentive"]
    assert found["base"].to_list() == [20_000, 10_000]
    assert found.select("rep_id", "subject", "amount").rows() == [
        ("E0", "新能源", 400),
        ("E1", "新能源", 200),
    ]
    assert amounts(paid(rules, sales[:1], plan)) == []


@pytest.mark.parametrize(
    ("joined", "first_deal", "amount"),
    [
        pytest.param(date(2026, 8, 1), date(2026, 10, 12), 500, id="first deal in the month"),
        pytest.param(date(2026, 8, 1), date(2026, 9, 12), None, id="first deal before it"),
        pytest.param(date(2026, 1, 1), date(2026, 10, 12), None, id="no longer new"),
        pytest.param(None, date(2026, 10, 12), None, id="joining day not on record"),
    ],
)
def test_d24_the_first_deal_of_a_new_hire_goes_to_the_growth_fund(
    joined: date | None, first_deal: date, amount: int | None
) -> None:
    rules = Rules("CNY", new_hire=NewHire(6, Decimal(500)))
    roster = assignments({}, {"joined_on": joined})
    sales = [sale("E1", 10, first_deal), sale("E1", 10, date(2026, 10, 20))]
    found = amounts(paid(rules, sales, roster=roster))
    assert found == ([] if amount is None else [("E1", "growth_fund", amount)])


def test_d24_awards_go_to_the_best_and_equals_share_them_to_the_cent() -> None:
    week = date(2026, 11, 18)
    rules = Rules(
        "CNY",
        awards=(
            Award("本周之星", "sales_amount", "week", Decimal("100.01")),
            Award("最佳开拓", "sales_amount", "attainment", Decimal(300)),
        ),
    )
    sales = [sale("E0", 5, week), sale("E1", 5, week), sale("E1", 9)]
    found = paid(rules, sales)["incentive"].sort("subject", "rep_id")
    assert found.select("rep_id", "subject", "amount").rows() == [
        ("E1", "最佳开拓", 300),
        ("E0", "本周之星", Decimal("50.01")),
        ("E1", "本周之星", 50),
    ]
    assert found["period_start"].to_list() == [
        date(2026, 10, 1),
        date(2026, 11, 16),
        date(2026, 11, 16),
    ]


def test_best_retention_needs_enough_cases() -> None:
    rules = Rules("CNY", awards=(Award("最佳留存", "repurchase_rate", "attainment", Decimal(300)),))
    days = [date(2026, 9, 1), date(2026, 10, 12)]
    few = [sale("E0", 1, day, account_id="K0", order_id=f"a{day}") for day in days]
    many = [
        sale("E1", 1, day, account_id=f"K{n}", order_id=f"{n}{day}")
        for n in range(1, 6)
        for day in days
    ]
    assert amounts(paid(rules, [*few, *many])) == [("E1", "award", 300)]


def test_a_wage_that_is_not_on_record_leaves_the_amount_unknown_not_0() -> None:
    found = paid(RULES, [sale("E1", 120_000)], [goal("E1", 100_000)], wages(("E0", 1)))
    row = found["incentive"].row(0, named=True)
    assert (row["rule"], row["base"], row["amount"]) == ("target_bonus", None, None)


def test_the_wage_is_the_one_that_holds_on_the_last_day_of_the_period() -> None:
    raised = pl.concat(
        [
            wages(("E0", 10_000)),
            wages(("E0", 12_000)).with_columns(pl.lit(date(2026, 11, 1)).alias("valid_from")),
        ]
    )
    found = paid(RULES, [sale("E0", 100_000)], [goal("E0", 100_000)], raised)
    assert amounts(found) == [("E0", "target_bonus", 1000)]


def test_every_amount_says_where_it_comes_from() -> None:
    row = paid(RULES, [sale("E0", 120_000)], [goal("E0", 100_000)])["incentive"].row(0, named=True)
    assert (row["metric"], row["scope_kind"], row["scope"]) == ("sales_amount", "rep", "E0")
    assert (row["achieved"], row["target"], row["threshold"]) == (120_000, 100_000, Decimal("1.20"))
    assert (row["base_kind"], row["base"], row["team"]) == ("wage", 10_000, TEAM)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["E0", "E1"]), st.decimals(-9999, 99999, places=2)), max_size=6
    ),
    st.randoms(),
)
def test_amounts_do_not_depend_on_the_order_of_rows(
    sold: list[tuple[str, Decimal]], random: object
) -> None:
    sales = [sale(rep, amount) for rep, amount in sold]
    mixed = sales.copy()
    random.shuffle(mixed)  # type: ignore[attr-defined]
    usual = paid(COMMISSION, sales)["incentive"]
    assert paid(COMMISSION, mixed)["incentive"].equals(usual)
    for row in usual.iter_rows(named=True):
        assert row["amount"] == pay(row["base"], row["rate"], row["factor"])
