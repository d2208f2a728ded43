"""D-18, level 4: behaviour and conditions, measured on the facts of the segment found."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import polars as pl
import pytest

from tests.transforms.why.builders import AS_OF, PARAMETERS, WEEK, Row, fact, sale, table
from transforms.catalogue import CATALOGUE
from transforms.parameters import Calendar, Parameters
from transforms.tables.erp import Product
from transforms.tables.organisation import Assignment
from transforms.tables.review import MetricPoint, MetricValue
from transforms.why.behaviour import behaviour_of, behaviours, stretch_of
from transforms.why.case import Case, Window
from transforms.why.conditions import working_days
from transforms.why.differences import Stretch
from transforms.why.record import Chain, OnRecord
from transforms.why.rows import fact_rows

FIRST = AS_OF - timedelta(weeks=104)
STORY = AS_OF - timedelta(weeks=4)
CHANNELS = ("行业联盟", "直销", "展会", "经销商")
CASE = Case(
    case_id="case",
    metric="sales_amount",
    scope_kind="team",
    scope="华东二部",
    period_kind="week",
    starts_on=STORY + timedelta(days=1),
    ends_on=AS_OF,
    reference_kind="baseline",
    actual=Decimal(1),
    reference=Decimal(2),
    is_within_noise=False,
)
SPAN = Window(CASE.starts_on, AS_OF, CASE.starts_on, 4)


def found(
    facts: Mapping[str, pl.LazyFrame],
    segment: Mapping[str, str],
    records: Mapping[str, pl.DataFrame] | None = None,
    parameters: Parameters = PARAMETERS,
    case: Case = CASE,
) -> dict[str, Row]:
    """Rows of level 4 by what they are about."""
    rows = fact_rows(facts, FIRST, AS_OF)
    known = records or {}
    nothing = MetricPoint.create_empty()
    measured = behaviour_of(rows, facts, nothing, known, CATALOGUE, parameters)
    record = OnRecord(MetricValue.create_empty(), rows, known, CATALOGUE, parameters)
    chain = Chain(case, SPAN, "existing_volume", segment, (segment,))
    return {row["subject"]: row for row in behaviours(chain, record, measured)}


def seeded() -> Random:
    """The same draws in every test."""
    return Random(4)  # noqa: S311 (not for secrets)


def days(every: int = 1) -> Sequence[date]:
    return [FIRST + timedelta(days=n) for n in range(1, 104 * 7 + 1, every)]


def visits(random: Random) -> pl.LazyFrame:
    """About three visits a day and channel; a third of them at 行业联盟 in the last four weeks."""
    rows: list[Row] = []
    for day in days():
        for channel in CHANNELS:
            is_story = channel == CHANNELS[0] and day > STORY
            rows += [
                {
                    "occurred_on": day,
                    "activity_id": "A",
                    "is_effective": random.random() < 0.8,
                    "channel": channel,
                    "product_line": "未分配",
                }
                for _ in range(random.randint(0, 2) if is_story else random.randint(1, 5))
            ]
    return fact("visit", rows)


def test_a_process_metric_is_measured_in_any_combination_the_fact_knows() -> None:
    """D-18: the segment has a product line, which visits do not carry; seed 4."""
    rows = found({"visit": visits(seeded())}, {"channel": "行业联盟", "product_line": "输送系统"})
    row = rows["effective_visits"]
    assert (row["kind"], row["dimensions"], row["members"]) == ("metric", "channel", "行业联盟")
    assert row["unmeasured"] == "product_line"
    assert (row["lag_weeks"], row["lag_basis"]) == (0, "same_week")
    assert set(row["comparison"].split(" · ")) == set(CHANNELS[1:])
    assert row["actual"] == row["n"] / 4
    assert row["actual"] < row["reference"] / 2
    assert row["effect_low"] < row["effect"] < row["effect_high"] < 0


def test_a_customer_is_a_place_where_the_fact_names_it_and_a_product_is_not() -> None:
    """D-18: visits carry the customer and no product; the customer is held against others."""
    mine = visits(seeded()).with_columns(account_id=pl.col("channel"))
    row = found({"visit": mine}, {"customer": "行业联盟"})["effective_visits"]
    assert (row["dimensions"], row["members"], row["unmeasured"]) == ("customer", "行业联盟", None)
    assert set(row["comparison"].split(" · ")) == set(CHANNELS[1:])
    only = mine.filter(pl.col("channel") == "行业联盟")
    row = found({"visit": only}, {"product": "P-7"})["effective_visits"]
    assert (row["dimensions"], row["unmeasured"], row["comparison"]) == (None, "product", None)


def test_where_nothing_moved_there_is_no_row() -> None:
    assert found({"visit": visits(seeded())}, {"channel": "展会"}) == {}


def sales(random: Random) -> pl.LazyFrame:
    """Two products a channel and day at a price that scatters; 15 % off at 行业联盟 of late."""
    rows: list[Row] = []
    for day in days(2):
        for channel in CHANNELS:
            for product, price in (("P1", 100), ("P2", 300)):
                paid = price * random.uniform(0.93, 0.97)
                if channel == CHANNELS[0] and day > STORY:
                    paid *= 0.85
                pieces = random.randint(1, 9)
                more = {
                    "channel": channel,
                    "product_id": product,
                    "quantity": Decimal(pieces),
                }
                rows.append(sale(day, f"{pieces * paid:.2f}", **more))
    return fact("sale", rows)


def test_price_and_discount_are_measured_whatever_the_mix() -> None:
    """D-18: price against the product's reference price, discount against the list; seed 4."""
    product = table(
        Product,
        [
            {"product_id": "P1", "list_price": Decimal(100)},
            {"product_id": "P2", "list_price": Decimal(300)},
        ],
    )
    rows = found({"sale": sales(seeded())}, {"channel": "行业联盟"}, {"product": product})
    price, discount = rows["price_level"], rows["discount_share"]
    assert (price["kind"], price["n"], price["members"]) == ("condition", None, "行业联盟")
    assert price["actual"] / price["reference"] == pytest.approx(0.85, abs=0.01)
    assert discount["reference"] == pytest.approx(0.05, abs=0.005)
    assert discount["effect"] == pytest.approx(0.1425, abs=0.01)


