"""Level 2: drivers of other metrics than sales (D-18, D-2a)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.why.builders import (
    PARAMETERS,
    QUARTER,
    Row,
    deal,
    fact,
    history,
    lead,
    value,
    values,
)
from transforms.catalogue import CATALOGUE
from transforms.why import explain
from transforms.why.cuts import Cut
from transforms.why.ratios import (
    RatioParts,
    numerator_and_denominator,
    rate_and_mix,
    replaced,
    within,
)

BEFORE = date(2026, 9, 10)
NOW = date(2026, 10, 12)


def drivers(
    metric: str, facts: dict[str, pl.LazyFrame], *rows: Row
) -> dict[str, tuple[Decimal | None, Decimal | None, Decimal]]:
    """Driver to (actual, reference, contribution)."""
    found = explain(values(*rows), history(metric, []), facts, {}, CATALOGUE, PARAMETERS)
    table = found["driver"].filter(pl.col("case_id").str.contains(f":{metric}:", literal=True))
    gap = found["variance"].filter(pl.col("metric") == metric)["gap"][0]
    assert sum(table["contribution"]) == gap
    columns = ("actual", "reference", "contribution")
    return {row["driver"]: tuple(row[name] for name in columns) for row in table.to_dicts()}


def numbers(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def leads(day: date, qualified: int, other: int, **more: object) -> list[Row]:
    hits = [lead(day, is_qualified=True, **more) for _ in range(qualified)]
    return hits + [lead(day, is_qualified=False, **more) for _ in range(other)]


def test_qualified_leads_are_leads_times_their_rate() -> None:
    facts = {"lead_created": fact("lead_created", leads(BEFORE, 30, 20) + leads(NOW, 12, 28))}
    found = drivers("qualified_leads", facts, value("qualified_leads", "12", "30"))
    assert found == {
        "leads": numbers("40", "50", "-4.5"),
        "qualification_rate": numbers("0.3", "0.6", "-13.5"),
    }


def test_a_driver_target_is_the_drivers_reference() -> None:
    """With 40 leads due the leads are on plan, and all of the gap is their quality (D-2a)."""
    facts = {"lead_created": fact("lead_created", leads(BEFORE, 30, 20) + leads(NOW, 12, 28))}
    rows = (value("qualified_leads", "12", "30"), value("leads", "40", "40"))
    assert drivers("qualified_leads", facts, *rows) == {
        "leads": numbers("40", "40", "0"),
        "qualification_rate": numbers("0.3", "0.75", "-18"),
    }


def test_contracts_are_deals_closed_times_win_rate_times_size() -> None:
    deals = [deal(BEFORE, is_won=won) for won in (True, True, False, False)]
    deals += [deal(NOW, is_won=won) for won in (True, False, False, False)]
    signed = [
        {"occurred_on": day, "contract_id": "C", "amount": Decimal(amount)}
        for day, amount in ((BEFORE, 600), (BEFORE, 400), (NOW, 500))
    ]
    facts = {"deal_closed": fact("deal_closed", deals)}
    facts["signed_contract"] = fact("signed_contract", signed)
    assert drivers("contract_amount", facts, value("contract_amount", "500", "1000")) == {
        "deals_closed": numbers("4", "4", "0"),
        "win_rate": numbers("0.25", "0.5", "-500"),
        "deal_size": numbers("500", "500", "0"),
    }


def test_contracts_without_a_deal_won_are_one_volume() -> None:
    signed = [
        {"occurred_on": day, "contract_id": "C", "amount": Decimal(amount)}
        for day, amount in ((BEFORE, 1000), (NOW, 500))
    ]
    deals = [deal(BEFORE, is_won=True), deal(NOW, is_won=False)]
    facts = {"deal_closed": fact("deal_closed", deals)}
    facts["signed_contract"] = fact("signed_contract", signed)
    found = drivers("contract_amount", facts, value("contract_amount", "500", "800"))
    assert found == {"volume": numbers("500", "800", "-300")}


def test_a_ratio_changes_within_its_segments_and_between_them() -> None:
    """Start-ups from 20 % to 1/15, from half to three quarters of all: ⅝ of −13.3 % is −8.3 %."""
    deals = [
        *(deal(BEFORE, is_won=won, segment="集团") for won in [True] * 6 + [False] * 4),
        *(deal(BEFORE, is_won=won, segment="初创") for won in [True] * 2 + [False] * 8),
        *(deal(NOW, is_won=won, segment="集团") for won in [True] * 3 + [False] * 2),
        *(deal(NOW, is_won=won, segment="初创") for won in [True] * 1 + [False] * 14),
    ]
    row = value("win_rate", "4", "0.4", denominator=Decimal(20), unit="share")
    found = drivers("win_rate", {"deal_closed": fact("deal_closed", deals)}, row)
    assert found["rate"] == numbers("0.2", "0.4", "-0.083333")
    assert found["mix"] == (None, None, Decimal("-0.116667"))


def test_what_the_facts_do_not_reproduce_is_said() -> None:
    facts = {"lead_created": fact("lead_created", leads(BEFORE, 5, 5) + leads(NOW, 3, 3))}
    found = drivers("leads", facts, value("leads", "7", "10"))
    assert found["volume"] == numbers("6", "10", "-4")
    assert found["unexplained"] == (None, None, Decimal(1))


@pytest.mark.parametrize(
    ("metric", "code"),
    [
        pytest.param("overdue_stages", "volume", id="a state has no past"),
        pytest.param("repurchase_rate", "rate", id="a ratio with a rule of its own"),
        pytest.param("leads", "volume", id="a fact that is not recorded"),
        pytest.param("win_rate", "rate", id="a ratio whose fact is not recorded"),
        pytest.param("of_the_company", "volume", id="a metric that is not in the catalogue"),
    ],
)
def test_a_gap_nobody_measures_stays_in_one_piece(metric: str, code: str) -> None:
    found = drivers(metric, {}, value(metric, "7", "10"))
    assert found == {code: numbers("7", "10", "-3")}


COUNTS = st.tuples(*[st.integers(0, 6)] * 4)


@given(members=st.lists(COUNTS, min_size=1, max_size=5), factor=st.fractions(0, 3))
def test_rate_and_mix_and_all_segments_together_make_the_whole_gap(
    members: Sequence[tuple[int, ...]], factor: Fraction
) -> None:
    """New and gone members, and members with a numerator over nothing, included."""
    rows = pl.DataFrame(
        [(str(place), *member) for place, member in enumerate(members)],
        schema=["channel", "n1", "d1", "n0", "d0"],
        orient="row",
    ).with_columns(pl.col("n1", "d1", "n0", "d0").cast(pl.Decimal(38, 6)))
    cut = Cut.of(rows, ("channel",), "rate", factor)
    _, d1, _, d0 = cut.sides()
    if not d1 or not d0:
        assert not sum(row[2] for row in rows.rows()) or not sum(row[4] for row in rows.rows())
        return
    actual, reference = cut.values()
    found = rate_and_mix(cut, "channel")
    assert sum(part for _, part in found.named()) == actual - reference
    sides = numerator_and_denominator(cut, found, 2)
    assert sum(part for part, _, _ in sides.values()) == found.rate
    alone = rate_and_mix(cut, None)
    assert (alone.rate, alone.mix, alone.new, alone.gone) == (
        actual - reference,
        *[Fraction(0)] * 3,
    )
    assert replaced(cut, {}) == actual - reference
    assert within(cut, {"channel": "nowhere"}) == 0


@given(members=st.lists(COUNTS, min_size=1, max_size=5))
def test_to_swap_the_sides_of_a_ratio_turns_every_bar(members: Sequence[tuple[int, ...]]) -> None:
    """Neither side comes first, nor weight before rate: what is new one way is gone the other."""

    def parts(order: list[str]) -> RatioParts | None:
        rows = pl.DataFrame(
            [(str(place), *member) for place, member in enumerate(members)],
            schema=["channel", *order],
            orient="row",
        ).with_columns(pl.col(order).cast(pl.Decimal(38, 6)))
        cut = Cut.of(rows, ("channel",), "rate")
        _, d1, _, d0 = cut.sides()
        return rate_and_mix(cut, "channel") if d1 and d0 else None

    forth, back = parts(["n1", "d1", "n0", "d0"]), parts(["n0", "d0", "n1", "d1"])
    assert (forth is None) is (back is None)
    if forth and back:
        turned = (-back.rate, -back.mix, -back.gone, -back.new)
        assert (forth.rate, forth.mix, forth.new, forth.gone) == turned


def test_segments_that_come_and_go_have_bars_of_their_own() -> None:
    """From 50 % to 60 %, both around 55 %: 展会 came with 9 of 10, 经销商 with 2 of 10 is gone."""
    deals = [
        *(deal(BEFORE, is_won=won, channel="直销") for won in [True] * 8 + [False] * 2),
        *(deal(BEFORE, is_won=won, channel="经销商") for won in [True] * 2 + [False] * 8),
        *(deal(NOW, is_won=won, channel="直销") for won in [True] * 3 + [False] * 7),
        *(deal(NOW, is_won=won, channel="展会") for won in [True] * 9 + [False] * 1),
    ]
    row = value("win_rate", "12", "0.5", denominator=Decimal(20), unit="share")
    found = drivers("win_rate", {"deal_closed": fact("deal_closed", deals)}, row)
    parts = {code: part for code, (_, _, part) in found.items()}
    assert parts == {
        "rate": Decimal("-0.25"),
        "mix": Decimal(0),
        "new_segments": Decimal("0.175"),
        "gone_segments": Decimal("0.175"),
    }


@settings(max_examples=25)
@given(
    qualified=st.tuples(*[st.integers(0, 5)] * 4),
    other=st.tuples(*[st.integers(0, 5)] * 4),
    due=st.integers(1, 9),
)
def test_parts_sum_to_the_gap_whatever_the_leads(
    qualified: tuple[int, ...], other: tuple[int, ...], due: int
) -> None:
    rows = []
    for place, (hits, misses) in enumerate(zip(qualified, other, strict=True)):
        day = NOW if place % 2 else BEFORE
        rows += leads(day, hits, misses, channel="直销" if place < 2 else "展会")
    actual = sum(row["is_qualified"] for row in rows if row["occurred_on"] >= QUARTER)
    facts = {"lead_created": fact("lead_created", rows)}
    row = value("qualified_leads", str(actual), str(due))
    found = explain(values(row), history("leads", []), facts, {}, CATALOGUE, PARAMETERS)
    assert bool(found["driver"].height) is (abs(actual - due) * 10 > due)
    if found["driver"].height:
        assert sum(found["driver"]["contribution"]) == actual - due
