"""What came of the strategies and milestones of the plan, by their own metrics (D-7, D-8)."""

from decimal import Decimal

import polars as pl
import pytest

from tests.transforms.views.builders import inputs
from transforms.tables.act import PlanEffect
from transforms.views.cells import Cell, Delta, Sentence, Term, Text
from transforms.views.model import Table
from transforms.views.pack import pack_view


def shown(code: str, **changed: pl.DataFrame) -> Table | None:
    view = pack_view(inputs(**changed), "company", "company")
    blocks = [block for page in view.pages for block in page.blocks]
    return next((each for each in blocks if isinstance(each, Table) and each.code == code), None)


def rows(**changed: pl.DataFrame) -> dict[str, tuple[Cell, ...]]:
    """The last two cells of each action: how far its metric moved, and the verdict."""
    table = shown("strategy", **changed)
    assert table is not None
    return {str(row[1].text): row[-2:] for row in table.rows if isinstance(row[1], Text)}


def test_an_action_in_place_shows_what_its_metric_did_d7() -> None:
    moved, verdict = rows()["初创客户标准方案包"]
    assert isinstance(moved, Sentence)
    figures = [cell for _, cell in moved.cells if isinstance(cell, Delta)]
    assert [(each.value, each.unit, each.is_good) for each in figures] == [
        (Decimal("0.035"), "share", True)
    ]
    assert verdict == Term("verdict", "worked")


def test_an_action_not_yet_in_place_is_not_due_d7() -> None:
    assert rows()["暂停低质渠道，改投行业展会"] == (Text(None), Term("verdict", "not_due"))


@pytest.mark.parametrize("wanted", ["no_expectation", None])
def test_an_action_without_a_metric_claims_nothing_d7(wanted: str | None) -> None:
    effects = (
        inputs()
        .tables["plan_effect"]
        .filter(pl.col("entity") == "strategy_item", pl.lit(wanted is not None))
    )
    changed = PlanEffect.validate(
        effects.with_columns(verdict=pl.lit(wanted, pl.String), metric=pl.lit(None, pl.String)),
        cast=True,
    )
    assert set(rows(plan_effect=changed).values()) == {(Text(None), Text(None))}


def test_a_milestone_shows_what_it_was_to_move_d8() -> None:
    table = shown("milestones")
    assert table is not None
    (row,) = table.rows
    assert row[0] == Text("启明能源合同审批")
    assert isinstance(row[3], Delta)
    assert (row[3].value, row[3].unit) == (Decimal(300_000), "money")
    assert row[-2:] == (Text(None), Term("verdict", "not_due"))


def test_tasks_that_are_to_move_nothing_have_no_table_d8() -> None:
    assert shown("milestones", plan_effect=PlanEffect.create_empty()) is None