def test_a_team_depends_on_its_own_data_alone() -> None:
    """Neither its prices nor a fact that other teams alone record may come from elsewhere."""
    own = sales(seeded()).collect()
    others = own.with_columns(
        pl.lit("华南一部").alias("team"), (pl.col("net_amount") * 3).cast(own.schema["net_amount"])
    )
    segment = {"channel": "行业联盟"}
    alone = found({"sale": own.lazy()}, segment)
    both = found({"sale": pl.concat([others, own]).lazy()}, segment)
    assert alone["price_level"] == both["price_level"]
    elsewhere = visits(seeded()).with_columns(pl.lit("华南一部").alias("team"))
    assert found({"visit": elsewhere}, segment) == {}


def test_without_list_prices_no_discount_is_stated() -> None:
    rows = found({"sale": sales(seeded())}, {"channel": "行业联盟"})
    assert "price_level" in rows
    assert "discount_share" not in rows


def stock() -> pl.LazyFrame:
    """Weekly counts of ten products in each channel; four of them are out of late."""
    rows: list[Row] = []
    for week in range(103, -1, -1):
        day = AS_OF - timedelta(weeks=week)
        for channel in CHANNELS:
            for product in range(10):
                is_out = channel == CHANNELS[0] and week < 4 and product < 4
                spot = dict.fromkeys(("region", "team", "rep"), "未分配")
                rows.append(
                    {
                        "occurred_on": day,
                        "ended_on": day + timedelta(days=6) if week else None,
                        "stock_amount": Decimal(0 if is_out else 100),
                        "channel": channel,
                        **spot,
                    }
                )
    return fact("stock_level", rows)


def test_a_stock_out_of_the_channel_is_shown_for_a_team() -> None:
    """D-18: stock belongs to no team; the channel's is looked at."""
    row = found({"stock_level": stock()}, {"channel": "行业联盟"})["stock_out_share"]
    assert (row["actual"], row["reference"], row["n"]) == (0.4, 0.0, 40)


