"""Which money is there to win customers with, and from where (D-4 point 4, D-6)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.calibration.ground_of import QUARTER, YEAR, figure, ground, plan
from transforms.calibration.acquisition import acquisition_budgets, funds
from transforms.calibration.assumptions import Assumptions, BudgetOrigin, Change
from transforms.calibration.assumptions import Budget as Money
from transforms.calibration.budget import budget
from transforms.calibration.verdict import Check
from transforms.tables.plan import Budget

COMPANY = ("company", "company")
Q4 = (date(2027, 10, 1), date(2027, 12, 31))


def days(first: date, last: date) -> Decimal:
    """Every day weighs the same."""
    return Decimal((last - first).days + 1)


def lines(*rows: dict[str, Any]) -> pl.DataFrame:
    """Budget rows of the plan sheet: promotion of the year, 365 a line, where nothing is said."""
    schema = Budget.create_empty().schema
    base = {
        "module": "推广",
        "period_start": YEAR[0],
        "period_end": YEAR[1],
        "amount": Decimal(365),
    }
    full = [{"budget_id": f"B{n}", **base, **row} for n, row in enumerate(rows)]
    return Budget.validate(
        pl.DataFrame([{name: row.get(name) for name in schema} for row in full], schema=schema)
    )


def sheet(amount: object, window: tuple[date, date] = YEAR) -> Money:
    return Money(*COMPANY, *window, Decimal(str(amount)), "plan")


def setting(amount: object, window: tuple[date, date] = YEAR) -> Money:
    return Money(*COMPANY, *window, Decimal(str(amount)))


@pytest.mark.parametrize(
    ("row", "is_counted"),
    [
        pytest.param({"module": "推广"}, True, id="promotion"),
        pytest.param({"module": "推广 · 展会"}, True, id="a part of promotion"),
        pytest.param({"module": "Promotion (fairs)"}, True, id="without regard to case"),
        pytest.param({"module": "渠道"}, True, id="channel"),
        pytest.param({"module": "渠道培训"}, False, id="no word of the list, though it begins so"),
        pytest.param({"module": "培训"}, False, id="training"),
        pytest.param(
            {"module": "培训", "channel": "展会"}, True, id="its spend is in CAC: channel"
        ),
        pytest.param({"module": "培训", "campaign": "工博会"}, True, id="campaign"),
        pytest.param({"module": "推广", "is_reserve": True}, False, id="the reserve never"),
    ],
)
def test_d6_lines_that_win_customers(row: dict[str, Any], is_counted: bool) -> None:
    assert bool(acquisition_budgets(lines(row))) is is_counted


def test_a_company_names_its_own_modules() -> None:
    found = acquisition_budgets(lines({"module": "地推"}, {"module": "推广"}), ("地推",))
    assert [(each.scope, each.amount) for each in found] == [("company", Decimal(365))]


def test_a_line_counts_for_the_company_its_scope_and_its_channel() -> None:
    row = {"scope_kind": "region", "scope": "华东", "channel": "展会"}
    found = acquisition_budgets(lines(row))
    assert [(each.scope_kind, each.scope) for each in found] == [
        COMPANY,
        ("region", "华东"),
        ("channel", "展会"),
    ]


@pytest.mark.parametrize(
    ("budgets", "holds", "expected"),
    [
        pytest.param((sheet(100), setting(90)), "plan", (100, "plan", 90), id="plan sheet wins"),
        pytest.param(
            (sheet(100), setting(90)), "setting", (90, "setting", 100), id="unless stated"
        ),
        pytest.param((sheet(100), setting(100)), "plan", (100, "plan", None), id="both the same"),
        pytest.param((setting(90),), "plan", (90, "setting", None), id="setting alone"),
        pytest.param((sheet(100),), "setting", (100, "plan", None), id="plan sheet alone"),
        pytest.param((), "plan", (None, "setting", None), id="neither"),
        pytest.param(
            (setting(90, QUARTER),), "plan", (None, "setting", None), id="a setting of Q1"
        ),
    ],
)
def test_d4_the_plan_sheet_wins_over_a_setting(
    budgets: tuple[Money, ...], holds: BudgetOrigin, expected: tuple[object, ...]
) -> None:
    target = plan("new_customers", 500)
    found = funds(target, Assumptions(budgets=budgets, budget_from=holds), days)
    assert (found.money, found.origin, found.other) == expected


def judged(target: int, *budgets: Money, **more: Any) -> Check:  # noqa: ANN401  # settings
    return budget(
        plan("new_customers", target),
        ground({}),
        Assumptions(cac=Decimal(2000), budgets=budgets, **more),
        days,
    )


def test_d4_quarters_that_do_not_cover_the_year_ask_for_the_rest() -> None:
    q1 = sheet(400_000, QUARTER)
    found = judged(500, q1)
    assert (found.verdict, found.reason) == ("question", "budget_partial")
    assert found.reference == 200
    assert figure(found, "budget_covered") == Decimal("0.246575")  # 90 days of 365
    assert judged(200, q1).verdict == "met"  # what is budgeted is enough already
    assert judged(500, q1, sheet(600_000, Q4)).reference == 500
    whole = judged(500, q1, sheet(500_000))  # one line is for the whole year
    assert (whole.verdict, whole.reason) == ("short", "unaffordable")


def test_the_figures_say_where_the_money_is_from() -> None:
    found = judged(500, sheet(1_000_000), setting(900_000))
    origins = {each.name: each.origin for each in found.figures}
    assert figure(found, "budget") == 1_000_000
    assert figure(found, "budget_other") == 900_000
    assert (origins["budget"], origins["budget_other"]) == ("plan", "setting")
    trial = judged(500, sheet(1), changes={"budget": Change(Decimal(1_000_000))})
    assert (trial.verdict, trial.figures[0].origin) == ("met", "trial")


DAY = st.integers(0, 364).map(lambda offset: YEAR[0] + timedelta(days=offset))


@given(
    cuts=st.sets(st.integers(1, 364), max_size=6),
    window=st.tuples(DAY, DAY).map(lambda pair: (min(pair), max(pair))),
    data=st.data(),
)
def test_d2_a_line_cut_into_pieces_by_weight_buys_the_same(
    cuts: set[int], window: tuple[date, date], data: st.DataObject
) -> None:
    """1 a day: pieces of a year, in any order, give any window what the whole year gives it."""
    edges = [0, *sorted(cuts), 365]
    pieces = [
        sheet(
            end - start,
            (YEAR[0] + timedelta(days=start), YEAR[0] + timedelta(days=end - 1)),
        )
        for start, end in pairwise(edges)
    ]
    mixed = tuple(data.draw(st.permutations(pieces)))
    target = plan("new_customers", 500, window)
    found = funds(target, Assumptions(budgets=mixed), days)
    assert found.money == Fraction(days(*window))
    assert found.covered == 1


def test_a_line_on_days_without_work_gives_nothing() -> None:
    none = funds(plan("new_customers", 1), Assumptions(budgets=(sheet(5),)), lambda *_: Decimal(0))
    assert none.money is None
