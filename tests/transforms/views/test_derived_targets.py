"""Derived targets are shown as such, each to those who may see it (D-3)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.views.builders import inputs
from tests.transforms.views.frames import QUARTER, frame
from transforms.tables.plan_review import DerivedTarget
from transforms.views.book import Book
from transforms.views.cells import Figure, Term, Text
from transforms.views.derived_targets import derived_table


def derived(scope_kind: str, scope: str, value: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # any column
    return {
        "metric": "sales_amount",
        "scope_kind": scope_kind,
        "scope": scope,
        "period_start": QUARTER,
        "period_end": date(2026, 12, 31),
        "target_value": Decimal(value),
        "split_of": "Q4",
        "parent_kind": "company",
        "parent_scope": "company",
        "parent_value": Decimal(1000),
        "rule": "last_year",
        "weight": Decimal(7),
        **more,
    }


ROWS = frame(
    DerivedTarget,
    [
        derived("team", "华东二部", 250),
        derived("team", "华南一部", 750),
        derived("rep", "E021", 50),
        derived("team", "华北部", 9, period_start=date(2025, 1, 1), period_end=date(2025, 3, 31)),
    ],
)


@pytest.mark.parametrize(
    ("kind", "scope", "shown"),
    [
        pytest.param("company", "company", [750, 250, 50], id="company"),
        pytest.param("team", "华东二部", [250, 50], id="a team and its people"),
    ],
)
def test_d3_derived_targets_of_open_windows(kind: str, scope: str, shown: list[int]) -> None:
    table = derived_table(Book(inputs(derived_target=ROWS), kind, scope))
    assert table is not None
    assert [row[3] for row in table.rows] == [Figure(Decimal(value), "money") for value in shown]


def test_d3_share_parent_and_rule_stand_beside_it() -> None:
    table = derived_table(Book(inputs(derived_target=ROWS), "company", "company"))
    assert table is not None
    assert table.rows[0][4:] == (
        Figure(Decimal("0.75"), "share"),
        Text("示例装备"),
        Term("split_rule", "last_year"),
    )


def test_no_rule_no_table() -> None:
    assert derived_table(Book(inputs(), "company", "company")) is None
