"""The forecast as a whole: its parts, its states, and that it knows nothing of later days."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.builders import Row, fact
from transforms.calendar import review_week
from transforms.catalogue import CATALOGUE
from transforms.forecast import forecasts
from transforms.forecast.calendar import Days, origins
from transforms.forecast.deals import deal_history, expected_from_deals
from transforms.parameters import Calendar, Parameters
from transforms.tables.facts import FACTS

WEEK = review_week("2026-W47")
AS_OF = WEEK.ends_on
PARAMETERS = Parameters(week=WEEK)
SALES = {code: CATALOGUE[code] for code in ("sales_amount", "contract_amount", "win_rate")}
DEAL_DAYS = 28
"""Days from opening to closing; the last 14 of them in 谈判."""


def working_days(first: date, last: date = AS_OF) -> list[date]:
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return [day for day in days if day.isoweekday() <= 5]


def orders(first: date) -> list[Row]:
    """An order on each working day; the amount grows by 100 a year."""
    return [
        {
            "occurred_on": day,
            "net_amount": Decimal(100 * (day.year - 2020) + day.month),
            "team": "一部",
        }
        for day in working_days(first)
    ]


def pipeline(first: date, last: date = AS_OF) -> dict[str, list[Row]]:
    """A deal of 1000 opened each Monday; every second one is won on a Monday four weeks on."""
    mondays = [day for day in working_days(first, last) if day.isoweekday() == 1]
    found: dict[str, list[Row]] = {
        name: [] for name in ("deal_opened", "deal_closed", "stage_exit", "open_deal")
    }
    for number, opened in enumerate(mondays):
        own = {"opportunity_id": f"D{number}", "team": "一部"}
        valued = {**own, "amount": Decimal(1000)}
        halfway, closed = opened + timedelta(14), opened + timedelta(DEAL_DAYS)
        found["deal_opened"].append({**valued, "occurred_on": opened})
        for stage, entered, left in (("方案", opened, halfway), ("谈判", halfway, closed)):
            if left <= last:
                exit_ = {**own, "occurred_on": left, "stage": stage, "stage_days": 14}
                found["stage_exit"].append({**exit_, "is_forward": True})
            elif entered <= last:
                standing = {"occurred_on": last, "stage": stage, "stage_entered_on": entered}
                found["open_deal"].append({**valued, **standing})
        if closed <= last:
            found["deal_closed"].append(
                {**valued, "occurred_on": closed, "is_won": number % 2 == 0}
            )
    return found


def given_facts(**rows: list[Row]) -> dict[str, pl.LazyFrame]:
    return {name: fact(name, rows.get(name, [])).lazy() for name in FACTS}


def company(frame: pl.DataFrame, kind: str = "qtd", metric: str = "sales_amount") -> pl.DataFrame:
    return frame.filter(
        (pl.col("scope_kind") == "company")
        & (pl.col("period_kind") == kind)
        & (pl.col("metric") == metric)
    )


THREE_YEARS = date(2023, 10, 2)


def test_the_parts_of_a_forecast_add_up_and_only_amounts_are_forecast_d23() -> None:
    deals = pipeline(THREE_YEARS)
    won = [row for row in deals["deal_closed"] if row["is_won"]]
    contracts: list[Row] = [
        {"occurred_on": row["occurred_on"], "amount": row["amount"]} for row in won
    ]
    facts = given_facts(sale=orders(THREE_YEARS), signed_contract=contracts, **deals)
    frame, tests = forecasts(facts, SALES, PARAMETERS)
    assert set(frame["metric"]) == {"sales_amount", "contract_amount"}
    known = frame.filter(pl.col("rule") == "pipeline")
    assert known.height
    parts = pl.sum_horizontal("reached", "open_deals", "new_deals", "rest")
    assert known.filter(parts != pl.col("forecast")).is_empty()
    contract = company(frame, metric="contract_amount").row(0, named=True)
    assert contract["rule"] == "pipeline"
    assert contract["is_better_than_naive"]
    assert contract["low"] <= contract["forecast"] <= contract["high"]
    rules = company(tests, metric="contract_amount")
    used = rules.filter("is_used").row(0, named=True)
    assert used["weighted_error"] == rules["weighted_error"].min()
    assert rules["periods"].n_unique() == 1


def test_open_deals_count_with_the_share_that_was_won_from_their_stage_and_age() -> None:
    """Deals of 谈判 close within two weeks; of those that stood there half the value was won."""
    facts = given_facts(**pipeline(THREE_YEARS))
    days = Days(Calendar(), THREE_YEARS, AS_OF)
    points = origins(days, AS_OF, "quarter", 1, date(2023, 10, 1))
    found = expected_from_deals(deal_history(facts, AS_OF), days, points)
    now = found["company", "company"][0]
    assert now is not None
    # four deals are open; each of the 26 past weeks had 13 wins and 13 losses to come of each age
    assert now.open_deals == pytest.approx(4 * 1000 * 0.5)
    # opened from 23 November and closed by 31 December: two Mondays, one of them won
    assert now.new_deals == pytest.approx(1000, abs=1)
    assert found["team", "一部"][0] == now
    assert points[-1].start == date(2023, 10, 1)
    assert found["company", "company"][-1] is None, "no outcome was known so early"


@pytest.mark.parametrize(
    ("first", "state"),
    [
        pytest.param(date(2026, 9, 1), "too_few_cases", id="two months"),
        pytest.param(THREE_YEARS, "ok", id="three years"),
    ],
)
def test_without_four_past_periods_there_is_no_forecast_and_it_says_so(
    first: date, state: str
) -> None:
    frame, tests = forecasts(given_facts(sale=orders(first)), SALES, PARAMETERS)
    row = company(frame).row(0, named=True)
    assert row["state"] == state
    assert (row["forecast"] is None) == (state != "ok")
    assert company(tests).is_empty() == (state != "ok")
    assert row["open_deals"] is None


def test_where_no_model_is_better_the_naive_rule_is_used_and_said() -> None:
    """Every year is the same to the cent, in no order that a run rate could know."""
    amounts: list[Row] = [
        {
            "occurred_on": date(year, month, day),
            "net_amount": Decimal((month * 7919 + day * 104729) % 9973),
        }
        for year in (2023, 2024, 2025, 2026)
        for month in range(1, 13)
        for day in (3, 11, 27)
        if date(year, month, day) <= AS_OF
    ]
    frame, _ = forecasts(given_facts(sale=amounts), SALES, PARAMETERS)
    row = company(frame, "mtd").row(0, named=True)
    assert (row["rule"], row["is_better_than_naive"]) == ("last_year", False)
    assert (row["open_deals"], row["rest"]) == (None, None)


def test_nothing_is_forecast_of_a_period_that_is_complete() -> None:
    ended = Parameters(week=review_week("2026-W22"))
    assert ended.week.ends_on == date(2026, 5, 31)
    frame, _ = forecasts(given_facts(sale=orders(THREE_YEARS)), SALES, ended)
    assert frame["period_kind"].unique().to_list() == ["qtd"]


LATER = st.dictionaries(
    st.sampled_from(["sale", "deal_closed", "deal_opened", "stage_exit"]),
    st.lists(st.integers(1, 60), min_size=1, max_size=4),
)


@settings(max_examples=6, deadline=None)
@given(later=LATER, seed=st.integers(0, 99))
def test_rows_dated_later_and_the_order_of_rows_change_nothing(
    later: Mapping[str, list[int]], seed: int
) -> None:
    rows: dict[str, list[Row]] = {"sale": orders(THREE_YEARS), **pipeline(THREE_YEARS)}
    before = forecasts(given_facts(**rows), SALES, PARAMETERS)
    added = {
        name: [{"occurred_on": AS_OF + timedelta(n), "team": "二部"} for n in later.get(name, [])]
        for name in rows
    }
    facts = {
        name: frame.collect().sample(fraction=1, shuffle=True, seed=seed).lazy()
        for name, frame in given_facts(
            **{name: [*rows[name], *added[name]] for name in rows}
        ).items()
    }
    after = forecasts(facts, SALES, PARAMETERS)
    assert before[0].equals(after[0])
    assert before[1].equals(after[1])


def test_another_team_leaves_the_forecast_of_a_team_alone() -> None:
    """Rates, run rate and test of a scope come from its own rows."""
    rows: dict[str, list[Row]] = {"sale": orders(THREE_YEARS), **pipeline(THREE_YEARS)}
    other = {
        name: [
            {
                **row,
                "team": "二部",
                "region": "华南",
                **({"opportunity_id": f"X{row['opportunity_id']}"} if name != "sale" else {}),
                **({"is_won": True} if "is_won" in row else {}),
            }
            for row in found
        ]
        for name, found in rows.items()
    }
    alone = forecasts(given_facts(**rows), SALES, PARAMETERS)
    both = forecasts(
        given_facts(**{name: [*rows[name], *other[name]] for name in rows}), SALES, PARAMETERS
    )
    for before, after in zip(alone, both, strict=True):
        mine = pl.col("scope") == "一部"
        assert before.filter(mine).equals(after.filter(mine))
        assert not before.filter(mine).is_empty()