def team(*, leaves: bool) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """Six people; two go before the last four weeks where `leaves`, and one joins."""
    people: list[tuple[str, date, date | None]] = [
        (f"R{n}", date(2020, 1, 1), STORY if leaves and n < 3 else None) for n in range(1, 7)
    ]
    if leaves:
        people.append(("R9", STORY + timedelta(days=1), None))
    heads = fact(
        "head",
        [
            {"rep": rep, "occurred_on": since, "ended_on": until, "is_leaver": until is not None}
            for rep, since, until in people
        ],
    )
    assignments = table(
        Assignment,
        [
            {"rep_id": rep, "team": "华东二部", "valid_from": since, "joined_on": since}
            for rep, since, _ in people
        ],
    )
    return heads, assignments


def test_people_who_left_and_new_hires_are_conditions() -> None:
    """D-18, D-25: headcount, and how many are still ramping up."""
    heads, assignment = team(leaves=True)
    rows = found({"head": heads}, {}, {"assignment": assignment})
    assert (rows["heads"]["actual"], rows["heads"]["reference"]) == (5.0, 6.0)
    assert rows["new_hire_share"]["actual"] == pytest.approx(0.2)
    heads, assignment = team(leaves=False)
    assert found({"head": heads}, {}, {"assignment": assignment}) == {}


HOLIDAYS = Calendar(
    holidays=frozenset(date(2026, 11, day) for day in (9, 10, 11)),
    extra_workdays=frozenset({date(2026, 11, 15)}),
)


def test_working_days_count_holidays_and_make_up_days() -> None:
    """D-18: 调休 makes a Sunday a working day."""
    assert working_days(WEEK.starts_on, WEEK.ends_on, HOLIDAYS) == 3
    assert working_days(WEEK.starts_on, WEEK.ends_on, Calendar()) == 5


@pytest.mark.parametrize(
    ("case", "is_said"),
    [
        pytest.param(CASE, True, id="a sum against its past"),
        pytest.param(replace(CASE, reference_kind="plan"), False, id="a plan knows the days"),
        pytest.param(replace(CASE, metric="win_rate"), False, id="a rate does not depend on them"),
    ],
)
def test_a_short_week_is_said_where_it_matters(case: Case, *, is_said: bool) -> None:
    parameters = replace(PARAMETERS, calendar=HOLIDAYS)
    short = replace(case, starts_on=WEEK.starts_on)
    rows = fact_rows({}, FIRST, AS_OF)
    nothing = MetricPoint.create_empty()
    measured = behaviour_of(rows, {}, nothing, {}, CATALOGUE, parameters)
    record = OnRecord(MetricValue.create_empty(), rows, {}, CATALOGUE, parameters)
    chain = Chain(short, Window(WEEK.starts_on, AS_OF, WEEK.starts_on, 13), "volume", {})
    said = list(behaviours(chain, record, measured))
    expected = {"kind": "condition", "subject": "working_days", "actual": 3.0, "reference": 5.0}
    assert [expected.items() <= row.items() for row in said] == [True] * is_said


@pytest.mark.parametrize(
    ("starts_on", "anchor", "expected"),
    [
        pytest.param(WEEK.starts_on, WEEK.starts_on, Stretch(1, 0, 13), id="a week"),
        pytest.param(date(2026, 10, 1), date(2026, 10, 1), Stretch(7, 0, 13), id="a quarter"),
        pytest.param(date(2026, 11, 1), date(2026, 10, 1), Stretch(2, 4, 13), id="its month"),
        pytest.param(date(2026, 8, 20), date(2026, 8, 20), Stretch(8, 5, 13), id="13 weeks"),
    ],
)
def test_the_weeks_looked_at_and_those_held_against(
    starts_on: date, anchor: date, expected: Stretch
) -> None:
    case = replace(CASE, starts_on=starts_on)
    assert stretch_of(Chain(case, Window(starts_on, AS_OF, anchor, 1), None, {})) == expected
