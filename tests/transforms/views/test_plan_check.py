"""The page that says how far the goals are and what does not add up (D-1, D-2)."""

from tests.transforms.views.builders import inputs
from transforms.views.book import Book
from transforms.views.cells import Figure, Term, Text
from transforms.views.model import Page, Table
from transforms.views.plan_check import plan_check_page


def page() -> Page:
    found = plan_check_page(Book(inputs(), "company", "company"))
    assert found is not None
    return found


def table(code: str) -> Table:
    return next(block for block in page().blocks if isinstance(block, Table) and block.code == code)


def test_every_goal_has_a_line_and_those_at_risk_come_first() -> None:
    rows = table("goal_progress").rows
    assert [row[0] for row in rows] == [
        Text("四季度销售额 9,284 万"),
        Text("线索转化率达到 15%"),
        Text("提升客户满意度"),
    ]
    assert [row[-1] for row in rows] == [
        Term("goal_state", "at_risk"),
        Term("goal_state", "on_track"),
        Figure(None, "count", "no_target"),
    ]


def test_d2_the_rest_and_the_excess_are_shown() -> None:
    """D-2: 500 万 with only 华东 150 万 given leaves 350 万; what exceeds its whole comes first."""
    rows = table("plan_flaws").rows
    assert [row[0] for row in rows] == [
        Term("plan_flaw", "children_exceed_parent"),
        Term("plan_flaw", "undecomposed"),
    ]
    shown = [cell.value for cell in rows[1] if isinstance(cell, Figure)]
    assert shown == [5_000_000, 1_500_000, 3_500_000]


def test_the_headline_counts_its_own_tables() -> None:
    assert page().headline.kind == "plan_check_flawed"
    counts = {name: cell for name, cell in page().headline.cells if isinstance(cell, Figure)}
    assert {name: cell.value for name, cell in counts.items()} == {
        "goals": 3,
        "at_risk": 1,
        "flaws": 2,
    }
