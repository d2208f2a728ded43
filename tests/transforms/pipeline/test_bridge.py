"""The pipeline bridge: every case by hand, and the law that it balances in every scope."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.pipeline import Opening, pipeline_bridge
from transforms.tables.pipeline import CLOSING, OPENING, STEPS, PipelineDeal

START, AS_OF, QUARTER_END = date(2026, 10, 1), date(2026, 11, 22), date(2026, 12, 31)
EARLIER, INSIDE = date(2026, 8, 3), date(2026, 10, 20)
SOON, LATE = date(2026, 12, 1), date(2027, 2, 1)

Row = Mapping[str, Any]


def deals(*rows: Row) -> pl.DataFrame:
    base = {
        "region": "华东",
        "team": "一部",
        "rep": "R1",
        "product_line": "检测",
        "channel": "直销",
        "created_on": EARLIER,
        "expected_close_on": SOON,
        "is_open": True,
    }
    schema = PipelineDeal.create_empty().schema
    full = [{**base, **row} for row in rows]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in full], schema=schema)
    return PipelineDeal.validate(frame)


def deal(amount: int | str | None, **changes: object) -> Row:
    value = None if amount is None else Decimal(amount)
    return {"opportunity_id": "O", "amount": value, **changes}


def closed(amount: int | str | None, *, is_won: bool, **changes: object) -> Row:
    return deal(amount, **{"is_open": False, "is_won": is_won, "closed_on": INSIDE, **changes})


def bridge(
    before: list[Row], after: list[Row], *, is_recorded: bool = True, basis: str = "all"
) -> pl.DataFrame:
    opening = Opening("qtd", START, QUARTER_END, deals(*before), is_recorded)
    return pipeline_bridge([opening], deals(*after), AS_OF).filter(pl.col("basis") == basis)


def steps(frame: pl.DataFrame, kind: str = "company", scope: str = "company") -> dict[str, object]:
    """Steps that moved anything, by name."""
    rows = frame.filter(
        (pl.col("scope_kind") == kind) & (pl.col("scope") == scope) & (pl.col("deals") != 0)
    )
    return dict(rows.sort("position").select("step", "amount").iter_rows())


def test_a_pipeline_of_many_deals_balances() -> None:
    many = deals(*(deal(5, opportunity_id=f"O{number}") for number in range(20_000)))
    found = pipeline_bridge([Opening("qtd", START, QUARTER_END, many, True)], many, AS_OF)
    assert steps(found.filter(pl.col("basis") == "all")) == {OPENING: 100_000, CLOSING: 100_000}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param([deal(5)], [deal(5)], {"opening": 5, "closing": 5}, id="nothing happened"),
        pytest.param([], [deal(7, created_on=INSIDE)], {"new": 7, "closing": 7}, id="new"),
        pytest.param(
            [], [deal(7, created_on=None)], {"new": 7, "closing": 7}, id="of no known day"
        ),
        pytest.param([], [deal(7)], {"reopened": 7, "closing": 7}, id="reopened"),
        pytest.param([deal(5)], [closed(5, is_won=True)], {"opening": 5, "won": -5}, id="won"),
        pytest.param(
            [deal(5)],
            [closed(4, is_won=True)],
            {"opening": 5, "won": -4, "down": -1},
            id="won for less",
        ),
        pytest.param([deal(5)], [closed(5, is_won=False)], {"opening": 5, "lost": -5}, id="lost"),
        pytest.param(
            [],
            [closed(6, is_won=True, created_on=INSIDE)],
            {"new": 6, "won": -6},
            id="opened and won inside",
        ),
        pytest.param(
            [deal(5)],
            [deal("8.25")],
            {"opening": 5, "up": Decimal("3.25"), "closing": Decimal("8.25")},
        ),
        pytest.param(
            [deal(None)], [deal(9)], {"opening": 0, "up": 9, "closing": 9}, id="now valued"
        ),
        pytest.param(
            [deal(9)], [deal(None)], {"opening": 9, "down": -9, "closing": 0}, id="no value"
        ),
        pytest.param([deal(5)], [], {"opening": 5, "removed": -5}, id="removed"),
        pytest.param(
            [],
            [closed(5, is_won=True, closed_on=date(2026, 9, 30))],
            {},
            id="won before the period",
        ),
    ],
)
def test_every_step_of_all_open_deals(before: list[Row], after: list[Row], found: object) -> None:
    assert steps(bridge(before, after)) == found


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param(
            [deal(5)],
            [deal(6, expected_close_on=LATE)],
            {"opening": 5, "pushed_out": -5},
            id="pushed out with its value at the opening",
        ),
        pytest.param(
            [deal(5, expected_close_on=LATE)],
            [deal(6)],
            {"pulled_in": 6, "closing": 6},
            id="pulled in with its value at the closing",
        ),
        pytest.param(
            [deal(5, expected_close_on=LATE)],
            [closed(6, is_won=True, expected_close_on=LATE)],
            {"pulled_in": 6, "won": -6},
            id="won before it was due",
        ),
        pytest.param(
            [deal(5, expected_close_on=LATE)],
            [closed(5, is_won=False, expected_close_on=LATE)],
            {},
            id="lost, and never due",
        ),
        pytest.param(
            [], [deal(5, created_on=INSIDE, expected_close_on=LATE)], {}, id="new for later"
        ),
        pytest.param([deal(5, expected_close_on=None)], [deal(5, expected_close_on=None)], {}),
    ],
)
def test_every_step_of_the_deals_due_in_the_period(
    before: list[Row], after: list[Row], found: object
) -> None:
    assert steps(bridge(before, after, basis="due")) == found


def test_a_deal_that_changes_hands_leaves_one_scope_and_enters_the_other() -> None:
    frame = bridge([deal(5)], [closed(8, is_won=True, team="二部")])
    assert steps(frame, "team", "一部") == {"opening": 5, "moved_out": -5}
    assert steps(frame, "team", "二部") == {"up": 3, "moved_in": 5, "won": -8}
    assert steps(frame) == {"opening": 5, "up": 3, "won": -8}


def test_without_an_export_of_the_opening_changes_are_no_data_not_zero() -> None:
    changes = {"reopened", "up", "down", "removed"}
    for basis, scope, found in (
        ("all", "company", changes),
        ("due", "company", {*changes, "pulled_in", "pushed_out"}),
        ("all", "一部", {*changes, "moved_in", "moved_out"}),
    ):
        frame = bridge([deal(5)], [deal(5)], is_recorded=False, basis=basis)
        unknown = frame.filter((pl.col("scope") == scope) & pl.col("amount").is_null())
        assert set(unknown["step"]) == found


DAYS = st.sampled_from([None, EARLIER, START, INSIDE, SOON, LATE])
STANDING = st.fixed_dictionaries(
    {
        "amount": st.none() | st.decimals(-9, 10**9, places=4),
        "created_on": DAYS,
        "expected_close_on": DAYS,
        "team": st.sampled_from(["一部", "二部"]),
        "rep": st.sampled_from(["R1", "R2", "未分配"]),
        "is_open": st.booleans(),
        "is_won": st.booleans(),
        "closed_on": st.sampled_from([EARLIER, START, INSIDE, AS_OF]),
    }
)


def _standing(row: Row, number: int) -> Row:
    ended = {} if not row["is_open"] else {"is_won": None, "closed_on": None}
    return {**row, **ended, "opportunity_id": f"O{number}"}


@settings(max_examples=40, deadline=None)
@given(
    histories=st.lists(st.tuples(st.none() | STANDING, st.none() | STANDING), max_size=12),
    is_recorded=st.booleans(),
)
def test_opening_and_steps_make_the_closing_in_every_scope(
    histories: list[tuple[Row | None, Row | None]], is_recorded: bool
) -> None:
    before = [_standing(row, n) for n, (row, _) in enumerate(histories) if row]
    after = [_standing(row, n) for n, (_, row) in enumerate(histories) if row]
    opening = Opening("qtd", START, QUARTER_END, deals(*before), is_recorded)
    frame = pipeline_bridge([opening], deals(*after), AS_OF)
    is_closing = pl.col("step") == CLOSING
    value = pl.col("amount").fill_null(0)
    sums = frame.group_by("scope_kind", "scope", "basis").agg(
        value.filter(~is_closing).sum().alias("made"), value.filter(is_closing).sum().alias("found")
    )
    assert sums.filter(pl.col("made") != pl.col("found")).is_empty()
    whole = {"opening": before, CLOSING: after}
    for step, rows in whole.items():
        stands = sum((row["amount"] or Decimal(0) for row in rows if row["is_open"]), Decimal(0))
        company = frame.filter(
            (pl.col("basis") == "all") & (pl.col("scope") == "company") & (pl.col("step") == step)
        )
        assert company["amount"].sum() == stands
    parts = frame.filter(
        pl.col("scope_kind").is_in(["company", "team"]) & pl.col("step").is_in([OPENING, CLOSING])
    )
    totals = parts.group_by("basis", "step").agg(
        value.filter(pl.col("scope_kind") == "team").sum().alias("teams"),
        value.filter(pl.col("scope_kind") == "company").sum().alias("company"),
    )
    assert totals.filter(pl.col("teams") != pl.col("company")).is_empty()


def test_the_steps_stand_in_the_order_of_the_contract() -> None:
    frame = bridge([deal(5)], [deal(5)]).filter(pl.col("scope") == "company")
    assert frame.sort("position")["step"].to_list() == list(STEPS)
    assert frame["due_by"].unique().to_list() == [QUARTER_END]
    assert frame["period_end"][0] - frame["period_start"][0] == timedelta(days=52)
