"""The page that says how far the goals are and what does not add up (D-1, D-2)."""

from datetime import date
from decimal import Decimal

from tests.transforms.views.builders import inputs
from tests.transforms.views.frames import QUARTER, frame
from transforms.tables.plan_review import TermDue
from transforms.views.book import Book
from transforms.views.cells import Figure, Term, Text
from transforms.views.model import Page, Table
from transforms.views.plan_check import plan_check_page
from transforms.views.plan_money import dues_table


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


def test_d27_rebates_and_fees_stand_with_their_rule_what_is_due_first() -> None:
    given = {
        "period_start": QUARTER,
        "period_end": date(2026, 12, 31),
        "beneficiary_kind": "channel",
        "beneficiary": "经销商",
        "term_id": "P4",
        "kind": "rebate",
        "state": "no_target",
        "base_amount": Decimal(500),
        "rate": Decimal("0.05"),
    }
    fee = given | {
        "term_id": "P5",
        "kind": "referral_fee",
        "state": "due",
        "beneficiary_kind": "customer",
        "beneficiary": "A1",
        "amount": Decimal(10),
    }
    dues = frame(TermDue, [given, fee])
    book = Book(inputs(term_due=dues), "company", "company")
    table = dues_table(book)
    assert table is not None
    *rows, total = table.rows
    assert total[-2] == Figure(Decimal(10), "exact_money")
    assert [row[-1] for row in rows] == [
        Term("term_state", "due"),
        Term("term_state", "no_target"),
    ]
    assert table.rows[0][6] == Figure(Decimal(10), "exact_money")
    assert table.rows[1][6] == Figure(None, "exact_money", "no_target")
    assert dues_table(Book(book.inputs, "team", "华东二部")) is None
