"""Runs of closed months below or above target (D-24)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.incentives.paid import goal, month, paid, sale
from transforms.incentives.rules import ProposalRules, Rules

Months = Mapping[int, tuple[object, object]]


def proposed(months: Months, rules: ProposalRules | None = None) -> Any:  # noqa: ANN401  # rows
    """Kind and length of each proposal, from sales and target by month; None: no target."""
    sales = [sale("E0", sold, month(number)[0]) for number, (sold, _) in months.items()]
    goals = [
        goal("E0", value, month(number))
        for number, (_, value) in months.items()
        if value is not None
    ]
    given = rules or ProposalRules()
    found = paid(Rules("CNY", proposals=given), sales, goals)["pay_proposal"]
    return found.select("kind", "periods").rows()


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        pytest.param({10: (99, 100)}, [], id="one month below"),
        pytest.param({9: (99, 100), 10: (99, 100)}, [("improvement_plan", 2)], id="two"),
        pytest.param({8: (1, 100), 9: (1, 100), 10: (1, 100)}, [("reassignment", 3)], id="three"),
        pytest.param(
            {7: (1, 100), 8: (1, None), 9: (1, 100), 10: (1, 100)},
            [("reassignment", 3)],
            id="a month without a target is skipped",
        ),
        pytest.param(
            {8: (1, 100), 9: (100, 100), 10: (1, 100)}, [], id="a month at 100 % ends the run"
        ),
        pytest.param({9: (1, 100), 10: (100, 100)}, [], id="the last month is at 100 %"),
        pytest.param({10: (1, 100), 11: (1, 100)}, [], id="November is not closed"),
    ],
)
def test_d24_two_months_below_100_percent_are_a_plan_three_a_reassignment(
    months: Months, expected: list[tuple[str, int]]
) -> None:
    assert proposed(months) == expected


def test_d24_promotion_and_leave_are_proposals_where_the_rules_say_so() -> None:
    rules = ProposalRules(promotion_after=3, leave_after=2, above=Decimal("1.20"))
    months = {8: (120, 100), 9: (120, 100), 10: (130, 100)}
    assert proposed(months, rules) == [("leave", 3), ("promotion", 3)]
    assert proposed(months) == []


def test_a_proposal_says_which_months_and_how_far_the_last_one_was() -> None:
    sales = [sale("E0", 80, month(9)[0]), sale("E0", 90, month(10)[0])]
    goals = [goal("E0", 100, month(9)), goal("E0", 100, month(10))]
    row = paid(Rules("CNY"), sales, goals)["pay_proposal"].row(0, named=True)
    assert (row["first_start"], row["last_end"]) == (date(2026, 9, 1), date(2026, 10, 31))
    assert (row["achieved"], row["target"]) == (90, 100)
